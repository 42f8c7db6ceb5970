"""How networks are run: compiled programs shared by fits, batches by row index, seeds, progress."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)
from skerosion.training._averaging import WeightAverage
from skerosion.training._batches import RowBatches
from skerosion.training._devices import advise_on_memory, describe_devices, prepare_devices
from skerosion.training._devices import backend_name as backend_name
from skerosion.training._loop import predict, train
from skerosion.training._phases import Phase
from skerosion.training._phases import as_phases as as_phases
from skerosion.training._phases import phase_of_epoch as phase_of_epoch
from skerosion.training._programs import ProgramKey, lease
from skerosion.training._progress import ProgressBar
from skerosion.training._schedule import SCHEDULES, scheduled

__all__ = [
    "Phase",
    "ProgramKey",
    "ProgressBar",
    "RowBatches",
    "SCHEDULES",
    "WeightAverage",
    "advise_on_memory",
    "describe_devices",
    "lease",
    "predict",
    "prepare_devices",
    "scheduled",
    "train",
]
