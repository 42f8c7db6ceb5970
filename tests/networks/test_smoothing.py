"""Label smoothing: the expected loss of a label of which a share is spread over all grades."""

import keras
import numpy as np
import pytest

from skerosion.networks import CoralLoss, CRPSLoss, SmoothedLoss, SoftLabelLoss, SquaredEMDLoss
from skerosion.networks._losses import cross_entropy

K = 4
LOSSES = {
    "cross_entropy": cross_entropy(),
    "crps": CRPSLoss(),
    "coral": CoralLoss(),
    "squared_emd": SquaredEMDLoss(),
    "beta": SoftLabelLoss("beta"),
}


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    return np.array([0, 3, 1]), np.sort(rng.uniform(size=(3, K)).astype("float32"), axis=1)


@pytest.mark.parametrize("name", LOSSES)
def test_it_is_the_mixture_of_the_losses(name, problem):
    grades, outputs = problem
    loss, share = LOSSES[name], np.array([0.0, 0.3, 0.9])

    def of(labels):
        return keras.ops.convert_to_numpy(loss.call(np.asarray(labels, "int32"), outputs))

    expected = (1 - share) * of(grades) + share * np.mean([of(np.full(3, grade)) for grade in range(K)], axis=0)
    smoothed = SmoothedLoss(loss, K).call(np.column_stack([grades, share]).astype("float32"), outputs)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(smoothed), expected, rtol=1e-5)


def test_with_the_cross_entropy_it_is_that_of_keras(problem):
    grades, outputs = problem
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)(np.eye(K)[grades], outputs)
    targets = np.column_stack([grades, np.full(3, 0.2)]).astype("float32")
    assert float(SmoothedLoss(cross_entropy(), K)(targets, outputs)) == pytest.approx(float(theirs), rel=1e-5)


def test_the_configuration_makes_the_same_loss():
    again = SmoothedLoss.from_config(SmoothedLoss(SoftLabelLoss("sord", share=0.5), K).get_config())
    assert again.n_grades == K and again.loss.shape == "sord" and again.reduction == "mean_with_sample_weight"
