"""What each ingredient of the best grader of knees gives: a ladder of recipes, each with one thing more.

Every rung is fitted on the training part of the knees and scored on the validation part; the last one is the network
of best_grader.json, trained for fewer epochs. What that file describes beyond it (all its epochs, several seeds
together, the mirror image at prediction, the patient's other knee) is shown on what one command trains and saves:

    skerosion train benchmarks/best_grader.json FOLDER/labels.csv --out best_grader.skerosion --seed 0

Each finished fit is a file in OUT; the same command goes on where it was stopped.

Usage: python benchmarks/best_grader.py --out FOLDER [--saved best_grader.skerosion] [--seeds 1] [--rungs NAME ...]
       [--data FOLDER] [--page docs/results/best_grader.md]
"""

import argparse
import json
import pathlib

import numpy as np
from _knees import DECISIONS, FOLDER, SCORES, KeptFits, cell, load_knees, markdown, mean_interval, score
from _measure import describe_machine

from skerosion.metrics import group_bootstrap_difference, quadratic_kappa

SETTINGS = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())
SIZE = SETTINGS["reading"]["size"]


def network_of(described):
    """Return the description within all others.

    Examples
    --------
    >>> network_of({"type": "AugmentedForecaster", "estimator": {"type": "OrdinalClassifier", "epochs": 3}})["epochs"]
    3
    """
    for inner in ("estimator", "estimators"):
        if inner in described:
            return network_of(described[inner])
    return described


NETWORK = network_of(SETTINGS["estimator"])
# The thesis' network without anything: what the ladder starts from. Its rungs take over the recipe part by part.
START = {
    "size": 64,
    "head": "softmax",
    "batch_size": NETWORK["batch_size"],
    "learning_rate": 1e-3,
    "epochs": 20,
}
RUNGS = {
    "thesis' network, softmax": (),
    "ordinal head": ("head",),
    "flips": {"augmentation": {"flip": True}},
    "rotation, zoom, shift, contrast": ("augmentation",),
    "residual backbone": ("backbone", "filters", "convolutions", "dense_units", "dropout"),
    "cosine with warm-up": ("learning_rate", "schedule", "warmup"),
    "averaged epochs": ("average_epochs",),
    "40 epochs": {"epochs": 40},
    f"{SIZE} pixels": {"size": SIZE},
}
COLUMNS = [name for name in SCORES if not name.endswith("balanced")]  # one table for each decision instead
TRIED, INSTEAD = {"128 pixels": {"size": 128}}, "tried instead: "
WRAPPERS = {
    "ForecastEnsemble": "seeds together",
    "AugmentedForecaster": "mirror image too",
    "ContextForecaster": "other knee too",
}


def recipes():
    """Return rung -> parameters of the network, `size` among them, each with what the rungs before it have.

    Examples
    --------
    >>> ladder = recipes()
    >>> ladder["ordinal head"]["head"], ladder["flips"]["augmentation"]
    ('corn', {'flip': True})
    """
    parameters, ladder = START, {}
    for rung, ingredients in RUNGS.items():
        new = ingredients if isinstance(ingredients, dict) else {name: NETWORK[name] for name in ingredients}
        parameters = parameters | new
        ladder[rung] = parameters
    return ladder | {f"{INSTEAD}{name}": parameters | new for name, new in TRIED.items()}


def fit(parameters, seed, training, validation):
    """Fit one network; return what it says of the validation part."""
    from skerosion.experiments import make_estimator

    described = {"type": "OrdinalClassifier", **{k: v for k, v in parameters.items() if k != "size"}}
    network = make_estimator(described, seed).fit(training.X, training.y)
    about = {"history": network.history_, "weights": int(network.model_.count_params())}
    return {"probabilities": network.predict_proba(validation.X).astype(float)}, about


def run(arguments, kept, parts_of):
    """Make every fit that is not there yet; return rung -> (probabilities of each seed, mean seconds)."""
    found = {}
    for number, (rung, parameters) in enumerate(recipes().items()):
        if arguments.rungs and rung not in arguments.rungs:
            continue
        results = []
        for seed in range(arguments.seeds):
            settings = {"rung": rung, "seed": seed, **parameters}
            parts = parts_of(parameters["size"])
            results.append(kept.make(f"{number}-{seed}", settings, lambda: fit(parameters, seed, *parts)))  # noqa: B023
            print(f"{rung}, seed {seed}: {results[-1][1]['seconds']:.0f} s", flush=True)
        stack = np.stack([arrays["probabilities"] for arrays, _ in results])
        found[rung] = stack, np.mean([facts["seconds"] for _, facts in results])
    return found


