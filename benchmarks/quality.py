"""Which head grades knees best? Every head of OrdinalClassifier and plain Keras on one network, several seeds.

All fits see the training part of the knees and are compared on the validation part: the same network, the same number
of epochs, flips as augmentation, half a cosine as learning rate, no class weights, nothing tuned. Beside the heads the
same network is trained by plain Keras (``compile`` and ``fit``) with the cross-entropy and with dlordinal's beta
labels: its loss needs PyTorch, so its published parameters make the targets of Keras' categorical cross-entropy here,
which is the same function.

Each finished fit is a file in OUT; the same command goes on where it was stopped, seed 0 of everything first.

Usage: python benchmarks/quality.py --out FOLDER [--seeds 2] [--epochs 8] [--size 64] [--data FOLDER] [--page FOLDER]
"""

import argparse
import pathlib

import _knees
import numpy as np
from _knees import (
    FOLDER,
    SCORES,
    SMALLER_IS_BETTER,
    KeptFits,
    cdf_of,
    cell,
    load_knees,
    markdown,
    mean_interval,
    rps,
    score,
)
from _measure import describe_machine
from scipy.stats import beta

from skerosion.metrics import group_bootstrap_difference

HEADS = (
    "softmax",
    "corn",
    "beta",
    "cumulative_softmax",
    "cumulative_link",
    "coral",
    "triangular",
    "sord",
    "squared_emd",
    "truncated_normal",
    "sigmoid",
    "cumulative_link_probit",
    "cumulative_link_cloglog",
)
DEFAULT = "corn"
PLAIN = {"plain Keras, cross-entropy": "cross_entropy", "plain Keras, beta labels": "beta"}
# Small enough for thirty fits in an hour on two cores: heads are compared, no record is sought.
NETWORK = {"filters": (16, 32, 64, 64), "convolutions": 1, "dense_units": (128,)}
BATCH, RATE, DROPOUT = 50, 1e-3, 0.5
# dlordinal's parameters for five classes, integers as Vargas et al. (2022) published them.
BETA_PARAMETERS = ((1, 8), (6, 14), (12, 12), (14, 6), (8, 1))


def published_beta_labels():
    """Return dlordinal's soft labels for five classes, of shape (5, 5), a row for each true class.

    Examples
    --------
    >>> published_beta_labels()[0].round(3).tolist()
    [0.832, 0.151, 0.016, 0.001, 0.0]
    """
    edges = np.linspace(0, 1, len(BETA_PARAMETERS) + 1)
    return np.array([np.diff(beta.cdf(edges, p, q)) for p, q in BETA_PARAMETERS])


def fit_head(head, seed, epochs, training, validation):
    """Fit one head; return the probabilities of the validation part and the history."""
    from skerosion import OrdinalClassifier

    classifier = OrdinalClassifier(
        **NETWORK,
        head=head,
        epochs=epochs,
        dropout=DROPOUT,
        batch_size=BATCH,
        learning_rate=RATE,
        schedule="cosine",
        augmentation={"flip": True},
        random_state=seed,
    )
    classifier.fit(training.X, training.y)
    return {"probabilities": classifier.predict_proba(validation.X)}, {"history": classifier.history_}


def fit_plain(loss, seed, epochs, training, validation):
    """Train the same network with Keras alone."""
    import keras

    from skerosion.networks import NetworkSpec, build_network

    keras.utils.set_random_seed(seed)
    images, held_out = (np.asarray(part.X).astype("float32") for part in (training, validation))
    spec = NetworkSpec(input_shape=images.shape[1:], n_outputs=5, head="softmax", **NETWORK)
    network = build_network(spec, dropout=DROPOUT)
    labels = np.eye(5) if loss == "cross_entropy" else published_beta_labels()
    steps = epochs * -(-len(images) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps, alpha=0.01)
    flipping = keras.Sequential([keras.layers.RandomFlip("horizontal"), network])
    flipping.compile(keras.optimizers.Adam(rate), keras.losses.CategoricalCrossentropy())
    history = flipping.fit(images, labels[training.y].astype("float32"), batch_size=BATCH, epochs=epochs, verbose=0)
    return {"probabilities": network.predict(held_out, batch_size=BATCH, verbose=0)}, {"history": history.history}


