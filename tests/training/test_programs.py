"""Programs: built and traced once, borrowed by one at a time, fresh from a seed."""

import logging
import threading
from dataclasses import replace

import keras
import numpy as np
import pytest

from skerosion.datasets import ImageRows
from skerosion.estimators._settings import optimizer_json
from skerosion.networks import NetworkSpec
from skerosion.training import ProgramKey, RowBatches, lease, predict, train
from skerosion.training import _programs as programs

SPEC = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,))


def make_key(**changes):
    return ProgramKey(**{"spec": SPEC, "optimizer": optimizer_json("adam"), **changes})


def make_batches(n=20, seed=0):
    rng = np.random.default_rng(seed)
    rows = ImageRows(rng.integers(0, 255, (n, 16, 16, 1)).astype("uint8"))
    return RowBatches(rows, rng.integers(0, 3, n).astype("int32"), np.ones(n), 10, seed=seed)


def same(first, second):
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def test_equal_keys_share_a_program_and_other_keys_do_not():
    with lease(make_key()) as first:
        pass
    with lease(make_key()) as again, lease(make_key(optimizer=optimizer_json("sgd"))) as other:
        assert again is first and other is not first


def test_two_at_a_time_get_two_programs():
    """A thread, or a callback that predicts within a fit, must not meet a program in use."""
    with lease(make_key()) as first, lease(make_key()) as second:
        assert first is not second


@pytest.mark.slow
def test_idle_programs_are_bounded():
    for units in range(3, 3 + 2 * programs.MAX_IDLE_PROGRAMS):
        with lease(make_key(spec=NetworkSpec((4,), 2, "softmax", "none", dense_units=(units,), value_range=None))):
            pass
    assert sum(map(len, programs._POOL._idle.values())) == programs.MAX_IDLE_PROGRAMS


def test_a_reset_forgets_everything():
    """Weights, batch-norm statistics, optimiser state, step counter and dropout's stream start anew."""
    with lease(make_key()) as program:
        results = []
        for _ in range(2):
            program.reset(7, dropout=0.3)
            fresh = program.get_weights()
            train(program, make_batches(), epochs=2)
            results.append((fresh, program.get_weights(), program.get_optimizer_state()))
        program.reset(8, dropout=0.3)
        other = program.get_weights()
    assert all(same(*pair) for pair in zip(*results, strict=True))
    assert not same(results[0][0], results[0][1]) and not same(results[0][0], other)


def test_fresh_weights_are_as_keras_would_draw_them():
    """He normal for convolutions: variance 2 / fan-in; zeros and ones where Keras puts them."""
    spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(64, 64), dense_units=(8,))
    with lease(make_key(spec=spec)) as program:
        program.reset(0, dropout=0.5)
        layer = program.network.get_layer("block2_conv1")
        kernel, bias = (keras.ops.convert_to_numpy(variable) for variable in layer.weights)
        norm = program.network.get_layer("block2_conv1_norm")
        statistics = [keras.ops.convert_to_numpy(variable) for variable in norm.weights]
    assert kernel.var() == pytest.approx(2 / (9 * 64), rel=0.05)
    assert not bias.any()
    assert [values.mean() for values in statistics] == [1, 0, 0, 1]


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch traces nothing")
@pytest.mark.slow
def test_ten_fits_trace_once():
    """Learning rate, dropout, epochs, weights, seeds and the number of rows need no new graph.

    JAX compiles predictions for a few numbers of rows; these are met before the first fit.
    """
    traces = []

    class Counting(keras.layers.Layer):
        def call(self, inputs):
            traces.append(1)
            return inputs

    from skerosion.networks import register_backbone

    @register_backbone("counting")
    def counting(images):
        return keras.layers.Flatten()(Counting()(images))

    key = make_key(spec=NetworkSpec((16, 16, 1), 3, "softmax", "counting", dense_units=(8,)))
    counts = []
    with lease(key) as program:
        for rows in (1, 2, 4, 8, 10):
            predict(program, make_batches(n=rows).rows, 10)
    for fit in range(10):
        with lease(key) as program:
            program.reset(fit, dropout=fit / 20)
            batches = make_batches(n=20 + 7 * fit)
            batches = replace(batches, weights=np.full(len(batches.rows), 1.0 + fit))
            train(program, batches, epochs=1 + fit % 2, learning_rate=0.01 / (fit + 1), validation=batches)
            predict(program, batches.rows[: 3 + fit], 10)
        counts.append(len(traces))
    assert len(set(counts)) == 1