def open_saved(path, kept, parts_of):
    """Return title -> (probabilities, seconds) of what `skerosion train` saved, from the inside out.

    The networks within stand first, as several seeds; then what each estimator around them says. The predictions are
    kept beside the fits.
    """
    from skerosion import load_estimator

    made = json.loads(pathlib.Path(f"{path}.json").read_text())
    size = made["settings"]["reading"]["size"]
    settings = {"settings": made["settings"], "seed": made["seed"], "written": made["written"]}

    def predict():
        X = parts_of(size)[1].X
        around = wrappers_of(load_estimator(path)[-1])
        members = getattr(around[0], "estimators_", [around[0]])
        arrays = {"members": np.stack([member.predict_proba(X) for member in members])}
        return arrays | {type(one).__name__: one.predict_proba(X) for one in around}, {}

    arrays, _ = kept.make("saved", settings, predict)
    n_seeds = len(arrays["members"])
    epochs = network_of(made["settings"]["estimator"])["epochs"]
    rows = {f"{epochs} epochs: each of {n_seeds} saved networks": (arrays["members"], made["seconds"] / n_seeds)}
    for name, title in WRAPPERS.items():
        if name in arrays:
            rows[f"their {title}" if name == "ForecastEnsemble" else title] = arrays[name][None], made["seconds"]
    return rows


def wrappers_of(estimator):
    """Return a fitted estimator and all it is made of, the innermost first."""
    inner = [] if not hasattr(estimator, "estimator_") else wrappers_of(estimator.estimator_)
    return [*inner, estimator]


def table_of(found, part, shares, decision):
    """Return the table of one decision in Markdown."""
    return markdown(["recipe", *COLUMNS, "gain in kappa", "seconds"], rows_of(found, part, shares, decision))


def rows_of(found, part, shares, decision):
    """Return the rows of a table, each with its gain over the row before; what was tried instead over the last rung."""
    rows, before = [], None
    for title in sorted(found, key=lambda title: title.startswith(INSTEAD)):
        stack, seconds = found[title]
        if title.startswith(INSTEAD):
            before = found.get(list(RUNGS)[-1], (before,))[0]
        cells = [cell(score(part, stack, shares, name, decision)) for name in COLUMNS]
        gained = "" if before is None else gain(part, stack, before, shares, decision)
        rows.append([title, *cells, gained, f"{seconds:.0f}"])
        before = stack
    return rows


def gain(part, stack, before, shares, decision):
    """Return the paired difference in kappa to the row before, of the means over the seeds of both."""
    graded, others = ([DECISIONS[decision](one, shares) for one in seeds] for seeds in (stack, before))
    both = mean_interval(
        [
            group_bootstrap_difference(quadratic_kappa, part.y, one, other, part.groups, random_state=0)
            for one in graded
            for other in others
        ]
    )
    return f"{both.estimate:+.3f} ({both.low:+.3f} to {both.high:+.3f})"


TEMPLATE = """# The best grader of knees, ingredient by ingredient

The knees' training part to fit, the validation part ({validation} knees of {patients} patients) to compare; their test
part was not touched. Each row has what the rows above it have and one thing more. The first ones are fits of {seeds}
seed(s), of {epochs} epochs until a row says more. The last ones are what `skerosion train` saved, taken apart: its
networks, and what is said with each thing around them. The recipe was tuned on this validation part, so that its
scores are a little better than other knees would give.

The CRPS is in grades. Intervals are 95 %, from resampling patients; the gain in kappa over the row before is paired.
They know the patients, not the luck of a training, which the single networks of the last rows show. Seconds are those
of the clock.

## Balanced decision

A grade is the most probable one after each probability is divided by its share in training: the decision that is
saved.

{balanced}

## Median decision

A grade is the median of the same distributions, which minimises the error counted in grades.

{median}

## How it was made

`python benchmarks/best_grader.py --out FOLDER --seeds {seeds}{saved}`, with the file of

```sh
skerosion train benchmarks/best_grader.json FOLDER/labels.csv --out best_grader.skerosion --seed {seed}
```

on {machine}. Knees: Osteoarthritis Initiative; crops and grades by Chen P. (2018), Knee Osteoarthritis Severity Grading
Dataset, Mendeley Data, doi 10.17632/56rmx5bjcr.1, CC BY 4.0.
"""


def main():
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder of the finished fits, outside the repository")
    parser.add_argument("--saved", help="what `skerosion train` saved with best_grader.json")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--rungs", nargs="*", choices=list(RUNGS), help="only these; all by default")
    parser.add_argument("--data", default=FOLDER, help="folder of labels.csv and the images")
    parser.add_argument("--page", help="Markdown file to write, such as docs/results/best_grader.md")
    arguments = parser.parse_args()
    kept, loaded = KeptFits(arguments.out), {}

    def parts_of(size):
        if size not in loaded:
            loaded[size] = load_knees(arguments.data, size)
        return loaded[size]

    found = run(arguments, kept, parts_of)
    if arguments.saved:
        found |= open_saved(arguments.saved, kept, parts_of)
    parts = parts_of(64)
    shares = np.bincount(parts[0].y, minlength=5) / len(parts[0].y)
    text = TEMPLATE.format(
        validation=len(parts[1].y),
        patients=len(np.unique(parts[1].groups)),
        seeds=arguments.seeds,
        epochs=START["epochs"],
        saved=" --saved best_grader.skerosion" if arguments.saved else "",
        seed=0,
        machine=describe_machine(),
        **{decision: table_of(found, parts[1], shares, decision) for decision in DECISIONS},
    )
    print(text)
    if arguments.page:
        pathlib.Path(arguments.page).write_text(text)


if __name__ == "__main__":
    main()
