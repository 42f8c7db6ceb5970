"""Every head: a distribution from any scores, weights that weigh, gradients that stay finite."""

import keras
import numpy as np
import pytest
from keras import ops

from skerosion.estimators._head_outputs import distribution_of_outputs
from skerosion.networks import Head, NetworkSpec, build_network, list_heads, register_backbone, register_head
from skerosion.networks._heads import find_head
from tests.processor import sums_depend_on_place

HEADS = list_heads()
GIVES_DISTRIBUTION = [name for name in HEADS if find_head(name).gives != "values"]
N_OUTPUTS = 5


def ending(name, n_outputs=N_OUTPUTS, spacing=None):
    """The layers of a head as networks from scores to the output, and to what the loss is computed from."""
    head = find_head(name)
    n_outputs = n_outputs if head.gives != "values" else 1
    spec = NetworkSpec((3,), n_outputs, name, backbone="none", spacing=spacing)
    scores = hidden = keras.Input((head.n_scores(n_outputs),), name="scores")
    if head.logits is not None:
        hidden = head.logits(spec, name="logits", dtype="float32")(scores)
    output = head.activation(spec, name="output", dtype="float32")(hidden)
    layers = {"scores": scores, "logits": hidden, "output": output}
    return keras.Model(scores, output), keras.Model(scores, layers[head.loss_on])


def scores_of(name, n, n_outputs=N_OUTPUTS, scale=1.0):
    width = find_head(name).n_scores(n_outputs if find_head(name).gives != "values" else 1)
    return (scale * np.random.default_rng(0).normal(size=(n, width))).astype("float32")


def targets_of(name, n, n_outputs=N_OUTPUTS):
    if find_head(name).gives == "values":
        return np.random.default_rng(1).normal(size=(n, 1)).astype("float32")
    return np.resize(np.arange(n_outputs), n).astype("int32")


def scores_of_any_size(shape):
    """Return scores from 0 to 10,000 on either side: rows of one size, rows of several, and zeros."""
    rng = np.random.default_rng(0)
    scores = rng.uniform(-1, 1, shape) * 10.0 ** rng.uniform(-4, 4, (shape[0], 1))
    scores[::2] = rng.uniform(-1, 1, scores[::2].shape) * 10.0 ** rng.uniform(-4, 4, scores[::2].shape)
    scores[-1] = 0
    return scores.astype("float32")


def test_all_that_the_field_has_is_there():
    cumulative = {"cumulative_link", "cumulative_link_probit", "cumulative_link_cloglog", "cumulative_softmax"}
    labels = {"beta", "sord", "triangular"}
    assert set(HEADS) >= {"softmax", "linear", "sigmoid", "truncated_normal", "coral", "corn", "squared_emd"}
    assert set(HEADS) >= cumulative | labels


@pytest.mark.parametrize("name", GIVES_DISTRIBUTION)
@pytest.mark.parametrize("n_outputs", [2, 5, 101])
def test_every_cdf_rises_and_ends_at_one(name, n_outputs):
    """For any scores: zeros, ordinary ones, such as only a diverged training has, and all of these side by side."""
    output, _ = ending(name, n_outputs)
    head = find_head(name)
    outputs = keras.ops.convert_to_numpy(output(scores_of_any_size((200, head.n_scores(n_outputs)))))
    assert outputs.shape == (200, n_outputs) and np.isfinite(outputs).all() and outputs.min() >= 0
    if head.gives == "probabilities":
        np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
    elif head.monotone:
        assert (np.diff(outputs, axis=1) >= -1e-6).all() and (outputs[:, -1] == 1).all()
    cdf = distribution_of_outputs(outputs, None, head).cdf
    assert (np.diff(cdf, axis=1) >= 0).all() and (cdf[:, -1] == 1).all() and cdf.min() >= 0


@pytest.mark.parametrize("name", [name for name in GIVES_DISTRIBUTION if name != "sigmoid"])
def test_a_row_does_not_depend_on_its_place_in_the_batch(name):
    """To the last bit nearly: scikit-learn checks it to 1e-7, less than a step of single precision."""
    output, _ = ending(name, 3)
    scores = scores_of(name, 20, 3)
    # Where the processor itself is off by a last bit, two of them are allowed.
    allowed = {"rtol": 1e-6, "atol": 1.2e-7} if sums_depend_on_place() else {"rtol": 1e-7, "atol": 1e-9}
    in_order = keras.ops.convert_to_numpy(output(scores))
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(20)
        np.testing.assert_allclose(in_order[order], keras.ops.convert_to_numpy(output(scores[order])), **allowed)


@pytest.mark.parametrize("name", GIVES_DISTRIBUTION)
def test_an_uneven_grid_builds_and_exports(name):
    """The specification alone makes the same network again."""
    spec = NetworkSpec((3,), 4, name, backbone="none", value_range=None, dense_units=(), spacing=(1.0, 2.0, 4.0, 4.0))
    network, exported = build_network(spec), build_network(spec, dropout=0.5)
    exported.set_weights(network.get_weights())
    features = np.eye(3, dtype="float32")
    ours, theirs = (keras.ops.convert_to_numpy(net(features)) for net in (network, exported))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", HEADS)
