"""One long fit of the thesis' network: skerosion beside keras.Model.fit, and both beside the machine's arithmetic.

The same network, optimiser, batch size and arrays of bytes, no augmentation, both shuffled by epoch. The first epoch,
which traces, is left out of the time of an epoch (the median of the others) and is part of the whole time, which for
Keras includes building and compiling the network, as skerosion's fit does. The arithmetic limit is what a large
float32 matrix product of the same library reaches in the same minute.
"""

import statistics
import time

from _harness import Case, Comparison, Question, compare
from _loops import LEARNING_RATE, make_loop
from _networks import GRADES, build_keras_network, count_flops, epoch_times, make_images, matmul_flops

ELEMENTWISE = ("BatchNormalization", "ReLU", "Dropout")


def fit_skerosion(sizes):
    """CNNClassifier.fit."""
    from skerosion import CNNClassifier

    images, grades = make_images(sizes["images"], sizes["side"])
    times = epoch_times()
    settings = {"epochs": sizes["epochs"], "batch_size": sizes["batch"], "learning_rate": LEARNING_RATE}
    classifier = CNNClassifier(**settings, callbacks=[lambda: times], random_state=0, verbose=0)
    return _timed(lambda: classifier.fit(images, grades), times)


def fit_keras(sizes):
    """Build, compile and keras.Model.fit, with Keras' own choice of XLA (none on processors)."""
    import keras  # noqa: F401, before the clock runs

    images, grades = make_images(sizes["images"], sizes["side"])
    times = epoch_times()

    def fit():
        network = build_keras_network(sizes["side"])
        network.fit(images, grades, sizes["batch"], sizes["epochs"], verbose=0, callbacks=[times])

    return _timed(fit, times)


def _timed(fit, times):
    started = time.perf_counter()
    fit()
    return {"whole": time.perf_counter() - started, "epoch": statistics.median(times.seconds[1:])}


def take_apart(sizes):
    """Seconds of a step of skerosion's network by hand, of one without elementwise layers, and the arithmetic limit."""
    import keras

    from skerosion.networks import NetworkSpec, build_network

    images, grades = make_images(sizes["batch"], sizes["side"])
    spec = NetworkSpec(input_shape=(sizes["side"], sizes["side"], 1), n_outputs=GRADES, head="softmax")
    network = build_network(spec)
    stripped = keras.models.clone_model(network, call_function=_call_unless_elementwise)
    forward, training = count_flops(network)
    return {
        "step": _step_seconds(network, images, grades, sizes["steps"]),
        "stripped": _step_seconds(stripped, images, grades, sizes["steps"]),
        "forward": forward,
        "training": training,
        "limit": matmul_flops(sizes["matrix"]),
    }


def _call_unless_elementwise(layer, *args, **options):
    return args[0] if type(layer).__name__.endswith(ELEMENTWISE) else layer(*args, **options)


def _step_seconds(network, images, grades, steps):
    """Return the seconds of a training step on one batch, after two that trace and warm."""
    loop = make_loop(network)
    for _ in range(2):
        loop.wait(loop.step(images, grades))
    started = time.perf_counter()
    for _ in range(steps):
        loss = loop.step(images, grades)
    loop.wait(loss)
    return (time.perf_counter() - started) / steps


def tell(sizes, medians):
    """Images a second, the share of the limit, and where the rest of a step goes."""
    ours, theirs, parts = medians["skerosion"], medians["keras"], medians["parts"]
    steps = -(-sizes["images"] // sizes["batch"])
    step, arithmetic = ours["epoch"] / steps, sizes["batch"] * parts["training"] / parts["limit"]
    reached = parts["training"] * sizes["images"] / ours["epoch"]
    milliseconds = [
        f"{1000 * seconds:.1f} ms"
        for seconds in (
            step,
            arithmetic,
            parts["stripped"] - arithmetic,
            parts["step"] - parts["stripped"],
            step - parts["step"],
        )
    ]
    return (
        f"skerosion trains {sizes['images'] / ours['epoch']:.0f} images/s, keras.Model.fit "
        f"{sizes['images'] / theirs['epoch']:.0f}. An image takes {parts['forward'] / 1e6:.1f} MFLOP forward and "
        f"{parts['training'] / 1e6:.1f} in training (convolutions and dense layers), which makes {reached / 1e9:.1f} "
        f"GFLOP/s, {reached / parts['limit']:.0%} of the {parts['limit'] / 1e9:.1f} of a matrix product of side "
        f"{sizes['matrix']}. A step of {sizes['batch']} takes {milliseconds[0]}: {milliseconds[1]} arithmetic at that "
        f"limit, {milliseconds[2]} what convolutions, dense layers, pooling and Adam take beyond it, {milliseconds[3]} "
        f"batch norm, ReLU and dropout, {milliseconds[4]} reading batches, callbacks and the rest of the loop (the "
        "parts are differences of steps timed apart, so a small one can come out negative)."
    )


FIT = "One fit of the thesis' network, {images} images of {side}x{side}, batch {batch}, {epochs} epochs"
COMPARISON = Comparison(
    cases={
        "skerosion": Case(fit_skerosion),
        "keras": Case(fit_keras, "keras.Model.fit"),
        "parts": Case(take_apart, for_notes=True),
    },
    questions=[
        Question(f"{FIT}: an epoch after the first", ("skerosion", "epoch"), ("keras", "epoch"), at_most=1.0),
        Question(
            f"{FIT}: all of it, building and tracing too", ("skerosion", "whole"), ("keras", "whole"), at_most=1.0
        ),
    ],
    sizes={"images": 5000, "side": 64, "batch": 100, "epochs": 4, "steps": 20, "matrix": 2048},
    quick={"images": 40, "side": 16, "batch": 10, "epochs": 2, "steps": 2, "matrix": 256},
    notes=tell,
)

if __name__ == "__main__":
    compare(COMPARISON)
