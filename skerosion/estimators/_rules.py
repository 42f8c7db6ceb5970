"""What each parameter of the networks' estimators may be."""

import keras

from skerosion._validation import (
    FUNCTION,
    SEED,
    SHARE,
    SPLITTER,
    WEIGHT_OF_GRADE,
    Choice,
    Flag,
    Number,
    ParameterError,
    Sizes,
    Whole,
    check_image_shape,
    numbers_for,
)
from skerosion.estimators._starting_weights import check_source
from skerosion.grades import bin_edges
from skerosion.networks import backbone_name, find_head, list_heads
from skerosion.preprocessing import Augmentation
from skerosion.training import SCHEDULES, as_phases

_MOST_PIXELS = 8192 * 8192
_POLICIES = ("float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16")
_OPTIMIZERS = tuple(
    sorted(
        name.lower()
        for name, entry in vars(keras.optimizers).items()
        if isinstance(entry, type) and issubclass(entry, keras.optimizers.Optimizer)
        if entry not in (keras.optimizers.Optimizer, keras.optimizers.LossScaleOptimizer)
    )
)


def _check_backbone(backbone):
    if not isinstance(backbone, str):
        raise ParameterError(f"backbone must be 'auto' or the name of a backbone, got {backbone!r}.")
    if backbone != "auto":
        backbone_name(backbone)


def check_head(head):
    """Raise where `head` names no head; a registry knows texts only."""
    if not isinstance(head, str):
        raise ParameterError(f"head must be the name of a head, one of {', '.join(list_heads())}, got {head!r}.")
    find_head(head)


def _check_optimizer(optimizer):
    """Look at names only: an optimizer of Keras' starts the devices, whose settings come first."""
    is_class = isinstance(optimizer, type) and issubclass(optimizer, keras.optimizers.Optimizer)
    if is_class or isinstance(optimizer, (keras.optimizers.Optimizer, dict)):
        return
    if isinstance(optimizer, str) and keras.saving.get_registered_object(optimizer) is not None:
        return
    if not isinstance(optimizer, str) or optimizer.lower() not in _OPTIMIZERS:
        raise ParameterError(
            f"optimizer must be one of {', '.join(map(repr, _OPTIMIZERS))}, an optimizer of Keras or its class, got "
            f"{optimizer!r}."
        )


def _check_resize(resize):
    if resize is not None:
        height, width, _ = check_image_shape(resize, name="resize")
        if height * width > _MOST_PIXELS:
            raise ParameterError(f"resize must ask for {_MOST_PIXELS:,} pixels at most (8192 x 8192), got {resize!r}.")


def _check_shape(image_shape):
    if image_shape is not None:
        check_image_shape(image_shape)


def check_callbacks(callbacks):
    """Raise where `callbacks` hold callbacks, which two fits would share, instead of what makes them."""
    if callbacks is None:
        return
    if not isinstance(callbacks, (list, tuple)):
        raise ParameterError(
            f"callbacks must be a list of classes or functions that make a Keras callback, got {callbacks!r}; write "
            "[MyCallback] for one."
        )
    for factory in callbacks:
        if isinstance(factory, keras.callbacks.Callback) or not callable(factory):
            raise ParameterError(
                f"callbacks must hold classes or functions that make a Keras callback, got {factory!r}; pass "
                "`lambda: MyCallback(...)` or functools.partial, so that each fit gets its own."
            )


TRAINING_RULES = {
    "backbone": _check_backbone,
    "weights": check_source,
    "reset_head": (Flag(),),
    "filters": (Sizes(),),
    "convolutions": (Whole(1),),
    "dense_units": (Sizes(),),
    "dropout": (Number(0, 1, open_high=True),),
    "optimizer": _check_optimizer,
    "learning_rate": (Number(0, open_low=True), FUNCTION),
    "schedule": (Choice(SCHEDULES),),
    "warmup": (Number(0, 1, open_high=True),),
    "batch_size": (Whole(1),),
    "epochs": (Whole(1),),
    "average_epochs": (Whole(1),),
    "phases": lambda phases: as_phases(phases, 1),
    "augmentation": Augmentation.from_parameter,
    "validation_split": (None, SHARE, SPLITTER),
    "patience": (None, Whole(0)),
    "dtype_policy": (Choice(_POLICIES),),
    "callbacks": check_callbacks,
    "random_state": (None, Whole(0, 2**64 - 1), *SEED[2:]),
    "verbose": (Choice(("auto",)), Flag(), Whole(0)),
    "warm_start": (Flag(),),
}
"""Those of every network."""

NETWORK_RULES = TRAINING_RULES | {
    "resize": _check_resize,
    "class_weight": (None, Choice(("balanced",)), WEIGHT_OF_GRADE),
    "trim": (None, SHARE),
    "trim_after": (Whole(1),),
    "image_shape": _check_shape,
}
"""Those of every grader; a task class adds its own."""

SMOOTHING_RULE = {"label_smoothing": (Number(0, 1, open_high=True),)}
BINS_RULE = {"bins": numbers_for("bins", bin_edges)}
