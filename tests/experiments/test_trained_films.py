"""What a file tells of the films of its training, and which films are unlike them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets import ImageTable, crop_joints
from skerosion.datasets.joints import write_crops
from skerosion.experiments._origins import describe_images
from skerosion.experiments._trained_films import cutting_of, describe_films, unlike_trained

pytestmark = pytest.mark.once
BOX = {"unit": "pixels", "extent": 16, "upright": False, "size": 16}
COLUMNS = ["image", "joint", "x", "y"]


def film(gain=1.0, noise=0):
    """A bright bone from the upper to the lower edge, in soft tissue."""
    grey = 40 + 160 * (np.abs(np.arange(64) - 32) < 4)
    return np.clip(gain * np.tile(grey, (64, 1)) + np.random.default_rng(noise).normal(0, 3, (64, 64)), 0, 255).astype(
        "uint8"
    )


def crops(films, **columns):
    points = pd.DataFrame([(name, "knee", 32, 32) for name in films], columns=COLUMNS)
    return crop_joints(films, points.assign(**columns), **BOX)


@pytest.fixture(scope="module")
def trained():
    """What the file of an estimator tells that was trained on twenty exposures of the film."""
    data = crops({f"f{place}": film(gain, place) for place, gain in enumerate(np.linspace(0.8, 1.2, 20))}, view="ap")
    return SimpleNamespace(images=describe_images(data.X) | describe_films(data), image_shape=(16, 16, 1))


def test_joints_parts_views_boxes_and_the_cropper_are_told(trained):
    told = {name: trained.images[name] for name in ("joint", "body_part", "view", "box_side", "cropper")}
    cropper = {"extent": 16, "unit": "pixels", "upright": False, "mirror": True}
    assert told == {"joint": ["knee"], "body_part": ["knee"], "view": ["AP"], "box_side": 16.0, "cropper": cropper}
    assert cutting_of(trained) == {"joints": ["knee"], **cropper}


def test_a_table_of_crops_tells_how_they_were_cut(trained, tmp_path):
    data = crops({"a": film()}, view="ap")
    written = write_crops(tmp_path, data, ["view"])
    read = pd.read_csv(tmp_path / "crops.csv", dtype=str)
    for table in (written, read.assign(box_side=read["box_side"].astype(float))):
        assert describe_films(ImageTable(None, None, None, table, None, "")) == describe_films(data)
    mixed = pd.concat([written, written.assign(extent=20.0)])
    assert "cropper" not in describe_films(ImageTable(None, None, None, mixed, None, ""))


def test_a_table_without_films_tells_nothing_of_them():
    table = pd.DataFrame({"path": ["a.png"], "grade": [0], "view": [""]})
    assert describe_films(ImageTable(None, None, None, table, None, "")) == {}
    assert describe_films(ImageTable(None, None, None, None, None, "")) == {}


def test_films_like_the_training_are_not_refused(trained):
    assert unlike_trained(trained, crops({"a": film(0.85, 99), "b": film(1.15, 98)}, view="AP")) == {}


@pytest.mark.parametrize(
    ("picture", "columns", "said"),
    [
        (255 - film(), {}, "a negative of what was trained on"),
        (film().T, {}, "looks like none of what was trained on"),
        (film(0.3), {}, "brightness 0."),
        (film() // 8 + 90, {}, "contrast 0."),
        (film(), {"body_part": "HAND_LEFT", "joint": "third"}, "body part hand, trained on knee"),
        (film(), {"view": "LAT"}, "view LAT, trained on AP"),
    ],
)
def test_what_is_unlike_is_said(trained, picture, columns, said):
    assert said in unlike_trained(trained, crops({"odd": picture}, **columns))["odd"]


def test_boxes_of_far_fewer_pixels_than_the_training_had_are_told(trained):
    points = pd.DataFrame([("a", "knee", 32, 32)], columns=COLUMNS)
    small = crop_joints({"a": film()}, points, **(BOX | {"extent": 7}))
    assert "boxes of 7 pixels of the film, of which 8 are the least" in unlike_trained(trained, small)["a"]
    # Crops that were enlarged in the training too are no finer than they were then.
    coarse = SimpleNamespace(images=trained.images | {"box_side": 7.0}, image_shape=trained.image_shape)
    assert unlike_trained(coarse, small) == {} or "boxes" not in unlike_trained(coarse, small)["a"]


def test_files_that_tell_nothing_refuse_nothing():
    nothing = SimpleNamespace(images={"rows": 3}, image_shape=(16, 16, 1))
    assert unlike_trained(nothing, crops({"a": 255 - film()})) == {}
    damaged = SimpleNamespace(images={"looks": {"pattern": [0.1], "mean": []}}, image_shape=(16, 16, 1))
    assert unlike_trained(damaged, crops({"a": film()})) == {}