class TestWeights:
    def gradient(self, name, scores, targets, weights):
        """Loss and its gradient with respect to the scores."""
        tf = pytest.importorskip("tensorflow")
        _, trained = ending(name)
        loss = find_head(name).weighted_loss(None)
        scores = tf.Variable(scores)
        with tf.GradientTape() as tape:
            value = loss(targets, trained(scores), sample_weight=weights)
        return float(value), tape.gradient(value, scores).numpy()

    def test_weight_two_is_the_sample_twice(self, name):
        scores, targets = scores_of(name, 6), targets_of(name, 6)
        twice = [0, 1, 1, 2, 3, 4, 5]
        value, gradient = self.gradient(name, scores, targets, np.array([1, 2, 1, 1, 1, 1], "float32"))
        repeated, of_repeated = self.gradient(name, scores[twice], targets[twice], np.ones(7, "float32"))
        gathered = of_repeated[[0, 1, 3, 4, 5, 6]]
        gathered[1] += of_repeated[2]
        assert value == pytest.approx(repeated, rel=1e-6)
        np.testing.assert_allclose(gradient, gathered, rtol=1e-4, atol=1e-7)

    def test_weight_zero_is_no_sample(self, name):
        scores, targets = scores_of(name, 6), targets_of(name, 6)
        kept = [0, 2, 3, 4, 5]
        value, gradient = self.gradient(name, scores, targets, np.array([1, 0, 1, 1, 1, 1], "float32"))
        without, of_without = self.gradient(name, scores[kept], targets[kept], np.ones(5, "float32"))
        assert value == pytest.approx(without, rel=1e-6) and not gradient[1].any()
        np.testing.assert_allclose(gradient[kept], of_without, rtol=1e-4, atol=1e-7)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", HEADS)
class TestGradients:
    @pytest.mark.slow
    @pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16", "mixed_float16"])
    def test_all_weights_have_finite_ones_under_each_policy(self, name, policy):
        """In training from fresh weights, with ordinary features and with a thousand times as large ones."""
        tf = pytest.importorskip("tensorflow")
        n_outputs = N_OUTPUTS if find_head(name).gives != "values" else 1
        spec = NetworkSpec(
            (3,), n_outputs, name, backbone="none", value_range=None, dense_units=(4,), dtype_policy=policy
        )
        network, head = build_network(spec), find_head(name)
        trained = keras.Model(network.input, network.get_layer(head.loss_on).output)
        features, loss = np.random.default_rng(0).normal(size=(10, 3)).astype("float32"), head.weighted_loss(None)
        for scale in (1.0, 1e3):
            with tf.GradientTape() as tape:
                output = trained(scale * features, training=True)
                value = loss(targets_of(name, 10), output)
            assert output.dtype == "float32"
            gradients = tape.gradient(value, trained.trainable_variables)
            assert np.isfinite(float(value)) and all(np.isfinite(gradient.numpy()).all() for gradient in gradients)

    @pytest.mark.parametrize("scale", [0.0, 1.0, 100.0, 1e4])
    def test_scores_of_any_size_have_finite_ones(self, name, scale):
        tf = pytest.importorskip("tensorflow")
        _, trained = ending(name)
        scores = tf.Variable(scores_of(name, 25, scale=scale))
        with tf.GradientTape() as tape:
            value = find_head(name).weighted_loss(None)(targets_of(name, 25), trained(scores))
        gradient = tape.gradient(value, scores).numpy()
        assert np.isfinite(float(value)) and np.isfinite(gradient).all()


def test_a_head_can_be_registered():
    @register_head("coral_of_two_scores")
    def coral_of_two_scores():
        return find_head("coral")

    assert "coral_of_two_scores" in list_heads()
    assert build_network(NetworkSpec((3,), 4, "coral_of_two_scores", backbone="none")).output_shape == (None, 4)


def test_a_function_that_returns_no_head_is_refused():
    with pytest.raises(TypeError, match=r"must decorate a function that returns a Head, got 'corn' from 'mine'"):
        register_head("mine")(lambda: "corn")


@pytest.mark.parametrize(("register", "name"), [(register_head, "softmax"), (register_backbone, "VGG")])
def test_names_of_the_package_stay_its_own(register, name):
    with pytest.raises(ValueError, match="must not be one of the package's, got .*choose another"):
        register(name)


def test_a_loss_that_weights_cannot_reach_is_refused():
    class OneForAll(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return ops.mean(ops.square(y_true - y_pred))

    head = Head(lambda spec, **options: keras.layers.Activation("linear", **options), lambda spacing: OneForAll())
    with pytest.raises(ValueError, match=r"must give one value a row, of shape \(batch,\)"):
        head.weighted_loss(None)(np.zeros((4, 1), "float32"), np.ones((4, 1), "float32"))
    assert "mine" not in list_heads()


@pytest.mark.parametrize(("name", "value"), [("loss_on", "logits"), ("gives", "grades")])
def test_a_head_says_what_its_parameters_must_be(name, value):
    with pytest.raises(ValueError, match=f"{name} must be one of .*, got '{value}'"):
        Head(activation=None, loss=None, **{name: value})
