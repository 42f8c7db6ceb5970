"""Intervals and probabilities that do not mean what they say."""

import numpy as np

from .._score_columns import INTERVAL_COVERAGE

TITLE = "calibration off"
REMEDY = "CalibratedForecaster or ConformalForecaster, fitted on patients of their own."

TOLERATED = 0.1


def find(subject):
    """Compare coverage with what is promised, and mean probabilities with frequencies."""
    gaps = {}
    if "regressor" in subject.verdicts:
        ends = subject.chosen("regressor").distribution.interval(INTERVAL_COVERAGE)
        inside = (ends[:, 0] <= subject.scored.y) & (subject.scored.y <= ends[:, 1])
        gaps[f"coverage of the {100 * INTERVAL_COVERAGE:g} % interval minus what it promises"] = float(
            inside.mean() - INTERVAL_COVERAGE
        )
    if "classifier" in subject.verdicts:
        forecast = subject.chosen("classifier")
        often = (subject.scored.grades[:, None] == forecast.classes).mean(axis=0)
        excess = forecast.probabilities.mean(axis=0) - often
        worst = np.abs(excess).argmax()
        grade = subject.target.shown(forecast.classes)[worst]
        gaps[f"mean probability minus frequency of grade {grade}, the worst"] = float(excess[worst])
    said = "; ".join(f"{name}: {gap:+.3f}" for name, gap in gaps.items())
    return "tip" if max(map(abs, gaps.values())) > TOLERATED else "passed", said
