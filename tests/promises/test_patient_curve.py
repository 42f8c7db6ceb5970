"""Learning curves over patients: power laws, splits that keep patients apart, intervals that hold."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from skerosion.promises import PatientCurve, patient_learning_curve
from skerosion.promises._power_law import PowerLaw


class Recorder(ClassifierMixin, BaseEstimator):
    """Remembers which patients it saw, and is right as often as the square root of their number makes it."""

    seen = []

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y):
        self.classes_, self.patients_ = np.unique(y), set(X[:, 0].tolist())
        self.seen.append((self.random_state, len(self.patients_)))
        return self

    def predict(self, X):
        assert not self.patients_ & set(X[:, 0].tolist())
        return X[:, 1]


def joints(n_patients, seed=0, n_features=30):
    rng = np.random.default_rng(seed)
    patients, y = np.repeat(np.arange(n_patients), 2), rng.integers(3, size=2 * n_patients)
    return np.column_stack([y + 0.7 * rng.normal(size=len(y)), rng.normal(size=(len(y), n_features))]), y, patients


def test_a_law_is_found_again_and_never_falls():
    sizes = np.array([20, 50, 100, 200])
    law = PowerLaw.fit(sizes, 0.8 - 2.0 * sizes**-0.75)
    assert law.exponent == 0.75 and law.at(400) == pytest.approx(0.8 - 2.0 * 400**-0.75)
    falling = PowerLaw.fit(sizes, [0.8, 0.7, 0.6, 0.5])
    assert falling.at(400) == falling.at(20) < 0.6


def test_nobody_is_trained_on_and_scored_and_each_split_has_its_seed():
    Recorder.seen.clear()
    patients = np.repeat(np.arange(50), 3)
    y = np.tile([0, 1, 2], 50)
    X = np.column_stack([patients, y]).astype(float)
    curve = patient_learning_curve(Recorder(), X, y, patients, n_draws=3, scoring="accuracy", random_state=0)
    assert curve.sizes.tolist() == [7, 12, 21, 35] and (curve.scores == 1).all() and curve.resampled.shape == (3, 4)
    seeds = [seed for seed, _ in Recorder.seen]
    assert len(set(seeds)) == 6 and seeds[0] == seeds[3]
    assert [n for _, n in Recorder.seen[:12]] == [7, 12, 21, 35] * 3 and max(n for _, n in Recorder.seen[12:]) < 35


def test_same_seed_same_curve_and_a_gain_in_words():
    X, y, patients = joints(80)
    settings = {"scoring": "accuracy", "n_draws": 3, "random_state": 3}
    one, other = (patient_learning_curve(LogisticRegression(), X, y, patients, **settings) for _ in range(2))
    np.testing.assert_array_equal(one.frame(), other.frame())
    gain = one.gain(56)
    assert gain.low <= gain.estimate <= gain.high and str(gain).startswith("56 more patients: accuracy +0.")
    frame = one.frame()
    assert frame["extrapolated"].tolist() == [False] * 4 + [True] * 2 and frame["patients"].iloc[-1] == 112
    assert ((frame["low"] <= frame["score"] + 1e-9) & (frame["score"] <= frame["high"] + 1e-9)).all()


def test_no_more_than_twofold_is_said():
    curve = PatientCurve(np.array([10, 20, 40]), np.ones((2, 3)), np.ones((2, 3)), "accuracy")
    for patients in (41, 0, 2.5):
        with pytest.raises(ValueError, match="patients must be a whole number from 1 to 40, twofold"):
            curve.gain(patients)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sizes": (0.5, 1.0)}, "sizes must be at least 3 ascending shares"),
        ({"sizes": (0.5, 0.4, 1.0)}, "sizes must be at least 3 ascending shares"),
        ({"sizes": (0.01, 0.5, 1.0)}, "sizes must leave different numbers of patients"),
        ({"groups": None}, "groups must name the patient"),
        ({"test_size": 1.5}, "test_size must be a share"),
        ({"n_draws": 1}, "n_draws must be an integer"),
    ],
)
def test_errors_name_what_is_wrong(parameters, message):
    X, y, patients = joints(20)
    with pytest.raises(ValueError, match=message):
        patient_learning_curve(LogisticRegression(), X, y, **({"groups": patients} | parameters))


@pytest.mark.slow
def test_intervals_hold_the_gain_of_twice_the_patients():
    def score(n, seed):
        X, y, _ = joints(n, seed)
        new, truth, _ = joints(1500, seed + 10_000)
        return LogisticRegression(C=10).fit(X, y).score(new, truth)

    truth = np.mean([score(112, seed) - score(56, 500 + seed) for seed in range(200)])
    held = []
    for seed in range(30):
        settings = {"scoring": "accuracy", "n_draws": 12, "random_state": seed}
        curve = patient_learning_curve(LogisticRegression(C=10), *joints(80, 1000 + seed), **settings)
        gain = curve.gain(56)
        held.append(gain.low <= truth <= gain.high)
    assert np.mean(held) > 0.8
