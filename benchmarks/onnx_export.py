"""Export networks to ONNX, backbones x heads x wrappers: how far the file is from skerosion, and what a joint takes.

Run as ``python benchmarks/onnx_export.py --page docs/results/onnx.md`` in an environment with the extra ``onnx``;
without ``--page`` the table is printed only. Both sides predict on one thread.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")

import argparse
import pathlib
import tempfile
import warnings
from importlib.metadata import version

import numpy as np
import onnxruntime
from _measure import describe_machine, warm_seconds

from skerosion import (
    AugmentedForecaster,
    CalibratedForecaster,
    CNNClassifier,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    OrdinalClassifier,
    export_onnx,
)
from skerosion.forecasts import forecast_of

START, END = "<!-- numbers -->", "<!-- end -->"
SETTINGS = {"dense_units": (16,), "batch_size": 16, "learning_rate": 0.01, "epochs": 3, "random_state": 0, "verbose": 0}
SMALL = {"filters": (8, 16), "convolutions": 1}
NUMBERS = ("cumulative_softmax", "sigmoid")
# Side of the images, parameters, heads, and whether with every wrapper: these see probabilities, not what gave them.
BACKBONES = {
    "vgg": (16, SMALL, ("softmax", "corn", *NUMBERS), True),
    "residual": (16, SMALL | {"backbone": "residual"}, ("corn", "sigmoid"), False),
    "vgg of the thesis": (150, {"dense_units": (256, 256), "epochs": 1, "learning_rate": 0.001}, ("softmax",), False),
    "MobileNetV2": (32, {"backbone": "MobileNetV2", "epochs": 12}, ("softmax",), False),
}
HEADS = {
    "softmax": lambda **given: CNNClassifier(**SETTINGS | given),
    "corn": lambda **given: OrdinalClassifier(**SETTINGS | given),
    "cumulative_softmax": lambda **given: CRPSRegressor(grid=np.arange(0, 101, 5), **SETTINGS | given),
    "sigmoid": lambda **given: CRPSRegressor(head="sigmoid", grid=np.arange(0, 101, 5), **SETTINGS | given),
}
WRAPPERS = {
    "none": lambda estimator: estimator,
    "temperature": lambda estimator: CalibratedForecaster(estimator, cv="prefit"),
    "isotonic": lambda estimator: CalibratedForecaster(estimator, cv="prefit", method="isotonic"),
    "ensemble": lambda estimator: ForecastEnsemble([("a", estimator), ("b", estimator)], cv="prefit", weights=[1, 2]),
    "mirrored": lambda estimator: AugmentedForecaster(estimator, prefit=True),
}


def joints(size, n=64):
    """Return images whose bright square tells the grade, and the grades; synthetic."""
    rng, grades = np.random.default_rng(0), np.tile([0, 1, 2, 3], n // 4)
    images = rng.integers(0, 90, (n, size, size, 1))
    quarter = size // 4
    images[:, quarter:-quarter, quarter:-quarter] += 50 * grades[:, None, None, None]
    return images.astype(np.uint8), grades


def exported(estimator):
    """Return a session of the file of an estimator, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        return onnxruntime.InferenceSession(export_onnx(estimator, pathlib.Path(folder, "grader.onnx")), options)


def compared(estimator, images):
    """Return how images differ, by how much the file does, in how many grades, and milliseconds an image of both."""
    session = exported(estimator)
    names = [output.name for output in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, {"pixels": images}), strict=True))
    forecast = forecast_of(estimator, images)
    ours = {"probabilities": forecast.probabilities, "cdf": forecast.cdf}
    differences = [float(np.abs(outputs[name] - ours[name]).max()) for name in ours]
    others = int((outputs["grade"] != forecast.prediction).sum()) if "grade" in outputs else None
    few = images[:8]
    sides = (lambda: session.run(names, {"pixels": few}), lambda: forecast_of(estimator, few))
    # Of a network that says the same of every image nothing would be shown.
    spread = float(np.ptp(forecast.probabilities, axis=0).max())
    return [spread, *differences, others, *(1000 * warm_seconds(side, 7) / len(few) for side in sides)]


def rows():
    """Yield backbone, head, wrapper and what was found, each network fitted once."""
    for backbone, (size, parameters, heads, wraps) in BACKBONES.items():
        images, grades = joints(size)
        for head in heads:
            y = 30.0 * grades if head in NUMBERS else grades
            network = HEADS[head](**parameters).fit(images, y)
            for wrapper, wrap in WRAPPERS.items() if wraps else [("none", WRAPPERS["none"])]:
                estimator = network if wrapper == "none" else wrap(network).fit(images, y)
                yield backbone, head, wrapper, compared(estimator, images)
    images, grades = joints(16)
    graded = GradedRegressor(CRPSRegressor(grid="auto", **SETTINGS | SMALL), decision="median").fit(images, grades)
    yield "vgg", "cumulative_softmax", "graded, median", compared(graded, images)


def table():
    """Return the table as Markdown, and print each row as it is measured."""
    lines = [
        "| backbone | head | wrapper | spread | probabilities off by | CDFs by | other grades | ms: ONNX | skerosion |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for *names, (spread, probabilities, cdf, others, file, own) in rows():
        grades = "" if others is None else str(others)
        sizes = f"{spread:.2f} | {probabilities:.1e} | {cdf:.1e}"
        lines.append(f"| {' | '.join(names)} | {sizes} | {grades} | {file:.2f} | {own:.2f} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main():
    """Measure, and write the table between the marks of the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=pathlib.Path)
    page = parser.parse_args().page
    warnings.filterwarnings("ignore", "the correction was learned")
    versions = ", ".join(f"{name} {version(name)}" for name in ("tf2onnx", "onnx", "onnxruntime"))
    numbers = f"{START}\n\n{table()}\n\nMachine: {describe_machine()}, {versions}.\n\n{END}"
    if page is not None:
        before, _, rest = page.read_text(encoding="utf-8").partition(START)
        page.write_text(before + numbers + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
