"""Displays of labels, predictions and scores, made as scikit-learn's: from estimators, from predictions, into any axes.

They are readable in grey and with any colour vision: lines, markers and hatches differ as well as colours.
"""

from ._attention import AttentionMapDisplay
from ._cdfs import PredictedCDFDisplay
from ._comparison import StrategyComparisonDisplay
from ._confusion import ConfusionMatricesDisplay
from ._curves import TrainingCurvesDisplay
from ._embeddings import EmbeddingDisplay
from ._histogram import ScoreHistogramDisplay
from ._nearest_joints import NearestJointsDisplay
from ._pit import PITHistogramDisplay
from ._rau_course import RauCourseDisplay
from ._rau_das28 import RauDAS28Display
from ._reliability import ReliabilityCurve as ReliabilityCurve
from ._reliability import ReliabilityDisplay
from ._sheet import JointSheetDisplay
from ._style import save_figure as save_figure
from ._truth import PredictionTruthDisplay

__all__ = [
    "AttentionMapDisplay",
    "ConfusionMatricesDisplay",
    "EmbeddingDisplay",
    "JointSheetDisplay",
    "NearestJointsDisplay",
    "PITHistogramDisplay",
    "PredictedCDFDisplay",
    "PredictionTruthDisplay",
    "RauCourseDisplay",
    "RauDAS28Display",
    "ReliabilityDisplay",
    "ScoreHistogramDisplay",
    "StrategyComparisonDisplay",
    "TrainingCurvesDisplay",
]
