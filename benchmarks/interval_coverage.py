"""Do intervals hold as often as they claim? On fresh draws of patients from a generator that knows the truth.

Every draw makes patients anew, whose images and errors have something in common (benchmarks/_forecasts.py), asks the
library for its intervals, and looks whether they hold what the generator knows: the score of the grader among 40,000
other patients, the grade of a new patient's image, the true Rau score of a visit. Divisions of one data set would not
do: they share their patients. No network is trained.

Draws are kept in a folder, one file a part, and taken up again: more draws, or the rest of an interrupted run, cost
only themselves. The same seed gives the same draws in any order.

Usage: python benchmarks/interval_coverage.py [--draws 400] [--folder coverage-draws] [--only rau] [--kept]
       [--page docs/results]
"""

import argparse
import json
import pathlib
import time
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from types import SimpleNamespace

import numpy as np
from _forecasts import GRADES, IMAGES, KeptClassifier, KeptRegressor, draw_images, draw_joints
from _measure import describe_machine

from skerosion.grades import Target
from skerosion.metrics import (
    find_metric,
    group_bootstrap_difference,
    group_bootstrap_interval,
    list_metrics,
    recall_interval,
    wilson_interval,
)

POPULATION = 40_000
NOISES = (0.7, 0.9)
COVERAGE = 0.9
SIZES = (5, 10, 20, 50, 200)
# Patients on whom the sets and scores of one draw are counted.
NEW = 100


