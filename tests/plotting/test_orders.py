"""Displays draw grades that are names in their order, whoever knows it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

from skerosion.plotting import ConfusionMatricesDisplay, ReliabilityDisplay, ScoreHistogramDisplay

NAMES = ["none", "mild", "severe"]
X = np.tile([0.0, 1.0, 2.0], 8)[:, np.newaxis]
TEXT = np.array(NAMES)[X[:, 0].astype(int)]
Y = pd.Series(pd.Categorical(TEXT, categories=NAMES, ordered=True))
LOGISTIC = LogisticRegression().fit(X, TEXT)


def test_from_predictions():
    assert ConfusionMatricesDisplay.from_predictions(Y, TEXT, ax=Figure).display_labels.tolist() == NAMES
    assert ScoreHistogramDisplay.from_predictions(Y, TEXT, ax=Figure).levels.tolist() == NAMES
    assert ReliabilityDisplay.from_predictions(Y, np.eye(3)[X[:, 0].astype(int)], ax=Figure).labels.tolist() == NAMES


def test_from_an_estimator_that_sorts_them():
    assert ConfusionMatricesDisplay.from_estimator(LOGISTIC, X, Y, ax=Figure).display_labels.tolist() == NAMES
    assert ScoreHistogramDisplay.from_estimator(LOGISTIC, X, Y, ax=Figure).levels.tolist() == NAMES
    display = ReliabilityDisplay.from_estimator(LOGISTIC, X, Y, ax=Figure)
    assert display.labels.tolist() == NAMES
    highest = [curve.predicted.max() for curve in next(iter(display.curves.values()))]
    assert highest == pytest.approx([LOGISTIC.predict_proba(X)[:, column].max() for column in (1, 0, 2)], abs=0.05)


@pytest.mark.parametrize("display", [ConfusionMatricesDisplay, ReliabilityDisplay, ScoreHistogramDisplay])
def test_names_whose_order_nobody_knows_are_warned_of(display):
    with pytest.warns(UserWarning, match="drawn in the alphabet's order, mild, none, severe, .*labels=.*classes="):
        display.from_estimator(LOGISTIC, X, TEXT, ax=Figure)


def test_columns_of_names_are_named():
    with pytest.raises(ValueError, match="labels must name the grade of each column of y_proba"):
        ReliabilityDisplay.from_predictions(TEXT, LOGISTIC.predict_proba(X), ax=Figure)
