"""Phases of training: which part of the network trains, for how long and at which rates, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from skerosion._validation import Choice, Number, Whole, check_parameters
from skerosion.networks import ALL, HEAD, check_trainable

_RULES = {
    "trainable": check_trainable,
    "epochs": (None, Whole(1)),
    "rate": (Number(0, open_low=True),),
    "lowest_rate": (Number(0, 1, open_low=True),),
    "batch_norm": (Choice(("inference", "train")),),
    "cache_trunk": (None, Choice(("float16", "float32"))),
}


@dataclass(frozen=True)
class Phase:
    """One phase of training: a run of its own, with a fresh optimiser, early stopping and callbacks.

    A frozen layer keeps its weights, bit for bit. Frozen batch norm also keeps its statistics and normalises by them.

    Parameters
    ----------
    trainable : "all", "head", int, float or str, default="all"
        What trains: everything; only what lies above the backbone; that and the top of the backbone, as a number of
        layer groups (a convolution with its batch norm is one), a share of them from 0.0 to 1.0, or everything from the
        layer of that name upwards.
    epochs : int or None, default=None
        Passes over the training rows. None takes the estimator's `epochs`.
    rate : float, default=1.0
        The estimator's `learning_rate` is multiplied by this.
    lowest_rate : float in (0, 1], default=1.0
        Discriminative rates: the backbone's lowest layer group learns at this share of the rate, what lies above the
        backbone at the whole, and the groups between on a geometric line.
    batch_norm : {"inference", "train"}, default="inference"
        Batch norm in the part of the backbone that trains: as if it were frozen, which keeps the statistics of the
        images it was pre-trained on, or learning like its layer. Above the backbone it always learns.
    cache_trunk : {"float16", "float32"} or None, default=None
        Compute what the frozen part makes of each image once, as in prediction, and train on that, so that an epoch
        costs what the part that trains costs. Kept in numbers of this type: ``"float16"`` is half as large, and ends
        in other weights than a fit without, as good; ``"float32"`` in the same but for rounding. Of augmentation it
        allows flips alone. Kept in memory, or where the images' own `cache_dir` is.

    References
    ----------
    N. Tajbakhsh et al. (2016), Convolutional neural networks for medical image analysis: full training or fine tuning?,
    IEEE TMI 35(5): layer-wise fine-tuning from the top. J. Howard and S. Ruder (2018), Universal language model
    fine-tuning for text classification, ACL: discriminative rates.

    Examples
    --------
    >>> from skerosion.training import Phase
    >>> Phase("head", epochs=5)
    Phase(trainable='head', epochs=5, rate=1.0, lowest_rate=1.0, batch_norm='inference', cache_trunk=None)
    >>> Phase(1.5)
    Traceback (most recent call last):
        ...
    ValueError: trainable must be 'head', 'all', a number of layer groups, a share from 0.0 to 1.0 or ..., got 1.5.
    """

    trainable: str | int | float = ALL
    epochs: int | None = None
    rate: float = 1.0
    lowest_rate: float = 1.0
    batch_norm: str = "inference"
    cache_trunk: str | None = None

    def __post_init__(self):
        check_parameters(self, _RULES)
        if self.cache_trunk is not None and self.trainable == ALL:
            raise ValueError(
                f"cache_trunk must be None where everything trains, got {self.cache_trunk!r} with trainable='all'; "
                "freeze a part, as trainable='head' does, or leave cache_trunk out."
            )

    def scaled(self, learning_rate):
        """The estimator's learning rate, a number or a function of the step, times `rate`."""
        if callable(learning_rate):
            return lambda step: self.rate * _checked_rate(learning_rate(step), step)
        return self.rate * learning_rate


def _checked_rate(rate, step):
    """Return what a function of the step gave, a number or a tensor, where it is a rate to learn at."""
    try:
        value = float(rate) if not isinstance(rate, str) else -1.0
    except (TypeError, ValueError):
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ValueError(f"learning_rate must give finite numbers of at least 0, got {rate!r} at step {step}.")
    return rate


# Without phases: everything learns, batch norm too.
WHOLE = Phase(batch_norm="train")

PHASES = {
    "head": (Phase(HEAD),),
    "head_then_all": (Phase(HEAD), Phase(ALL, rate=0.1)),
    "layerwise": (Phase(HEAD), *(Phase(share, rate=0.1) for share in (0.25, 0.5, 0.75, ALL))),
    "discriminative": (Phase(HEAD), Phase(ALL, rate=0.1, lowest_rate=0.01)),
}


def as_phases(value, epochs):
    """Turn what a user wrote for `phases` into phases that know their epochs.

    Parameters
    ----------
    value : None, str, Phase, dict or sequence of Phase and dict
        None is one phase in which everything learns; names are those of ``PHASES``.
    epochs : int
        Of the phases that do not say.

    Returns
    -------
    list of (Phase, int)

    Raises
    ------
    ValueError
        For an unknown name, an empty sequence or a phase that cannot be.
    TypeError
        For anything else.

    Examples
    --------
    >>> from skerosion.training._phases import as_phases
    >>> [(phase.trainable, phase.rate, epochs) for phase, epochs in as_phases("head_then_all", 25)]
    [('head', 1.0, 25), ('all', 0.1, 25)]
    """
    if value is None:
        value = (WHOLE,)
    elif isinstance(value, str):
        if value not in PHASES:
            raise ValueError(f"phases must be one of {', '.join(map(repr, PHASES))}, or phases, got {value!r}.")
        value = PHASES[value]
    elif isinstance(value, (Phase, dict)):
        value = (value,)
    if not isinstance(value, Sequence) or not len(value):
        raise ValueError(f"phases must be None, a name or a sequence of Phase or dict, at least one, got {value!r}.")
    phases = [_as_phase(item) for item in value]
    return [(phase, int(epochs if phase.epochs is None else phase.epochs)) for phase in phases]


def _as_phase(item):
    if isinstance(item, Phase):
        return item
    if not isinstance(item, dict):
        raise TypeError(f"phases must hold Phase or dict, got {item!r}.")
    known = [field.name for field in fields(Phase)]
    unknown = sorted(set(item) - set(known), key=str)
    if unknown:
        raise ValueError(f"a phase has no {', '.join(map(repr, unknown))}; it knows {', '.join(known)}.")
    return Phase(**item)


def phase_of_epoch(plan, number):
    """The phase that an epoch falls into, counted from 0; the last one for all that follow."""
    for phase, epochs in plan:
        if number < epochs:
            return phase
        number -= epochs
    return plan[-1][0]
