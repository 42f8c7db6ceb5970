"""What does recalibrating a grader of knees on some patients gain where contrast and shares of grades are others?

A small network learns from the train part of the enhanced knees, without the 244 patients of the 387 raw ones. It
grades these knees enhanced and raw: all of them, whose grades were chosen evenly, and as many of them as have the
shares of the train part. So three things are told apart: the contrast alone, their grades alone, and both.

Usage: python benchmarks/adapt.py [--epochs 12] [--patients 20 50 100] [--page docs/results/adapt.md]
"""

import argparse
import pathlib
import time

import numpy as np
from _measure import describe_machine

from skerosion import ImageRows, OrdinalClassifier
from skerosion.datasets import ImageTable, load_image_table
from skerosion.experiments import SavedEstimator, evaluate
from skerosion.grades import Target
from skerosion.metrics import class_normalized_accuracy, crps, group_bootstrap_difference, quadratic_kappa

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
SIDE, GRADES = 64, np.arange(5)
NETWORK = {
    "head": "corn",
    "filters": (8, 16, 32, 64),
    "convolutions": 1,
    "dense_units": (64,),
    "dropout": 0.2,
    "batch_size": 50,
    "learning_rate": 0.002,
    "schedule": "cosine",
    "augmentation": {"flip": True},
    "random_state": 0,
}
SHOWN = ("accuracy", "class-normalised accuracy", "quadratic kappa", "CRPS in grades")


def load(name):
    """A table of knees, decoded once, with what tells a knee from any other."""
    columns = {"image": "path", "target": "kl_grade", "group": "patient_id"}
    data = load_image_table(FOLDER / name / "labels.csv", **columns, size=SIDE)
    knees = [f"{patient} {side}" for patient, side in zip(data.groups, data.table["side"], strict=True)]
    return np.asarray(data.X), np.asarray(data.y).astype(int), data.groups, np.array(knees)


def with_shares(grades, shares, seed=0):
    """Positions of as many rows as there can be with these shares of the grades."""
    rng, counts = np.random.default_rng(seed), np.bincount(grades, minlength=len(shares))
    numbers = np.floor(shares * (counts / shares).min()).astype(int)
    chosen = [rng.choice(np.flatnonzero(grades == g), n, replace=False) for g, n in enumerate(numbers)]
    return np.sort(np.concatenate(chosen))


def tables_of(enhanced, raw):
    """The train part, and the four tables to grade: name -> (images, grades, patients)."""
    images, grades, patients, knees = enhanced
    raw_images, raw_grades, raw_patients, raw_knees = raw
    split = load_split()
    trained = (split == "train") & ~np.isin(patients, raw_patients)
    place = {knee: row for row, knee in enumerate(knees)}
    twins = np.array([place[knee] for knee in raw_knees])
    if (grades[twins] != raw_grades).any():
        raise SystemExit("the raw knees must have the grades of their enhanced twins")
    shares = np.bincount(grades[trained], minlength=5) / trained.sum()
    some = with_shares(raw_grades, shares)
    of_all = (raw_grades, raw_patients)
    of_some = (raw_grades[some], raw_patients[some])
    named = {
        "as in training": (images[twins[some]], *of_some),
        "contrast alone": (raw_images[some], *of_some),
        "grades alone": (images[twins], *of_all),
        "both": (raw_images, *of_all),
    }
    return (images[trained], grades[trained], patients[trained]), named


def load_split():
    """The official part of each enhanced knee."""
    columns = {"image": "path", "target": "kl_grade", "group": "patient_id"}
    return load_image_table(FOLDER / "knee_kl" / "labels.csv", **columns, size=8).table["split"].to_numpy()


def as_table(images, grades, patients):
    """What `evaluate` takes."""
    return ImageTable(ImageRows(images, groups=patients), grades, patients, None, None, "")


def cell(value, low, high, sign=""):
    """A score with its interval."""
    return f"{value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


