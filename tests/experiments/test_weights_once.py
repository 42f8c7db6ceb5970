"""Weights of rows count once, whether a network stands alone or behind steps that hand rows on."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from skerosion import CNNClassifier, ImageRows
from skerosion.experiments._pipelines import RowEstimator, make_pipeline, reads_rows
from skerosion.grades import Target
from skerosion.inspection import Embedder
from skerosion.preprocessing import ContrastStretcher

TINY = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "verbose": 0}


@pytest.fixture
def rows():
    """48 images of 16 patients with grades 0 (24), 1 (16) and 2 (8)."""
    grades = np.repeat([0, 1, 2], [24, 16, 8])
    images = np.random.default_rng(0).integers(0, 200, (48, 16, 16, 1)).astype(np.uint8)
    return ImageRows(images, groups=np.arange(48) // 3), grades


def test_network_behind_a_step_of_rows_learns_the_same_shares(rows):
    X, y = rows
    shares = []
    for candidate in (
        CNNClassifier(**TINY),
        Pipeline([("stretch", ContrastStretcher()), ("cnn", CNNClassifier(**TINY))]),
    ):
        made = make_pipeline("classifier", "class_weights", Target.decide(y), estimator=candidate, seed=0)
        last = made.fit(X, y)[-1]
        shares.append((last[-1] if isinstance(last, Pipeline) else last).class_shares_)
    np.testing.assert_allclose(shares[0], 1 / 3, atol=1e-6)
    np.testing.assert_allclose(shares[1], shares[0])


def test_only_steps_that_hand_rows_on_keep_weights():
    network = ("cnn", CNNClassifier(**TINY))
    assert reads_rows(Pipeline([("stretch", ContrastStretcher()), network]))
    assert reads_rows(Pipeline([("nothing", "passthrough"), network]))
    assert not reads_rows(Pipeline([("embed", Embedder(CNNClassifier(**TINY))), network]))
    assert not reads_rows(RowEstimator(CNNClassifier(**TINY)))