def all_fits(arguments):
    """Yield (row, seed, file name, settings, function) of every fit, seed by seed."""
    common = {
        "epochs": arguments.epochs,
        "size": arguments.size,
        "batch": BATCH,
        "rate": RATE,
        "dropout": DROPOUT,
        "schedule": "cosine",
        "flip": True,
    }
    common |= NETWORK
    for seed in range(arguments.seeds):
        for head in HEADS:
            yield head, seed, f"{head}-{seed}", {"head": head, "seed": seed, **common}, fit_head
        for row, loss in PLAIN.items():
            yield row, seed, f"plain-{loss}-{seed}", {"loss": loss, "seed": seed, **common}, fit_plain


def run(arguments, parts):
    """Make every fit that is not there yet; return row -> list of (probabilities, facts)."""
    kept, found = KeptFits(arguments.out), {}
    for row, seed, name, settings, function in all_fits(arguments):
        what = settings.get("head", settings.get("loss"))
        if arguments.page_only:
            result = kept.get(name, settings)
        else:
            result = kept.make(name, settings, lambda: function(what, seed, arguments.epochs, *parts))  # noqa: B023
        if result is None:
            continue
        arrays, facts = result
        found.setdefault(row, []).append((arrays["probabilities"].astype(float), facts))
        clock, processor = facts["seconds"], facts["cpu_seconds"]
        print(f"{row}, seed {seed}: {clock:.0f} s ({processor:.0f} s of the processor)", flush=True)
    return found


def stacked(found):
    """Return row -> probabilities of shape (n_seeds, n, n_grades), of the seeds that all rows have."""
    common = min(len(fits) for fits in found.values())
    return {row: np.stack([probabilities for probabilities, _ in fits[:common]]) for row, fits in found.items()}


def scored(stacks, parts):
    """Return row -> score -> interval, the mean over seeds."""
    training, validation = parts
    shares = np.bincount(training.y, minlength=5) / len(training.y)
    return {row: {name: score(validation, stack, shares, name) for name in SCORES} for row, stack in stacks.items()}


def beyond_default(stacks, part):
    """Return row -> CRPS less that of the default head, a mean over seeds on the same patients, with its interval."""

    settings = {"groups": part.groups, "n_resamples": _knees.RESAMPLES, "random_state": 0}

    def less(stack):
        pairs = zip(cdf_of(stack), cdf_of(stacks[DEFAULT]), strict=True)
        return mean_interval([group_bootstrap_difference(rps, part.y, *pair, **settings) for pair in pairs])

    return {row: less(stack) for row, stack in stacks.items() if row != DEFAULT and DEFAULT in stacks}


def page(found, scores, beyond, arguments, parts):
    """Return the page of results."""
    training, validation = parts
    order = sorted(scores, key=lambda row: scores[row]["CRPS"].estimate)
    seconds = {row: np.mean([facts["cpu_seconds"] for _, facts in fits]) for row, fits in found.items()}
    table = [
        [
            row,
            *(cell(scores[row][name]) for name in SCORES),
            cell(beyond[row]) if row in beyond else "",
            f"{seconds[row]:.0f}",
        ]
        for row in order
    ]
    each = [
        [row, str(facts["settings"]["seed"]), f"{facts['history']['loss'][-1]:.3f}", f"{facts['seconds']:.0f}"]
        for row in order
        for _, facts in found[row]
    ]
    missing = [
        f"{row}, seed {seed}"
        for row, seed, *_ in all_fits(arguments)
        if seed not in [facts["settings"]["seed"] for _, facts in found.get(row, [])]
    ]
    return TEMPLATE.format(
        training=len(training.y),
        validation=len(validation.y),
        patients=len(np.unique(validation.groups)),
        epochs=arguments.epochs,
        size=arguments.size,
        seeds=arguments.seeds,
        shown=min(len(fits) for fits in found.values()),
        verdict=verdict(scores, beyond),
        machine=describe_machine(),
        table=markdown(["head", *SCORES, f"CRPS less that of {DEFAULT}", "CPU seconds"], table),
        each=markdown(["head", "seed", "last training loss", "seconds"], each),
        missing="Nothing is missing." if not missing else f"Not run yet: {'; '.join(missing)}.",
    )


