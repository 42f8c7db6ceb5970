from ._augmentation import Augmentation as Augmentation
from ._augmentation import compose as compose
from ._augmentation import identity as identity
from ._hashing import hash_keys as hash_keys
from ._intensity import equalize_histogram as equalize_histogram
from ._intensity import stretch_contrast as stretch_contrast
from ._transformers import ContrastStretcher as ContrastStretcher
from ._transformers import HistogramEqualizer as HistogramEqualizer
from ._transforming import transform_images as transform_images

__all__ = ["Augmentation", "ContrastStretcher", "HistogramEqualizer"]
