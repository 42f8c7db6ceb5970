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
    """Coverage and width of each candidate's intervals by grade, its calibration, and the figures of it."""
    made = [
        MAKERS[task](subject, forecast, title)
        for task in ("regressor", "classifier")
        if task in subject.verdicts
        for forecast, title in subject.candidates(task).values()
    ]
    return made + pictures(subject, SHOWN)


def coverage_table(subject, forecast, title):
    """How often intervals hold the truth, and how wide they are."""
    scored, level = subject.scored, f"{100 * INTERVAL_COVERAGE:g} %"
    ends = forecast.distribution.interval(INTERVAL_COVERAGE)
    inside, widths = (ends[:, 0] <= scored.y) & (scored.y <= ends[:, 1]), np.ptp(ends, axis=1)
    of_grade = {str(n): scored.grades == g for n, g in zip(subject.target.labels, subject.target.classes, strict=True)}
    rows = [
        [name, int(mask.sum()), round(float(inside[mask].mean()), 3), round(float(widths[mask].mean()), 3)]
        for name, mask in {"all": np.ones(len(inside), bool), **of_grade}.items()
        if mask.any()
    ]
    columns = ("grade", "images", "coverage", "width")
    return Table(f"{level} intervals, {title}", columns, rows, of=("regressor", title))


def calibration_table(subject, forecast, title):
    """Mean probability of each grade beside how often it is true."""
    names = zip(subject.target.shown(forecast.classes), forecast.classes, strict=True)
    rows = [
        [
            str(name),
            round(float(forecast.probabilities[:, k].mean()), 4),
            round(float((subject.scored.grades == grade).mean()), 4),
        ]
        for k, (name, grade) in enumerate(names)
    ]
    columns = ("grade", "mean probability", "how often true")
    return Table(f"Probabilities, {title}", columns, rows, of=("classifier", title))


MAKERS = {"regressor": coverage_table, "classifier": calibration_table}
