"""Ingredients of a training: schedules, label smoothing, averaged weights, each a parameter of every estimator."""

import numpy as np
import pytest
from sklearn.base import clone

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, OrdinalClassifier
from skerosion.training import lease

RECIPE = {
    "schedule": "cosine",
    "warmup": 0.25,
    "average_epochs": 2,
    "label_smoothing": 0.1,
    "augmentation": {"flip": True, "exposure": 0.2},
}


@pytest.fixture
def ordinal(quick):
    """A classifier with all ingredients; every test changes what needs no other program."""
    return OrdinalClassifier(**quick, **RECIPE)


@pytest.mark.slow
def test_all_together_repeat_bit_for_bit(ordinal, graded):
    fitted, again = ordinal.fit(*graded[:2]), clone(ordinal).fit(*graded[:2])
    # The rate after the last of 6 steps is a hundredth.
    assert fitted.history_["learning_rate"][-1] == pytest.approx(1e-5, rel=1e-4)
    np.testing.assert_array_equal(again.predict_proba(graded[0]), fitted.predict_proba(graded[0]))


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("estimator", [CNNClassifier, CNNRegressor, CRPSRegressor])
def test_every_estimator_takes_them(estimator, graded, quick):
    recipe = {name: value for name, value in RECIPE.items() if name in estimator().get_params()}
    assert set(RECIPE) - set(recipe) <= {"label_smoothing"}
    assert np.isfinite(estimator(**quick, **recipe).fit(graded[0], 10 * graded[1]).predict(graded[0])).all()


def test_the_schedule_of_a_fit_of_single_epochs_goes_on(graded, quick):
    parameters = {**quick, "schedule": "cosine", "epochs": 3}
    whole = CNNClassifier(**parameters).fit(*graded[:2])
    step_by_step = CNNClassifier(**parameters)
    for _ in range(4):
        step_by_step.partial_fit(*graded[:2])
    rates = step_by_step.history_["learning_rate"]
    assert rates[:3] == pytest.approx(whole.history_["learning_rate"]) and rates[3] == pytest.approx(rates[2])


@pytest.mark.slow
def test_rate_share_and_averaging_need_no_new_program(ordinal, graded):
    programs = []
    for changes in ({}, {"label_smoothing": 0.3, "average_epochs": 1}, {"schedule": "constant", "warmup": 0.5}):
        fitted = clone(ordinal).set_params(**changes).fit(*graded[:2])
        with lease(fitted._key) as program:
            programs.append(program)
    assert all(program is programs[0] for program in programs)


@pytest.mark.once
def test_smoothing_makes_forecasts_less_sure(ordinal, graded):
    ordinal.set_params(epochs=5, learning_rate=0.01, dropout=0.0, average_epochs=1)
    sure, smoothed = (
        clone(ordinal).set_params(label_smoothing=share).fit(*graded[:2]).predict_proba(graded[0]).max(axis=1).mean()
        for share in (0.01, 0.6)
    )
    assert smoothed < sure


def test_the_validation_loss_knows_no_smoothing(ordinal, graded):
    """With a rate of almost nothing the network is the same, and so is what it loses on rows held out."""
    ordinal.set_params(epochs=1, average_epochs=1, learning_rate=1e-12, validation_split=0.3)
    first, second = (
        clone(ordinal).set_params(label_smoothing=share).fit(*graded[:2]).history_["val_loss"] for share in (0.01, 0.5)
    )
    assert first == pytest.approx(second, rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schedule": "linear"}, "schedule must be one of .*'cosine'.* got 'linear'"),
        ({"schedule": "cosine", "learning_rate": lambda step: 0.1}, "learning_rate must be a number for schedule"),
        ({"warmup": 1.0}, "warmup must be a number of at least 0 and below 1, got 1.0"),
        ({"label_smoothing": 1.0}, "label_smoothing must be a number of at least 0 and below 1, got 1.0"),
        ({"average_epochs": 0}, "average_epochs must be an integer of at least 1, got 0"),
        ({"average_epochs": 9, "epochs": 3}, "average_epochs must be at most the number of epochs trained, 3, got 9"),
        (
            {"average_epochs": 2, "phases": [{"epochs": 5}, {"epochs": 1}]},
            "average_epochs must be at most the number of epochs trained, 1, got 2",
        ),
        ({"average_epochs": 2, "patience": 1, "validation_split": 0.3}, "average_epochs must be 1 with patience"),
    ],
)
def test_wrong_values_are_named(changes, message, graded, quick):
    with pytest.raises(ValueError, match=message):
        CNNClassifier(**{**quick, **changes}).fit(*graded[:2])


@pytest.mark.slow
def test_each_phase_has_a_schedule_of_its_own(graded, quick):
    parameters = {**quick, "schedule": "cosine", "phases": "head_then_all", "average_epochs": 2}
    rates = CNNClassifier(**parameters).fit(*graded[:2]).history_["learning_rate"]
    assert rates[1] == pytest.approx(1e-5) and rates[3] == pytest.approx(1e-6) and rates[2] > rates[1]
    step_by_step = CNNClassifier(**parameters)
    for _ in range(5):
        step_by_step.partial_fit(*graded[:2])
    assert step_by_step.history_["learning_rate"] == pytest.approx([*rates, rates[-1]])
