"""Every loss of a grade as one of votes."""

import keras
import numpy as np
import pytest

from skerosion.networks import SmoothedLoss, VotesLoss, find_head, list_heads

RNG = np.random.default_rng(0)
VOTES = np.array([[0, 2, 2], [1, 1, np.nan], [np.nan, np.nan, 3], [3, 0, 1]], "float32")
GRADED = [name for name in list_heads() if find_head(name).gives not in ("values", "places")]


@pytest.mark.parametrize("head", GRADED)
def test_it_is_the_mean_of_the_losses_of_the_votes(head):
    loss = find_head(head).weighted_loss(None)
    outputs = keras.ops.log_softmax(RNG.normal(size=(4, 4)).astype("float32"))
    single = np.stack([np.array(loss.call(np.nan_to_num(VOTES[:, r]), outputs)) for r in range(3)], axis=1)
    cast = np.isfinite(VOTES)
    expected = (single * cast).sum(axis=1) / cast.sum(axis=1)
    assert np.allclose(np.array(VotesLoss(loss).call(VOTES, outputs)), expected, rtol=1e-5, atol=1e-6)


def test_cross_entropy_of_votes_is_that_of_their_shares():
    scores = RNG.normal(size=(4, 4)).astype("float32")
    shares = np.stack([(VOTES == k).sum(axis=1) for k in range(4)], axis=1) / np.isfinite(VOTES).sum(axis=1)[:, None]
    expected = keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)(shares, scores)
    loss = VotesLoss(find_head("softmax").weighted_loss(None))
    assert np.allclose(np.array(loss.call(VOTES, scores)), np.array(expected), rtol=1e-5)


def test_who_did_not_vote_changes_no_gradient():
    """NaN must not reach the gradient through a weight of zero."""
    loss, scores = VotesLoss(find_head("softmax").weighted_loss(None)), keras.Variable(np.zeros((2, 3), "float32"))
    votes = np.array([[2, np.nan], [0, 1]], "float32")
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            total = loss(votes, scores.value)
        gradient = tape.gradient(total, scores.value).numpy()
    elif keras.backend.backend() == "jax":
        import jax

        gradient = np.array(jax.grad(lambda x: loss(votes, x))(np.zeros((2, 3), "float32")))
    else:
        pytest.skip("gradients are taken on TensorFlow and JAX")
    assert np.allclose(gradient * 2, [[1 / 3, 1 / 3, -2 / 3], [-1 / 6, -1 / 6, 1 / 3]], atol=1e-6)


@pytest.mark.parametrize("n_readers", [1, 3])
def test_smoothing_spreads_a_share_of_all_votes(n_readers):
    votes = np.array([[0, 1, 1], [2, 2, 2]], "float32")[:, :n_readers]
    scores, loss = RNG.normal(size=(2, 3)).astype("float32"), find_head("softmax").weighted_loss(None)
    smoothed = SmoothedLoss(VotesLoss(loss), 3)
    given = np.array(smoothed.call(np.column_stack([votes, [0.3, 0.0]]).astype("float32"), scores))
    every = np.mean([np.array(loss.call(np.full(2, k), scores)) for k in range(3)], axis=0)
    of_votes = np.array(VotesLoss(loss).call(votes, scores))
    assert np.allclose(given, [0.7 * of_votes[0] + 0.3 * every[0], of_votes[1]], rtol=1e-5)


def test_it_survives_its_configuration():
    loss = VotesLoss(find_head("coral").weighted_loss(None))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    outputs = RNG.normal(size=(4, 3)).astype("float32")
    assert np.array_equal(np.array(again.call(VOTES, outputs)), np.array(loss.call(VOTES, outputs)))
