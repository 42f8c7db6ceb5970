"""What do age and sex add to an image? Out of fold by patient, where age says something and where it does not.

Synthetic joints of patients, who have more or less damage. In one table age follows a patient's damage, in the other
it is drawn apart from it; images, grades and patients are the same, and sex says nothing in both. Five models are
scored on patients that no part of them has seen:

- the network on the image;
- the same with a logistic regression behind it, which is how much a last model adds by itself;
- a logistic regression of age and sex, without the image;
- both, stacked: the last model learns from predictions for patients that the network had not seen;
- the network's embedding beside age and sex in one pipeline, where the last model learns from embeddings of the rows
  that the network was trained on.

Usage: python benchmarks/covariates.py [--joints 720] [--size 32] [--epochs 12] [--folds 5] [--seed 0]
"""

import argparse
import pathlib
import tempfile
import time

import numpy as np
import pandas as pd
from PIL import Image
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skerosion import CNNClassifier
from skerosion.datasets import make_joint_images
from skerosion.forecasts import GridDistribution
from skerosion.inspection import Embedder
from skerosion.metrics import group_bootstrap_difference, group_bootstrap_interval

GRADE_OF = {0: 0, 20: 1, 60: 2}  # percent eroded: grade
SHARES = {0: 0.45, 20: 0.3, 60: 0.25}
JOINTS_OF_A_PATIENT, RESAMPLES = 6, 2000
NETWORK = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.2, "batch_size": 40}
METRICS = {"crps": "CRPS", "quadratic_kappa": "quadratic kappa"}


class ByPatient(StratifiedGroupKFold):
    """Folds that read the patients from their column, since a StackingClassifier hands on no groups."""

    def split(self, X, y=None, groups=None):
        """Yield the rows of each fold."""
        return super().split(X, y, X["patient_id"])


def draw_tables(folder, n_joints, size, seed):
    """Write the images; return their grades and, by what age says, the tables that name them."""
    rng = np.random.default_rng(seed)
    joints = make_joint_images(n_joints, size=size, labels=SHARES, random_state=seed)
    patients = np.arange(n_joints) // JOINTS_OF_A_PATIENT
    damage = rng.normal(size=patients.max() + 1)
    # The most eroded joint goes to the row with most damage: patients differ, and the shares stay as they are.
    row_of_joint = np.argsort(damage[patients] + rng.normal(size=n_joints))
    joint_of = np.empty(n_joints, dtype=int)
    joint_of[row_of_joint] = np.argsort(joints.percent, kind="stable")
    paths = [str(pathlib.Path(folder, f"{row}.png")) for row in range(n_joints)]
    for path, joint in zip(paths, joint_of, strict=True):
        Image.fromarray(joints.images[joint]).save(path)
    noise, sexes = rng.normal(size=len(damage)), rng.choice(["f", "m"], len(damage))
    ages = {"follows damage": 55 + 12 * (0.8 * damage + 0.6 * noise), "says nothing": 55 + 12 * noise}
    common = {"path": paths, "sex": sexes[patients], "patient_id": patients}
    tables = {says: pd.DataFrame(common | {"age": age[patients]}) for says, age in ages.items()}
    return np.array([GRADE_OF[percent] for percent in joints.percent[joint_of]]), tables


def make_models(epochs, folds, seed):
    """Return the models by name; those that do not read the covariates come first."""
    network = CNNClassifier(**NETWORK, epochs=epochs, random_state=seed, verbose=0)
    image = make_pipeline(make_column_transformer(("passthrough", ["path"])), network)
    covariates = [(StandardScaler(), ["age"]), (OneHotEncoder(drop="if_binary"), ["sex"])]
    patient = make_pipeline(make_column_transformer(*covariates), LogisticRegression())
    last, inner = LogisticRegression(C=10.0), ByPatient(folds - 1)
    embedding = make_pipeline(Embedder(network), StandardScaler())
    return {
        "image": image,
        "image, last model": StackingClassifier([("image", image)], last, cv=inner),
        "age and sex": patient,
        "image, age and sex, stacked": StackingClassifier([("image", image), ("patient", patient)], last, cv=inner),
        "embedding, age and sex": make_pipeline(
            make_column_transformer((embedding, ["path"]), *covariates), LogisticRegression(max_iter=1000)
        ),
    }


def predict_out_of_fold(models, table, y, folds):
    """Return the predicted distribution of each model over all rows."""
    probabilities = {
        name: cross_val_predict(model, table, y, cv=ByPatient(folds), method="predict_proba")
        for name, model in models.items()
    }
    grades = np.unique(y)
    return {name: GridDistribution(grades, each.cumsum(axis=1)) for name, each in probabilities.items()}


def predictions_for(metric, forecast):
    """Return what a metric reads of a forecast."""
    return forecast if metric == "crps" else forecast.pmf.argmax(axis=1)


def report(says, forecasts, y, patients, seed):
    """Print the scores of a table and what covariates add, each with its patient-bootstrap interval."""
    draws = {"groups": patients, "n_resamples": RESAMPLES, "random_state": seed}
    print(f"\nAge {says}\n\n| model | {' | '.join(METRICS.values())} |\n|---|---|---|")
    for name, forecast in forecasts.items():
        cells = [group_bootstrap_interval(each, y, predictions_for(each, forecast), **draws) for each in METRICS]
        print(f"| {name} | {' | '.join(f'{c.estimate:.3f} ({c.low:.3f} to {c.high:.3f})' for c in cells)} |")
    pairs = [
        ("image, age and sex, stacked", "image, last model"),
        ("image, age and sex, stacked", "image"),
        ("embedding, age and sex", "image, last model"),
    ]
    print(f"\n| difference | {' | '.join(METRICS.values())} |\n|---|---|---|")
    for first, second in pairs:
        cells = [
            group_bootstrap_difference(
                each, y, *(predictions_for(each, forecasts[name]) for name in (first, second)), **draws
            )
            for each in METRICS
        ]
        numbers = " | ".join(f"{cell.estimate:+.3f} ({cell.low:+.3f} to {cell.high:+.3f})" for cell in cells)
        print(f"| {first} − {second} | {numbers} |")


def main():
    """Draw, predict out of fold, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("joints", 720), ("size", 32), ("epochs", 12), ("folds", 5), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    arguments = parser.parse_args()
    started, processed = time.perf_counter(), time.process_time()
    models = make_models(arguments.epochs, arguments.folds, arguments.seed)
    of_images = {name: models.pop(name) for name in ("image", "image, last model")}
    with tempfile.TemporaryDirectory() as folder:
        y, tables = draw_tables(folder, arguments.joints, arguments.size, arguments.seed)
        patients = next(iter(tables.values()))["patient_id"].to_numpy()
        print(f"{len(y)} synthetic joints of {len(np.unique(patients))} patients, grades {np.bincount(y).tolist()}")
        shared = {}
        for says, table in tables.items():
            # The networks see the same images in both tables.
            shared = shared or predict_out_of_fold(of_images, table, y, arguments.folds)
            forecasts = shared | predict_out_of_fold(models, table, y, arguments.folds)
            report(says, forecasts, y, patients, arguments.seed)
    print(f"\n{time.perf_counter() - started:.0f} s, {time.process_time() - processed:.0f} s of processor time")


if __name__ == "__main__":
    main()
