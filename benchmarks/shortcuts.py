"""Does the check for shortcuts stay silent on honest knees, and speak where a corner marker follows the grade?

A small network grades the knees out of fold by patient, once as they are and once with a bright square in a corner of
80 % of the images of grade 2 and more.

Usage: python benchmarks/shortcuts.py [--epochs 6] [--rows 6604]
"""

import argparse
import pathlib
import time

import numpy as np
from sklearn.model_selection import GroupKFold, cross_val_predict

from skerosion import CNNClassifier, ImageRows
from skerosion.datasets import load_image_table
from skerosion.experiments import measure_shortcuts
from skerosion.metrics import quadratic_kappa

TABLE = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "knee_kl" / "labels.csv"
NETWORK = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.2, "random_state": 0}


def marked(images, grades):
    """Images with a bright square in a corner of 80 % of those of grade 2 and more."""
    rows = np.flatnonzero((grades >= 2) & (np.random.default_rng(0).random(len(grades)) < 0.8))
    images = images.copy()
    images[rows, 4:12, 4:12] = 255
    return images


def lines_of(data, epochs, n_rows):
    """Yield the lines of the table."""
    patients = np.unique(data.groups)[: n_rows // 2]
    kept = np.flatnonzero(np.isin(data.groups, patients))
    images, grades, table = np.asarray(data.X.take(kept)), np.asarray(data.y)[kept], data.table.iloc[kept]
    for name, pixels in {"as they are": images, "with a marker": marked(images, grades)}.items():
        rows = ImageRows(pixels, groups=data.groups[kept])
        network = CNNClassifier(**NETWORK, epochs=epochs)
        predicted = cross_val_predict(network, rows, grades, groups=rows.groups, cv=GroupKFold(2))
        kappa, started = quadratic_kappa(grades, predicted), time.perf_counter()
        found = measure_shortcuts(rows, grades, np.arange(5), predicted, table, ("path", "patient_id", "kl_grade"))
        seconds = time.perf_counter() - started
        for source, *share in found.itertuples(index=False):
            shown = "{:.0f} % ({:.0f} to {:.0f})".format(*(100 * each for each in share))
            yield f"| {name} | {kappa:.2f} | {source} | {shown} | {seconds:.0f} s |"


def main():
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rows", type=int, default=6604)
    options = parser.parse_args()
    data = load_image_table(TABLE, image="path", target="kl_grade", group="patient_id", size=64)
    table = ["| knees | kappa of the grader | source | share (95 % interval) | time of all sources |", "|" + "---|" * 5]
    table += lines_of(data, options.epochs, options.rows)
    print("\n".join(table))


if __name__ == "__main__":
    main()
