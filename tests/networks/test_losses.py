"""Losses weigh samples: weight 2 is the sample twice, weight 0 is its absence, gradients included."""

import keras
import numpy as np
import pytest
from scipy import special

from skerosion.networks import CoralLoss, CRPSLoss, SoftLabelLoss, SquaredEMDLoss
from skerosion.networks._losses import cross_entropy, squared_error

N_OUTPUTS = 5


def gradient_of(loss, targets, outputs, weights):
    """Loss and its gradient with respect to the outputs, by the backend."""

    def value_of(outputs):
        return loss(targets, outputs, sample_weight=weights)

    value, gradient = GRADIENTS[keras.backend.backend()](value_of, outputs)
    return float(value), np.array(gradient)


def tensorflow_gradient(function, point):
    import tensorflow as tf

    point = tf.Variable(point)
    with tf.GradientTape() as tape:
        value = function(point)
    return value, tape.gradient(value, point)


def jax_gradient(function, point):
    import jax

    return jax.value_and_grad(function)(point)


def torch_gradient(function, point):
    import torch

    point = torch.tensor(point, requires_grad=True)
    value = function(point)
    value.backward()
    return value, point.grad


GRADIENTS = {"tensorflow": tensorflow_gradient, "jax": jax_gradient, "torch": torch_gradient}


def problem(loss):
    """Targets and outputs that suit a loss."""
    rng = np.random.default_rng(0)
    if loss.name == "squared_error":
        return rng.normal(size=(4, 1)).astype("float32"), rng.normal(size=(4, 1)).astype("float32")
    outputs = rng.normal(size=(4, N_OUTPUTS)).astype("float32")
    if loss.name == "crps":
        outputs = np.cumsum(np.abs(outputs), axis=1)
        outputs /= outputs[:, -1:]
    return np.array([0, 2, 4, 1], "int32"), outputs


LOSSES = [
    cross_entropy(),
    squared_error(),
    CRPSLoss(),
    CRPSLoss(spacing=(1, 1, 2, 3, 3)),
    CoralLoss(),
    SquaredEMDLoss(),
    SoftLabelLoss("beta"),
    SoftLabelLoss("sord", share=0.5),
    SoftLabelLoss("triangular"),
]
IDS = ["cross_entropy", "squared_error", "crps", "crps_uneven", "coral", "squared_emd", "beta", "sord", "triangular"]


@pytest.mark.parametrize("loss", LOSSES, ids=IDS)
class TestWeights:
    def test_weight_two_is_the_sample_twice(self, loss):
        targets, outputs = problem(loss)
        twice = [0, 1, 1, 2, 3]
        value, gradient = gradient_of(loss, targets, outputs, np.array([1, 2, 1, 1], "float32"))
        repeated, repeated_gradient = gradient_of(loss, targets[twice], outputs[twice], np.ones(5, "float32"))
        gathered = repeated_gradient[[0, 1, 3, 4]]
        gathered[1] += repeated_gradient[2]
        assert value == pytest.approx(repeated, rel=1e-6)
        np.testing.assert_allclose(gradient, gathered, rtol=1e-5, atol=1e-8)

    def test_weight_zero_is_no_sample(self, loss):
        targets, outputs = problem(loss)
        value, gradient = gradient_of(loss, targets, outputs, np.array([1, 0, 1, 1], "float32"))
        kept = [0, 2, 3]
        without, without_gradient = gradient_of(loss, targets[kept], outputs[kept], np.ones(3, "float32"))
        assert value == pytest.approx(without, rel=1e-6)
        np.testing.assert_allclose(gradient[kept], without_gradient, rtol=1e-5, atol=1e-8)
        assert not gradient[1].any()

    def test_one_value_a_sample(self, loss):
        targets, outputs = problem(loss)
        assert keras.ops.convert_to_numpy(loss.call(targets, outputs)).shape == (4,)


def test_crps_loss_is_the_metric():
    """The loss trains what the metric measures."""
    from skerosion.metrics import crps

    targets, outputs = problem(CRPSLoss())
    value = float(CRPSLoss()(targets, outputs))
    assert value == pytest.approx(crps(targets, outputs, grid=np.arange(N_OUTPUTS)), rel=1e-6)


def test_crps_loss_on_an_uneven_grid_weighs_by_spacing():
    grid = np.array([0.0, 1.0, 2.0, 4.0, 7.0])
    loss = CRPSLoss(spacing=(1, 1, 2, 3, 3))
    cdf = np.array([[0.1, 0.4, 0.6, 0.9, 1.0]], "float32")
    rank = np.searchsorted(grid, 2.0)
    expected = (0.1**2 * 1 + 0.4**2 * 1 + 0.4**2 * 2 + 0.1**2 * 3) / 10
    assert float(loss(np.array([rank]), cdf)) == pytest.approx(expected, rel=1e-5)


def test_crps_loss_round_trips_through_its_configuration():
    loss = keras.losses.deserialize(keras.losses.serialize(CRPSLoss(spacing=(1.0, 2.0))))
    assert loss.spacing == (1.0, 2.0) and loss.reduction == "mean_with_sample_weight"


