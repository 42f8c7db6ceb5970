"""Files of every version of the format are read for ever."""

import json
import pathlib

import numpy as np
import pytest

from skerosion.experiments import load_saved
from skerosion.experiments.file_format._manifest import VERSION, read_parts
from tests.data.make_estimator_file import images

DATA = pathlib.Path(__file__).parents[2] / "data"


def test_each_version_has_a_file():
    kept = [read_parts(path)[0]["version"] for path in sorted(DATA.glob("format_*.skerosion"))]
    assert kept == list(range(1, VERSION + 1))
    assert all(path.stat().st_size < 50_000 for path in DATA.iterdir() if path.is_file())


@pytest.mark.parametrize("path", sorted(DATA.glob("format_*.skerosion")), ids=lambda path: path.stem)
def test_a_file_of_an_earlier_version_answers_as_it_did(path):
    saved = load_saved(path)
    expected = json.loads(path.with_suffix(".json").read_text())
    np.testing.assert_allclose(saved.pipeline.predict_proba(images()), expected["predict_proba"], atol=1e-5)
    assert saved.pipeline.predict(images()).tolist() == expected["predict"] and len(set(expected["predict"])) > 1
    assert saved.reading() == {"size": (16, 16), "channels": 1, "bits": None} and saved.target.classes == (0, 1, 2)


def test_a_file_tells_what_is_documented():
    about = read_parts(DATA / "format_1.skerosion")[0]["about"]
    assert set(about) == {*"task training target reading columns images first_weights versions".split()}
    assert about["columns"] == {"image": "path", "target": "kl_grade", "group": "patient_id"}
    assert about["images"]["rows"] == 12 and about["images"]["patients"] == 6 and about["images"]["size"] == [16, 16]
    assert about["training"] == "oversampled" and about["first_weights"] == [] and "numpy" in about["versions"]
