"""From a fitted estimator to a function of tensors: a converter for each kind of estimator, found by its class."""

from dataclasses import replace
from functools import partial

import numpy as np
import tensorflow as tf
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skerosion.estimators import (
    AugmentedForecaster,
    CalibratedForecaster,
    CNNClassifier,
    CNNRegressor,
    ConformalForecaster,
    ContextForecaster,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    OrdinalClassifier,
    TwoLevelClassifier,
)
from skerosion.forecasts import inside, is_search
from skerosion.grades import bin_edges
from skerosion.networks import find_head

from . import _tensor_functions as tensors
from ._tensor_forecasts import OfClasses, OfGrid, OfValues, Rule, average

# The projection compares all pairs of thresholds: 128 of them are 130 kB a row.
_MOST_REPAIRED = 128


def as_tensors(estimator):
    """Return what a fitted estimator says, inside pipelines, searches and freezers, as functions of tensors.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline, search or FrozenEstimator

    Returns
    -------
    OfClasses, OfGrid or OfValues

    Raises
    ------
    ValueError
        For what cannot be expressed so, with its name and what to do.
    """
    step = _step(estimator)
    convert = _CONVERTERS.get(type(step))
    if convert is None:
        advice = _ADVICE.get(
            type(step), f"what can be exported: {', '.join(sorted(each.__name__ for each in _CONVERTERS))}"
        )
        raise ValueError(
            f"estimator must be one whose predictions a graph can hold, got {type(step).__name__}: {advice}."
        )
    check_is_fitted(step)
    found = convert(step)
    return replace(found, in_order=_in_order(step, found.columns)) if isinstance(found, OfClasses) else found


def _step(estimator):
    """Return the estimator that predicts, refusing what transforms rows on their way to it."""
    while (inner := inside(estimator)) is not None:
        if is_search(estimator) and not hasattr(estimator, "best_estimator_"):
            check_is_fitted(estimator)
            raise ValueError(
                f"{type(estimator).__name__} has no best_estimator_: fit it with refit=True, or export one estimator."
            )
        if isinstance(estimator, Pipeline):
            _check_steps(estimator)
        estimator = inner
    return estimator


def _check_steps(pipeline):
    for name, step in pipeline.steps[:-1]:
        if hasattr(step, "transform"):
            raise ValueError(
                f"estimator must take pixels as they are, got a Pipeline whose step {name!r} ({type(step).__name__}) "
                f"changes them: export {pipeline.steps[-1][0]!r} alone, and change the pixels before they reach it."
            )


def _in_order(step, classes):
    try:
        step._check_order(classes)
    except ValueError:
        return False
    return True


def _classifier(estimator):
    head = find_head(estimator._key.spec.head)
    outputs, to_cdf = _network(estimator), _to_cdf(estimator)

    def run(pixels):
        given = outputs(pixels)
        return tensors.normalize(given) if head.gives == "probabilities" else tensors.differences(to_cdf(given))

    return OfClasses(estimator.input_shape_, run, estimator.classes_, _rule(estimator))


def _rule(estimator):
    return Rule(estimator.decision, estimator.class_shares_)


def _distribution(estimator):
    outputs, to_cdf = _network(estimator), _to_cdf(estimator)
    grid = np.asarray(estimator.grid_, dtype=float)
    return OfGrid(estimator.input_shape_, lambda pixels: to_cdf(outputs(pixels)), grid, estimator.point, estimator.bins)


def _to_cdf(estimator):
    """Return what makes a valid CDF of the outputs of a head."""
    spec = estimator._key.spec
    head = find_head(spec.head)
    if head.gives == "probabilities":
        return lambda outputs: tensors.cumulate(tensors.normalize(outputs))
    if head.monotone:
        return tensors.pinned
    if spec.n_outputs > _MOST_REPAIRED:
        raise ValueError(
            f"head={spec.head!r} gives a CDF that is repaired by comparing all its thresholds, which a graph does for "
            f"at most {_MOST_REPAIRED} of them, got {spec.n_outputs}: fit it with a coarser grid, or take "
            "head='cumulative_softmax'."
        )
    return lambda outputs: tensors.isotonic(tensors.pinned(outputs))


def _value(estimator):
    outputs, scale, mean = _network(estimator), estimator.target_scale_, estimator.target_mean_
    return OfValues(estimator.input_shape_, lambda pixels: outputs(pixels)[:, 0] * scale + mean, estimator.bins)


