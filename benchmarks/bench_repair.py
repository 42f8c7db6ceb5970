"""Isotonic repair of noisy cdfs: skerosion's repair_cdf beside scikit-learn, row by row.

Free forecasts on 0..100 with noise of .05; both clip them to 0..1, set the last value to 1 and take the nearest rising
sequence. scikit-learn has one sequence a call: the estimator IsotonicRegression as a user would loop over it, and its
function isotonic_regression, which checks less. The results must agree to 1e-9.
"""

import numpy as np
from _forecasts import GRID, make_forecasts
from _harness import Case, Comparison, Question, compare
from _measure import warm_seconds

NOISE = 0.05
AGREEMENT = 1e-9


def make_noisy(n_rows):
    """Forecasts that fall here and there."""
    _, cdf, _ = make_forecasts(n_rows)
    return cdf + np.random.default_rng(1).normal(0, NOISE, cdf.shape)


def repair_with_skerosion(sizes):
    """All rows in one call."""
    from skerosion.forecasts import repair_cdf

    noisy = make_noisy(sizes["rows"])
    return {"seconds": warm_seconds(lambda: repair_cdf(noisy), sizes["repeats"], warmups=1)}


def repair_with(make_project):
    """A loop over the rows; raises where a row differs from skerosion's."""

    def repair(sizes):
        from skerosion.forecasts import repair_cdf

        noisy, project = make_noisy(sizes["rows"]), make_project()

        def repair_rows():
            mended = np.clip(noisy, 0, 1)
            mended[:, -1] = 1
            return np.stack([project(row) for row in mended])

        difference = np.abs(repair_rows() - repair_cdf(noisy)).max()
        if not difference <= AGREEMENT:
            raise ValueError(f"both must give the same cdf to {AGREEMENT:g}, got a difference of {difference:g}.")
        return {"seconds": warm_seconds(repair_rows, sizes["repeats"], warmups=0)}

    return repair


def make_estimator():
    """IsotonicRegression, one object for all rows."""
    from sklearn.isotonic import IsotonicRegression

    regression = IsotonicRegression()
    return lambda row: regression.fit_transform(GRID, row)


def make_function():
    """The function isotonic_regression."""
    from sklearn.isotonic import isotonic_regression

    return isotonic_regression


REPAIR = "Isotonic repair of {rows} noisy cdfs of 101 points"
COMPARISON = Comparison(
    cases={
        "skerosion": Case(repair_with_skerosion),
        "estimator": Case(repair_with(make_estimator), "scikit-learn's IsotonicRegression"),
        "function": Case(repair_with(make_function), "scikit-learn's isotonic_regression"),
    },
    questions=[
        Question(f"{REPAIR}, beside the estimator", ("skerosion", "seconds"), ("estimator", "seconds"), at_most=1.0),
        Question(f"{REPAIR}, beside the function", ("skerosion", "seconds"), ("function", "seconds"), at_most=1.0),
    ],
    sizes={"rows": 5000, "repeats": 3},
    quick={"rows": 300, "repeats": 1},
)

if __name__ == "__main__":
    compare(COMPARISON)
