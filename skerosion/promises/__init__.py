"""What is promised of new patients, from stored forecasts: sets, joints to read, changes, the gain of more."""

from skerosion.promises._change_test import ChangeTest
from skerosion.promises._conformity import SCORES as SCORES
from skerosion.promises._conformity import central_ends as central_ends
from skerosion.promises._conformity import central_scores as central_scores
from skerosion.promises._conformity import ends_of_sets as ends_of_sets
from skerosion.promises._conformity import sets_within as sets_within
from skerosion.promises._coverage_frame import coverage_frame as coverage_frame
from skerosion.promises._kinds import checked_column as checked_column
from skerosion.promises._kinds import fewest_patients as fewest_patients
from skerosion.promises._kinds import patients_of_kinds as patients_of_kinds
from skerosion.promises._kinds import thresholds_by_kind as thresholds_by_kind
from skerosion.promises._kinds import thresholds_of_rows as thresholds_of_rows
from skerosion.promises._kinds import warn_of_few as warn_of_few
from skerosion.promises._patient_curve import Gain as Gain
from skerosion.promises._patient_curve import PatientCurve as PatientCurve
from skerosion.promises._patient_curve import patient_learning_curve
from skerosion.promises._reading_plan import ReadingPlan

__all__ = [
    "ChangeTest",
    "ReadingPlan",
    "patient_learning_curve",
]
