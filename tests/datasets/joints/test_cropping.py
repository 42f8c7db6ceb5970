"""From films and points to rows: what is cropped, what is missing and why, and that crops are images like any other."""

import pickle

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import ImageTableError, JointCropper, crop_joints, load_points, read_image, write_films
from skerosion.datasets.joints import apply_map, inverted
from skerosion.datasets.reading import image_size
from skerosion.preprocessing import Augmentation

PLACES = {"wrist": (150, 330), "mcp3": (150, 200), "pip3": (160, 120), "mcp2": (190, 205), "pip2": (200, 130)}


def film(points, shape=(400, 300)):
    """Bright spots on grey, at the points."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    near = np.min([np.hypot(columns - x, rows - y) for x, y in points], axis=0)
    return np.rint(60 + 180 * np.exp(-((near / 6) ** 2))).astype(np.uint8)


def points(image, side, places, **columns):
    rows = [(image, side, joint, x, y) for joint, (x, y) in places.items()]
    return pd.DataFrame(rows, columns=["image", "side", "joint", "x", "y"]).assign(**columns)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """A left hand, and the same hand in a mirror as a right one, each in a file: (folder, table of films, points)."""
    folder = tmp_path_factory.mktemp("films")
    left = film(list(PLACES.values()))
    Image.fromarray(left).save(folder / "a.png")
    Image.fromarray(left[:, ::-1]).save(folder / "b.png")
    frame = pd.DataFrame({"path": ["a.png", "b.png"], "patient": ["P1", "P2"], "age": [61, 55]})
    frame.to_csv(folder / "films.csv", index=False)
    mirrored = {joint: (299 - x, y) for joint, (x, y) in PLACES.items()}
    table = pd.concat([points("a", "left", PLACES), points("b", "right", mirrored)], ignore_index=True)
    return folder, folder / "films.csv", table


def test_a_right_hand_looks_like_the_left_one_that_it_mirrors(clinic):
    _, films, table = clinic
    data = crop_joints(films, table, size=48, group="patient")
    left, right = np.asarray(data.X)[:5], np.asarray(data.X)[5:]
    assert (np.abs(left.astype(int) - right) <= 1).all() and left.std() > 10
    assert data.groups.tolist() == ["P1"] * 5 + ["P2"] * 5 and data.table["age"].tolist() == [61] * 5 + [55] * 5
    plain = crop_joints(films, table, size=48, mirror=False)
    assert (np.asarray(plain.X)[5:] == right[:, :, ::-1]).all()


def test_joints_lie_in_the_middle_and_their_finger_runs_upwards(clinic):
    _, films, table = clinic
    data = crop_joints(films, table, size=96, extent=1.2)
    for matrix, (_, row) in zip(data.maps, data.table.iterrows(), strict=True):
        assert apply_map(matrix, [(47.5, 47.5)])[0] == pytest.approx(row[["x", "y"]].astype(float), abs=1e-9)
    knuckle = data.table.reset_index().query("joint == 'mcp3' and side == 'right'").index[0]
    wrist = table.query("joint == 'wrist' and side == 'right'")[["x", "y"]].to_numpy()
    below = apply_map(inverted(data.maps[knuckle]), wrist)[0]
    assert below[0] == pytest.approx(47.5) and below[1] > 95
    assert data.table["box_side"].iloc[1] == pytest.approx(1.2 * np.hypot(10, 80))


def test_crops_are_images_like_any_other(clinic, tmp_path):
    folder, films, table = clinic
    data = crop_joints(films, table, size=32)
    pixels = np.asarray(data.X)
    assert pixels.shape == (10, 32, 32, 1) and pixels.dtype == np.uint8
    assert (np.asarray(pickle.loads(pickle.dumps(data.X[[7, 2]]))) == pixels[[7, 2]]).all()
    assert (np.asarray(crop_joints(films, table, size=32, cache_mb=0).X[::-1]) == pixels[::-1]).all()
    kept = crop_joints(films, table, size=32, cache_dir=tmp_path)
    again = crop_joints(films, table, size=32, cache_dir=tmp_path)
    assert (np.asarray(kept.X) == pixels).all() and (np.asarray(again.X) == pixels).all()
    other = crop_joints(films, table, size=32, extent=0.5, cache_dir=tmp_path)
    assert (np.asarray(other.X) != pixels).any() and len(list(tmp_path.iterdir())) == 2
    arrays = {name: np.asarray(Image.open(folder / f"{name}.png")) for name in "ab"}
    assert (np.asarray(crop_joints(arrays, table, size=32).X) == pixels).all()


def test_a_missing_joint_is_a_row_with_its_reason(clinic):
    _, films, table = clinic
    table = table.assign(x=table["x"].astype(float), visible="yes", score=0.9)
    table.loc[2, "visible"], table.loc[3, ["x", "y"]], table.loc[4, "score"] = "prosthesis", (299.6, 100), 0.2
    data = crop_joints(films, table, min_score=0.5, size=32)
    assert data.excluded.set_index("joint")["reason"].to_dict() == {
        "pip3": "prosthesis",
        "mcp2": "outside the film",
        "pip2": "low score",
    }
    assert len(data.X) == 7 and "3 joints are missing" in data.message
    assert data.excluded["row"].tolist() == [2, 3, 4] and (data.excluded["path"] == "a").all()


@pytest.mark.parametrize(
    ("settings", "reason"), [({}, "no length"), ({"unit": "box"}, "no box"), ({"unit": "mm"}, "no spacing")]
)
def test_a_joint_without_a_length_says_which_is_missing(clinic, settings, reason):
    _, films, _ = clinic
    with pytest.raises(ImageTableError, match=f"{reason} .2..\nNo joint is left") as caught:
        crop_joints(films, points("a", "left", {"mcp2": (9, 9), "wrist": (9, 90)}), **settings)
    assert set(caught.value.excluded["reason"]) == {reason}


@pytest.mark.parametrize(
    ("settings", "columns", "side"),
    [
        ({"unit": "pixels", "extent": 50}, {}, 50),
        ({"unit": "box", "extent": 1.5}, {"width": 30, "height": 40}, 60),
        ({"unit": "mm", "extent": 12}, {"mm_per_pixel": 0.2}, 60),
    ],
)
def test_one_joint_a_film_lies_as_the_film_or_as_its_angle(clinic, settings, columns, side):
    films = [clinic[0] / "a.png"]
    data = crop_joints(films, points("a", "", {"knee": (150, 200)}, angle=[None], **columns), **settings)
    assert data.table[["box_side", "box_angle"]].values.tolist() == [[side, 0]]
    turned = crop_joints(films, points("a", "", {"knee": (150, 200)}, angle=30.0, **columns), **settings)
    assert turned.table["box_angle"].tolist() == [30]


def test_grades_come_from_scores_points_or_films(clinic):
    _, films, table = clinic
    grades = table.assign(percent=np.arange(10) * 5)
    scores = grades[["image", "side", "joint", "percent"]].sample(frac=1, random_state=0)
    expected = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]
    assert crop_joints(films, table, scores=scores, target="percent", size=16).y.tolist() == expected
    assert crop_joints(films, grades, target="percent", size=16).y.tolist() == expected
    assert crop_joints(films, table, target="age", size=16).y.tolist() == [61] * 5 + [55] * 5
    with pytest.raises(ValueError, match="target='kl' must be a column"):
        crop_joints(films, table, target="kl")
    with pytest.raises(ImageTableError, match="no grade: 1"):
        crop_joints(films, table, scores=scores.iloc[1:], target="percent", size=16)


def test_films_that_are_not_there_are_problems_and_films_without_points_are_told(clinic, tmp_path):
    folder, films, table = clinic
    with pytest.raises(ImageTableError, match="no film: 5"):
        crop_joints([folder / "a.png"], table)
    (tmp_path / "b.png").write_bytes(b"\x89PNG no picture")
    with pytest.warns(UserWarning, match="5 joints are missing: unreadable film"):
        data = crop_joints([folder / "a.png", tmp_path / "b.png"], table, on_problem="report", size=16)
    assert len(data.X) == 5 and np.asarray(data.X).std() > 0
    with pytest.warns(UserWarning, match="1 of 2 films without points: b.png"):
        crop_joints(films, table.iloc[:5], size=16)


def test_settings_are_one_value(clinic):
    _, films, table = clinic
    cropper = JointCropper(size=24, joints=("mcp2",))
    data = crop_joints(films, table, cropper, extent=0.6)
    assert data.cropper == JointCropper(size=24, joints=("mcp2",), extent=0.6)
    assert set(data.table["joint"]) == {"mcp2"} and data.X.shape == (2, 24, 24, 1)
    with pytest.raises(ValueError, match="unit must be one of"):
        JointCropper(unit="cm")
    with pytest.raises(ValueError, match="joints must name some of the points"):
        crop_joints(films, table, joints=["mtp3"])


def test_jitter_is_a_share_of_the_box_and_reads_the_same_pixels(clinic):
    _, films, table = clinic
    plain, moved = (crop_joints(films, table, size=24, extent=0.5, jitter=jitter).X for jitter in (0, 0.1))
    assert plain.augmentation is None and moved.augmentation == Augmentation(jitter=0.2)
    assert (np.asarray(plain) == np.asarray(moved)).all()
    with pytest.raises(ValueError, match="jitter must be at most half of extent=0.5, got 0.3"):
        JointCropper(extent=0.5, jitter=0.3)


def test_maps_of_crops_are_drawn_on_their_film(clinic):
    _, films, table = clinic
    data = crop_joints(films, table, size=32, joints=["mcp2", "pip3"], extent=0.4)
    maps = np.zeros((4, 9, 9))
    maps[:, 4, 4] = [1, 2, 3, 4]
    drawn = data.on_film(maps, "b")
    assert drawn.shape == (400, 300) and np.nanmax(drawn) > 3
    for _, row in data.table[data.table["image"] == "b"].iterrows():
        assert drawn[round(row["y"]), round(row["x"])] > 2
    with pytest.raises(ValueError, match="values must be a map for each of 4 crops"):
        data.on_film(maps[:3], "b")
    with pytest.raises(ValueError, match="image must be a film with crops, got 'c'"):
        data.on_film(maps, "c")


def test_crops_of_dicom_films_are_those_of_their_pictures(tmp_path):
    pytest.importorskip("pydicom")
    files = write_films(tmp_path, 1, max_visits=1, size=128, image_format="dicom", random_state=0)
    settings = {"size": 16, "unit": "mm", "extent": 30, "joints": ["mcp2", "pip2"]}
    data = crop_joints(files.films, files.points, group="patient_id", **settings)
    paths = [tmp_path / name for name in data.table["image"].unique()]
    pictures = {f"{path.parent.name}/{path.name}": read_image(path, image_size(path))[..., 0] for path in paths}
    spacings = data.table.groupby("image")["mm_per_pixel"].first()
    points = load_points(files.points)
    drawn = crop_joints(pictures, points.assign(mm_per_pixel=points["image"].map(spacings)), **settings)
    assert (np.asarray(drawn.X) == np.asarray(data.X)).all() and np.asarray(data.X).std() > 5
    assert data.table["box_side"].to_numpy() == pytest.approx(30 / data.table["mm_per_pixel"].to_numpy())
