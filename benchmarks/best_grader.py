"""What each ingredient of the best grader of knees gives: a ladder of recipes, each with one thing more.

Every rung is fitted on the training part of the knees and scored on the validation part; the last one is the recipe of
best_grader.json, which one command trains and saves:

    skerosion train benchmarks/best_grader.json FOLDER/labels.csv --out best_grader.joblib --seed 0

Two ingredients train nothing and are shown for every rung: the mirror image at prediction, and the patient's other
knee. With several seeds the rows are means over them, and a last row averages the forecasts of the last rung's seeds.
Each finished fit is a file in OUT; the same command goes on where it was stopped.

Usage: python benchmarks/best_grader.py --out FOLDER [--seeds 1] [--epochs 40] [--rungs NAME ...] [--data FOLDER]
       [--page docs/results/best_grader.md]
"""

import argparse
import json
import pathlib

import numpy as np
from _knees import FOLDER, SCORES, KeptFits, cell, load_knees, markdown, median_grade, score
from _measure import describe_machine

from skerosion.metrics import group_bootstrap_difference, quadratic_kappa

SETTINGS = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())
NETWORK = SETTINGS["estimator"]["estimator"]["estimator"]
SIZE = SETTINGS["reading"]["size"]
# The thesis' network without anything: what the ladder starts from. Its rungs take over the recipe part by part.
START = {"head": "softmax", "batch_size": NETWORK["batch_size"], "learning_rate": 1e-3}
RUNGS = {
    "thesis' network, softmax": (),
    "ordinal head": ("head",),
    "flips": {"augmentation": {"flip": True}},
    "rotation, zoom, shift, contrast": ("augmentation",),
    "residual backbone": ("backbone", "filters", "convolutions", "dense_units", "dropout"),
    "cosine with warm-up": ("learning_rate", "schedule", "warmup"),
    "averaged epochs": ("average_epochs",),
    f"{SIZE} pixels": {"size": SIZE},
}
FREE = {"alone": "as it is", "views": "mirror image too", "context": "mirror image and other knee"}


def recipes(epochs):
    """Return rung -> parameters of the network, `size` among them, each with what the rungs before it have.

    Examples
    --------
    >>> ladder = recipes(40)
    >>> ladder["ordinal head"]["head"], ladder["flips"]["augmentation"]
    ('corn', {'flip': True})
    """
    parameters, ladder = {"size": 64, "epochs": epochs, **START}, {}
    for rung, ingredients in RUNGS.items():
        new = ingredients if isinstance(ingredients, dict) else {name: NETWORK[name] for name in ingredients}
        parameters = parameters | new
        ladder[rung] = parameters
    return ladder


def fit(parameters, seed, training, validation):
    """Fit one network; return what it says of the validation part alone, with views, and with context."""
    from skerosion import AugmentedForecaster, ContextForecaster
    from skerosion.report import make_estimator

    described = {"type": "OrdinalClassifier", **{k: v for k, v in parameters.items() if k != "size"}}
    network = make_estimator(described, seed).fit(training.X, training.y)
    views = AugmentedForecaster(network, prefit=True).fit(training.X, training.y)
    strength = SETTINGS["estimator"]["strength"]
    context = ContextForecaster(views, strength=strength, cv="prefit").fit(training.X, training.y)
    said = {"alone": network, "views": views, "context": context}
    arrays = {name: estimator.predict_proba(validation.X).astype(float) for name, estimator in said.items()}
    return arrays, {"history": network.history_, "weights": int(network.model_.count_params())}


def run(arguments, parts_of):
    """Make every fit that is not there yet; return rung -> list of (arrays, facts), one a seed."""
    kept, found = KeptFits(arguments.out), {}
    ladder = recipes(arguments.epochs)
    for seed in range(arguments.seeds):
        for number, rung in enumerate(RUNGS):
            if arguments.rungs and rung not in arguments.rungs:
                continue
            parameters = ladder[rung]
            parts = parts_of(parameters["size"])
            settings = {"rung": rung, "seed": seed, **parameters}
            result = kept.make(f"{number}-{seed}", settings, lambda: fit(parameters, seed, *parts))  # noqa: B023
            found.setdefault(rung, []).append(result)
            print(f"{rung}, seed {seed}: {result[1]['seconds']:.0f} s", flush=True)
    return found


