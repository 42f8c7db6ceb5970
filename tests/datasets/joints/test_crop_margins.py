"""Crops about boxes that are moved in training: they show the film, and not the crop's border again and again."""

import pickle

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import ImageRows, crop_joints
from skerosion.datasets.joints import CropsWithMargin, sample_film
from skerosion.preprocessing import Augmentation, hash_keys

SIZE = 32
POINTS = pd.DataFrame(
    [("a", "knee", 60, 70, 20), ("a", "wrist", 75, 58, -40)], columns=["image", "joint", "x", "y", "angle"]
)
CUT = {"unit": "pixels", "extent": 40, "size": SIZE, "joints": ["knee", "wrist"]}


@pytest.fixture(scope="module")
def film():
    """Waves, shorter than a crop and longer than its pixels."""
    y, x = np.mgrid[:130, :140]
    return np.rint(127 + 60 * np.sin(x / 4 + y / 9) + 60 * np.sin(y / 5)).astype(np.uint8)


@pytest.fixture(scope="module")
def moved(film):
    return crop_joints({"a": film}, POINTS, **CUT, jitter=5)


def transforms_of(share, count):
    return Augmentation(jitter=share).draw(hash_keys(0, np.arange(count)), (SIZE, SIZE))[0]


def sampled(pictures, maps):
    return np.stack([sample_film(*each, SIZE) for each in zip(pictures, maps, strict=True)]).astype(float)


def test_moved_boxes_show_what_one_map_reads_from_the_film(film, moved):
    rows = np.resize([0, 1], 40)
    transforms = transforms_of(0.125, len(rows))
    inner = transforms[:, :6].reshape(-1, 2, 3).astype(float)
    whole = np.concatenate([inner, np.tile([[[0.0, 0.0, 1.0]]], (len(rows), 1, 1))], axis=1)
    direct = sampled([film] * len(rows), moved.maps[rows] @ whole)
    read = moved.X.source.read_moved(rows, transforms)
    assert read.dtype == np.uint8
    away = np.abs(read[..., 0] - direct)
    assert away.mean() < 0.5 and np.quantile(away, 0.98) <= 1  # the rest lies beyond the margin

    continued = np.abs(sampled(moved.X.read(rows)[..., 0], inner) - direct)
    assert continued.mean() > 5


def test_boxes_that_are_not_moved_are_read_as_they_always_are(film, moved):
    plain = crop_joints({"a": film}, POINTS, **CUT)
    assert not isinstance(plain.X.source, CropsWithMargin)
    np.testing.assert_array_equal(moved.X.read(), plain.X.read())
    nothing = np.tile([1, 0, 0, 0, 1, 0, 0, 0], (2, 1))
    assert np.abs(moved.X.source.read_moved([0, 1], nothing).astype(int) - plain.X.read()).max() <= 2


def test_films_in_files_are_moved_like_arrays(film, moved, tmp_path):
    Image.fromarray(film).save(tmp_path / "a.png")
    table = pd.DataFrame({"path": ["a.png"]})
    of_files = crop_joints(table, POINTS, root=tmp_path, **CUT, jitter=5, cache_dir=tmp_path / "cache")
    again = pickle.loads(pickle.dumps(of_files.X.source))
    rows, transforms = [1, 0, 1], transforms_of(0.125, 3)
    expected = moved.X.source.read_moved(rows, transforms)
    np.testing.assert_array_equal(of_files.X.source.read_moved(rows, transforms), expected)
    np.testing.assert_array_equal(again.read_moved(rows, transforms), expected)
    assert again.paths.tolist() == [str(tmp_path / "a.png")] * 2 and again.unused_bits() == ""


def test_images_that_a_function_changes_are_moved_before(moved):
    changed, transforms = moved.X.map(np.invert).source, transforms_of(0.1, 2)
    assert changed.looks_beyond and not ImageRows(np.zeros((2, 8, 8), "uint8")).map(np.invert).source.looks_beyond
    np.testing.assert_array_equal(
        changed.read_moved([0, 1], transforms), ~moved.X.source.read_moved([0, 1], transforms)
    )
