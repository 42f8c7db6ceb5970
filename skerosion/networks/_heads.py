"""Heads: from the last hidden layer to the output, with the loss that trains it, each found by name."""

from collections.abc import Callable
from dataclasses import dataclass

from keras import layers

from skerosion._validation import Choice, check_parameter
from skerosion.networks._layers import CumulativeSoftmax
from skerosion.networks._losses import (
    REDUCTION,
    CoralLoss,
    CRPSLoss,
    SoftLabelLoss,
    SquaredEMDLoss,
    cross_entropy,
    squared_error,
)
from skerosion.networks._ordinal_layers import (
    ConditionalChain,
    CumulativeLink,
    OrderedCuts,
    ThresholdsToClasses,
    TruncatedNormal,
)
from skerosion.networks._registry import Registry

_HEADS = Registry("head")


def _one_each(n_outputs):
    return n_outputs


@dataclass(frozen=True)
class Head:
    """How scores become an output and how the output is trained: what ``register_head`` files under a name.

    The network ends in the layers ``"scores"``, a dense one, ``"logits"``, where the head has one, and ``"output"``.

    Parameters
    ----------
    activation : callable
        ``activation(spec, name=, dtype=)`` returns the Keras layer that gives the output of a ``NetworkSpec``.
    loss : callable
        ``loss(spacing)`` returns a Keras loss whose ``call`` gives one value per sample; `spacing` is the grid's, or
        None. Targets are whole numbers: classes from 0, or the rank of the first threshold that is not below.
    loss_on : {"output", "logits", "scores"}
        The layer that the loss is computed from; an earlier one, where that is numerically safer.
    gives : {"values", "probabilities", "cdf", "places"}
        What the output is: numbers, the probabilities of classes, a cumulative distribution function, or points of the
        image, for which the scores are maps.
    monotone : bool
        Whether a CDF is a valid one by construction, or needs repair.
    n_scores : callable
        ``n_scores(n_outputs)`` returns how many scores the head needs for so many classes, thresholds or outputs.
    logits : callable or None
        ``logits(spec, name=, dtype=)`` returns the Keras layer from scores to logarithms of probabilities or odds.

    Examples
    --------
    >>> import keras
    >>> from skerosion.networks import Head
    >>> plain = Head(
    ...     activation=lambda spec, **options: keras.layers.Softmax(**options),
    ...     loss=lambda spacing: keras.losses.SparseCategoricalCrossentropy(),
    ...     gives="probabilities",
    ... )
    >>> plain.loss_on, plain.n_scores(5)
    ('output', 5)
    """

    activation: Callable
    loss: Callable
    loss_on: str = "output"
    gives: str = "values"
    monotone: bool = True
    n_scores: Callable = _one_each
    logits: Callable | None = None

    def __post_init__(self):
        layers_there = ("output", "scores") if self.logits is None else ("output", "logits", "scores")
        check_parameter("loss_on", self.loss_on, (Choice(layers_there),))
        check_parameter("gives", self.gives, (Choice(("values", "probabilities", "cdf", "places")),))

    def weighted_loss(self, spacing):
        """The loss as a mean by weight, whatever its own reduction: Keras' default divides by the rows of the batch."""
        loss = self.loss(spacing)
        loss.reduction = REDUCTION
        loss.call = _one_value_a_row(loss.call)
        return loss


def _one_value_a_row(call):
    """A loss' ``call`` that refuses a single value for the whole batch, which no weight of a row could reach."""

    def checked(y_true, y_pred):
        values = call(y_true, y_pred)
        if not len(values.shape):
            raise ValueError(
                "A head's loss must give one value a row, of shape (batch,), got a single value for the batch, in "
                "which weights are lost: leave the mean over the batch out of its call."
            )
        return values

    return checked


def register_head(name: str) -> Callable:
    """Register a head under a name that estimators accept as ``head=``.

    Parameters
    ----------
    name : str
        The name; registering one's own name again replaces the entry.

    Returns
    -------
    callable
        A decorator for a function without arguments that returns a :class:`Head`. It returns the function unchanged.

    Examples
    --------
    >>> import keras
    >>> from skerosion.networks import Head, list_heads, register_head
    >>> @register_head("plain")
    ... def plain():
    ...     return Head(
    ...         activation=lambda spec, **options: keras.layers.Softmax(**options),
    ...         loss=lambda spacing: keras.losses.SparseCategoricalCrossentropy(),
    ...         gives="probabilities",
    ...     )
    >>> "plain" in list_heads()  # and OrdinalClassifier(head="plain") finds it
    True
    """
    file = _HEADS.register(name)

    def decorate(function):
        head = function()
        if not isinstance(head, Head):
            raise TypeError(f"register_head must decorate a function that returns a Head, got {head!r} from {name!r}.")
        file(head)
        return function

    return decorate


