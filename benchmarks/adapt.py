"""What does recalibrating a grader of knees on some patients gain where contrast and shares of grades are others?

A small network learns from the train part of the enhanced knees, without the 244 patients of the 387 raw ones. It
grades these knees enhanced and raw: all of them, whose grades were chosen evenly, and as many of them as have the
shares of the train part. So three things are told apart: the contrast alone, their grades alone, and both.

The tables are of the network of the first seed; what the others, trained anew, say otherwise stands below them.

Usage: python benchmarks/adapt.py [--epochs 12] [--patients 20 50 100] [--seeds 0 1 2] [--page docs/results/adapt.md]
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


PAIRS = {"with the shares of training": ("contrast alone", "as in training"), "all": ("both", "grades alone")}


def points(y_true, distribution):
    """CRPS in grades."""
    return crps(y_true, distribution, unit="points")


METRICS = {
    "accuracy": (lambda y_true, y_pred: (y_true == y_pred).mean(), "prediction"),
    "class-normalised accuracy": (class_normalized_accuracy, "prediction"),
    "quadratic kappa": (quadratic_kappa, "prediction"),
    "CRPS in grades": (points, "distribution"),
}


def contrast_cost(reports, named, pair, title):
    """What a metric of the raw knees is minus that of the same knees enhanced, paired by patient."""
    metric, part = METRICS[title]
    said = [getattr(reports[name].result.predictions["classifier", "grader"], part) for name in pair]
    _, y, patients = named[pair[0]]
    return group_bootstrap_difference(metric, y, *said, patients, random_state=0)


def contrast_lines(reports, named):
    """What the contrast costs in every metric."""
    yield f"| raw minus enhanced, the same knees | {' | '.join(METRICS)} |"
    yield "|---|" + "---|" * 4
    for which, pair in PAIRS.items():
        costs = [contrast_cost(reports, named, pair, title) for title in METRICS]
        yield f"| {which} | {' | '.join(cell(each.estimate, *each, sign='+') for each in costs)} |"


def gain_lines(report):
    """What each correction gains."""
    yield f"| learned, of how many patients | {' | '.join(SHOWN)} |"
    yield "|---|" + "---|" * 4
    for row, _, cells in report.tables["adapted_classifier"].rows:
        yield f"| {row.removeprefix('grader, ')} | {' | '.join(cell(*cells[title], sign='+') for title in SHOWN)} |"


def luck_lines(of_seed, named, title):
    """A metric of every network, and what it gains from each correction, by table."""
    yield f"| {title} | {' | '.join(named)} |"
    yield "|---|" + "---|" * len(named)
    every = [[reports[name].tables for name in named] for reports in of_seed.values()]
    yield luck_line("as it is", [[_cells(t["classifier"], "grader")[title][0] for t in each] for each in every], "")
    for row, _, _ in every[0][0]["adapted_classifier"].rows:
        gains = [[_cells(t["adapted_classifier"], row)[title][0] for t in each] for each in every]
        yield luck_line(row.removeprefix("grader, "), gains, "+")


def luck_line(name, of_seed, sign):
    """One row: a cell per table, in it the values of all networks."""
    cells = (" / ".join(f"{value:{sign}.3f}" for value in each) for each in zip(*of_seed, strict=True))
    return f"| {name} | {' | '.join(cells)} |"


def _cells(table, row):
    return next(cells for name, _, cells in table.rows if name == row)


def cost_lines(of_seed, named):
    """What the contrast costs each network, in quadratic kappa."""
    for which, pair in PAIRS.items():
        costs = [contrast_cost(reports, named, pair, "quadratic kappa") for reports in of_seed.values()]
        yield f"- raw minus enhanced, {which}: {'; '.join(cell(each.estimate, *each, sign='+') for each in costs)}."


def evaluated(seed, epochs, patients_to_learn_from, trained, named):
    """Train one network and grade and recalibrate every table with it."""
    images, grades, patients = trained
    network = OrdinalClassifier(**NETWORK, epochs=epochs, random_state=seed)
    network.fit(ImageRows(images, groups=patients), grades)
    grader = SavedEstimator(network, "classifier", "original", Target.decide(GRADES), (SIDE, SIDE, 1), {})
    settings = {"adapt": patients_to_learn_from, "robustness": False, "say": lambda text: None}
    return {name: evaluate({"grader": grader}, as_table(*table), **settings) for name, table in named.items()}


def main():
    """Fit, recalibrate, print, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--patients", type=int, nargs="+", default=[20, 50, 100])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--page", type=pathlib.Path)
    options = parser.parse_args()
    trained, named = tables_of(load("knee_kl"), load("knee_kl_misnamed"))
    of_seed, started = {}, time.perf_counter()
    for seed in options.seeds:
        of_seed[seed] = evaluated(seed, options.epochs, options.patients, trained, named)
        print(f"network of seed {seed}: {time.perf_counter() - started:.0f} s", flush=True)
    learned = f"Trained on {len(trained[1]):,} knees of {len(set(trained[2])):,} patients, {options.epochs} epochs"
    seconds = f"{(time.perf_counter() - started) / len(of_seed):.0f} s a network with all its tables"
    lines = [f"{learned}: {seconds}. {describe_machine()}", "", *tables(of_seed, named)]
    print("\n".join(lines))
    if options.page:
        text = options.page.read_text()
        head, tail = text.split("<!-- numbers -->")[0], text.split("<!-- end -->")[1]
        options.page.write_text("\n".join([f"{head}<!-- numbers -->", "", *lines, "", f"<!-- end -->{tail}"]))


def tables(of_seed, named):
    """All tables of the page: of the first network, then what the others say."""
    first = next(iter(of_seed.values()))
    yield from (*score_lines(first, named), "", *contrast_lines(first, named))
    for name in ("contrast alone", "grades alone", "both", "as in training"):
        yield from ("", f"## {name.capitalize()}", "", *gain_lines(first[name]))
    seeds = ", ".join(map(str, of_seed))
    yield from ("", "## The luck of a training", "", f"The same, for networks of the seeds {seeds}, in this order.", "")
    yield from cost_lines(of_seed, named)
    for title in ("quadratic kappa", "class-normalised accuracy"):
        yield from ("", *luck_lines(of_seed, named, title))


if __name__ == "__main__":
    main()
