"""Tiny networks on images whose bright square tells the grade, and when two predictions agree."""

import functools

import numpy as np

from skerosion.grades import cost_matrix, is_number

SMALL = {
    "filters": (4, 8),
    "convolutions": 1,
    "dense_units": (8,),
    "batch_size": 16,
    "learning_rate": 0.01,
    "epochs": 3,
    "random_state": 0,
    "verbose": 0,
}


@functools.cache
def squares():
    """Return 64 images of 16x16 and their grades 0 to 3."""
    rng = np.random.default_rng(0)
    grades = np.tile([0, 1, 2, 3], 16)
    images = rng.integers(0, 90, (64, 16, 16, 1))
    images[:, 4:12, 4:12] += 50 * grades[:, None, None, None]
    return images.astype(np.uint8), grades


def margins(decision, probabilities, shares):
    """Return how far apart the two best options of a decision lie in each row."""
    if isinstance(decision, str) and decision == "median":
        return np.abs(probabilities.cumsum(axis=1) - 0.5).min(axis=1)
    scores = probabilities
    if isinstance(decision, str) and decision == "balanced":
        scores = probabilities / np.maximum(shares, 1e-9)
        scores = scores / scores.sum(axis=1, keepdims=True)
    elif not isinstance(decision, str) or decision in ("absolute", "quadratic"):
        scores = -probabilities @ cost_matrix(decision, probabilities.shape[1])
    best = np.sort(scores, axis=1)[:, -2:]
    return best[:, 1] - best[:, 0]


def check_grades(outputs, forecast, rule):
    """Compare grades, but where two options lie within 2e-4."""
    clear = margins(rule.decision, forecast.probabilities, rule.shares) > 2e-4
    assert clear.sum() > len(clear) / 2
    classes = np.asarray(forecast.classes)
    found = outputs["grade"] if is_number(classes) else classes[outputs["grade"]]
    np.testing.assert_array_equal(found[clear], forecast.prediction[clear])


def check_intervals(found, distribution, coverage=0.9):
    """Compare ends of intervals, but where the CDF comes within 2e-4 of a level."""
    for end, level in enumerate([(1 - coverage) / 2, (1 + coverage) / 2]):
        clear = np.abs(distribution.cdf - level).min(axis=1) > 2e-4
        assert clear.any()
        np.testing.assert_allclose(found[clear, end], distribution.quantile(level)[clear])