def register(function):
    from skerosion.networks import register_backbone

    return register_backbone("passing")(function)


@pytest.fixture
def passing_backbone():
    return make_key(spec=NetworkSpec((16, 16, 1), 3, "softmax", "passing", dense_units=(8,)))


@pytest.mark.slow
def test_layers_with_names_of_their_own_start_anew_too(passing_backbone):
    """A depthwise kernel is called "kernel" and its initialiser "depthwise_initializer"."""

    @register
    def passing(images):
        hidden = keras.layers.SeparableConv2D(4, 3)(keras.layers.DepthwiseConv2D(3)(images))
        return keras.layers.GlobalAveragePooling2D()(hidden)

    with lease(passing_backbone) as program:
        program.reset(0, dropout=0.5)
        fresh = program.get_weights()
        train(program, make_batches(), epochs=1)
        trained = program.get_weights()
        program.reset(0, dropout=0.5)
        assert same(program.get_weights(), fresh)
        program.reset(1, dropout=0.5)
        others = program.get_weights()
    kernels = [index for index, weight in enumerate(fresh) if weight.ndim == 4]
    assert len(kernels) == 3
    assert all((fresh[index] != others[index]).any() and (fresh[index] != trained[index]).any() for index in kernels)


def test_a_backbone_registered_again_is_another_network(passing_backbone):
    @register
    def first(images):
        return keras.layers.GlobalAveragePooling2D()(images)

    with lease(passing_backbone) as program:
        before = program.network.count_params()

    @register
    def second(images):
        return keras.layers.Flatten()(images)

    with lease(passing_backbone) as program:
        assert program.network.count_params() > before


@pytest.mark.slow
def test_float16_scales_its_loss():
    spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,), dtype_policy="mixed_float16")
    with lease(make_key(spec=spec)) as program:
        program.reset(0, dropout=0.0)
        assert isinstance(program.optimizer, keras.optimizers.LossScaleOptimizer)
        first = train(program, make_batches(), epochs=3, learning_rate=0.01)["loss"]
        program.reset(0, dropout=0.0)
        assert train(program, make_batches(), epochs=3, learning_rate=0.01)["loss"] == pytest.approx(first, rel=1e-3)
    assert first[-1] < first[0]


def test_a_schedule_sets_the_rate_of_each_step():
    rates = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            rates.append(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)))

    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=1, decay_rate=0.5)
    with lease(make_key()) as program:
        program.reset(0, dropout=0.0)
        train(program, make_batches(), epochs=2, learning_rate=schedule, callbacks=[Watch()])
    assert rates == pytest.approx([0.1, 0.05, 0.025, 0.0125])


def test_threads_train_side_by_side_as_alone():
    def run(seed, results):
        with lease(make_key()) as program:
            program.reset(seed, dropout=0.3)
            train(program, make_batches(seed=seed), epochs=2)
            results[seed] = program.get_weights()

    alone, together = {}, {}
    for seed in range(3):
        run(seed, alone)
    threads = [threading.Thread(target=run, args=(seed, together)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same(alone[seed], together[seed]) for seed in range(3))


def test_the_loss_of_an_epoch_is_the_weighted_mean_over_its_rows():
    batches = replace(make_batches(n=14), weights=np.linspace(0.1, 3, 14))
    with lease(make_key()) as program:
        program.reset(0, dropout=0.0)
        from skerosion.training._loop import evaluate

        value = evaluate(program, batches)
        outputs = predict(program, batches.rows, 10)
    losses = -np.log(outputs[np.arange(14), batches.targets])
    assert value == pytest.approx(np.average(losses, weights=batches.weights), rel=1e-5)


def test_devices_are_described():
    from skerosion.training import describe_devices

    described = describe_devices()
    assert described["backend"] == keras.backend.backend() and described["devices"]


def test_a_trace_of_each_program_is_no_retracing(caplog):
    """TensorFlow counts the functions of all programs as one; what else it has to say is heard."""
    logger = logging.getLogger("tensorflow")
    with caplog.at_level("WARNING", logger="tensorflow"), lease(make_key()):
        logger.warning("5 out of the last 7 calls to %s triggered tf.function retracing.", "one_step_on_data")
        logger.warning("out of memory")
    logger.warning("3 out of the last 4 calls triggered tf.function retracing.")
    assert [record.getMessage()[:13] for record in caplog.records] == ["out of memory", "3 out of the "]
