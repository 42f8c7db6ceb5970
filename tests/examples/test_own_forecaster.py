"""A forecaster written from the template keeps the contract and passes scikit-learn's checks."""

import importlib.util
import pathlib
import sys

import numpy as np
from sklearn.utils.estimator_checks import parametrize_with_checks

from skerosion import ConformalForecaster, GradedRegressor
from skerosion.metrics import scorers
from skerosion.testing import check_forecaster

TEMPLATE = pathlib.Path(__file__).parents[2] / "examples" / "templates" / "own_forecaster.py"

specification = importlib.util.spec_from_file_location("own_forecaster", TEMPLATE)
own_forecaster = sys.modules["own_forecaster"] = importlib.util.module_from_spec(specification)  # there to be pickled
specification.loader.exec_module(own_forecaster)
OwnForecaster = own_forecaster.OwnForecaster


def test_the_template_is_short():
    assert len(TEMPLATE.read_text(encoding="utf-8").splitlines()) < 40


def test_it_keeps_the_contract():
    check_forecaster(OwnForecaster())
    check_forecaster(OwnForecaster(bins="ratingen"))


@parametrize_with_checks([OwnForecaster()])
def test_scikit_learn_checks(estimator, check):
    """Each of scikit-learn's checks passes."""
    assert check(estimator) is None


def test_it_stands_wherever_the_others_do():
    percent = np.tile([0.0, 15.0, 70.0], 40)
    X = percent[:, None] + np.random.default_rng(0).normal(scale=5, size=(120, 1))
    check_forecaster(ConformalForecaster(OwnForecaster(), random_state=0), X, percent)
    graded = GradedRegressor(OwnForecaster(), bins="ratingen", decision="median").fit(X, percent)
    check_forecaster(graded, X, percent)
    scores = scorers("crps", "quadratic_kappa")(graded, X, percent)
    assert scores["quadratic_kappa"] > 0.9 and scores["crps"] > -0.05