def rows_of(found, parts, shares):
    """Return the rows of the table: each rung as it is, then the last one with what trains nothing."""
    rows, before = [], None
    last = list(found)[-1]
    shown = [(rung, "alone") for rung in found] + [(last, "views"), (last, "context")]
    for rung, kind in shown:
        stack = np.stack([arrays[kind] for arrays, _ in found[rung]])
        title = rung if kind == "alone" else FREE[kind]
        rows.append(_row(title, stack, before, parts[1], shares, _seconds(found[rung]) if kind == "alone" else ""))
        before = stack
    if len(found[last]) > 1:
        mean = before.mean(axis=0, keepdims=True)
        rows.append(_row(f"{len(found[last])} seeds together", mean, before[:1], parts[1], shares, ""))
    return rows


def _row(title, stack, before, part, shares, seconds):
    cells = [cell(score(part, stack, shares, name)) for name in SCORES]
    gain = "" if before is None else _gain(part, stack, before)
    return [title, *cells, gain, seconds]


def _gain(part, stack, before):
    """Return the paired difference in kappa of the first seeds to the row before."""
    medians = (median_grade(probabilities[0]) for probabilities in (stack, before))
    interval = group_bootstrap_difference(quadratic_kappa, part.y, *medians, part.groups, random_state=0)
    return f"{interval.estimate:+.3f} ({interval.low:+.3f} to {interval.high:+.3f})"


def _seconds(fits):
    return f"{np.mean([facts['seconds'] for _, facts in fits]):.0f}"


TEMPLATE = """# The best grader of knees, ingredient by ingredient

The knees' training part to fit, the validation part ({validation} knees of {patients} patients) to compare; their test
part was not touched. Each row has what the rows above it have and one thing more; {seeds} seed(s), {epochs} epochs.
Intervals are 95 %, from resampling patients; the gain in kappa is paired, of seed 0 against the row before. Grades
are medians, in the column "balanced" the most probable grade after division by the training shares. To reach:
quadratic kappa .78, MAE .50, class-normalised accuracy .62. {machine}.

{table}

`python benchmarks/best_grader.py --out FOLDER --seeds {seeds} --epochs {epochs}`; the last recipe is
`benchmarks/best_grader.json`, which `skerosion train benchmarks/best_grader.json FOLDER/labels.csv --out FILE` fits and
saves. Knees: Osteoarthritis Initiative; crops and grades by Chen P. (2018), Knee Osteoarthritis Severity Grading
Dataset, Mendeley Data, doi 10.17632/56rmx5bjcr.1, CC BY 4.0.
"""


def main():
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder of the finished fits, outside the repository")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=NETWORK["epochs"])
    parser.add_argument("--rungs", nargs="*", choices=list(RUNGS), help="only these; all by default")
    parser.add_argument("--data", default=FOLDER, help="folder of labels.csv and the images")
    parser.add_argument("--page", help="Markdown file to write, such as docs/results/best_grader.md")
    arguments = parser.parse_args()
    loaded = {}

    def parts_of(size):
        if size not in loaded:
            loaded[size] = load_knees(arguments.data, size)
        return loaded[size]

    found = run(arguments, parts_of)
    parts = parts_of(64)
    shares = np.bincount(parts[0].y, minlength=5) / len(parts[0].y)
    text = TEMPLATE.format(
        validation=len(parts[1].y),
        patients=len(np.unique(parts[1].groups)),
        seeds=arguments.seeds,
        epochs=arguments.epochs,
        machine=describe_machine(),
        table=markdown(["recipe", *SCORES, "gain in kappa", "seconds"], rows_of(found, parts, shares)),
    )
    print(text)
    if arguments.page:
        pathlib.Path(arguments.page).write_text(text)


if __name__ == "__main__":
    main()
