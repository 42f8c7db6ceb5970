"""A patient bootstrap of four metrics: skerosion's group_bootstrap_interval beside a plain loop with scikit-learn.

Class-normalised accuracy and quadratic kappa of grades, MAE of percentages, CRPS of forecasts on 0..100. The loop draws
patients, collects their rows and calls balanced_accuracy_score, cohen_kappa_score and mean_absolute_error on them; the
CRPS, which scikit-learn lacks, it computes once for each row and averages. The loop runs some of the draws and its time
is scaled to all of them; drawing is shared by its four metrics, while skerosion draws anew for each. All values
on the rows as they are must agree to 1e-9.
"""

import time

import numpy as np
from _forecasts import GRID, make_forecasts
from _harness import Case, Comparison, Question, compare

METRICS = ("class-normalised accuracy", "quadratic kappa", "MAE", "CRPS")
JOINTS_A_PATIENT = 17
AGREEMENT = 1e-9


def make_scored(n_rows):
    """Percentages, grades, forecasts of both, and patients."""
    percent, cdf, _ = make_forecasts(n_rows)
    predicted = (1 - cdf).sum(axis=1)
    grades, predicted_grades = (np.ceil(values / 20).astype(int) for values in (percent, np.rint(predicted)))
    return percent, predicted, cdf, grades, predicted_grades, np.arange(n_rows) // JOINTS_A_PATIENT


def bootstrap_with_skerosion(sizes):
    """Four calls, each with its own draws; a call of few draws before loads what is loaded once."""
    from sklearn.metrics import mean_absolute_error

    from skerosion.metrics import class_normalized_accuracy, crps, group_bootstrap_interval, quadratic_kappa

    percent, predicted, cdf, grades, predicted_grades, patients = make_scored(sizes["rows"])
    calls = [
        (class_normalized_accuracy, grades, predicted_grades),
        (quadratic_kappa, grades, predicted_grades),
        (mean_absolute_error, percent, predicted),
        (crps, percent, cdf),
    ]
    group_bootstrap_interval(*calls[0], patients, n_resamples=2, random_state=0)
    answer, begun = {}, time.perf_counter()
    for name, call in zip(METRICS, calls, strict=True):
        started = time.perf_counter()
        interval = group_bootstrap_interval(*call, patients, n_resamples=sizes["draws"], random_state=0)
        answer[f"{name}, seconds"] = time.perf_counter() - started
        answer[name] = interval.estimate
    return answer | {"seconds": time.perf_counter() - begun}


def bootstrap_in_a_loop(sizes):
    """Some of the draws, timed one by one after one that is not counted."""
    percent, predicted, cdf, grades, predicted_grades, patients = make_scored(sizes["rows"])
    started = time.perf_counter()
    scores = ((cdf - (percent[:, np.newaxis] <= GRID)) ** 2).mean(axis=1)
    rows_of = np.split(np.arange(len(patients)), np.flatnonzero(np.diff(patients)) + 1)
    beforehand = time.perf_counter() - started

    def score(rows):
        return _score(percent[rows], predicted[rows], grades[rows], predicted_grades[rows], scores[rows])

    whole = score(slice(None))
    rng = np.random.default_rng(0)
    started = time.perf_counter()
    for _ in range(sizes["loop_draws"]):
        drawn = rng.integers(len(rows_of), size=len(rows_of))
        score(np.concatenate([rows_of[patient] for patient in drawn]))
    a_draw = (time.perf_counter() - started) / sizes["loop_draws"]
    return dict(zip(METRICS, whole, strict=True)) | {"seconds": beforehand + sizes["draws"] * a_draw}


def _score(percent, predicted, grades, predicted_grades, scores):
    from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, mean_absolute_error

    return (
        balanced_accuracy_score(grades, predicted_grades),
        cohen_kappa_score(grades, predicted_grades, weights="quadratic"),
        mean_absolute_error(percent, predicted),
        scores.mean(),
    )


def tell(sizes, medians):
    """The seconds of each metric; raises where the two disagree."""
    ours, theirs = medians["skerosion"], medians["loop"]
    for name in METRICS:
        if not abs(ours[name] - theirs[name]) <= AGREEMENT:
            raise ValueError(f"both must give the same {name} to {AGREEMENT:g}, got {ours[name]} and {theirs[name]}.")
    seconds = ", ".join(f"{name} {ours[f'{name}, seconds']:.3f} s" for name in METRICS)
    timed = f"The loop ran {sizes['loop_draws']} of {sizes['draws']} draws, scaled linearly."
    return f"Of skerosion's time: {seconds}. {timed}"


BOOTSTRAP = "Patient bootstrap of {draws} draws over {rows} joints: class-normalised accuracy, kappa, MAE and CRPS"
COMPARISON = Comparison(
    cases={"skerosion": Case(bootstrap_with_skerosion), "loop": Case(bootstrap_in_a_loop, "plain loop")},
    questions=[
        Question(f"{BOOTSTRAP}, beside a loop", ("skerosion", "seconds"), ("loop", "seconds"), at_most=1.0),
        Question(f"{BOOTSTRAP}, seconds in all", ("skerosion", "seconds"), at_most=2.0),
    ],
    sizes={"rows": 20_000, "draws": 1000, "loop_draws": 50},
    quick={"rows": 1000, "draws": 50, "loop_draws": 5},
    notes=tell,
)

if __name__ == "__main__":
    compare(COMPARISON)