def verdict(scores, beyond):
    """Return in words how the default head stands."""
    best = min(scores, key=lambda row: scores[row]["CRPS"].estimate)
    said = [f"The default head is {DEFAULT}; the least CRPS here is that of {best}."]
    for verb, rows in (
        ("Worse than it, interval above 0", [row for row, interval in beyond.items() if interval.low > 0]),
        ("Better, interval below 0", [row for row, interval in beyond.items() if interval.high < 0]),
        (
            "Not told apart from it on these patients",
            [row for row, interval in beyond.items() if interval.low <= 0 <= interval.high],
        ),
    ):
        said.append(f"{verb}: {', '.join(rows) or 'none'}.")
    return " ".join(said)


TEMPLATE = """# Heads: which grades knees best?

The knees' training part ({training:,} knees) to fit, the validation part ({validation} knees of {patients}
patients) to compare; their test part was not touched. One small network for all rows (four blocks of a 3x3
convolution with batch norm, ReLU and pooling, 16, 32, 64 and 64 filters, a dense layer of 128, dropout 0.5) at
{size}x{size}, Adam from 1e-3 along half a cosine, batch 50, {epochs} epochs, flips, no weights, nothing tuned: a
comparison of heads, not the best grader. Knees: Osteoarthritis Initiative; crops and grades by Chen P. (2018), Knee
Osteoarthritis Severity Grading Dataset, Mendeley Data, doi 10.17632/56rmx5bjcr.1, CC BY 4.0.

`python benchmarks/quality.py --out FOLDER --seeds {seeds} --epochs {epochs}` on {machine}, shared with
other work while it ran: the seconds of the processor say more than those of the clock. {missing}

## Scores

Means over {shown} seed(s), sorted by the CRPS (in grades: the ranked probability score, smaller is better), with 95 %
intervals from resampling patients. Grades are medians of the predicted distributions, in the column "balanced" the
most probable grade after each probability is divided by its share in training. The difference in CRPS to the
default head is paired on the same patients. Intervals know the patients, not the luck of a training: softmax and plain
Keras' cross-entropy are the same recipe twice, and how far they lie apart says what a single seed can do.

{table}

{verdict}

"Plain Keras" is `compile` and `fit` of the same network; "beta labels" are dlordinal's soft labels (published
parameters, share 1) as targets of Keras' cross-entropy, because dlordinal itself needs PyTorch, which was not
installed.

![Scores of the heads](heads/heads.png)

## Every fit

{each}
"""


def draw(scores, folder):
    """Save the figure of three scores."""
    from matplotlib.figure import Figure

    from skerosion.plotting import StrategyComparisonDisplay, save_figure

    chosen = ("CRPS", "quadratic kappa", "class-normalised, balanced")
    order = sorted(scores, key=lambda row: scores[row]["CRPS"].estimate)
    values = {name: {row: (scores[row][name].estimate, *scores[row][name]) for row in order} for name in chosen}
    smaller = [name for name in SMALLER_IS_BETTER if name in chosen]
    display = StrategyComparisonDisplay(values, smaller_is_better=smaller, row_name="head").plot(ax=Figure)
    return save_figure(display.figure_, pathlib.Path(folder, "heads", "heads"), formats=("png",), dpi=110)


def main():
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder of the finished fits, outside the repository")
    for name, default in (("seeds", 2), ("epochs", 8), ("size", 64)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--data", default=FOLDER, help="folder of labels.csv and the images")
    parser.add_argument("--page", help="folder to write heads.md and its figure to, such as docs/results")
    parser.add_argument("--page-only", action="store_true", help="fit nothing, write the page of what is there")
    arguments = parser.parse_args()
    parts = load_knees(arguments.data, arguments.size)
    found = run(arguments, parts)
    stacks = stacked(found)
    scores = scored(stacks, parts)
    text = page(found, scores, beyond_default(stacks, parts[1]), arguments, parts)
    print(text)
    if arguments.page:
        draw(scores, arguments.page)
        pathlib.Path(arguments.page, "heads.md").write_text(text)


if __name__ == "__main__":
    main()
