"""Does memory stay flat, and the time an image constant, up to the 102,265 joints of 150x150 of the thesis?

Synthetic joints lie as JPEGs of quality 95 in a folder that is kept between runs (written by two processes the first
time). A fresh process, of which the highest memory is taken, does what a user does:

1. `load_image_table`, which reads and decodes every file once to check it;
2. `AugmentingOverSampler` to 300,000 rows;
3. 200 training steps of batch 100 of the estimator's own network (six blocks) on these rows, augmentation included;
4. a prediction of all the files.

Beside it, in turn: one training step of the same network on one batch of random pixels in plain Keras, which is what
the network itself needs; and the same four steps on the first tenth and hundredth of the joints (oversampled in
proportion), for the time an image. `--cache disk` gives `load_image_table` a cache_dir beside the images instead of the
default cache in memory. What imbalanced-learn needs for the same rows is computed, not run: the pixels as float32 once
as they are and once oversampled.

Usage: python benchmarks/bench_scale.py [--pairs 5] [--batch 100] [--steps 200] [--cache memory] [--quick]
"""

import functools
import statistics
import time

from _joint_files import FOLDER, compare, joint_table, make_timer, median, peak_megabytes, ratios, write_joints

FEWER = {"tenth": 10, "hundredth": 100}


def train_one_step(sizes):
    """Highest memory of one training step of the same network in plain Keras."""
    import numpy as np

    network = build_keras_network(sizes["size"])
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (sizes["batch"], sizes["size"], sizes["size"], 1), dtype=np.uint8)
    network.train_on_batch(pixels, rng.integers(0, 6, sizes["batch"]))
    return {"peak MB": peak_megabytes(), "parameters": network.count_params()}


def build_keras_network(size):
    """The network of `CNNClassifier` in plain Keras."""
    from keras import Input, Sequential, layers

    network = Sequential([Input((size, size, 1), dtype="uint8"), layers.Rescaling(1 / 255)])
    for width in (32, 32, 64, 64, 128, 128):
        for _ in range(2):
            network.add(layers.Conv2D(width, 3, padding="same", kernel_initializer="he_normal"))
            network.add(layers.BatchNormalization())
            network.add(layers.ReLU())
        network.add(layers.MaxPooling2D())
    network.add(layers.Flatten())
    for units in (256, 256):
        network.add(layers.Dense(units, kernel_initializer="he_normal"))
        network.add(layers.BatchNormalization())
        network.add(layers.ReLU())
        network.add(layers.Dropout(0.5))
    network.add(layers.Dense(6, activation="softmax"))
    return network


def fit_and_predict(sizes, divisor=1):
    """Seconds an image and highest memory of the four steps, on all joints or the first of them."""
    import skerosion.estimators  # noqa: F401, so that no import is timed

    n_images, n_rows = sizes["images"] // divisor, sizes["rows"] // divisor
    started = time.perf_counter()
    data, grades = load(sizes, n_images)
    loaded = time.perf_counter()
    rows, y = oversample(data.X, grades, n_rows)
    timer, classifier = fit_some_steps(sizes, rows, y)
    after_training = peak_megabytes()
    classifier.predict(data.X[: sizes["batch"]])  # traces the network for prediction
    begun = time.perf_counter()
    predicted = classifier.predict(data.X)
    seconds = time.perf_counter() - begun
    assert len(predicted) == n_images and len(timer.steps) == sizes["steps"]
    return {
        "peak MB": max(peak_megabytes(), after_training),
        "peak MB after training": after_training,
        "ms to load an image": 1000 * (loaded - started) / n_images,
        "ms to train an image": 1000 * statistics.median(timer.steps[1:]) / sizes["batch"],
        "ms to predict an image": 1000 * seconds / n_images,
        "parameters": classifier.model_.count_params(),
    }


def load(sizes, n_images):
    """The first joints of the table and their grades."""
    import pandas as pd

    from skerosion.clinical import ratingen
    from skerosion.datasets import load_image_table

    path = joint_table(sizes)
    cache = {"cache_dir": path.parent / "cache"} if sizes["cache"] == "disk" else {}
    table = pd.read_csv(path).head(n_images)
    data = load_image_table(table, image="path", target="percent", group="patient_id", root=path.parent, **cache)
    return data, ratingen(data.y)


def oversample(rows, grades, n_rows):
    """Rows with copies of the small grades, all raised to one level."""
    import numpy as np

    from skerosion import AugmentingOverSampler

    present, counts = np.unique(grades, return_counts=True)
    level = next(level for level in range(n_rows + 1) if np.maximum(counts, level).sum() >= n_rows)
    targets = dict(zip(present.tolist(), np.maximum(counts, level).tolist(), strict=True))
    targets[present[counts.argmin()].item()] -= sum(targets.values()) - n_rows
    rows, y = AugmentingOverSampler(sampling_strategy=targets, random_state=0).fit_resample(rows, grades)
    assert len(rows) == n_rows
    return rows, y


def fit_some_steps(sizes, rows, y):
    """A classifier after a number of steps, and the timer that saw them."""
    from skerosion import CNNClassifier

    timer = make_timer(stop_after=sizes["steps"])
    epochs = -(-sizes["steps"] * sizes["batch"] // len(rows))
    options = {"batch_size": sizes["batch"], "epochs": epochs, "callbacks": [lambda: timer]}
    return timer, CNNClassifier(random_state=0, verbose=0, **options).fit(rows, y)


def report(sizes, rounds):
    """Memory beside the bare step, and the time an image beside that of fewer images."""
    ours, bare = median(rounds, "all", "peak MB"), median(rounds, "one step", "peak MB")
    more = statistics.median(outcome["all"]["peak MB"] - outcome["one step"]["peak MB"] for outcome in rounds)
    assert all(outcome["all"]["parameters"] == outcome["one step"]["parameters"] for outcome in rounds)
    arrays = (sizes["images"] + sizes["rows"]) * sizes["size"] ** 2 * 4 / 2**20
    yield f"{sizes['images']} images of {sizes['size']}x{sizes['size']}, {sizes['rows']} rows, cache: {sizes['cache']}"
    yield f"peak {ours:.0f} MB, one bare step {bare:.0f} MB, {more:.0f} MB more; asked for at most 300 MB more"
    yield f"imbalanced-learn with float32 arrays: {arrays:.0f} MB beside the network (computed)"
    for what in ("load", "train", "predict"):
        measurement = f"ms to {what} an image"
        yield f"{what}: {median(rounds, 'all', measurement):.3g} ms an image"
        for case, divisor in FEWER.items():
            ratio = ratios(rounds, ("all", measurement), (case, measurement))
            yield f"  beside {sizes['images'] // divisor} images: ratio {ratio}"


CASES = {
    "files": write_joints,
    "one step": train_one_step,
    "all": fit_and_predict,
    **{case: functools.partial(fit_and_predict, divisor=divisor) for case, divisor in FEWER.items()},
}
SIZES = {
    "images": 102_265,
    "rows": 300_000,
    "size": 150,
    "batch": 100,
    "steps": 200,
    "cache": "memory",
    "folder": str(FOLDER),
}
QUICK = {"images": 1000, "rows": 3000, "size": 64, "batch": 20, "steps": 3}

if __name__ == "__main__":
    compare(CASES, SIZES, QUICK, report, __doc__)
