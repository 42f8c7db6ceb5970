"""scikit-learn's common checks, all of them, on the estimators with two-dimensional input."""

import os
import subprocess
import sys
import textwrap

import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, OrdinalClassifier
from tests.processor import run_check

pytestmark = pytest.mark.once

QUICK = {"dense_units": (16,), "batch_size": 25, "epochs": 20, "learning_rate": 0.02, "dropout": 0.0, "random_state": 0}

_STOCHASTIC = (
    "Weights and repetitions agree in each step's loss (tests/networks/test_losses.py), not over a whole training: "
    "the batches are other ones, as with every learner by mini-batches."
)
_ORDER = (
    "Grades that are names come with their order, in classes or an ordered Categorical, or are refused: that of the "
    "alphabet would be wrong, and nobody would see it."
)


def expected_failures(estimator):
    """Checks that are not passed, with the reason: scikit-learn's own stochastic learners fail the first too."""
    expected = {"check_sample_weight_equivalence_on_dense_data": _STOCHASTIC}
    return expected | ({"check_classifiers_classes": _ORDER} if isinstance(estimator, OrdinalClassifier) else {})


@parametrize_with_checks([CNNClassifier(**QUICK)], expected_failed_checks=expected_failures)
def test_scikit_learn_checks(estimator, check):
    """Each of scikit-learn's checks passes."""
    run_check(check, estimator)
    assert isinstance(estimator, CNNClassifier)


@pytest.mark.slow
@parametrize_with_checks(
    [OrdinalClassifier(**QUICK), CRPSRegressor(grid="auto", **QUICK), CNNRegressor(**QUICK)],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks_of_their_kin(estimator, check):
    """Each passes for the estimators that share most of their code with the classifier."""
    run_check(check, estimator)
    assert type(estimator).__name__.startswith(("Ordinal", "CRPS", "CNN"))


@pytest.mark.parametrize("estimator", [CNNClassifier(), OrdinalClassifier(), CRPSRegressor(), CNNRegressor()], ids=repr)
def test_scikit_learn_knows_what_it_is(estimator):
    """scikeras lost this, so that cv=5 silently stopped stratifying."""
    assert is_classifier(estimator) == isinstance(estimator, CNNClassifier)
    assert is_regressor(estimator) != is_classifier(estimator)


@pytest.mark.slow
def test_the_array_api_check_runs_where_scipy_has_it_switched_on():
    """scikit-learn skips this one check unless a variable was set before SciPy was first imported."""
    script = textwrap.dedent(
        f"""
        from sklearn.utils.estimator_checks import check_array_api_input
        from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, OrdinalClassifier

        quick = {QUICK}
        classifiers = CNNClassifier(**quick), OrdinalClassifier(**quick)
        for estimator in (*classifiers, CRPSRegressor(grid="auto", **quick), CNNRegressor(**quick)):
            name = type(estimator).__name__
            check_array_api_input(name, estimator, array_namespace="numpy", expect_only_array_outputs=False)
        print("checked")
        """
    )
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "checked\n", done.stderr
