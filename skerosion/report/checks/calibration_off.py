"""Intervals and probabilities that do not mean what they say."""

import numpy as np

from .._score_columns import INTERVAL_COVERAGE

TITLE = "calibration off"
REMEDY = "CalibratedOrdinalClassifier or ConformalForecaster, fitted on patients of their own."

TOLERATED = 0.1


def find(subject):
    """Compare coverage with what is promised, and mean probabilities with frequencies."""
    gaps = {}
    if "regressor" in subject.verdicts:
        ends = subject.chosen("regressor").distribution.interval(INTERVAL_COVERAGE)
        inside = (ends[:, 0] <= subject.scored.y) & (subject.scored.y <= ends[:, 1])
        gaps["coverage of the 90 % interval"] = float(inside.mean() - INTERVAL_COVERAGE)
    if "classifier" in subject.verdicts:
        forecast = subject.chosen("classifier")
        often = (subject.scored.grades[:, None] == forecast.classes).mean(axis=0)
        worst = forecast.probabilities.mean(axis=0) - often
        gaps["mean probability of a grade"] = float(worst[np.abs(worst).argmax()])
    said = ", ".join(f"{name} {gap:+.3f}" for name, gap in gaps.items())
    return "tip" if max(map(abs, gaps.values())) > TOLERATED else "passed", f"off by at most: {said}"
