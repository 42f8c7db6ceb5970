"""Metrics of ordered grades and of predicted distributions, with their floors, intervals and scorers."""

from skerosion.metrics._bootstrap import BootstrapInterval, group_bootstrap_difference, group_bootstrap_interval
from skerosion.metrics._calibration import interval_coverage, pit
from skerosion.metrics._crps import crps, crps_skill, marginal_cdf
from skerosion.metrics._grades import (
    class_normalized_accuracy,
    linear_kappa,
    macro_mae,
    quadratic_kappa,
    within_one_accuracy,
)
from skerosion.metrics._intervals import Interval, recall_interval, wilson_interval

__all__ = [
    "BootstrapInterval",
    "Interval",
    "class_normalized_accuracy",
    "crps",
    "crps_skill",
    "group_bootstrap_difference",
    "group_bootstrap_interval",
    "interval_coverage",
    "linear_kappa",
    "macro_mae",
    "marginal_cdf",
    "pit",
    "quadratic_kappa",
    "recall_interval",
    "wilson_interval",
    "within_one_accuracy",
]
