"""A metric written from the template scores, gets its interval and is drawn, with no change anywhere else."""

import pathlib
import runpy

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import cross_validate

from skerosion.metrics import group_bootstrap_interval, list_metrics, scorers
from skerosion.plotting import StrategyComparisonDisplay

TEMPLATE = pathlib.Path(__file__).parents[2] / "examples" / "templates" / "own_metric.py"
Y = np.array([0, 0, 1, 2] * 6)
NONE_DAMAGED = np.array([0, 0, 0, 2] * 6)


@pytest.fixture(autouse=True)
def own():
    """Register the metric for one test."""
    return runpy.run_path(str(TEMPLATE))["own"]


def test_the_template_is_short_and_all_there_is():
    assert len(TEMPLATE.read_text(encoding="utf-8").splitlines()) < 40
    assert "own" in list_metrics("grades")


def test_weights_weigh_and_names_have_an_order(own):
    assert own(Y, NONE_DAMAGED) == 0.5
    assert own(Y, NONE_DAMAGED, sample_weight=np.where(Y == 1, 3, 1)) == 0.75
    names = np.array(["none", "mild", "severe"])
    assert own(names[Y], names[NONE_DAMAGED], labels=list(names)) == 0.5
    assert np.isnan(own([0, 0], [0, 1]))


def test_it_scores_a_search():
    classifier = DummyClassifier(strategy="most_frequent")
    results = cross_validate(classifier, np.zeros((24, 1)), Y, cv=2, scoring=scorers("own", "quadratic_kappa"))
    assert results["test_own"].tolist() == [-1.0, -1.0]


def test_it_has_an_interval_and_is_drawn():
    later_seen = np.where(np.arange(24) < 12, NONE_DAMAGED, Y)
    interval = group_bootstrap_interval("own", Y, later_seen, np.arange(24) // 4, random_state=0)
    assert interval.low < interval.estimate == 0.25 < interval.high
    display = StrategyComparisonDisplay.from_predictions(Y, {"mine": NONE_DAMAGED}, metrics=["own"])
    assert list(display.scores) == ["missed damage"]