# dlordinal 2.7.0, in double precision, each row alone: SORDLoss(alpha=2), EMDLoss, BetaLoss and TriangularLoss
# (alpha2=0.05) over the cross-entropy; CORNLoss of the first four scores, times the number of questions that it asks.
SCORES = np.array([[0.3, -1.2, 0.5, 2.0, -0.4], [1.5, 0.2, -0.7, 0.1, 0.9], [-2.0, 0.4, 1.1, -0.3, 0.6]], "float32")
TARGETS = np.array([3, 0, 4], "int32")
DLORDINAL = {
    "sord": [0.8873581613626118, 0.9688983222928446, 1.4718704397514477],
    "squared_emd": [0.12311785972115494, 0.6624343511320776, 1.0235262671062104],
    "beta": [1.0709711708264842, 1.0114423678481126, 1.5012291084324452],
    "beta, half": [0.750497410658256, 0.8950953629699967, 1.4372565074401158],
    "triangular": [0.625023618152572, 0.8149116732455309, 1.3845740469717405],
    "corn": [4.618642707029638, 1.7014132779827524, 3.7816338330268833],
}


def rows_of(loss, targets, outputs):
    return keras.ops.convert_to_numpy(loss.call(targets, outputs))


@pytest.mark.parametrize(
    ("loss", "name", "tolerance"),
    [
        (SoftLabelLoss("sord"), "sord", 1e-6),
        (SquaredEMDLoss(), "squared_emd", 1e-6),
        # The published parameters of the end classes are rounded to integers.
        (SoftLabelLoss("beta"), "beta", 5e-3),
        (SoftLabelLoss("beta", share=0.5), "beta, half", 5e-3),
    ],
)
def test_losses_are_those_of_dlordinal(loss, name, tolerance):
    np.testing.assert_allclose(rows_of(loss, TARGETS, SCORES), DLORDINAL[name], rtol=tolerance)


def test_triangular_loss_is_that_of_dlordinal_but_for_the_last_class():
    """Its label of the last class is not a mirror image of the first one's."""
    losses = rows_of(SoftLabelLoss("triangular"), TARGETS, SCORES)
    np.testing.assert_allclose(losses[:2], DLORDINAL["triangular"][:2], rtol=1e-6)
    mirrored = rows_of(SoftLabelLoss("triangular"), 4 - TARGETS, SCORES[:, ::-1])
    np.testing.assert_allclose(losses, mirrored, rtol=1e-6)


def test_corn_is_the_likelihood_of_its_chain():
    """dlordinal asks each question of the rows that reached it and sums the answers."""
    from skerosion.networks._ordinal_layers import ConditionalChain

    logarithms = keras.ops.convert_to_numpy(ConditionalChain()(SCORES[:, :4]))
    np.testing.assert_allclose(rows_of(cross_entropy(), TARGETS, logarithms), DLORDINAL["corn"], rtol=1e-6)


def test_losses_agree_with_dlordinal_live():
    torch, theirs = pytest.importorskip("torch"), pytest.importorskip("dlordinal.losses")
    scores = np.random.default_rng(0).normal(scale=2, size=(20, 6))
    targets = np.resize(np.arange(6), 20)
    tensors = torch.tensor(scores), torch.tensor(targets)
    for ours, loss in (
        (SquaredEMDLoss(), theirs.EMDLoss(6)),
        (SoftLabelLoss("sord"), theirs.SORDLoss(alpha=2.0, num_classes=6, train_targets=tensors[1])),
    ):
        mean = rows_of(ours, targets, scores.astype("float32")).mean()
        assert mean == pytest.approx(float(loss(*tensors)), rel=1e-5)


def test_coral_is_a_cross_entropy_of_each_threshold():
    log_odds, targets = SCORES[:, :4].astype(float), TARGETS
    reached = np.arange(4) >= targets[:, np.newaxis]
    expected = -(np.log(special.expit(log_odds)) * reached + np.log(special.expit(-log_odds)) * ~reached).sum(axis=1)
    np.testing.assert_allclose(rows_of(CoralLoss(), targets, SCORES[:, :4]), expected, rtol=1e-6)


def test_squared_emd_is_the_ranked_probability_score(shared):
    """The reference's sums over six grades, on which two libraries agree."""
    table = np.loadtxt(shared / "reference" / "crps" / "ordinal_6class_rps.csv", delimiter=",", skiprows=1)
    targets, pmf, scores = table[:, 0].astype("int32"), table[:, 1:7], table[:, 8]
    logarithms = np.log(np.maximum(pmf, 1e-30)).astype("float32")
    np.testing.assert_allclose(rows_of(SquaredEMDLoss(), targets, logarithms), scores, rtol=1e-5, atol=1e-6)


def test_share_zero_is_the_cross_entropy():
    losses = [rows_of(loss, TARGETS, SCORES) for loss in (SoftLabelLoss("beta", share=0.0), cross_entropy())]
    np.testing.assert_allclose(*losses, rtol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"shape": "gaussian"}, r"shape must be one of \['beta', 'sord', 'triangular'\], got 'gaussian'"),
        ({"share": 1.5}, "share must lie from 0 to 1, got 1.5"),
    ],
)
def test_soft_labels_refuse_what_they_do_not_know(parameters, message):
    with pytest.raises(ValueError, match=message):
        SoftLabelLoss(**parameters)


@pytest.mark.parametrize("loss", LOSSES[4:], ids=IDS[4:])
def test_ordinal_losses_round_trip_through_their_configuration(loss):
    twin = keras.losses.deserialize(keras.losses.serialize(loss))
    assert twin.get_config() == loss.get_config() and twin.reduction == "mean_with_sample_weight"
