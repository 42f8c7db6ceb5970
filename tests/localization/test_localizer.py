"""The joint localizer: learns where spots are, tells sides apart, and is a scikit-learn estimator."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skerosion import load_estimator, save_estimator
from skerosion.localization import JointLocalizer

SMALL = {"size": 32, "filters": (8, 16, 16), "convolutions": 1, "epochs": 24, "batch_size": 8, "learning_rate": 1e-2}
SMALL |= {"augmentation": {"shift": 0.05}, "random_state": 0, "verbose": 0}
SHAPE = (40, 52)


def spots(n_films, seed, missing=0.0):
    """Films of three spots: a bright one, a smaller one above, one at the side that tells left from right."""
    rng, films, rows = np.random.default_rng(seed), {}, []
    for number in range(n_films):
        side = ("left", "right")[number % 2]
        x, y = rng.uniform(20, 31), rng.uniform(16, 26)
        away = {"mcp3": (0, 0), "pip3": (0, -9), "mcp1": (8 if side == "left" else -8, 3)}
        lost = "pip3" if rng.random() < missing else None
        films[f"f{number}"] = picture(
            [(x + dx, y + dy, joint) for joint, (dx, dy) in away.items() if joint != lost], rng
        )
        for joint, (dx, dy) in away.items():
            rows.append((f"f{number}", side, joint, x + dx, y + dy, joint != lost))
    return films, pd.DataFrame(rows, columns=["image", "side", "joint", "x", "y", "visible"])


def picture(points, rng):
    across, down = np.meshgrid(np.arange(SHAPE[1]), np.arange(SHAPE[0]))
    light = rng.uniform(0, 0.05, SHAPE)
    for x, y, joint in points:
        width = {"mcp3": 2.4, "pip3": 1.4, "mcp1": 1.8}[joint]
        light += np.exp(-0.5 * ((across - x) ** 2 + (down - y) ** 2) / width**2)
    return (255 * np.clip(light, 0, 1)).astype(np.uint8)


@pytest.fixture(scope="module")
def fitted():
    films, points = spots(60, seed=0, missing=0.2)
    return JointLocalizer(**SMALL).fit(films, points)


@pytest.fixture(scope="module")
def others():
    return spots(20, seed=1, missing=0.3)


@pytest.mark.slow
def test_points_of_other_films_are_found_to_a_fraction_of_a_pixel(fitted, others):
    found = fitted.predict(others[0])
    both = others[1].merge(found, on=["image", "side", "joint"], suffixes=("", "_found"))
    seen = both[both["visible"]]
    assert len(seen) == others[1]["visible"].sum()
    error = np.hypot(seen["x"] - seen["x_found"], seen["y"] - seen["y_found"])
    assert error.median() < 0.7 and fitted.score(*others) > 0.8


@pytest.mark.slow
def test_missing_points_are_found_missing(fitted, others):
    both = others[1].merge(fitted.predict(others[0]), on=["image", "side", "joint"], suffixes=("", "_found"))
    tips = both[both["joint"] == "pip3"]
    assert (tips["visible"] == tips["visible_found"]).mean() > 0.8
    assert tips.loc[~tips["visible"], "score"].max() < tips.loc[tips["visible"], "score"].median()


@pytest.mark.slow
def test_each_side_is_told_and_a_film_the_wrong_way_round_is_noticed(fitted, others):
    films, points = others
    sides = points.groupby("image", sort=False)["side"].first()
    assert all(fitted.find_joints(film).side == sides[name] for name, film in films.items())
    turned = fitted.find_joints(films["f0"][:, ::-1], side="left")
    assert turned.mirrored and turned.side == "right" and set(turned.points["side"]) == {"left"}
    place, truth = (table.set_index("joint").loc["mcp3"] for table in (turned.points, points[points["image"] == "f0"]))
    assert abs(SHAPE[1] - 1 - place["x"] - truth["x"]) < 2
    assert not fitted.find_joints(films["f0"], side="left").mirrored


def test_what_is_found_can_be_trained_on(fitted, others):
    again = clone(fitted).set_params(epochs=1).fit(others[0], fitted.predict(others[0]))
    assert again.joints_ == fitted.joints_ and again.sides_ == ("left", "right")


def test_copies_and_files_predict_the_same(fitted, others, tmp_path):
    found = fitted.predict(others[0])
    path = save_estimator(fitted, tmp_path / "finder.skerosion")
    for copy in (pickle.loads(pickle.dumps(fitted)), load_estimator(path)):
        pd.testing.assert_frame_equal(copy.predict(others[0]), found)


def test_validation_is_by_patient_and_a_seed_repeats_a_fit():
    films, points = spots(12, seed=2)
    settings = SMALL | {"epochs": 2, "validation_split": 0.3}
    patients = np.repeat(np.arange(6), 2)
    one, other = (JointLocalizer(**settings).fit(films, points, groups=patients) for _ in range(2))
    assert one.history_ == other.history_ and len(one.history_["val_loss"]) == 2


def test_points_without_sides_need_no_mirror():
    films, points = spots(8, seed=3)
    localizer = JointLocalizer(**SMALL | {"epochs": 1}).fit(films, points.assign(side=""))
    found = localizer.find_joints(films["f0"])
    assert localizer.sides_ == ("",) and found.side == "" and not found.mirrored


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"size": 8}, "size must be"),
        ({"reference": "mcp3"}, "reference must be"),
        ({"backbone": "vgg"}, "must give maps"),
    ],
)
def test_wrong_settings_are_named(settings, says):
    films, points = spots(4, seed=4)
    with pytest.raises(ValueError, match=says):
        JointLocalizer(**SMALL | settings).fit(films, points)


def test_sides_must_be_known_words(fitted, others):
    with pytest.raises(ValueError, match="sides must be 'left', 'right', 'both' or None for each of 20 films"):
        fitted.predict(others[0], sides=["links"] * 20)
