"""Does fine-tuning beat training from scratch? 300 graded knees, the same network, with and without pre-training.

From the training patients of the knee data, 150 patients with their 300 knees are a labelled set; several sets have no
patient in common. A backbone is pre-trained elsewhere, saved to a file, loaded and fine-tuned on each set; beside it
the same network trains on the same 300 from scratch, for as many epochs and for three times as many, with the same
augmentation. All are measured on the validation patients of the data set, on which nothing is chosen. Two sources of
pre-training:

- ``knees``: the knees of the training patients outside all labelled sets, with the coarse label "osteoarthritis or not"
  (grade 2 or more). Same kind of image, other patients, another and cheaper label.
- ``joints``: synthetic finger joints and their percentage of eroded surface: images that cost nothing.

Usage: python benchmarks/transfer.py --data FOLDER [--sets 3] [--quick] [--out docs/results/transfer]
"""

import argparse
import pathlib
import platform
import tempfile
import time
from functools import partial

import numpy as np
import pandas as pd

from skerosion import CNNClassifier, CRPSRegressor, OrdinalClassifier
from skerosion.datasets import load_image_table, make_joint_images
from skerosion.metrics import group_bootstrap_difference, group_bootstrap_interval, macro_mae, quadratic_kappa
from skerosion.training import Phase

NETWORK = {
    "backbone": "vgg",
    "filters": (16, 32, 64, 128),
    "convolutions": 1,
    "dense_units": (64,),
    "resize": 64,
    "batch_size": 32,
    "learning_rate": 1e-3,
    "augmentation": {"rotation": 10.0, "zoom": 0.1, "shift": 0.05},
    "verbose": 0,
}
HEAD_EPOCHS, ALL_EPOCHS = 10, 40
PHASES = (Phase("head", epochs=HEAD_EPOCHS), Phase("all", epochs=ALL_EPOCHS, rate=0.3, batch_norm="train"))
SCRATCH = {"scratch": 1, "scratch, long": 3}
N_PATIENTS = 150
RESAMPLES = 2000
METRICS = {"quadratic kappa": quadratic_kappa, "macro MAE": macro_mae}


def pretrain_on_knees(X, y, patients, epochs, n_rows):
    """Return a classifier of "osteoarthritis or not" on the knees of patients outside the labelled set."""
    rows = np.flatnonzero(~np.isin(X.groups, patients))[:n_rows]
    return CNNClassifier(**NETWORK, epochs=epochs, random_state=0).fit(X[rows], (y[rows] >= 2).astype(int))


def pretrain_on_joints(epochs, n_joints):
    """Return a regressor of the percentage of eroded surface of synthetic joints, of all grades alike."""
    labels = {0: 0.3, 20: 0.2, 40: 0.2, 60: 0.1, 80: 0.1, 100: 0.1}
    joints = make_joint_images(n_joints, size=64, labels=labels, random_state=0)
    return CRPSRegressor(**NETWORK, epochs=epochs, random_state=0).fit(joints.images, joints.percent)


def fit_all(training, y, patients, sources, seed, epochs_share):
    """Return the fitted classifiers of one labelled set: from scratch, and from each file of weights."""
    rows = np.flatnonzero(np.isin(training.groups, patients))
    phases = [_shortened(phase, epochs_share) for phase in PHASES]
    make = partial(OrdinalClassifier, **NETWORK, classes=np.arange(5), random_state=seed)
    epochs = sum(phase.epochs for phase in phases)
    fits = {name: make(epochs=times * epochs) for name, times in SCRATCH.items()}
    fits |= {name: make(weights=str(path), phases=phases) for name, path in sources.items()}
    return {name: classifier.fit(training[rows], y[rows]) for name, classifier in fits.items()}, len(rows)


def _shortened(phase, share):
    return Phase(phase.trainable, max(1, int(phase.epochs * share)), phase.rate, phase.lowest_rate, phase.batch_norm)


def save_sources(training, y, labelled, folder, quick):
    """Pre-train, save the weights, and return the files."""
    epochs, n_rows, n_joints = (1, 200, 100) if quick else (8, None, 2000)
    files = {}
    for name, make in (
        ("knees", partial(pretrain_on_knees, training, y, labelled, epochs, n_rows)),
        ("joints", partial(pretrain_on_joints, epochs, n_joints)),
    ):
        files[name] = pathlib.Path(folder, f"{name}.weights.h5")
        make().model_.save_weights(files[name])
    return files


