"""Metrics of ordered grades and of predicted distributions, with their floors, intervals and scorers."""

from skerosion.metrics._bootstrap import BootstrapInterval, group_bootstrap_difference, group_bootstrap_interval
from skerosion.metrics._calibration import interval_coverage, pit
from skerosion.metrics._crps import crps, crps_skill, marginal_cdf
from skerosion.metrics._floors import constant_grades as constant_grades
from skerosion.metrics._floors import constant_values as constant_values
from skerosion.metrics._floors import grade_floors, value_floors
from skerosion.metrics._grades import (
    class_normalized_accuracy,
    linear_kappa,
    macro_mae,
    quadratic_kappa,
    within_one_accuracy,
)
from skerosion.metrics._intervals import Interval, recall_interval, wilson_interval
from skerosion.metrics._scorers import Scorer, Scorers, get_scorer, list_scorers, scorers
from skerosion.metrics._weights import weights_message as weights_message

__all__ = [
    "BootstrapInterval",
    "Interval",
    "Scorer",
    "Scorers",
    "class_normalized_accuracy",
    "crps",
    "crps_skill",
    "get_scorer",
    "grade_floors",
    "group_bootstrap_difference",
    "group_bootstrap_interval",
    "interval_coverage",
    "linear_kappa",
    "list_scorers",
    "macro_mae",
    "marginal_cdf",
    "pit",
    "quadratic_kappa",
    "recall_interval",
    "scorers",
    "value_floors",
    "wilson_interval",
    "within_one_accuracy",
]
