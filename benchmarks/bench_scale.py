"""Does memory stay flat, and the time an image constant, up to the 102,265 joints of 150x150 of the thesis?

A round takes about 20 minutes on two cores, so there is one where --pairs asks for no more. Synthetic joints lie as
JPEGs of quality 95 in a folder for temporary files (TMPDIR moves it) and are kept between runs; they are written by
two processes the first time. A fresh process, of which the highest memory is taken, does what a user does:

1. `load_image_table`, which reads and decodes every file once to check it;
2. `AugmentingOverSampler` to 300,000 rows;
3. 200 training steps of batch 100 of the estimator's own network (six blocks) on these rows, augmentation included;
4. a prediction of all the files.

Beside it, in turn: one training step of the same network on one batch of random pixels in plain Keras, which is what
the network itself needs; and the same four steps on the first tenth and hundredth of the joints (oversampled in
proportion), for the time an image. `--cache disk` gives `load_image_table` a cache_dir beside the images instead of the
default cache in memory. What imbalanced-learn needs for the same rows is computed, not run: the pixels as float32 once
as they are and once oversampled.
"""

import functools
import statistics
import time

from _harness import Case, Comparison, Question, compare
from _joint_files import joint_table, write_joints
from _measure import MEGABYTE, process_peak_megabytes
from _networks import build_keras_network, make_images, step_times


def train_one_step(sizes):
    """Highest memory of one training step of the same network in plain Keras."""
    network = build_keras_network(sizes["side"])
    network.train_on_batch(*make_images(sizes["batch"], sizes["side"]))
    return {"peak MB": process_peak_megabytes(), "parameters": network.count_params()}


def fit_and_predict(sizes, divisor=1):
    """Milliseconds an image and highest memory of the four steps, on all joints or the first of them."""
    import skerosion.estimators  # noqa: F401, so that no import is timed

    n_images, n_rows = sizes["images"] // divisor, sizes["rows"] // divisor
    started = time.perf_counter()
    data, grades = load(sizes, n_images)
    loaded = time.perf_counter()
    rows, y = oversample(data.X, grades, n_rows)
    times, classifier = fit_some_steps(sizes, rows, y)
    after_training = process_peak_megabytes()
    classifier.predict(data.X[: sizes["batch"]])  # traces the network for prediction
    begun = time.perf_counter()
    predicted = classifier.predict(data.X)
    seconds = time.perf_counter() - begun
    assert len(predicted) == n_images and len(times.seconds) == sizes["steps"]
    return {
        "peak MB": process_peak_megabytes(),
        "peak MB after training": after_training,
        "ms to load an image": 1000 * (loaded - started) / n_images,
        "ms to train an image": 1000 * statistics.median(times.seconds[1:]) / sizes["batch"],
        "ms to predict an image": 1000 * seconds / n_images,
        "parameters": classifier.model_.count_params(),
    }


def load(sizes, n_images):
    """The first joints of the table and their grades."""
    import pandas as pd

    from skerosion.clinical import ratingen
    from skerosion.datasets import load_image_table

    path = joint_table(sizes)
    cache = {"memory": {}, "disk": {"cache_dir": path.parent / "cache"}}[sizes["cache"]]
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
    """The times of some steps, and a classifier after them."""
    from skerosion import CNNClassifier

    times = step_times(stop_after=sizes["steps"])
    epochs = -(-sizes["steps"] * sizes["batch"] // len(rows))
    options = {"batch_size": sizes["batch"], "epochs": epochs, "callbacks": [lambda: times]}
    return times, CNNClassifier(random_state=0, verbose=0, **options).fit(rows, y)


def tell(sizes, medians):
    """What imbalanced-learn would need; all sides must have trained the same network."""
    ours, bare = medians["all"], medians["one step"]
    if ours["parameters"] != bare["parameters"]:
        raise ValueError(f"the networks differ: {ours['parameters']} and {bare['parameters']} parameters")
    arrays = (sizes["images"] + sizes["rows"]) * sizes["side"] ** 2 * 4 / MEGABYTE
    return (
        f"With imbalanced-learn the {sizes['images']} images and the {sizes['rows']} rows as float32 arrays would be "
        f"{arrays:,.0f} MB beside the network (computed, not run). After training the highest memory was "
        f"{ours['peak MB after training']:,.0f} MB, after prediction {ours['peak MB']:,.0f} MB."
    )


FILES = "{images} JPEGs of {side}x{side}, cache: {cache}"
WORK = f"{FILES}, oversampled to {{rows}} rows, {{steps}} steps of batch {{batch}}, prediction of all"
FEWER = {"tenth": 10, "hundredth": 100}
COMPARISON = Comparison(
    cases={
        "one step": Case(train_one_step, "one step of plain Keras on one batch"),
        "all": Case(fit_and_predict),
    }
    | {part: Case(functools.partial(fit_and_predict, divisor=divisor), f"a {part}") for part, divisor in FEWER.items()},
    questions=[
        Question(
            f"{WORK}: highest memory", ("all", "peak MB"), ("one step", "peak MB"), "MB", at_most=300, difference=True
        ),
        *(
            Question(
                f"{FILES}: time to {what} an image, beside a {part} of them",
                ("all", f"ms to {what} an image"),
                (part, f"ms to {what} an image"),
                "ms",
            )
            for what in ("load", "train", "predict")
            for part in FEWER
        ),
    ],
    sizes={"images": 102_265, "rows": 300_000, "side": 150, "batch": 100, "steps": 200, "cache": "memory"},
    quick={"images": 1000, "rows": 3000, "side": 16, "batch": 20, "steps": 3},
    notes=tell,
    prepare=write_joints,
    pairs=1,
)

if __name__ == "__main__":
    compare(COMPARISON)
