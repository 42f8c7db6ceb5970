"""What happens to probabilities and CDFs after the network, as functions of TensorFlow's tensors (n, K) in float64.

Each is the twin of a function on arrays; those say why it is done so. What ONNX has no operator for is put in terms of
what it has: running minima, interpolation.
"""

import numpy as np
import tensorflow as tf

from skerosion.grades import cost_matrix

# As for medians and quantiles on arrays: a sum of 0.5 may come out as 0.4999999.
ROUNDING = 1e-6


def constant(values):
    """Return numbers as a constant in double precision."""
    return tf.constant(np.asarray(values, dtype=np.float64))


def normalize(probabilities):
    """Return probabilities that sum to 1 in each row."""
    return probabilities / tf.reduce_sum(probabilities, axis=1, keepdims=True)


def pinned(cdf):
    """Return a CDF within 0..1 whose last column is 1."""
    cdf = tf.clip_by_value(cdf, constant(0), constant(1))
    return tf.concat([cdf[:, :-1], tf.ones_like(cdf[:, -1:])], axis=1)


def cumulate(probabilities):
    """Return the running sums along each row, which end at exactly 1."""
    return pinned(tf.cumsum(probabilities, axis=1))


def differences(cdf):
    """Return what each column of a CDF adds to the one before."""
    return tf.concat([cdf[:, :1], cdf[:, 1:] - cdf[:, :-1]], axis=1)


def take_columns(values, positions):
    """Return columns by their positions, a column of zeros for -1."""
    with_zeros = tf.concat([tf.zeros_like(values[:, :1]), values], axis=1)
    return tf.gather(with_zeros, tf.constant(np.asarray(positions) + 1, tf.int32), axis=1)


def first_true(conditions):
    """Return the position of the first true column in each row."""
    return tf.argmax(tf.cast(conditions, tf.int32), axis=1)


def temper(pmf, temperature):
    """Return probabilities to the power of ``1 / temperature``, rescaled."""
    largest = tf.reduce_max(pmf, axis=1, keepdims=True)
    return normalize(tf.pow(tf.maximum(pmf, constant(0)) / largest, constant(1 / temperature)))


def rescale(pmf, factors):
    """Return probabilities times the factors of their classes, rescaled."""
    return normalize(pmf * constant(factors))


def interpolate(values, knots, heights):
    """Return the piecewise linear function through the knots at values that lie between the first and the last."""
    widths, rises = (constant(np.diff(ends)) for ends in (knots, heights))
    passed = (values[:, :, tf.newaxis] - constant(knots[:-1])) / widths
    return heights[0] + tf.reduce_sum(rises * tf.clip_by_value(passed, constant(0), constant(1)), axis=2)


def isotonic(values):
    """Project rows on rising sequences, by the max-min formula.

    Column k becomes the largest over i <= k of the smallest over j >= k of the mean of columns i to j.

    References
    ----------
    R. E. Barlow, D. J. Bartholomew, J. M. Bremner, H. D. Brunk, "Statistical inference under order restrictions",
    Wiley, 1972.
    """
    n = int(values.shape[1])
    sums = tf.concat([tf.zeros_like(values[:, :1]), tf.cumsum(values, axis=1)], axis=1)
    starts, ends = np.indices((n, n))
    lengths = np.maximum(ends - starts + 1, 1)
    means = (sums[:, tf.newaxis, 1:] - sums[:, :-1, tf.newaxis]) / constant(lengths)
    # Beyond all means of numbers from 0 to 1: an infinity would be no number once it is multiplied.
    means += constant(np.where(ends >= starts, 0.0, 4.0))
    smallest = _running_minimum_from_the_end(means, n) - constant(np.where(ends >= starts, 0.0, 8.0))
    return tf.reduce_max(smallest, axis=1)


def _running_minimum_from_the_end(values, n):
    """Return the smallest of each place of the last axis and all behind it, in a logarithm of steps."""
    step = 1
    while step < n:
        shifted = tf.concat([values[:, :, step:], values[:, :, n - step :]], axis=2)
        values, step = tf.minimum(values, shifted), 2 * step
    return values


def decide(probabilities, decision, shares):
    """Return the position of the class that a rule chooses in each row."""
    if isinstance(decision, str) and decision == "levels":
        stage = 1 + tf.argmax(probabilities[:, 1:], axis=1)
        return tf.where(probabilities[:, 0] >= constant(0.5), tf.zeros_like(stage), stage)
    costs = cost_matrix(decision, int(probabilities.shape[1]))
    if costs is not None:
        return tf.argmin(tf.matmul(probabilities, constant(costs)), axis=1)
    if decision == "median":
        return first_true(cumulate(probabilities) >= constant(0.5 - ROUNDING))
    if decision == "balanced":
        probabilities = _balanced(probabilities, np.asarray(shares, dtype=float))
    return tf.argmax(probabilities, axis=1)


def _balanced(probabilities, shares):
    """Return probabilities divided by shares; a row whose only probable grades were never trained keeps its own."""
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    raised = probabilities * constant(inverse)
    return tf.where(tf.reduce_sum(raised, axis=1, keepdims=True) > constant(0), raised, probabilities)


def quantiles(cdf, grid, levels):
    """Return the smallest grid point at which the CDF reaches each level, (n, n_levels)."""
    found = [tf.gather(constant(grid), first_true(cdf >= constant(level - ROUNDING))) for level in levels]
    return tf.stack(found, axis=1)


def mean(cdf, grid):
    """Return the means of distributions on a grid."""
    return grid[-1] - tf.reduce_sum(cdf[:, :-1] * constant(np.diff(grid)), axis=1)
