"""Images a second of training and prediction on a GPU: skerosion beside a hand-written loop on the same backend.

The thesis' network and InceptionV3 with the same head, both in float32 and with mixed_bfloat16, on arrays of bytes in
the memory of the host. By hand (`_loops.py`) is what one would write for the backend: TensorFlow a function with a
gradient tape (compiled by XLA on a GPU), JAX a jitted step on the network's state, PyTorch the plain loop; the networks
are plain Keras, batches are gathered by shuffled index, losses are read at the end of an epoch. Epochs after the first,
which traces and compiles, are timed, and predictions after the first.

The share of the limit sets the arithmetic of convolutions and dense layers against what a large matrix product of the
same precision reaches on the device, in the way the backend computes it (TF32 or not).

The backend is Keras' own choice: KERAS_BACKEND=jax python benchmarks/gpu.py; TensorFlow need not be installed then.
--quick shows on a processor that both sides run.
"""

import os
import statistics
import time

from _harness import Case, Comparison, Question, compare
from _loops import make_loop
from _measure import warm_seconds
from _networks import build_keras_network, count_flops, epoch_times, finish_network, make_images, matmul_flops

BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
NETWORKS = ("thesis", "inception_v3")
PRECISIONS = {"float32": "float32", "mixed_bfloat16": "bfloat16"}


def run_skerosion(network, policy):
    """CNNClassifier.fit and predict_proba."""

    def run(sizes):
        from skerosion import CNNClassifier

        if network == "inception_v3":
            register_inception()
        images, grades = make_images(sizes["images"], sizes["side"])
        times = epoch_times()
        classifier = CNNClassifier(
            backbone="auto" if network == "thesis" else network,
            epochs=sizes["epochs"],
            batch_size=sizes["batch"],
            dtype_policy=policy,
            callbacks=[lambda: times],
            random_state=0,
            verbose=0,
        ).fit(images, grades)
        answer = _rates(sizes, times.seconds, lambda: classifier.predict_proba(images))
        return answer | _shares(sizes, classifier.model_, PRECISIONS[policy], answer)

    return run


def run_by_hand(network, policy):
    """The loop of the backend."""

    def run(sizes):
        images, grades = make_images(sizes["images"], sizes["side"])
        loop, seconds = make_loop(build_plain(network, sizes["side"], policy)), []
        for epoch in range(sizes["epochs"]):
            started = time.perf_counter()
            loop.train_epoch(images, grades, sizes["batch"], seed=epoch)
            seconds.append(time.perf_counter() - started)
        return _rates(sizes, seconds, lambda: loop.predict_all(images, sizes["batch"]))

    return run


def _rates(sizes, epoch_seconds, predict):
    seconds = warm_seconds(predict, sizes["repeats"], warmups=1)
    return {"training": sizes["images"] / statistics.median(epoch_seconds[1:]), "prediction": sizes["images"] / seconds}


def _shares(sizes, network, dtype, rates):
    """Percent of the limit, and the limit itself in TFLOP/s."""
    forward, training = count_flops(network)
    limit = matmul_flops(sizes["matrix"], dtype=dtype)
    return {
        "training share": 100 * rates["training"] * training / limit,
        "prediction share": 100 * rates["prediction"] * forward / limit,
        "limit": limit / 1e12,
    }


def register_inception():
    """InceptionV3 as a backbone of skerosion, where it has none by that name."""
    from skerosion.networks import list_backbones, register_backbone

    if "inception_v3" not in list_backbones():
        register_backbone("inception_v3")(lambda images, *, dtype: embed_by_inception(images, 1.0, dtype))


def embed_by_inception(images, white, dtype):
    """The average-pooled output of an untrained InceptionV3 for grey images."""
    import keras
    from keras import layers

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)  # the one way to give keras.applications a policy
    try:
        scaled = layers.Rescaling(2 / white, -1.0)(images)
        inception = keras.applications.InceptionV3(
            include_top=False, weights=None, input_shape=(*images.shape[1:3], 3), pooling="avg"
        )
        return inception(layers.Concatenate()([scaled] * 3))
    finally:
        keras.config.set_dtype_policy(before)


def build_plain(network, side, policy):
    """The network in plain Keras."""
    import keras

    if network == "thesis":
        return build_keras_network(side, dtype=policy)
    inputs = keras.Input((side, side, 1))
    return finish_network(inputs, embed_by_inception(inputs, 255.0, policy), dtype=policy)


def ask(network, policy):
    """The questions of one network and precision."""
    what = f"{BACKEND}, {network}, {policy}, {{side}}x{{side}}, batch {{batch}}"
    ours, peer = f"skerosion {network} {policy}", f"by hand {network} {policy}"
    for act in ("training", "prediction"):
        yield Question(f"{what}: {act}", (ours, act), (peer, act), unit="images/s", at_least=0.95)
        yield Question(f"{what}: {act}, share of the limit", (ours, f"{act} share"), unit="%")
    yield Question(f"{what}: the limit, a matrix product", (ours, "limit"), unit="TFLOP/s")


VARIANTS = [(network, policy) for network in NETWORKS for policy in PRECISIONS]
COMPARISON = Comparison(
    cases={
        **{f"skerosion {network} {policy}": Case(run_skerosion(network, policy)) for network, policy in VARIANTS},
        **{
            f"by hand {network} {policy}": Case(run_by_hand(network, policy), "by hand") for network, policy in VARIANTS
        },
    },
    questions=[question for variant in VARIANTS for question in ask(*variant)],
    sizes={"images": 10_000, "side": 150, "batch": 100, "epochs": 4, "repeats": 3, "matrix": 8192},
    quick={"images": 16, "side": 75, "batch": 8, "epochs": 2, "repeats": 1, "matrix": 256},
    page="gpu.md",
    title="On a GPU",
    gpu_only=True,
)

if __name__ == "__main__":
    compare(COMPARISON)
