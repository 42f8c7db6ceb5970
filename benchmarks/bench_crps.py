"""The CRPS of forecasts on the grid 0..100: skerosion's crps beside scoringrules' rps_score.

Both are vectorised NumPy in float64 and return one score per row; rps_score works on the whole array at once, crps in
blocks. rps_score takes probabilities and categories counted from 1 and sums the probabilities itself; crps takes the
cdf and checks that each row is one. Both find their input ready; what crps takes with np.cumsum of the probabilities
before it is told beside. Scores are in percentage points and must agree to 1e-9 in every row.
"""

import numpy as np
from _forecasts import make_forecasts
from _harness import Case, Comparison, Question, compare
from _measure import peak_megabytes, warm_seconds

AGREEMENT = 1e-9


def score_with_skerosion(sizes):
    """crps of the cdf, and of summed probabilities."""
    from skerosion.metrics import crps

    targets, cdf, pmf = make_forecasts(sizes["rows"])

    def score():
        return crps(targets, cdf, per_sample=True, unit="points")

    def score_probabilities():
        return crps(targets, np.cumsum(pmf, axis=1), per_sample=True, unit="points")

    return {
        "seconds": warm_seconds(score, sizes["repeats"], warmups=1),
        "from probabilities": warm_seconds(score_probabilities, sizes["repeats"], warmups=1),
        "temporaries": peak_megabytes(score),
    }


def score_with_scoringrules(sizes):
    """rps_score of the probabilities; raises where a score differs from skerosion's."""
    from scoringrules import rps_score

    from skerosion.metrics import crps

    targets, cdf, pmf = make_forecasts(sizes["rows"])
    categories = targets + 1

    def score():
        return rps_score(categories, pmf)

    difference = np.abs(score() - crps(targets, cdf, per_sample=True, unit="points")).max()
    if not difference <= AGREEMENT:
        raise ValueError(f"both must give the same scores to {AGREEMENT:g}, got a difference of {difference:g}.")
    return {
        "seconds": warm_seconds(score, sizes["repeats"], warmups=0),
        "temporaries": peak_megabytes(score),
        "difference": difference,
    }


def tell(sizes, medians):
    """What both hold, and the time from probabilities."""
    ours, theirs = medians["skerosion"], medians["scoringrules"]
    return (
        f"From probabilities, np.cumsum included, crps takes {ours['from probabilities']:.2f} s and rps_score "
        f"{theirs['seconds']:.2f} s. Temporaries and result are {ours['temporaries']:.0f} MB and "
        f"{theirs['temporaries']:,.0f} MB; the largest difference of two scores is {theirs['difference']:.1e} points."
    )


SCORES = "CRPS of {rows} x 101 forecasts"
COMPARISON = Comparison(
    cases={
        "skerosion": Case(score_with_skerosion),
        "scoringrules": Case(score_with_scoringrules, "scoringrules.rps_score", needs=("scoringrules",)),
    },
    questions=[
        Question(f"{SCORES}: time", ("skerosion", "seconds"), ("scoringrules", "seconds"), at_most=0.2),
        Question(f"{SCORES}: temporaries and result", ("skerosion", "temporaries"), unit="MB", at_most=64),
    ],
    sizes={"rows": 1_000_000, "repeats": 3},
    quick={"rows": 20_000, "repeats": 1},
    notes=tell,
)

if __name__ == "__main__":
    compare(COMPARISON)
