"""Crops about boxes that a finder would have set: the same joints, moved by errors of the size that is asked for."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import crop_joints
from skerosion.datasets.joints import cut_again

COLUMNS = ["image", "joint", "x", "y"]
CUT = {"unit": "pixels", "extent": 32, "size": 32, "upright": False}


@pytest.fixture(scope="module")
def ramps():
    """A film whose grey value is its column, and points far from its border."""
    film = np.tile(np.arange(256, dtype=np.uint8), (256, 1))
    points = pd.DataFrame([(f"f{number}", "knee", 128, 128) for number in range(200)], columns=COLUMNS)
    return crop_joints(dict.fromkeys(points["image"], film), points, **CUT)


def test_boxes_are_moved_by_the_share_of_their_side_that_is_asked_for(ramps):
    centre = [ramps.X.read().mean(axis=(1, 2, 3)), cut_again(ramps, 0.1, seed=1).read().mean(axis=(1, 2, 3))]
    moved = centre[1] - centre[0]  # of the mean grey value: that of the column in the middle of the box
    assert moved.std() == pytest.approx(3.2, rel=0.2) and abs(moved.mean()) < 0.8


def test_the_same_seed_moves_alike_and_no_error_moves_nothing(ramps):
    again = [cut_again(ramps, 0.1, seed=seed).read() for seed in (1, 1, 2)]
    assert np.array_equal(again[0], again[1]) and not np.array_equal(again[0], again[2])
    assert np.array_equal(cut_again(ramps, 0.0).read(), ramps.X.read())


def test_films_in_files_are_cut_again_like_arrays(tmp_path):
    film = np.random.default_rng(0).integers(0, 256, (90, 80)).astype(np.uint8)
    Image.fromarray(film).save(tmp_path / "a.png")
    points = pd.DataFrame([("a", "knee", 40, 40), ("a", "wrist", 45, 50)], columns=COLUMNS)
    settings = CUT | {"joints": ["knee", "wrist"]}
    table = pd.DataFrame({"path": ["a.png"]})
    of_files = crop_joints(table, points, root=tmp_path, jitter=3, **settings)  # that of training changes nothing
    of_arrays = crop_joints({"a": film}, points, **settings)
    assert np.array_equal(cut_again(of_files, 0.1).read(), cut_again(of_arrays, 0.1).read())
    patients = crop_joints({"a": film}, points.assign(who="p7"), group="who", **settings)
    assert cut_again(patients, 0.1).groups.tolist() == ["p7", "p7"]
