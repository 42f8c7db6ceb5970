# For the modules of the room; what users need is exported by `skerosion.experiments`.
from ._class_table import known_types as known_types
from ._container import EstimatorFileError as EstimatorFileError
from ._container import broken as broken
from ._container import reading as reading
from ._known_classes import Classes as Classes
from ._manifest import ENDING as ENDING
from ._manifest import PICKLES as PICKLES
from ._manifest import check_ending as check_ending
from ._manifest import read_parts as read_parts
from ._nodes import NodeWriter as NodeWriter
from ._objects import NodeReader as NodeReader
from ._saving import load_estimator as load_estimator
from ._saving import load_with_about as load_with_about
from ._saving import save_estimator as save_estimator

__all__ = []
