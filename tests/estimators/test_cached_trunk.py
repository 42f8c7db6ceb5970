"""Training on the maps of a frozen trunk: the same weights as on pixels, with flips, copies and held-out rows."""

import numpy as np
import pytest
from sklearn.base import clone

from skerosion import CNNClassifier, ImageRows
from skerosion.experiments import load_estimator, save_estimator
from skerosion.training import Phase


def fit(quick, X, y, cache_trunk, **settings):
    phase = Phase(settings.pop("trainable", 1), cache_trunk=cache_trunk)
    return CNNClassifier(**quick | {"epochs": 7, "phases": phase} | settings).fit(X, y)


def largest_difference(first, second):
    return max(np.abs(a - b).max() for a, b in zip(first.weights_, second.weights_, strict=True))


@pytest.mark.slow
def test_in_float32_21_steps_end_in_the_same_weights(graded, quick):
    """With flips of the rows and of copies, a validation split, dropout and Adam."""
    images, grades, groups = graded
    copies = np.arange(60) // 30
    rows = ImageRows(images, groups=groups, copy_augmentation={"flip": True})
    rows = rows.take(np.arange(60) % 30 + 20 * copies, copy_number=copies)
    settings = {"augmentation": {"flip": True}, "validation_split": 0.2}
    y = grades[rows.indices]
    plain, cached = (fit(quick, rows, y, kept, **settings) for kept in (None, "float32"))
    assert len(plain.history_["loss"]) == 7
    assert largest_difference(plain, cached) < 1e-5
    np.testing.assert_allclose(cached.history_["val_loss"], plain.history_["val_loss"], rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("trainable", ["head", 0.5])
def test_in_float16_the_fit_is_nearly_the_same(graded, quick, trainable, tmp_path):
    images, grades, _ = graded
    plain, cached = (fit(quick, images, grades, kept, trainable=trainable) for kept in (None, "float16"))
    assert 0 < largest_difference(plain, cached) < 0.01
    np.testing.assert_allclose(cached.predict_proba(images), plain.predict_proba(images), atol=0.01)
    again = load_estimator(save_estimator(cached, tmp_path / "one.skerosion"))
    np.testing.assert_array_equal(again.predict_proba(images), cached.predict_proba(images))
    assert again.phases == cached.phases


@pytest.mark.slow
def test_phases_with_and_without_go_on_from_each_other(graded, quick):
    images, grades, _ = graded
    options = {"weights": CNNClassifier(**quick).fit(images, grades), "average_epochs": 2, "trim": 0.1, "trim_after": 1}

    def fitted(kept):
        phases = [{"trainable": "head", "cache_trunk": kept}, {"trainable": 0.5, "cache_trunk": kept}, {"rate": 0.1}]
        return CNNClassifier(**quick | options, phases=phases).fit(images, grades)

    plain, cached = fitted(None), fitted("float32")
    assert len(cached.history_["loss"]) == 6 and largest_difference(plain, cached) < 1e-5


@pytest.mark.slow
def test_partial_fit_goes_on(graded, quick):
    images, grades, _ = graded
    plain, cached = (fit(quick, images, grades, kept, warm_start=True, epochs=1) for kept in (None, "float32"))
    for fitted in (plain, cached):
        fitted.partial_fit(images, grades)
    assert largest_difference(plain, cached) < 1e-5


def test_the_parameter_survives_clone_and_is_part_of_it(quick):
    phases = [Phase("head", cache_trunk="float16"), {"trainable": 1, "cache_trunk": "float32"}]
    assert clone(CNNClassifier(phases=phases)).get_params()["phases"] == phases


@pytest.mark.parametrize(
    ("phases", "settings", "message"),
    [
        ({"trainable": 1, "cache_trunk": "int8"}, {}, "cache_trunk must be None or .*, got 'int8'"),
        ({"cache_trunk": "float16"}, {}, "cache_trunk must be None where everything trains, got 'float16'"),
        ({"trainable": 2, "cache_trunk": "float16"}, {}, "no frozen layers come before .* trainable=2 and backbone="),
        (
            [{"trainable": "head", "cache_trunk": "float16"}, {}],
            {"augmentation": {"rotation": 5.0}},
            "augmentation must be flips alone, .*, or None for phases with cache_trunk, got .*rotation=5.0",
        ),
    ],
)
def test_what_cannot_be_is_refused(graded, quick, phases, settings, message):
    with pytest.raises(ValueError, match=message):
        CNNClassifier(**quick | settings, phases=phases).fit(*graded[:2])
