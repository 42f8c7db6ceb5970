"""Files of estimators, run by another runtime."""

import pytest

from skerosion import export_onnx


@pytest.fixture
def exported(tmp_path):
    """A function from an estimator and images to the outputs of its file, and the file's metadata."""
    runtime = pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    pytest.importorskip("tf2onnx", reason="needs the extra onnx")

    def export(estimator, images, **options):
        path = export_onnx(estimator, tmp_path / "grader.onnx", **options)
        session = runtime.InferenceSession(path)
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(names, {"pixels": images}), strict=True))
        return outputs, session.get_modelmeta().custom_metadata_map

    return export
