"""Metrics of ordered grades and of predicted distributions, with their floors, intervals and scorers."""

from skerosion.metrics._bootstrap import group_bootstrap_difference, group_bootstrap_interval
from skerosion.metrics._calibration import interval_coverage, pit
from skerosion.metrics._checks import check_confidence as check_confidence
from skerosion.metrics._checks import check_same_length as check_same_length
from skerosion.metrics._checks import check_targets as check_targets
from skerosion.metrics._crps import check_forecasts as check_forecasts
from skerosion.metrics._crps import check_within as check_within
from skerosion.metrics._crps import crps, crps_skill
from skerosion.metrics._crps import marginal_cdf as marginal_cdf
from skerosion.metrics._draw_percentiles import BootstrapInterval as BootstrapInterval
from skerosion.metrics._encoding import whole_numbers as whole_numbers
from skerosion.metrics._evaluation import Evaluation as Evaluation
from skerosion.metrics._floors import constant_grades as constant_grades
from skerosion.metrics._floors import constant_values as constant_values
from skerosion.metrics._floors import grade_floors, value_floors
from skerosion.metrics._grades import class_normalized_accuracy, macro_mae, quadratic_kappa, within_one_accuracy
from skerosion.metrics._grades import linear_kappa as linear_kappa
from skerosion.metrics._intervals import Interval as Interval
from skerosion.metrics._intervals import recall_interval, wilson_interval
from skerosion.metrics._intraclass import intraclass_correlation
from skerosion.metrics._label_losses import expected_losses as expected_losses
from skerosion.metrics._label_losses import label_losses as label_losses
from skerosion.metrics._label_losses import largest_of_each_grade as largest_of_each_grade
from skerosion.metrics._label_losses import probability_of_labels as probability_of_labels
from skerosion.metrics._label_losses import standardized_losses as standardized_losses
from skerosion.metrics._metric import Metric as Metric
from skerosion.metrics._metric import add_own_metrics as add_own_metrics
from skerosion.metrics._metric import better_by_title as better_by_title
from skerosion.metrics._metric import find_metric as find_metric
from skerosion.metrics._metric import list_metrics, register_metric
from skerosion.metrics._metric import loss_of as loss_of
from skerosion.metrics._metric import metrics_of as metrics_of
from skerosion.metrics._metric import naming_own as naming_own
from skerosion.metrics._metric import own_metrics as own_metrics
from skerosion.metrics._readers import agreement_measures as agreement_measures
from skerosion.metrics._readers import reader_agreement, reader_level
from skerosion.metrics._scorers import Scorer as Scorer
from skerosion.metrics._scorers import Scorers as Scorers
from skerosion.metrics._scorers import get_scorer as get_scorer
from skerosion.metrics._scorers import list_scorers as list_scorers
from skerosion.metrics._scorers import scorers
from skerosion.metrics._table import correlation as correlation
from skerosion.metrics._weights import weights_message as weights_message

__all__ = [
    "class_normalized_accuracy",
    "crps",
    "crps_skill",
    "grade_floors",
    "group_bootstrap_difference",
    "group_bootstrap_interval",
    "interval_coverage",
    "intraclass_correlation",
    "list_metrics",
    "macro_mae",
    "pit",
    "quadratic_kappa",
    "reader_agreement",
    "reader_level",
    "recall_interval",
    "register_metric",
    "scorers",
    "value_floors",
    "wilson_interval",
    "within_one_accuracy",
]
