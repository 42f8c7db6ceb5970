"""scikit-learn's and imbalanced-learn's own checks on all steps, every check run."""

import os
import subprocess
import sys
import textwrap

import imblearn.utils.estimator_checks as imblearn_checks
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler, TomekLinks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skerosion.imbalance import AugmentingOverSampler, ClassWeighter, RowSampler

STEPS = [
    AugmentingOverSampler(random_state=0),
    ClassWeighter(power=0.5),
    RowSampler(RandomOverSampler(random_state=0)),
    RowSampler(RandomUnderSampler(random_state=0)),
    RowSampler(TomekLinks()),
]

# What imbalanced-learn expects of a sampler and a step of rows does otherwise, with the reason.
ROWS_COME_BACK = "ImageRows come back whatever the container of X was; containers of y are tested in test_row_step.py"
NOT_OF_ROWS = {
    "check_samplers_pandas": ROWS_COME_BACK,
    "check_samplers_pandas_sparse": "sparse images do not exist, sparse columns are refused like sparse matrices",
    "check_samplers_list": ROWS_COME_BACK,
}
NOT_OF_WEIGHTS = {
    "check_samplers_one_label": "a single grade is balanced already, and a fold may hold one only: weights of 1",
    "check_samplers_fit": "weighing has no sampling strategy",
}


def expected_failures(step):
    """Return the checks of imbalanced-learn that cannot hold for a step."""
    return NOT_OF_ROWS | (NOT_OF_WEIGHTS if isinstance(step, ClassWeighter) else {})


@parametrize_with_checks(STEPS)
def test_scikit_learn_checks(estimator, check):
    assert check(estimator) is None


IMBLEARN_CASES = [
    (step, check, expected_failures(step))
    for step in STEPS
    for step, check in imblearn_checks.estimator_checks_generator(step)
]


@pytest.mark.parametrize(
    "step, check, expected",
    IMBLEARN_CASES,
    ids=[f"{step}-{check.func.__name__}" for step, check, _ in IMBLEARN_CASES],
)
def test_imbalanced_learn_checks(request, step, check, expected):
    if check.func.__name__ in expected:
        request.applymarker(pytest.mark.xfail(reason=expected[check.func.__name__], strict=True))
    assert check(step) is None


@pytest.mark.slow
def test_array_api_check_runs_where_scipy_has_it_switched_on():
    """scikit-learn skips this one check unless a variable was set before SciPy was first imported."""
    script = textwrap.dedent(
        """
        from sklearn.utils.estimator_checks import check_array_api_input
        from imblearn.under_sampling import TomekLinks
        from skerosion.imbalance import AugmentingOverSampler, ClassWeighter, RowSampler

        for step in (AugmentingOverSampler(random_state=0), ClassWeighter(), RowSampler(TomekLinks())):
            check_array_api_input(
                type(step).__name__, step, array_namespace="numpy", expect_only_array_outputs=False
            )
        print("checked")
        """
    )
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "checked\n", done.stderr
