"""Figures from labels and predictions: readable in grey, by the colour-blind, on paper and on the screen."""

from ._cdfs import example_rows, plot_predicted_cdfs
from ._confusion import confusion_shares, plot_confusion_matrices
from ._labels import grade_counts, percent_counts, plot_grade_histogram, plot_percent_histogram
from ._style import save_figure
from ._truth import boxes_by_grade, plot_grades_against_truth, plot_percents_against_truth

__all__ = [
    "boxes_by_grade",
    "confusion_shares",
    "example_rows",
    "grade_counts",
    "percent_counts",
    "plot_confusion_matrices",
    "plot_grade_histogram",
    "plot_grades_against_truth",
    "plot_percent_histogram",
    "plot_percents_against_truth",
    "plot_predicted_cdfs",
    "save_figure",
]
