"""The thesis' whole study: one split by patient, all trainings, a choice on validation, a test that chose nothing."""

from ._plan import StudyPlan
from ._result import StudyResult
from ._study import Study, run_study
from ._trainings import Training
from ._transfer import transfer_trainings

__all__ = ["Study", "StudyPlan", "StudyResult", "Training", "run_study", "transfer_trainings"]
