"""Weights on rows weigh scores where they were asked to, and are visibly left out where they were not."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score

from skerosion.datasets import ImageRows
from skerosion.metrics import get_scorer, scorers, weights_message

Y, WEIGHTS = np.array([0, 1, 2, 2]), np.array([5.0, 1.0, 1.0, 1.0])
ROWS = ImageRows(np.zeros((4, 8, 8), dtype="uint8"))


class Zero(ClassifierMixin, BaseEstimator):
    """Predict grade 0."""

    classes_ = np.arange(3)

    def forecast(self, X):
        zeros = np.zeros(len(X), dtype=int)
        return SimpleNamespace(prediction=zeros, classes=self.classes_, probabilities=None, distribution=None)


@pytest.mark.parametrize(
    ("rows", "request_", "given", "expected", "warned"),
    [
        (ROWS, None, None, 0.25, False),
        (ROWS.with_sample_weight(WEIGHTS), None, None, 0.25, True),
        (ROWS.with_sample_weight(WEIGHTS), True, None, 5 / 8, False),
        (ROWS.with_sample_weight(WEIGHTS), "of_rows", None, 5 / 8, False),
        (ROWS.with_sample_weight(WEIGHTS), False, None, 0.25, False),
        (ROWS.with_sample_weight(WEIGHTS), True, [1, 1, 1, 5], 1 / 8, False),
        (ROWS.with_sample_weight(WEIGHTS), None, [1, 1, 1, 5], 1 / 8, False),
        (ROWS.with_sample_weight([3.0] * 4), None, None, 0.25, False),
        (np.zeros((4, 2)), True, None, 0.25, False),
    ],
)
def test_weights_weigh_where_they_were_asked_to(rows, request_, given, expected, warned):
    scorer = get_scorer("accuracy")
    scorer = scorer if request_ is None else scorer.set_score_request(sample_weight=request_)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert scorer(Zero(), rows, Y, sample_weight=given) == pytest.approx(expected)
    assert bool(caught) == warned
    assert all("from 1 to 5: they weigh the training, not the scores" in str(each.message) for each in caught)


def test_all_scores_of_one_call_are_weighed_alike():
    scoring = scorers("accuracy", "within_one_accuracy").set_score_request(sample_weight=True)
    found = scoring(Zero(), ROWS.with_sample_weight(WEIGHTS), Y)
    assert found["accuracy"] == accuracy_score(Y, np.zeros(4), sample_weight=WEIGHTS)
    assert found["within_one_accuracy"] == pytest.approx(2 / 3)
    assert weights_message(ROWS) == ""


def test_a_scorer_within_scorers_weighs_as_it_was_asked_itself():
    asked = get_scorer("accuracy").set_score_request(sample_weight=True)
    scoring = scorers("accuracy", mine=asked).set_score_request(sample_weight=False)
    assert scoring(Zero(), ROWS.with_sample_weight(WEIGHTS), Y) == {"accuracy": 1 / 4, "mine": 5 / 8}
