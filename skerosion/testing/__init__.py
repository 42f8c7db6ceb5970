"""Checks that hold what you write to the same contract as what is here, beside scikit-learn's own."""

from ._forecaster_checks import check_forecaster

__all__ = ["check_forecaster"]
