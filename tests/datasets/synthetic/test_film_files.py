"""Synthetic films on disk: PNG and DICOM show the same picture, tables name the same films and scores."""

import inspect

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.clinical import registry_columns
from skerosion.datasets import make_films, write_films

FEW = {"max_visits": 2, "missing": 0.1, "size": 64, "random_state": 0}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_films(tmp_path_factory.mktemp("films"), 3, **FEW)


def test_files_are_the_films_of_make_films(written):
    films, table = make_films(3, **FEW), pd.read_csv(written.films)
    for image, path in zip(films.images, table["path"], strict=True):
        assert (np.asarray(Image.open(written.films.parent / path)) == image).all()
    points = pd.read_csv(written.points)
    assert set(points["image"]) == set(table["path"])
    assert np.allclose(points[["x", "y"]], films.points[["x", "y"]], equal_nan=True)


def test_what_both_functions_take_has_one_default():
    in_memory, on_disk = (inspect.signature(function).parameters for function in (make_films, write_films))
    shared = [name for name in in_memory if name != "return_mask"]
    assert [on_disk[name] for name in shared] == [in_memory[name] for name in shared]


def test_the_registry_has_the_scores_of_what_each_visit_shows(written):
    main, films, points = (pd.read_csv(path) for path in (written.main, written.films, written.points))
    assert main["sop_iuid"].equals(films["sop_iuid"]) and main["patient_id"].equals(films["patient_id"])
    scores = main.set_index(films["path"])
    for row in points.itertuples():
        column = {name: column for column, name in registry_columns().items()}.get(f"{row.side}_{row.joint}")
        if column is not None:
            assert np.array_equal(scores.loc[row.image, column], row.percent, equal_nan=True)


@pytest.mark.parametrize("polarity", ["mixed", "contradictory"])
def test_dicom_files_say_how_their_pixels_are_meant(tmp_path, polarity):
    pydicom = pytest.importorskip("pydicom")
    settings = FEW | {"max_visits": 1, "both_sides": 0.0}
    files = write_films(tmp_path, 2, image_format="dicom", polarity=polarity, **settings)
    films, seen = make_films(2, **settings), set()
    for image, path in zip(films.images, pd.read_csv(files.films)["path"], strict=True):
        dataset = pydicom.dcmread(tmp_path / path)
        shape = dataset.get("PresentationLUTShape")
        black = dataset.PhotometricInterpretation == "MONOCHROME1" if shape is None else shape == "INVERSE"
        stored = np.frombuffer(dataset.PixelData, "<u2").reshape(dataset.Rows, dataset.Columns)
        assert abs((4095 - stored if black else stored) * (255 / 4095) - image).max() < 0.6
        seen.add((dataset.PhotometricInterpretation, shape))
    assert len(seen) == {"mixed": 4, "contradictory": 2}[polarity]


def test_dicom_without_pydicom_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pydicom", None)
    with pytest.raises(ImportError, match=r"pip install 'skerosion\[dicom\]'"):
        write_films(tmp_path, 1, max_visits=1, size=64, image_format="dicom")