def list_heads() -> list[str]:
    """Names that estimators accept as ``head=``: the registered heads of grades and numbers, none that finds places.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skerosion.networks import list_heads
    >>> "softmax" in list_heads()
    True
    """
    return sorted(name for name, head in _HEADS.items() if head.gives != "places")


def find_head(name):
    """The head called `name`; a ValueError lists the names there are."""
    return _HEADS[name]


def _plain(layer, *args):
    """A layer that needs nothing of the specification."""
    return lambda spec, **options: layer(*args, **options)


@register_head("softmax")
def softmax():
    """Class probabilities, trained on the cross-entropy of the scores."""
    return Head(_plain(layers.Softmax), lambda spacing: cross_entropy(), loss_on="scores", gives="probabilities")


@register_head("linear")
def linear():
    """One real output, trained on the squared error."""
    return Head(_plain(layers.Activation, "linear"), lambda spacing: squared_error())


@register_head("cumulative_softmax")
def cumulative_softmax():
    """A monotone CDF on the grid, trained on the CRPS."""
    return Head(_plain(CumulativeSoftmax), CRPSLoss, gives="cdf")


@register_head("sigmoid")
def sigmoid():
    """The thesis' free sigmoids, one per threshold, trained on the CRPS; repaired after prediction."""
    return Head(_plain(layers.Activation, "sigmoid"), CRPSLoss, gives="cdf", monotone=False)


@register_head("truncated_normal")
def truncated_normal():
    """A normal distribution truncated to the grid, two scores for centre and width, trained on the CRPS."""
    return Head(
        _plain(CumulativeSoftmax),
        CRPSLoss,
        gives="cdf",
        n_scores=lambda n_outputs: 2,
        logits=lambda spec, **options: TruncatedNormal(spec.n_outputs, spec.spacing, **options),
    )


@register_head("coral")
def coral():
    """Class probabilities by one score and ordered cut points, trained on every threshold (Cao et al. 2020)."""
    return Head(
        _plain(ThresholdsToClasses),
        lambda spacing: CoralLoss(),
        loss_on="logits",
        gives="probabilities",
        n_scores=lambda n_outputs: 1,
        logits=lambda spec, **options: OrderedCuts(spec.n_outputs - 1, **options),
    )


@register_head("corn")
def corn():
    """Class probabilities by those of going on to the next class, trained on the likelihood (Shi et al. 2021)."""
    return Head(
        _plain(layers.Softmax),
        lambda spacing: cross_entropy(),
        loss_on="logits",
        gives="probabilities",
        n_scores=lambda n_outputs: n_outputs - 1,
        logits=_plain(ConditionalChain),
    )


def _cumulative_link(link):
    """Ordered cut points, trained on the likelihood."""
    return Head(
        _plain(layers.Softmax),
        lambda spacing: cross_entropy(),
        loss_on="logits",
        gives="probabilities",
        n_scores=lambda n_outputs: 1,
        logits=lambda spec, **options: CumulativeLink(spec.n_outputs - 1, link, **options),
    )


@register_head("cumulative_link")
def cumulative_logit():
    """Class probabilities by one score and ordered cut points under the logit link: proportional odds."""
    return _cumulative_link("logit")


@register_head("cumulative_link_probit")
def cumulative_probit():
    """Class probabilities by one score and ordered cut points under the probit link."""
    return _cumulative_link("probit")


@register_head("cumulative_link_cloglog")
def cumulative_cloglog():
    """Class probabilities by one score and ordered cut points under the complementary log-log link."""
    return _cumulative_link("cloglog")


def _softmax_trained_on(loss):
    return Head(_plain(layers.Softmax), lambda spacing: loss(), loss_on="scores", gives="probabilities")


@register_head("beta")
def beta():
    """Class probabilities, trained on the cross-entropy with soft labels of beta distributions."""
    return _softmax_trained_on(SoftLabelLoss)


@register_head("sord")
def sord():
    """Class probabilities, trained on the cross-entropy with soft labels that decay with the distance."""
    return _softmax_trained_on(lambda: SoftLabelLoss("sord"))


@register_head("triangular")
def triangular():
    """Class probabilities, trained on the cross-entropy with soft labels for direct neighbours."""
    return _softmax_trained_on(lambda: SoftLabelLoss("triangular"))


@register_head("squared_emd")
def squared_emd():
    """Class probabilities, trained on the squared earth mover's distance: the ranked probability score."""
    return _softmax_trained_on(SquaredEMDLoss)
