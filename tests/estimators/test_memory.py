"""Oversampling moves rows, never pixels."""

import tracemalloc

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline

from skerosion import AugmentingOverSampler, CNNClassifier

pytestmark = pytest.mark.once

MEGABYTE = 1 << 20
SHARES = np.array([2286, 1046, 1516, 757, 173])


def peak_of(estimator, images, grades):
    """Largest allocation while fitting, in bytes, as tracemalloc sees NumPy's."""
    tracemalloc.start()
    estimator.fit(images, grades)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_oversampling_5778_images_allocates_less_than_5_megabytes():
    """5,778 images of 128x128 (95 MB) in the grades of the knees; the network is a small one."""
    images = np.zeros((SHARES.sum(), 128, 128, 1), np.uint8)
    grades = np.random.default_rng(0).permutation(np.repeat(np.arange(5), SHARES))
    settings = {"filters": (1,), "convolutions": 1, "dense_units": (2,), "epochs": 1, "random_state": 0}
    classifier = CNNClassifier(**settings)
    oversampling = make_pipeline(AugmentingOverSampler(random_state=0), classifier)
    for estimator in (classifier, oversampling):  # whatever a first fit loads and traces once
        estimator.fit(images[:200], grades[:200])
    plain = peak_of(classifier, images, grades)
    oversampled = peak_of(oversampling, images, grades)
    assert oversampled - plain < 5 * MEGABYTE
