"""Sets of grades on the scored rows: each half of the patients is judged by thresholds of the other half."""

import numpy as np

from skerosion.grades import class_positions
from skerosion.metrics import wilson_interval
from skerosion.promises import SCORES, coverage_frame, patients_of_kinds, sets_within, thresholds_by_kind

COVERAGE = 0.9
FORMS = {"for all rows": None, "for each grade": "grade"}
"""What a form promises, and by which kinds."""


def grade_probabilities(forecast, target):
    """Return the probability of each grade of a target, as ndarray of shape (n, n_grades).

    Of values these are the sums over the points of the grid that fall into a grade.
    """
    classes = np.asarray(target.classes)
    if forecast.is_of_classes:
        return forecast.onto_classes(classes).pmf
    of_grade = target.grade(forecast.distribution.grid)[:, np.newaxis] == classes
    return forecast.pmf @ of_grade


def set_frames(forecast, scored, score="outward"):
    """Return for each form what sets of 90 % of the scored rows hold, by grade.

    Parameters
    ----------
    forecast : Forecast
        Of the scored rows.
    scored : Scored
    score : str, default="outward"
        How grades are ordered.

    Returns
    -------
    dict of str to DataFrame
        Form -> as `coverage_frame` makes it; ``calibrated`` is of the smaller half.
    """
    target, groups = scored.target, scored.groups
    patients = np.unique(np.arange(len(scored.y)) if groups is None else groups, return_inverse=True)[1]
    at = class_positions(scored.grades, np.asarray(target.classes))
    scores = SCORES[score](grade_probabilities(forecast, target))
    halves = _halves(patients, scored.seed)
    return {form: _frame(scores, at, patients, halves, by, list(target.labels)) for form, by in FORMS.items()}


def _halves(patients, seed):
    order = np.random.default_rng(seed).permutation(patients.max() + 1)
    return np.isin(patients, order[: len(order) // 2])


def _frame(scores, at, patients, first, by, labels):
    sets, counts = np.empty(scores.shape, dtype=bool), []
    n_kinds, kinds = (1, np.zeros_like(at)) if by is None else (len(labels), at)
    for half in (first, ~first):
        numbers = np.unique(patients[half], return_inverse=True)[1]
        truth = scores[half, at[half]]
        thresholds = thresholds_by_kind(truth, numbers, kinds[half], n_kinds, COVERAGE)
        sets[~half] = sets_within(scores[~half], thresholds)
        counts.append([numbers.max() + 1, *patients_of_kinds(numbers, at[half], len(labels))])
    return coverage_frame(sets, at, patients, labels, calibrated=np.min(counts, axis=0), coverage=COVERAGE)


def coverage_points(frame, name):
    """Return rows of points: the coverage of each grade, with Wilson's interval by the number of patients."""
    lines = []
    for line in frame[frame["patients"] > 0].itertuples():
        low, high = wilson_interval(line.coverage, line.patients)
        text = f"{100 * line.coverage:.0f} % ({100 * low:.0f}–{100 * high:.0f})"
        lines.append([f"{line.grade}, {name}", False, line.coverage, low, high, text])
    return lines


def size_points(frame, name):
    """Return rows of points: the mean size of the sets of each grade."""
    return [
        [f"{line.grade}, {name}", False, line.size, None, None, f"{line.size:.2f}"]
        for line in frame[frame["patients"] > 0].itertuples()
    ]
