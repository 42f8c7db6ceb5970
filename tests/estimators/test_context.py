"""The other joints of a patient: Bayes' rule for two, nothing for one, and never another patient's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB

from skerosion import ContextForecaster, CRPSRegressor, ImageRows
from skerosion.estimators._context import log_message, meeting_ratios

pytestmark = pytest.mark.once


def draw_knees(n_patients, seed=0):
    """Two knees a patient whose grades are alike, each seen through noise of its own."""
    rng = np.random.default_rng(seed)
    left = rng.choice(3, size=n_patients, p=[0.5, 0.3, 0.2])
    right = np.clip(left + rng.choice([-1, 0, 1], size=n_patients, p=[0.15, 0.7, 0.15]), 0, 2)
    y = np.column_stack([left, right]).ravel()
    features = y[:, np.newaxis] + rng.normal(size=(2 * n_patients, 1))
    return ImageRows(features.astype("float32"), groups=np.repeat(np.arange(n_patients), 2)), y


@pytest.fixture(scope="module")
def knees():
    return draw_knees(400), draw_knees(400, seed=1)


def test_two_rows_follow_bayes_rule(knees):
    (X, y), (held_out, _) = knees
    context = ContextForecaster(LogisticRegression(), chance=0.0).fit(X, y)
    alone = context.estimator_.predict_proba(held_out[:2])
    pairs = np.zeros((3, 3))
    for one, other in y.reshape(-1, 2):
        pairs[one, other] += 1
        pairs[other, one] += 1
    joint = pairs / pairs.sum()
    together = alone[0][:, None] * alone[1][None, :] * joint / np.outer(joint.sum(0), joint.sum(0))
    expected = [together.sum(axis=1), together.sum(axis=0)]
    expected = np.array(expected) / together.sum()
    np.testing.assert_allclose(context.predict_proba(held_out[:2]), expected, atol=1e-6)


def test_the_other_knee_helps_and_a_fitted_strength_is_sound(knees):
    (X, y), (held_out, truth) = knees
    context = ContextForecaster(LogisticRegression(), strength="fit", cv=5).fit(X, y)
    before = log_loss(truth, context.estimator_.predict_proba(held_out))
    assert log_loss(truth, context.predict_proba(held_out)) < before - 0.02
    assert 0.5 < context.strength_ < 1.5


def test_a_single_row_and_no_strength_leave_the_forecast_alone(knees):
    (X, y), (held_out, _) = knees
    context = ContextForecaster(LogisticRegression()).fit(X, y)
    alone = context.estimator_.predict_proba(held_out)
    np.testing.assert_allclose(context.predict_proba(held_out[::2]), alone[::2], atol=1e-6)
    none = ContextForecaster(context.estimator_, strength=0.0, cv="prefit").fit(X, y)
    np.testing.assert_allclose(none.predict_proba(held_out), alone, atol=1e-6)


@given(st.integers(0, 1000))
def test_only_rows_of_the_same_patient_speak(seed):
    rng = np.random.default_rng(seed)
    groups, probabilities = rng.integers(4, size=12), rng.dirichlet(np.ones(3), 12)
    ratios = meeting_ratios(rng.integers(3, size=12), groups, 3)
    np.testing.assert_allclose(ratios, ratios.T)
    assert (ratios > 0).all()
    message = log_message(probabilities, groups, ratios)
    others = groups != groups[0]
    changed = np.where(others[:, None], probabilities[::-1], probabilities)
    np.testing.assert_allclose(log_message(changed, groups, ratios)[0], message[0])
    assert not message[np.bincount(groups)[groups] == 1].any()


def test_grades_that_meet_by_chance_say_nothing():
    y = np.repeat([0, 0, 1, 1], 25), np.tile([0, 1], 50)
    ratios = meeting_ratios(np.column_stack(y).ravel(), np.repeat(np.arange(100), 2), 2)
    np.testing.assert_allclose(ratios, 1.0)


def test_unknown_is_not_impossible():
    """Two rare grades that were never expected to meet, and one that only patients with a single joint show."""
    y = np.concatenate([np.repeat([0, 1], 400), [0, 2], [0, 3], [4]])
    ratios = meeting_ratios(y, np.arange(len(y)) // 2, 5)
    np.testing.assert_allclose(ratios[2, 3], 1.0, atol=0.02)
    np.testing.assert_array_equal(ratios[4], 1.0)
    assert ratios[0, 1] < 0.1
    np.testing.assert_array_equal(meeting_ratios(np.array([0, 1]), np.array([0, 1]), 2, chance=0.0), 1.0)


def test_repeats_of_an_image_are_no_other_joints(knees):
    (X, y), _ = knees
    repeats = np.repeat(np.arange(len(y)), np.random.default_rng(0).integers(1, 4, len(y)))
    estimator = LogisticRegression().fit(np.asarray(X), y)
    once, oversampled = (
        ContextForecaster(estimator, cv="prefit").fit(X[rows], y[rows]) for rows in (np.arange(len(y)), repeats)
    )
    np.testing.assert_allclose(oversampled.ratios_, once.ratios_)


@pytest.mark.parametrize("cv", [0.5, 5, "prefit"])
def test_the_strength_is_nought_where_grades_are_independent(cv):
    """Ratios that count the very pairs that they are tried on find them likely: the mean strength was above 1."""
    strengths = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        y, groups = rng.integers(6, size=200), np.repeat(np.arange(100), 2)
        X = ImageRows((y[:, np.newaxis] + rng.normal(size=(200, 1))).astype("float32"), groups=groups)
        estimator = GaussianNB().fit(np.asarray(X), y)
        context = ContextForecaster(estimator, strength="fit", cv=cv, random_state=seed)
        strengths.append(context.fit(X, y).strength_)
    assert np.mean(strengths) < 0.5


def test_a_strength_wants_two_patients(knees):
    (X, y), _ = knees
    fitted = LogisticRegression().fit(np.asarray(X), y)
    with pytest.raises(ValueError, match="needs at least 2 patients, got 1"):
        ContextForecaster(fitted, strength="fit", cv="prefit").fit(X[:2], y[:2])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strength": "half"}, "strength must be 'fit' or a finite number of at least 0, got 'half'"),
        ({"strength": -1.0}, "strength must be 'fit' or a finite number"),
        ({"chance": np.inf}, "chance must be a finite number of at least 0, got inf"),
        ({"cv": "folds"}, "cv must be 'prefit'"),
        ({"estimator": CRPSRegressor()}, "GradedRegressor makes one"),
        ({"estimator": LinearRegression()}, "estimator must predict"),
    ],
)
def test_wrong_values_are_named(changes, message, knees):
    with pytest.raises(ValueError, match=message):
        ContextForecaster(**{"estimator": LogisticRegression(), **changes}).fit(*knees[0])


def test_rows_without_patients_are_an_error(knees):
    (X, y), _ = knees
    with pytest.raises(ValueError, match="groups must name the patient of each row"):
        ContextForecaster(LogisticRegression()).fit(np.asarray(X), y)
    context = ContextForecaster(LogisticRegression()).fit(X, y)
    with pytest.raises(ValueError, match="X must be rows that know their patients"):
        context.predict(np.asarray(X))
