"""What became of a training: an error or a warning where a loss, or the weights, are no longer finite."""

import math
import warnings

import numpy as np


def is_finite(values):
    """Whether all values of an array are numbers that are not infinite, in any of the dtypes of weights."""
    # NumPy has no bfloat16, which the cast brings into a type whose finiteness it can tell.
    return bool(np.isfinite(np.asarray(values, dtype=np.float32)).all())


def has_finite_weights(program):
    """Whether a program's weights, the statistics of batch norm among them, are finite."""
    return all(map(is_finite, program.get_weights()))


def check_outcome(program, history, initial_epoch, first_loss):
    """Refuse a network that learned nothing but NaN, and warn of losses that were not finite on the way.

    A callback that restores earlier weights, as ``patience`` does, can have restored what was lost.

    Parameters
    ----------
    program : Program
        With the weights at the end of the training.
    history : dict of str to list of float
        As `train` returns it.
    initial_epoch : int
        The number of its first epoch.
    first_loss : float
        Of the first step, before anything was learned.

    Raises
    ------
    ValueError
        Where the weights are not finite, as scikit-learn's own networks do.
    """
    lost = _lost(history)
    if not all(map(is_finite, program.release_weights())):
        raise ValueError(_failure(history, lost, initial_epoch, first_loss))
    if lost:
        index, name = lost[0]
        warnings.warn(
            f"{name} was {history[name][index]} in epoch {initial_epoch + index + 1}, and in {len(lost)} values of the "
            "history in all; the weights that were kept are finite. Look at history_ before you trust them, and lower "
            f"learning_rate ({history['learning_rate'][index]:g} in that epoch).",
            UserWarning,
            stacklevel=2,
        )


def _lost(history):
    """Return (position, name) of what is not finite, by epoch."""
    names = [name for name in ("loss", "val_loss") if name in history]
    return [
        (index, name)
        for index in range(len(history["loss"]))
        for name in names
        if not math.isfinite(history[name][index])
    ]


def _failure(history, lost, initial_epoch, first_loss):
    last = len(history["loss"]) - 1
    index, name = lost[0] if lost else (last, "loss")
    seen = f"{name} was {history[name][index]}" if lost else "weights overflowed"
    before = f" (loss {history['loss'][index - 1]:.4g} the epoch before)" if index else ""
    if math.isfinite(first_loss):
        cause = (
            f"The steps were probably too large: lower learning_rate ({history['learning_rate'][index]:g} in that "
            "epoch), or give a warmup"
        )
    else:
        cause = (
            f"Already the loss of the first step, before anything was learned, was {first_loss}: look for sample "
            "weights, class weights, targets or features that are too large for 32-bit numbers"
        )
    return (
        f"The training failed: {seen} in epoch {initial_epoch + index + 1}{before}, and the weights are not finite, "
        f"so that this network can predict nothing. {cause}."
    )