def _network(estimator):
    """Return the network as a function from pixels of 0 to 255 to its outputs in double precision."""
    spec = estimator._key.spec
    if len(spec.input_shape) != 3:
        raise ValueError(
            f"estimator must take images, got a {type(estimator).__name__} that was fitted on feature vectors of shape "
            f"{spec.input_shape}: export the estimator on images, and not one on embeddings."
        )
    if spec.dtype_policy != "float32":
        raise ValueError(
            f"dtype_policy must be 'float32' to be exported, got {spec.dtype_policy!r}, whose rounding no other "
            "runtime repeats: fit with dtype_policy='float32'."
        )
    network, white = estimator.model_, spec.value_range
    return lambda pixels: tf.cast(network(pixels * (white / 255.0), training=False), tf.float64)


def _calibrated(estimator):
    found = as_tensors(estimator.estimator_)
    if estimator.temperature_ is not None:
        return found.of_pmf(partial(tensors.temper, temperature=estimator.temperature_))
    if estimator.levels_ is not None:
        knots, heights = estimator.levels_.T
        return found.of_cdf(partial(tensors.interpolate, knots=knots, heights=heights))
    found = found.of_pmf(partial(tensors.rescale, factors=estimator.factors_))
    balances = isinstance(found.rule.decision, str) and found.rule.decision == "balanced"
    # The estimator inside knows the shares of its own training rows, which no longer hold.
    return replace(found, rule=Rule("balanced", estimator.class_shares_)) if balances else found


def _ensemble(estimator):
    voters = [number for number, weight in enumerate(estimator.weights_) if weight > 0]
    leader = next(number for number, one in enumerate(estimator.estimators_) if one is estimator._leader())
    parts = {number: as_tensors(estimator.estimators_[number]) for number in {*voters, leader}}
    _check_one_shape(parts.values())
    members = [parts[number] for number in voters]
    known = getattr(estimator, "classes_", None)
    columns = np.unique(np.concatenate([part.columns for part in members])) if known is None else known
    return average(parts[leader], members, estimator.weights_[voters], columns)


def _check_one_shape(parts):
    shapes = sorted({part.shape for part in parts})
    if len(shapes) > 1:
        raise ValueError(
            f"members must take images of one shape to be exported together, got {shapes}: export each alone."
        )


def _graded(estimator):
    found = as_tensors(estimator.estimator_)
    if isinstance(found, OfClasses):
        run = found.onto(estimator.classes_)
    else:
        places = np.arange(len(estimator.classes_) - 1) + 0.5
        run = found.grades(places if estimator.bins is None else bin_edges(estimator.bins))
    return OfClasses(found.shape, run, estimator.classes_, _rule(estimator))


def _two_levels(estimator):
    detector = as_tensors(estimator.detector_)
    eroded, classes = detector.onto([0, 1]), estimator.classes_
    if estimator.grader_ is None:
        stages = partial(_always, (classes == estimator._only_stage).astype(float))
    else:
        grader = as_tensors(estimator.grader_)
        _check_one_shape([detector, grader])
        stages = grader.onto(classes)

    def run(pixels):
        levels = eroded(pixels)
        return tensors.normalize(tf.concat([levels[:, :1], stages(pixels)[:, 1:] * levels[:, 1:]], axis=1))

    return OfClasses(detector.shape, run, classes, _rule(estimator))


def _always(probabilities, pixels):
    return tensors.constant(probabilities)[tf.newaxis]


def _views(estimator):
    found = as_tensors(estimator.estimator_)
    turned = [replace(found, run=_seen(found.run, _is_mirrored(*view, found.shape))) for view in estimator.views_]
    return average(found, turned, np.ones(len(turned)), found.columns)


def _is_mirrored(transform, exposure, shape):
    """Whether a view is the mirror image, not the image as it is; any other view is refused."""
    plain, mirror = [1, 0, 0, 0, 1, 0, 0, 0], [-1, 0, shape[1] - 1, 0, 1, 0, 0, 0]
    seen = [int(number) if number == int(number) else float(number) for number in transform.ravel()]
    if seen not in (plain, mirror) or tuple(exposure) != (1.0, 0.0):
        raise ValueError(
            "AugmentedForecaster must see images as they are and mirrored only to be exported, got views drawn from an "
            "augmentation: set n_draws=0 and augmentation=None, or export its estimator_."
        )
    return seen == mirror


def _seen(run, mirrored):
    return (lambda pixels: run(tf.reverse(pixels, axis=[2]))) if mirrored else run


_CONVERTERS = {
    AugmentedForecaster: _views,
    CalibratedForecaster: _calibrated,
    CNNClassifier: _classifier,
    CNNRegressor: _value,
    CRPSRegressor: _distribution,
    ForecastEnsemble: _ensemble,
    GradedRegressor: _graded,
    OrdinalClassifier: _classifier,
    TwoLevelClassifier: _two_levels,
}

_ADVICE = {
    ConformalForecaster: "its promise counts patients; export its estimator_, whose probabilities are the same, and "
    "keep sets and intervals here",
    ContextForecaster: "it looks at a patient's other rows; export its estimator_, which sees one image at a time",
}