def score_lines(reports, named):
    """What the network scores on each table, as it is."""
    yield f"| table | knees | patients | {' | '.join(SHOWN[:3])} |"
    yield "|---|" + "---|" * 5
    for name, report in reports.items():
        cells = next(cells for row, _, cells in report.tables["classifier"].rows if row == "grader")
        counts = f"{len(named[name][1])} | {len(set(named[name][2]))}"
        yield f"| {name} | {counts} | {' | '.join(cell(*cells[title]) for title in SHOWN[:3])} |"


def contrast_lines(reports, named):
    """What the contrast costs, raw minus enhanced, paired by patient."""
    metrics = {
        "accuracy": lambda y_true, y_pred: (y_true == y_pred).mean(),
        "class-normalised accuracy": class_normalized_accuracy,
        "quadratic kappa": quadratic_kappa,
    }
    yield f"| raw minus enhanced, the same knees | {' | '.join([*metrics, 'CRPS in grades'])} |"
    yield "|---|" + "---|" * 4
    for which, raw, enhanced in (
        ("with the shares of training", "contrast alone", "as in training"),
        ("all", "both", "grades alone"),
    ):
        said = [reports[name].result.predictions["classifier", "grader"] for name in (raw, enhanced)]
        _, y, patients = named[raw]
        differences = [
            group_bootstrap_difference(metric, y, *(each.prediction for each in said), patients, random_state=0)
            for metric in metrics.values()
        ]

        def points(y_true, distribution):
            return crps(y_true, distribution, unit="points")

        differences.append(
            group_bootstrap_difference(points, y, *(each.distribution for each in said), patients, random_state=0)
        )
        yield f"| {which} | {' | '.join(cell(each.estimate, *each, sign='+') for each in differences)} |"


def gain_lines(report):
    """What each correction gains."""
    yield f"| learned, of how many patients | {' | '.join(SHOWN)} |"
    yield "|---|" + "---|" * 4
    for row, _, cells in report.tables["adapted_classifier"].rows:
        yield f"| {row.removeprefix('grader, ')} | {' | '.join(cell(*cells[title], sign='+') for title in SHOWN)} |"


def main():
    """Fit, recalibrate, print, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--patients", type=int, nargs="+", default=[20, 50, 100])
    parser.add_argument("--page", type=pathlib.Path)
    options = parser.parse_args()
    (images, grades, patients), named = tables_of(load("knee_kl"), load("knee_kl_misnamed"))
    started = time.perf_counter()
    network = OrdinalClassifier(**NETWORK, epochs=options.epochs).fit(ImageRows(images, groups=patients), grades)
    fitted = time.perf_counter() - started
    print(f"fitted in {fitted:.0f} s", flush=True)
    grader = SavedEstimator(network, "classifier", "original", Target.decide(GRADES), (SIDE, SIDE, 1), {})
    settings = {"adapt": options.patients, "robustness": False, "say": lambda text: None}
    started, reports = time.perf_counter(), {}
    for name, table in named.items():
        reports[name] = evaluate({"grader": grader}, as_table(*table), **settings)
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    learned = f"Trained on {len(grades):,} knees of {len(set(patients)):,} patients, {options.epochs} epochs"
    seconds = f"{fitted:.0f} s; graded and recalibrated: {time.perf_counter() - started:.0f} s"
    cost = f"{learned}: {seconds}. {describe_machine()}"
    lines = [cost, "", *score_lines(reports, named), "", *contrast_lines(reports, named)]
    for name in ("contrast alone", "grades alone", "both", "as in training"):
        lines += ["", f"## {name.capitalize()}", "", *gain_lines(reports[name])]
    print("\n".join(lines))
    if options.page:
        text = options.page.read_text()
        head, tail = text.split("<!-- numbers -->")[0], text.split("<!-- end -->")[1]
        options.page.write_text("\n".join([f"{head}<!-- numbers -->", "", *lines, "", f"<!-- end -->{tail}"]))


if __name__ == "__main__":
    main()
