"""Synthetic films: the same by seed, points where the joints are, sides that mirror each other, damage as labelled."""

import numpy as np
import pytest

from skerosion.clinical import HAND_JOINTS
from skerosion.datasets import make_films
from skerosion.datasets.synthetic._film_plans import FilmSettings
from skerosion.datasets.synthetic._film_scenes import draw_film_of

DAMAGED = {0: 1, 20: 1, 60: 1, 100: 1}
SETTINGS = {"both_sides": 0.5, "rotation": 20.0, "missing": 0.0, "mirrored": 0.0, "labels": DAMAGED, "size": 400}


@pytest.fixture(scope="module")
def hands():
    return make_films(4, max_visits=2, size=160, labels=DAMAGED, return_mask=True, random_state=5)


def places_of(films, name, side):
    rows = films.points.query("image == @name and side == @side").set_index("joint")
    return {joint: rows.loc[joint, ["x", "y"]].to_numpy(dtype=float) for joint in rows.index}


def turns_left(places):
    """Whether the way from wrist to middle finger has the little finger at its left, as the film shows it."""
    finger, across = places["pip3"] - places["wrist"], places["mcp5"] - places["mcp2"]
    return finger[0] * across[1] - finger[1] * across[0] < 0


@pytest.mark.slow
def test_a_seed_draws_the_same_films(hands):
    again = make_films(4, max_visits=2, size=160, labels=DAMAGED, random_state=5)
    assert all((one == other).all() for one, other in zip(hands.images, again.images, strict=True))
    assert again.points.equals(hands.points)
    other = make_films(4, max_visits=2, size=160, labels=DAMAGED, random_state=1)
    assert not other.points["x"].equals(hands.points["x"])


def test_every_hand_has_its_points_and_they_lie_on_the_film(hands):
    for (name, _), rows in hands.points.groupby(["image", "side"]):
        height, width = hands.images[hands.table["image"].tolist().index(name)].shape
        assert set(rows["joint"]) == {*HAND_JOINTS, "wrist"}
        seen = rows[rows["visible"]]
        assert seen["x"].between(-0.5, width - 0.5).all() and seen["y"].between(-0.5, height - 0.5).all()


def test_left_and_right_hands_mirror_each_other_whatever_their_turn():
    films = make_films(3, max_visits=1, rotation=180.0, missing=0.0, size=64, random_state=1)
    for (name, side), _ in films.points.groupby(["image", "side"]):
        assert turns_left(places_of(films, name, side)) == (side == "left")


def test_a_mirrored_film_is_the_film_seen_from_behind_under_the_same_tag():
    plain, mirrored = (make_films(1, max_visits=1, size=64, mirrored=share, random_state=3) for share in (0.0, 1.0))
    width = plain.images[0].shape[1]
    assert (mirrored.images[0] == plain.images[0][:, ::-1]).all()
    own = mirrored.points.query("image == @plain.table.image[0]")
    assert np.allclose(own["x"], width - 1 - plain.points["x"][: len(own)], equal_nan=True)
    assert mirrored.table["side"].equals(plain.table["side"]) and mirrored.table["mirrored"].all()


def test_size_changes_the_pixels_and_nothing_else():
    small, large = (make_films(1, max_visits=1, size=size, both_sides=1.0, random_state=0) for size in (100, 300))
    assert small.table.drop(columns="mm_per_pixel").equals(large.table.drop(columns="mm_per_pixel"))
    for axis in ("x", "y"):
        assert np.allclose(3 * (small.points[axis] + 0.5), large.points[axis] + 0.5, atol=1.5, equal_nan=True)
    assert small.table["mm_per_pixel"][0] == pytest.approx(3 * large.table["mm_per_pixel"][0], rel=0.01)


def test_the_eroded_share_of_the_surface_is_the_percentage():
    seed, _, plans = FilmSettings(body_part="hand", max_visits=1, **SETTINGS).plan(2, 0)
    film = draw_film_of(seed, plans[0], 400)
    damaged = {name for name, percent in plans[0].percent.items() if percent and name.startswith(plans[0].sides)}
    assert set(film.eroded) == damaged and damaged
    for name, (_, eroded, surface) in film.eroded.items():
        wanted = max(1, round(plans[0].percent[name] / 100 * surface.sum()))
        assert (eroded & surface).sum() == pytest.approx(wanted, abs=1)


