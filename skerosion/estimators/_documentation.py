"""The parameters that all estimators share, described once."""

import inspect
import re

_SHARED = """\
backbone : str, default="auto"
    A registered backbone. ``"auto"`` is the thesis' network, ``"vgg"``, for images, and nothing but the dense
    layers for feature vectors. Every network of ``keras.applications`` is there by its name, such as
    ``"InceptionV3"``, its input scaling inside; upper and lower case are the same.
weights : None, "imagenet", path or fitted estimator, default=None
    What the backbone starts with; its layers are matched by name. None draws all from the seed. ``"imagenet"`` is
    downloaded by Keras. A file is a saved network (``.keras``, such as ``model_.save(...)`` writes), the weights of
    one (``.weights.h5``), or what keras.applications downloads (``.h5``). A fitted estimator of this package may be
    inside a Pipeline or search; in a grid, wrap it in ``FrozenEstimator``, for scikit-learn clones what stands there.
reset_head : bool, default=True
    Whether what lies above the backbone starts from the seed, so that it may be another head for another target.
    False takes it from `weights` as well, which suits the same target on other images.
resize : None, int or (H, W), default=None
    The size to which the network brings images before the backbone; some backbones need a smallest one.
filters : tuple of int, default=(32, 32, 64, 64, 128, 128)
    Filters of each block of the ``"vgg"`` backbone; its length is the depth.
convolutions : int, default=2
    Convolutions in each of its blocks.
dense_units : tuple of int
    Units of the dense layers before the output; the defaults are the thesis'.
dropout : float in [0, 1), default=0.5
    Share of the dense layers' outputs that is dropped in training.
optimizer : str, dict, keras.optimizers.Optimizer or class, default="adam"
    Its learning rate is ignored in favour of `learning_rate`.
learning_rate : float or callable, default=1e-3
    A number, or a function from the number of the training step, such as a Keras schedule.
schedule : {"constant", "cosine"}, default="constant"
    How the learning rate goes on after the warm-up: as it is, or along half a cosine to a hundredth at the end of
    `epochs`, or of each phase. Needs a number as `learning_rate`.
warmup : float in [0, 1), default=0.0
    Share of the training steps over which the learning rate rises from near zero.
batch_size : int, default=100
    Rows a training step, and images a pass of prediction.
epochs : int, default=25
    Passes over the training rows; those of each phase, where it does not say.
average_epochs : int, default=1
    Predict with the mean of the weights after each of the last so many epochs; batch norm then takes its statistics
    anew. 1 keeps those of the last epoch. Not with `patience`.
phases : None, str, Phase, dict or sequence of these, default=None
    What trains, phase after phase. None trains everything at once. ``"head"`` trains what lies above the backbone.
    ``"head_then_all"``, the thesis' way, then trains everything at a tenth of the learning rate; ``"layerwise"``
    frees the backbone by quarters from the top; ``"discriminative"`` frees it at rates that fall to a hundredth
    towards the bottom. Else the phases themselves: ``Phase`` or a dict of its parameters. Frozen batch norm keeps
    its statistics and normalises by them. Each phase starts its optimiser, callbacks and patience anew.
class_weight : None, "balanced" or dict, default=None
    Weights of the grades: the short form of a ``ClassWeighter`` step. A dict must name every grade of the rows.
trim : float in (0, 1) or None, default=None
    From `trim_after` epochs on a row rests in an epoch when its running loss, the mean of the last three epochs that it
    was trained on, lies above the 1 - trim quantile of its grade over all training rows: as those of wrong labels do,
    and of images that are hard. Copies follow their original; validation rows never rest, nor do grades of fewer than
    1 / trim rows. ``history_`` counts the rows that rest by grade, such as ``resting_0``. Targets of values need
    `bins`.
trim_after : int, default=5
    Epochs that train on all rows first, with `trim`.
augmentation : None, dict or Augmentation, default=None
    Random rotation (degrees), shear (radians), zoom, shift (fractions), flip and exposure of all training rows,
    fresh in each epoch.
validation_split : None, float or scikit-learn splitter, default=None
    Rows held out of training for ``val_loss``: a share, or the first split of a splitter. By patient wherever
    patients are known, and never a copy of a training row.
patience : int or None, default=None
    Stop after so many epochs without a better ``val_loss`` and restore the best weights.
image_shape : tuple (H, W, C) or None, default=None
    For flattened images the shape to unfold to; for files and lists of images the one to resize to.
dtype_policy : str, default="float32"
    A Keras dtype policy, such as ``"mixed_bfloat16"``.
callbacks : list of classes or functions, or None, default=None
    Each is called without arguments and makes a Keras callback, anew for each fit.
random_state : int, RandomState or None, default=None
    An int repeats a fit bit for bit on the same machine, versions and number of threads. No global seed is set.
verbose : "auto", bool or int, default="auto"
    Progress on standard error. ``"auto"`` draws a bar on a terminal for fits of more than some ten seconds; in a pipe,
    a log or a notebook it writes a line a minute for fits of more than one. ``True`` always draws the bar, or writes a
    line an epoch: loss, that of the validation split where there is one, and the time left.
warm_start : bool, default=False
    Whether another ``fit`` goes on from the weights and the optimiser state that the last one left."""


def describe_parameters(cls):
    """Class decorator: put the shared parameters that a class takes in the place of ``%(shared)s`` in its docstring."""
    entries = re.split(r"\n(?=\w)", _SHARED)
    shared = "\n".join(entry for entry in entries if entry.split(" ")[0] in cls._parameters)
    cls.__doc__ = inspect.cleandoc(cls.__doc__ or "").replace("%(shared)s", shared)
    return cls
