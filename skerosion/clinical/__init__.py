"""The clinical vocabulary: what readers of hand and foot X-rays grade, with NumPy alone."""

from skerosion.clinical._ratingen import RATINGEN_EDGES, ratingen

__all__ = ["RATINGEN_EDGES", "ratingen"]
