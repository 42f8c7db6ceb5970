"""Whether probabilities and intervals mean what they say, overall and by grade."""

import numpy as np

from .._document import Table
from .._score_columns import INTERVAL_COVERAGE
from .results import pictures

TITLE, PLACE = "Uncertainty", 120

SHOWN = {
    "reliability_classifier": "Reliability of the probabilities",
    "pit_regressor": "Where the truth falls in its predicted distribution",
}


def blocks(subject):
    """Coverage and width of the intervals by grade, and the figures of calibration."""
    made = [coverage_table(subject)] if "regressor" in subject.verdicts else []
    made += [calibration_table(subject)] if "classifier" in subject.verdicts else []
    return made + pictures(subject, SHOWN)


def coverage_table(subject):
    """How often intervals hold the truth, and how wide they are."""
    scored, level = subject.scored, f"{100 * INTERVAL_COVERAGE:g} %"
    ends = subject.chosen("regressor").distribution.interval(INTERVAL_COVERAGE)
    inside = (ends[:, 0] <= scored.y) & (scored.y <= ends[:, 1])
    of_grade = {str(n): scored.grades == g for n, g in zip(subject.target.labels, subject.target.classes, strict=True)}
    rows = [
        [
            name,
            int(mask.sum()),
            round(float(inside[mask].mean()), 3),
            round(float(np.ptp(ends[mask], axis=1).mean()), 3),
        ]
        for name, mask in {"all": np.ones(len(inside), bool), **of_grade}.items()
        if mask.any()
    ]
    return Table(
        f"{level} intervals, {subject.verdicts['regressor'].row}", ("grade", "images", "coverage", "width"), rows
    )


def calibration_table(subject):
    """Mean probability of each grade beside how often it is true."""
    forecast, scored = subject.chosen("classifier"), subject.scored
    rows = [
        [str(name), round(float(forecast.probabilities[:, k].mean()), 4), round(float((scored.grades == c).mean()), 4)]
        for k, (name, c) in enumerate(zip(subject.target.shown(forecast.classes), forecast.classes, strict=True))
    ]
    title = f"Probabilities, {subject.verdicts['classifier'].row}"
    return Table(title, ("grade", "mean probability", "how often true"), rows)
