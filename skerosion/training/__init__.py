"""How networks are run: compiled programs shared by fits, batches by row index, seeds, progress."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)
from skerosion.training._averaging import WeightAverage as WeightAverage
from skerosion.training._batches import RowBatches as RowBatches
from skerosion.training._devices import advise_on_memory as advise_on_memory
from skerosion.training._devices import backend_name as backend_name
from skerosion.training._devices import describe_devices as describe_devices
from skerosion.training._devices import prepare_devices as prepare_devices
from skerosion.training._loop import predict as predict
from skerosion.training._loop import train as train
from skerosion.training._phases import Phase
from skerosion.training._phases import as_phases as as_phases
from skerosion.training._phases import phase_of_epoch as phase_of_epoch
from skerosion.training._programs import ProgramKey as ProgramKey
from skerosion.training._programs import lease as lease
from skerosion.training._progress import ProgressBar as ProgressBar
from skerosion.training._schedule import SCHEDULES as SCHEDULES
from skerosion.training._schedule import scheduled as scheduled
from skerosion.training._trimming import Trimming as Trimming
from skerosion.training._trunk_maps import batches_of_maps as batches_of_maps
from skerosion.training._trunk_maps import check_only_flips as check_only_flips

__all__ = [
    "Phase",
]
