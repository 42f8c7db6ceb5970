"""Fitted estimators as files of other runtimes, which need neither this package nor the library it trains with."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)

from ._onnx_export import export_onnx

__all__ = ["export_onnx"]
