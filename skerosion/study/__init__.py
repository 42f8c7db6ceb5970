"""The thesis' whole study: one split by patient, all trainings, a choice on validation, a test that chose nothing."""

from skerosion.experiments import StudyPlan, StudyResult, Training, transfer_trainings

from ._study import Study, run_study

__all__ = ["Study", "StudyPlan", "StudyResult", "Training", "run_study", "transfer_trainings"]