def test_masks_name_the_joint_whose_pixels_they_are(hands):
    points = [rows for _, rows in hands.points.groupby("image", sort=False)]
    for mask, rows in zip(hands.masks, points, strict=True):
        numbered = rows.reset_index(drop=True)
        eroded = numbered[numbered["percent"].fillna(0) > 0]
        assert set(np.unique(mask)) - {0} == set(eroded.index + 1)
        for number, row in eroded.iterrows():
            y, x = np.nonzero(mask == number + 1)
            assert np.hypot(x - row["x"], y - row["y"]).min() < 12


def test_damage_never_heals(hands):
    table = hands.points.merge(hands.table, on="image", suffixes=("", "_of_film"))
    courses = table.sort_values("visit").groupby(["patient_id", "side", "joint"])["percent"]
    assert (courses.apply(lambda course: course.diff().dropna().ge(0).all())).all()
    assert table["visit"].max() == 1


def test_lost_fingers_take_their_joints_along_at_every_visit():
    films = make_films(8, max_visits=2, missing=0.3, both_sides=1.0, size=64, random_state=0)
    lost = films.points.query("reason == 'missing'")
    assert lost[["x", "y", "percent"]].isna().all(axis=None) and not lost["visible"].any()
    fingers = films.points[films.points["joint"].str.match("pip|ip1")]
    assert (fingers["reason"] == "missing").mean() == pytest.approx(0.3, abs=0.12)
    table = films.points.merge(films.table, on="image", suffixes=("", "_of_film"))
    assert (table.groupby(["patient_id", "side", "joint"])["visible"].nunique() == 1).all()


def test_feet_and_knees_have_points_of_their_own():
    films = make_films(1, body_part=("foot", "knee"), max_visits=1, missing=0.0, size=64, random_state=0)
    joints = films.points.merge(films.table, on="image", suffixes=("", "_of_film")).groupby("body_part")["joint"]
    assert set(joints.get_group("foot")) == {"toe_ip1", *(f"mtp{ray}" for ray in range(1, 6))}
    assert set(joints.get_group("knee")) == {"knee", "knee_medial", "knee_lateral"}


def test_knees_are_seen_from_the_front_and_hands_and_feet_from_their_back():
    parts = {"hand": ("mcp2", "mcp5"), "foot": ("mtp1", "mtp5"), "knee": ("knee_lateral", "knee_medial")}
    films = make_films(
        1, body_part=list(parts), max_visits=1, rotation=0.0, missing=0.0, both_sides=1.0, size=64, random_state=0
    )
    for name, part in zip(films.table["image"], films.table["body_part"], strict=True):
        left, right = (places_of(films, name, side) for side in ("left", "right"))
        at_the_right, at_the_left = parts[part]
        assert left[at_the_right][0] > left[at_the_left][0] and right[at_the_right][0] < right[at_the_left][0]
        assert (left[at_the_left][0] < right[at_the_left][0]) == (part != "knee")


def test_bone_is_brighter_than_flesh_and_flesh_than_air():
    films = make_films(2, max_visits=1, both_sides=1.0, rotation=0.0, missing=0.0, size=256, random_state=2)
    for image, name, spacing in zip(films.images, films.table["image"], films.table["mm_per_pixel"], strict=True):
        places = places_of(films, name, "left")
        phalanx, middle = places["pip3"] - places["mcp3"], (places["pip3"] + places["mcp3"]) / 2
        beside = middle + 7.5 / spacing * np.array([-phalanx[1], phalanx[0]]) / np.hypot(*phalanx)
        bone, flesh = (image[round(y), round(x)] for x, y in (middle, beside))
        assert bone > flesh > np.percentile(image, 10)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"body_part": "elbow"}, "body_part must be one of"),
        ({"missing": 1.5}, "missing must be"),
        ({"size": 10}, "size must be an integer of at least 64"),
        ({"rotation": 200}, "rotation must be"),
    ],
)
def test_settings_out_of_their_range_are_named(settings, says):
    with pytest.raises(ValueError, match=says):
        make_films(1, **settings)
