"""What `trim` does to a fit: which rows rest, and what the history says of them."""

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline

from skerosion import CNNClassifier, CRPSRegressor, OrdinalClassifier
from skerosion.imbalance import AugmentingOverSampler


@pytest.fixture(scope="module")
def vectors():
    """120 rows of two grades that are easy to tell apart, and which twelve of them have the wrong one."""
    rng = np.random.default_rng(0)
    grades = np.repeat([0, 1], 60)
    X = rng.normal(size=(120, 4)).astype(np.float32)
    X[:, 0] += 6 * grades
    wrong = np.r_[:6, 60:66]
    given = grades.copy()
    given[wrong] = 1 - grades[wrong]
    return X, given, wrong


SMALL = {"dense_units": (16,), "dropout": 0.0, "epochs": 8, "batch_size": 20, "learning_rate": 0.01, "random_state": 0}


def test_wrong_labels_rest_and_are_not_learned(vectors):
    X, given, wrong = vectors
    trimmed = CNNClassifier(**SMALL, trim=0.1, trim_after=3).fit(X, given)
    assert trimmed.history_["resting_0"] == [0.0] * 3 + [6.0] * 5 == trimmed.history_["resting_1"]
    plain = CNNClassifier(**SMALL).fit(X, given)
    right = 1 - given[wrong]
    given_less = (each.predict_proba(X[wrong])[np.arange(12), right].mean() for each in (trimmed, plain))
    assert next(given_less) > next(given_less)
    assert "resting_0" not in plain.history_


@pytest.mark.parametrize("changes", [{"head": "corn"}, {"label_smoothing": 0.1}, {"validation_split": 0.2}])
def test_every_loss_and_split_can_be_trimmed(vectors, changes):
    X, given, _ = vectors
    fitted = OrdinalClassifier(**SMALL | {"epochs": 3}, trim=0.2, trim_after=1, **changes).fit(X, given)
    n = 120 if "validation_split" not in changes else 96
    assert sum(fitted.history_[f"resting_{grade}"][-1] for grade in (0, 1)) == pytest.approx(0.2 * n, abs=2)


def test_phases_share_what_is_known(graded, quick):
    images, grades, _ = graded
    fitted = CNNClassifier(**quick | {"epochs": 1}, phases=["head_then_all"][0], trim=0.2, trim_after=1)
    assert fitted.fit(images, grades).history_["resting_0"][1] > 0


def test_copies_rest_with_their_original(graded, quick):
    images, grades, _ = graded
    pipeline = make_pipeline(AugmentingOverSampler(random_state=0), CNNClassifier(**quick, trim=0.2, trim_after=1))
    history = pipeline.fit(images, grades).steps[-1][1].history_
    assert history["resting_2"][1] >= 0.2 * (grades == 0).sum() - 3


def test_values_are_trimmed_by_their_grades(vectors):
    X, given, _ = vectors
    settings = SMALL | {"epochs": 2}
    regressor = CRPSRegressor(**settings, grid=np.arange(0, 101, 10), trim=0.1, trim_after=1)
    with pytest.raises(ValueError, match=r"trim goes by grades.*bins"):
        regressor.fit(X, 60 * given)
    assert regressor.set_params(bins="ratingen").fit(X, 60 * given).history_["resting_3"] == [0.0, 6.0]


@pytest.mark.parametrize("changes", [{"trim": 0.0}, {"trim": 1.0}, {"trim": 0.1, "trim_after": 0}])
def test_wrong_parameters_are_told(vectors, changes):
    with pytest.raises(ValueError, match=next(reversed(changes))):
        CNNClassifier(**SMALL, **changes).fit(*vectors[:2])