@dataclass(frozen=True)
class Part:
    """Draws of one kind.

    Parameters
    ----------
    table : str
        The table of the page.
    column : str
        Its column.
    claims : float
        What the intervals claim; a line may say otherwise.
    simulate : callable
        ``simulate(rng)`` -> name of the line -> the share of intervals that held in this draw.
    """

    table: str
    column: str
    simulate: Callable

    @property
    def name(self):
        return f"{self.table}, {self.column}"

    def draws(self, folder, count, seed):
        """Return line -> values of all draws, after adding to the file what is lacking."""
        path, kept = self._path(folder), self._read(folder)
        while len(kept) < count:
            for number in range(len(kept), min(len(kept) + 10, count)):
                kept.append(self.draw(number, seed))
            part = path.with_suffix(".part")
            part.write_text(json.dumps({"name": self.name, "draws": kept}))
            part.replace(path)
        lines = dict.fromkeys(line for draw in kept for line in draw)
        return {line: [draw[line] for draw in kept[:count] if line in draw] for line in lines}

    def kept(self, folder):
        """Return how many draws there are."""
        return len(self._read(folder))

    def _path(self, folder):
        return pathlib.Path(folder, f"{zlib.crc32(self.name.encode()):08x}.json")

    def _read(self, folder):
        path = self._path(folder)
        return json.loads(path.read_text())["draws"] if path.exists() else []

    def draw(self, number, seed):
        """Return what held in one draw."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of few patients, which is what is asked
            held = self.simulate(np.random.default_rng([seed, zlib.crc32(self.name.encode()), number]))
        return {line: round(float(share), 4) for line, share in held.items()}


def given(metric, images, said):
    """Return truth and prediction as a metric takes them."""
    if metric.reads == "grades":
        return images.grades, said.grades
    read = {
        "numbers": lambda: getattr(said.distribution, metric.point)(),
        "distributions": lambda: said.distribution,
        "intervals": lambda: said.distribution.interval(COVERAGE),
    }
    return images.percent, read[metric.reads]()


@cache
def population(shares, images=IMAGES):
    """Return the scores of both graders among so many patients that chance is of no weight: metric -> two values."""
    rng = np.random.default_rng(0)
    drawn = draw_images(POPULATION, rng, shares, images)
    said = [drawn.said(noise, rng) for noise in NOISES]
    metrics = [find_metric(name) for name in list_metrics()]
    return {each.name: [float(each.given(labels=GRADES)(*given(each, drawn, one))) for one in said] for each in metrics}


def bootstrap(rng, n_patients, shares, names):
    """Draw patients, and tell which intervals of scores and differences hold, as printed and as plain percentiles."""
    images = draw_images(n_patients, rng, shares)
    said = [images.said(noise, rng) for noise in NOISES]
    held = {}
    for metric in map(find_metric, names):
        (truth, first), (_, second) = (given(metric, images, one) for one in said)
        function, (value, other) = metric.given(labels=GRADES), population(shares)[metric.name]
        settings = {"groups": images.groups, "random_state": int(rng.integers(2**31))}
        one = group_bootstrap_interval(function, truth, first, **settings)
        both = group_bootstrap_difference(function, truth, first, second, **settings)
        for kind, interval, expected in (("", one, value), (", difference", both, value - other)):
            plain = np.quantile(interval.draws, (0.025, 0.975))
            held[metric.title + kind] = interval.low <= expected <= interval.high
            held[f"{metric.title}{kind}, plain"] = plain[0] <= expected <= plain[1]
    return held


def readers(rng, n_patients):
    """Draw patients whom two readers grade, and tell which intervals of their agreement hold."""
    from skerosion.report import agreement_frame

    frame = _agreement(n_patients, rng, agreement_frame)
    return {name: row.low <= _true_agreement()[name] <= row.high for name, row in frame.iterrows()}


def _agreement(n_patients, rng, agreement_frame):
    images = draw_images(n_patients, rng)
    reference, second = (images.said(noise, rng).grades for noise in NOISES)
    asked = {"groups": images.groups, "seed": int(rng.integers(2**31)), "of_task": lambda task: {}}
    scored = SimpleNamespace(target=Target.decide(GRADES, "grade"), grades=reference, **asked)
    return agreement_frame(scored, second, np.ones(len(second), dtype=bool)).set_index("measure")


@cache
def _true_agreement():
    from skerosion.report import agreement_frame

    return _agreement(POPULATION, np.random.default_rng(0), agreement_frame)["value"].to_dict()


def proportions(rng, n_patients, images):
    """Draw patients, and tell whether closed forms hold, which take images as independent."""
    drawn = draw_images(n_patients, rng, images=images)
    truth, grades = drawn.grades, drawn.said(NOISES[0], rng).grades
    held = {}
    for title, interval, name in (
        ("Wilson's, of the accuracy", wilson_interval(np.mean(truth == grades), len(truth)), "accuracy"),
        ("of the mean of recalls", recall_interval(truth, grades), "class_normalized_accuracy"),
    ):
        held[title] = interval.low <= population("frequent", images)[name][0] <= interval.high
    return held


def conformal(rng, n_patients, sharpness):
    """Calibrate on drawn patients, and return the shares of rows, patients and grades of others that sets hold."""
    from skerosion import ConformalForecaster, ImageRows

    old, new = draw_images(n_patients, rng), draw_images(NEW, rng)
    said = [each.said(NOISES[0], rng, sharpness) for each in (old, new)]
    held = {}
    for guarantee in ("row", "patient"):
        settings = {"guarantee": guarantee, "cv": "prefit"}
        sets = ConformalForecaster(KeptClassifier(), **settings)
        sets.fit(ImageRows(said[0].probabilities, groups=old.groups), old.grades)
        inside = sets.predict_set(said[1].probabilities, COVERAGE)[np.arange(len(new.grades)), new.grades]
        held |= _shares(f"sets by {guarantee}", inside, new, guarantee)
        intervals = ConformalForecaster(KeptRegressor(said[0].distribution.grid), **settings)
        intervals.fit(ImageRows(said[0].distribution.cdf, groups=old.groups), old.percent)
        low, high = intervals.predict_interval(said[1].distribution.cdf, COVERAGE).T
        inside = (new.percent >= low) & (new.percent <= high)
        held |= _shares(f"intervals by {guarantee}", inside, new, guarantee)
    return held


def _shares(name, inside, images, guarantee):
    """Return the share that was promised, every patient counting once, and that of each grade by itself."""
    images_of = np.bincount(images.groups)
    missed = np.bincount(images.groups, weights=~inside)
    if guarantee == "patient":
        return {name: np.mean(missed == 0)}
    grades = images.grades
    of_grades = {f"{name}, of grade {g}": inside[grades == g].mean() for g in np.unique(grades)}
    return {name: np.mean(1 - missed / images_of)} | of_grades


def rau(rng, n_patients, misread):
    """Learn from drawn patients, and return the shares of scores and changes of others that their intervals hold."""
    from skerosion import RauForecaster

    old, new = draw_joints(n_patients, rng, misread), draw_joints(NEW, rng, misread)
    forecaster = RauForecaster(bins=None).fit(old.cdf, old.grades, old.patients, old.visits)
    scores = forecaster.predict_distribution(new.cdf, new.patients, new.visits)
    truth = 38 / np.bincount(new.visits) * np.bincount(new.visits, weights=new.grades)
    held = {}
    for kind in ("shortest", "central"):
        low, high = scores.interval(COVERAGE, kind).T
        held[f"score, {kind} interval"] = np.mean((truth >= low) & (truth <= high))
    table = scores.changes()
    rows = scores.index.get_indexer(table.index)
    error = np.abs(table.change - (truth[rows] - truth[rows - 1]))
    held["error of a change, smallest detectable change"] = np.mean(error <= table.smallest_detectable)
    return held | {"error of a change, normal factor alone": np.mean(error <= 1.959964 * table["std"])}


def adapted(rng, n_patients, count):
    """Draw a table of patients, recalibrate on some of them, and tell which intervals of gains hold."""
    cells = _gains(draw_images(n_patients, rng), rng, count, draws=None)
    expected = _true_gains(count)
    return {
        f"{name.split(', ')[1]}: {title}": low <= expected[name, title] <= high
        for name, _, of in cells
        for title, (_, low, high) in of.items()
        if expected[name, title]  # one number for all probabilities changes no decision
    }


def _gains(images, rng, count, draws):
    from skerosion.datasets import ImageTable, as_image_rows
    from skerosion.experiments import SavedEstimator
    from skerosion.experiments._adapted import adapt_estimators
    from skerosion.experiments._evaluated_result import predict_all
    from skerosion.report import gain_tables

    rows = as_image_rows(images.said(NOISES[0], rng, sharpness=1.6).probabilities, groups=images.groups)
    table = ImageTable(rows, images.grades, images.groups, None, None, "")
    saved = {"grader": SavedEstimator(KeptClassifier(), "classifier", "original", Target.decide(GRADES), None, {})}
    result = predict_all(saved, table, int(rng.integers(2**31)))
    return gain_tables(result, adapt_estimators(saved, result, [count], draws))["classifier"].rows


@cache
def _true_gains(count):
    """Return what a recalibration gains on average over draws of the patients to learn from, among very many."""
    rng = np.random.default_rng(0)
    rows = _gains(draw_images(2_000, rng), rng, count, draws=200)
    return {(name, title): value for name, _, cells in rows for title, (value, _, _) in cells.items()}


def parts():
    """Return all parts in the order of the page."""
    grades = list_metrics("grades")
    scores = [("all grades frequent", "frequent", list_metrics()), ("one grade rare", "rare", grades)]
    made = [
        Part(f"bootstrap, {told}", f"{n} patients", partial(bootstrap, n_patients=n, shares=shares, names=names))
        for told, shares, names in scores
        for n in SIZES
    ]
    made += [Part("readers", f"{n} patients", partial(readers, n_patients=n)) for n in SIZES[1:4]]
    for told, images in (("one image a patient", (1, 1)), ("2 to 10 images a patient", IMAGES)):
        made += [
            Part("closed forms", f"{n} patients, {told}", partial(proportions, n_patients=n, images=images))
            for n in (20, 200)
        ]
    made += [
        Part("conformal", f"{n} patients, {told}", partial(conformal, n_patients=n, sharpness=sharpness))
        for told, sharpness in (("calibrated", 1.0), ("too sure", 1.6))
        for n in (20, 200)
    ]
    made += [
        Part("rau", f"{n} patients, {told}", partial(rau, n_patients=n, misread=misread))
        for told, misread in (("errors as modelled", 0.0), ("5 % of visits misread", 0.05))
        for n in (20, 60)
    ]
    return made + [
        Part("adapt", f"{count} of {n} patients", partial(adapted, n_patients=n, count=count))
        for count, n in ((20, 60), (20, 150))
    ]


def cell(values):
    """Return a mean share in percent with its 95 % Monte-Carlo interval.

    Examples
    --------
    >>> cell([1, 1, 1, 0])
    '75.0 (30.1 to 95.4)'
    >>> cell([0.5, 0.7, 0.6])
    '60.0 (48.7 to 71.3)'
    """
    mean = np.mean(values)
    if set(values) <= {0, 1}:
        low, high = wilson_interval(mean, len(values))
    else:
        low, high = mean + 1.96 * np.std(values, ddof=1) / np.sqrt(len(values)) * np.array([-1, 1])
    return f"{100 * mean:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def tables(found):
    """Return a table in Markdown for each kind of interval.

    Examples
    --------
    >>> print(tables({("rau", "20 patients"): {"score": [1, 0, 1, 1]}})["rau"])
    | interval | 20 patients |
    |---|---|
    | score | 75.0 (30.1 to 95.4) |
    """
    made = {}
    for table in dict.fromkeys(name for name, _ in found):
        of = {column: lines for (name, column), lines in found.items() if name == table}
        names = dict.fromkeys(line for lines in of.values() for line in lines)
        lines = [["interval", *of], ["---"] * (len(of) + 1)]
        lines += [[name, *(cell(each[name]) if each.get(name) else "–" for each in of.values())] for name in names]
        made[table] = "\n".join("| " + " | ".join(line) + " |" for line in lines).replace("| --- ", "|---")
        made[table] = made[table].replace("--- |", "---|")
    return made


TITLES = {
    "bootstrap, all grades frequent": "Patient bootstrap, all grades frequent (95 %)",
    "bootstrap, one grade rare": "Patient bootstrap, the worst grade in one image of a hundred (95 %)",
    "readers": "Agreement of two readers (95 %)",
    "closed forms": "Closed forms, which take images as independent (95 %)",
    "conformal": "Conformal sets and intervals (90 %)",
    "rau": "Rau scores (90 %) and their changes (95 %)",
    "adapt": "Gains of a recalibration, as `evaluate --adapt` prints them (95 %)",
}
NUMBERS = "<!-- numbers -->"


def numbers(found):
    """Return the tables under their titles, those of bootstraps without and with the plain percentiles."""
    return "\n\n".join(sections(found).values()) + "\n"


def sections(found):
    """Return title -> a table with its title and the number of its draws."""
    return {
        TITLES[name]: f"## {TITLES[name]}\n\nDraws: {draws_of(name, found)}.\n\n{table}"
        for name, table in tables(found).items()
    }


def draws_of(table, found):
    """Return how many draws there are of the columns of a table, least to most.

    Examples
    --------
    >>> draws_of("rau", {("rau", "a"): {"score": [1, 1]}, ("rau", "b"): {"score": [1, 0, 1]}, ("adapt", "c"): {}})
    '2 to 3'
    """
    counts = {max(map(len, lines.values())) for (name, _), lines in found.items() if name == table}
    return " to ".join(map(str, sorted({min(counts), max(counts)})))


def write_page(path, found):
    """Replace the tables of the page that were drawn; other tables stay, and the words above, written by hand."""
    words, _, printed = (
        path.read_text().partition(NUMBERS) if path.exists() else ("# Coverage of intervals\n\n", "", "")
    )
    there = {text.partition("\n")[0]: f"## {text.strip()}" for text in printed.split("\n## ")[1:]} | sections(found)
    machine = f"Drawn on {describe_machine()}; `python benchmarks/interval_coverage.py --page docs/results`"
    ordered = "\n\n".join(there[title] for title in TITLES.values() if title in there)
    path.write_text(f"{words}{NUMBERS}\n\n{machine}\n\n{ordered}\n")


def main():
    """Draw what is lacking, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", default="coverage-draws", help="where draws are kept")
    parser.add_argument("--only", default="", help="parts whose name begins so, such as rau")
    parser.add_argument("--kept", action="store_true", help="show what was drawn, and draw nothing")
    parser.add_argument(
        "--page", help="folder of coverage.md, whose tables of these parts are replaced, such as docs/results"
    )
    arguments = parser.parse_args()
    pathlib.Path(arguments.folder).mkdir(parents=True, exist_ok=True)
    found = {}
    for part in parts():
        if part.name.startswith(arguments.only):
            started = time.perf_counter()
            count = part.kept(arguments.folder) if arguments.kept else arguments.draws
            if count:
                found[part.table, part.column] = part.draws(arguments.folder, count, arguments.seed)
            print(f"{part.name}: {time.perf_counter() - started:.0f} s", flush=True)
    print(numbers(found))
    if arguments.page:
        write_page(pathlib.Path(arguments.page, "coverage.md"), found)


if __name__ == "__main__":
    main()
