"""One hand of two points, as each program writes it, is one table."""

import pathlib
import shutil

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets import load_points
from skerosion.datasets.joints.formats import find_formats

FILES = pathlib.Path(__file__).parents[2] / "data" / "points"
PLACES = {"mcp2": (100, 220), "pip2": (110, 140)}  # centres of pixels are whole numbers
FILM = {"p7_L": np.zeros((400, 320), np.uint8)}
NAMED = {"image": "p7_L", "side": "left", "joints": ("MCP2", "PIP2")}
SHARES = {"films": FILM, **NAMED}
OPTIONS = {
    "plain.csv": {},
    "arise.csv": {},
    "shs_net.csv": {},
    "coco.json": {},
    "coco_boxes.json": {},
    "cvat.xml": {},
    "cvat_boxes.xml": {},
    "datumaro.json": {},
    "labelme.json": {},
    "p7_L.mrk.json": {"mm_per_pixel": (0.2, 0.15), "side": "L"},
    "napari.csv": NAMED,
    "yolo.txt": SHARES,
    "yolo_pose.txt": SHARES | {"joints": ("MCP2", "PIP2", "PIP3")},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_every_form_says_the_same_points(name):
    points = load_points(FILES / name, **OPTIONS[name])
    seen = points[points["visible"]]
    assert set(seen["image"]) == {"p7_L"} and set(seen["side"]) == {"left"}
    found = {row.joint: (row.x, row.y) for row in seen.itertuples()}
    assert found.keys() == PLACES.keys()
    assert all(found[joint] == pytest.approx(PLACES[joint], abs=1e-9) for joint in PLACES)


@pytest.mark.parametrize("name", ["arise.csv", "coco_boxes.json", "cvat_boxes.xml", "yolo.txt"])
def test_boxes_keep_their_sides(name):
    points = load_points(FILES / name, **OPTIONS[name])
    assert points[["width", "height"]].values == pytest.approx(np.array([[40, 36]] * 2))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("coco.json", "not visible"), ("cvat.xml", "not visible"), ("labelme.json", "prosthesis")]
    + [("p7_L.mrk.json", "not visible"), ("yolo_pose.txt", "not visible")],
)
def test_points_that_are_not_there_are_rows_with_a_reason(name, reason):
    points = load_points(FILES / name, **OPTIONS[name]).set_index("joint")
    assert points.loc["pip3", ["visible", "reason"]].tolist() == [False, reason]
    assert points.loc["pip3", ["x", "y"]].isna().all() or name == "labelme.json"


def test_scores_and_turned_boxes_are_read():
    assert load_points(FILES / "coco_boxes.json")["score"].tolist() == [0.9, 0.8]
    assert load_points(FILES / "yolo.txt", **SHARES)["score"].fillna(-1).tolist() == [-1, 0.75]
    assert load_points(FILES / "cvat_boxes.xml")["angle"].fillna(-1).tolist() == [12.5, -1]


def test_each_form_is_tested_and_is_found_by_its_name():
    tested = {pathlib.Path(name).name.split(".")[0].split("_")[0] for name in OPTIONS} | {"slicer", "shs_net"}
    assert set(find_formats()) <= tested
    with pytest.raises(ValueError, match="format must be one of arise, .* yolo or None, got 'vott'"):
        load_points(FILES / "plain.csv", "vott")
    with pytest.raises(ValueError, match="got none of the form coco"):
        load_points(FILES / "plain.csv", "coco")


def test_a_folder_holds_a_file_a_film(tmp_path):
    for name in ("a", "b"):
        shutil.copy(FILES / "yolo.txt", tmp_path / f"{name}.txt")
    (tmp_path / "classes.txt").write_text("MCP2\nPIP2\n")
    points = load_points(tmp_path, side="R", films={"a": FILM["p7_L"], "b": np.zeros((800, 640), np.uint8)})
    assert points["image"].tolist() == ["a", "a", "b", "b"] and set(points["side"]) == {"right"}
    assert points["x"].tolist() == pytest.approx([100, 110, 200.5, 220.5])
    with pytest.raises(ValueError, match="without any"):
        (tmp_path / "empty").mkdir()
        load_points(tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("p7_L.mrk.json", {}, "as slicer: mm_per_pixel must be given"),
        ("yolo.txt", NAMED, "as yolo: films must be given"),
        ("yolo.txt", SHARES | {"joints": ["MCP2"]}, "joints must name every numbered point"),
        ("yolo.txt", SHARES | {"image": "other"}, "films must hold the film 'other'"),
        ("yolo_pose.txt", SHARES, "joints must name the key points"),
        ("napari.csv", {}, "joints must name every numbered point"),
    ],
)
def test_what_a_form_does_not_say_is_asked_for(name, options, said):
    with pytest.raises(ValueError, match=said):
        load_points(FILES / name, **options)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "must be a file of JSON"),
        ("a.xml", "<a>", "must be xml"),
        ("a.json", '{"images": [], "categories": [], "annotations": [{}]}', "as coco"),
        ("a.json", '{"images": [], "categories": [], "annotations": []}', "at least one point"),
        ("a.json", "[1]", "got none of the form"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY b "b">]><annotations/>', "defines entities"),
        ("a.xml", "<annotations><track id='0'/></annotations>", "tracks of a video"),
        (
            "a.xml",
            "<annotations><image name='a'><points label='mcp2' points='1,1;2,2'/></image></annotations>",
            "2 points",
        ),
        ("a.csv", "axis-0,axis-1,axis-2\n1,2,3\n", "one film"),
        ("a.csv", "b,c\n1,2\n", "got none of the form"),
        ("a.txt", "hello\n", "got none of the form"),
    ],
)
def test_files_that_are_not_what_they_must_be_are_told(tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=said):
        load_points(tmp_path / name, joints=("mcp2",))


def test_a_table_of_points_is_read_back_as_it_was_written(tmp_path):
    points = load_points(FILES / "labelme.json")
    points.to_csv(tmp_path / "points.csv", index=False)
    pd.testing.assert_frame_equal(load_points(tmp_path / "points.csv"), points)
