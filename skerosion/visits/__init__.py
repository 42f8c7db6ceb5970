"""Visits and patients as distributions: from predicted images to the Rau score, its change, the worst and the mean."""

from skerosion.visits._copula import factor as factor
from skerosion.visits._copula import given_factor as given_factor
from skerosion.visits._patient_forecast import PatientForecast as PatientForecast
from skerosion.visits._patient_forecast import check_pooling as check_pooling
from skerosion.visits._patient_forecast import patient_correlation, pool_by_patient
from skerosion.visits._rau_distribution import RauDistribution as RauDistribution
from skerosion.visits._rau_distribution import rau_distribution
from skerosion.visits._rau_forecaster import RauForecaster
from skerosion.visits._visit_rows import grade_cdf as grade_cdf
from skerosion.visits._visit_rows import true_grades as true_grades
from skerosion.visits._visit_rows import visit_rows as visit_rows
from skerosion.visits._visit_scores import Recalibration as Recalibration

__all__ = [
    "RauForecaster",
    "patient_correlation",
    "pool_by_patient",
    "rau_distribution",
]
