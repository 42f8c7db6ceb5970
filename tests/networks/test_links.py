"""Links: closed forms, other libraries' cumulative models, and rows far from any cut point."""

import keras
import numpy as np
import pytest
from scipy import special, stats

from skerosion.networks._links import LINKS

INVERSE = {"logit": special.expit, "probit": stats.norm.cdf, "cloglog": lambda z: -np.expm1(-np.exp(z))}

# dlordinal 2.7.0: CLM(5, link) in double precision with thresholds_b_ = [-1], thresholds_a_ = [1, 0.5, 1.5], that is
# cut points -1, 0, 0.25, 2.5, at the scores -0.8, 0.3, 1.7.
CUTS, SCORES = np.array([-1.0, 0.0, 0.25, 2.5]), np.array([[-0.8], [0.3], [1.7]])
DLORDINAL = {
    "logit": [
        [0.4501660027, 0.2398084784, 0.0508004181, 0.2236539115, 0.0355711893],
        [0.2141650170, 0.2113924662, 0.0619451203, 0.4127469074, 0.0997504891],
        [0.0629733561, 0.0914919090, 0.0355363009, 0.4999729151, 0.3100255189],
    ],
    "probit": [
        [4.2074029056e-01, 3.6740431086e-01, 6.4996342208e-02, 1.4637563223e-01, 4.8342414238e-04],
        [9.6800484586e-02, 2.8528809323e-01, 9.7972616351e-02, 5.0603535832e-01, 1.3903447513e-02],
        [3.4669738030e-03, 4.1098488956e-02, 2.8963796851e-02, 7.1461534181e-01, 2.1185539858e-01],
    ],
    "cloglog": [
        [5.5900897406e-01, 3.3298204825e-01, 5.0605541768e-02, 5.7403435927e-02, 1.6793233470e-12],
        [2.3855077999e-01, 2.8472552929e-01, 9.0457843993e-02, 3.8614548554e-01, 1.2036118035e-04],
        [6.4996973443e-02, 1.0197127802e-01, 4.2121108200e-02, 6.8290166264e-01, 1.0800897770e-01],
    ],
}


def probabilities(link, distances):
    return np.exp(keras.ops.convert_to_numpy(LINKS[link].log_probabilities(np.asarray(distances, "float32"))))


@pytest.mark.parametrize("link", LINKS)
def test_probabilities_are_those_of_dlordinal(link):
    """Down to the last of twelve decimals: differences of the link would be zero there."""
    np.testing.assert_allclose(probabilities(link, CUTS - SCORES), DLORDINAL[link], rtol=2e-5)


@pytest.mark.parametrize("link", LINKS)
def test_probabilities_are_differences_of_the_link(link):
    distances = np.sort(np.random.default_rng(0).normal(scale=2, size=(100, 6)), axis=1)
    expected = np.diff(INVERSE[link](distances), axis=1, prepend=0, append=1)
    np.testing.assert_allclose(probabilities(link, distances), expected, atol=2e-6)


@pytest.mark.parametrize("link", LINKS)
def test_quantile_is_the_inverse(link):
    levels = np.array([0.01, 0.2, 0.5, 0.9])
    np.testing.assert_allclose(INVERSE[link](LINKS[link].quantile(levels)), levels)


@pytest.mark.parametrize("link", LINKS)
def test_two_classes_need_one_cut_point(link):
    np.testing.assert_allclose(probabilities(link, [[0.3]]).sum(), 1, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("score", [0.0, 40.0, -40.0, 3000.0, -3000.0])
def test_every_class_has_a_finite_loss_and_gradient_however_far_the_score(link, score):
    tf = pytest.importorskip("tensorflow")
    distances = tf.constant(np.array([[-1.0, 0.0, 0.001, 2.5]]) - score, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(distances)
        logarithms = LINKS[link].log_probabilities(distances)
    assert np.isfinite(logarithms.numpy()).all()
    jacobian = tape.jacobian(logarithms, distances).numpy()
    assert np.isfinite(jacobian).all() and np.abs(jacobian).max() < 1e4


@pytest.mark.tensorflow
@pytest.mark.parametrize("link", LINKS)
def test_a_row_far_on_the_wrong_side_is_still_pulled_back(link):
    """The gradient does not die where probabilities are zero in single precision."""
    tf = pytest.importorskip("tensorflow")
    score = tf.Variable([[-200.0], [200.0]] if link != "cloglog" else [[-200.0], [50.0]])
    with tf.GradientTape() as tape:
        logarithms = LINKS[link].log_probabilities(tf.constant([-1.0, 0.0, 1.0]) - score)
        likelihood = logarithms[0, 3] + logarithms[1, 0]
    up, down = tape.gradient(likelihood, score).numpy().ravel()
    assert up > 0.5 and down < -0.5