def measure(predictions, y, groups, seed):
    """Return a row for each way of training and metric: its value, and the paired differences to scratch."""
    records = []
    settings = {"n_resamples": RESAMPLES, "random_state": seed}
    for name, predicted in predictions.items():
        for metric, function in METRICS.items():
            own = group_bootstrap_interval(function, y, predicted, groups, **settings)
            record = {"source": name, "metric": metric, "value": own.estimate, "low": own.low, "high": own.high}
            for reference, short in zip(SCRATCH, ("", "_long"), strict=True):
                if name in SCRATCH:
                    continue
                pair = (predicted, predictions[reference])
                beyond = group_bootstrap_difference(function, y, *pair, groups, **settings)
                record |= {
                    f"difference{short}": beyond.estimate,
                    f"least{short}": beyond.low,
                    f"most{short}": beyond.high,
                }
            records.append(record)
    return pd.DataFrame(records)


def table_of(results):
    """Return the results as a table in Markdown."""
    titles = ("set", "from", "metric", "value (95 %)", "minus scratch (95 %)", "minus scratch, long (95 %)")
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for row in results.to_dict("records"):
        value = f"{row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
        differences = [_difference(row, short) for short in ("", "_long")]
        lines.append(f"| {' | '.join([str(row['draw'] + 1), row['source'], row['metric'], value, *differences])} |")
    return "\n".join(lines)


def _difference(row, short):
    estimate, least, most = (row[name + short] for name in ("difference", "least", "most"))
    return "" if np.isnan(estimate) else f"{estimate:+.3f} ({least:+.3f} to {most:+.3f})"


def draw_figure(results, path):
    """Save the differences to training from scratch, both ways of it, with their intervals."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.4), layout="constrained")
    chosen = results[results.difference.notna()].sort_values(["source", "draw"])
    better = {"quadratic kappa": "more is better", "macro MAE": "less is better"}
    for axes, metric in zip(figure.subplots(1, 2, sharey=True), METRICS, strict=True):
        part = chosen[chosen.metric == metric]
        for short, shift, colour in (("", -0.12, "black"), ("_long", 0.12, "tab:orange")):
            middle = part[f"difference{short}"]
            spread = [middle - part[f"least{short}"], part[f"most{short}"] - middle]
            label = "scratch, long" if short else "scratch"
            places = np.arange(len(part)) + shift
            axes.errorbar(middle, places, xerr=spread, fmt="o", color=colour, capsize=3, markersize=4, label=label)
        names = [f"{row.source}, set {row.draw + 1}" for row in part.itertuples()]
        axes.axvline(0, color="grey", linestyle=":")
        axes.set(yticks=np.arange(len(part)), yticklabels=names, xlabel=f"{metric}, {better[metric]}")
    axes.invert_yaxis()
    figure.legend(*axes.get_legend_handles_labels(), title="minus", loc="outside right upper")
    figure.savefig(path, dpi=110)


def main():
    """Pre-train, save, load, fine-tune, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder with labels.csv of the knees")
    parser.add_argument("--sets", type=int, default=3, help="labelled sets of 300 knees")
    parser.add_argument("--quick", action="store_true", help="a few images and epochs, to see that it runs")
    parser.add_argument("--out", help="folder for table and figure")
    arguments = parser.parse_args()
    started = time.perf_counter()
    table = pathlib.Path(arguments.data, "labels.csv")
    data = load_image_table(table, image="path", target="kl_grade", group="patient_id", size=128)
    split = data.table["split"].to_numpy()
    training, validation = (np.flatnonzero(split == part) for part in ("train", "val"))
    X, y = data.X[training], data.y[training]
    sets = np.random.default_rng(0).permutation(np.unique(X.groups))[: arguments.sets * N_PATIENTS]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        sources = save_sources(X, y, sets, folder, arguments.quick)
        print(f"pre-trained after {time.perf_counter() - started:.0f} s", flush=True)
        for draw, patients in enumerate(np.split(sets, arguments.sets)):
            fits, n_rows = fit_all(X, y, patients, sources, draw, 0.05 if arguments.quick else 1.0)
            predictions = {name: classifier.predict(data.X[validation]) for name, classifier in fits.items()}
            measured = measure(predictions, data.y[validation], data.groups[validation], draw)
            results.append(measured.assign(draw=draw))
            print(f"set {draw + 1}: {n_rows} labelled knees, {len(validation)} validation knees")
            print(table_of(results[-1]), f"\n{time.perf_counter() - started:.0f} s", flush=True)
    results = pd.concat(results, ignore_index=True)
    if arguments.out:
        folder = pathlib.Path(arguments.out)
        folder.mkdir(parents=True, exist_ok=True)
        results.to_csv(folder / "results.csv", index=False)
        draw_figure(results, folder / "differences.png")
    print(f"{platform.machine()}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
