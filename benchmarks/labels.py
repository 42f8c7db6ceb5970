"""What votes of readers, an audit of labels and trimming are worth: where it is known what is right.

Readers are simulated, with confusion matrices that are known. The other parts start from knees: half of the patients of
their training part train one network on 64-pixel images; its embedding of the other half and of the validation
part stays as it is, and heads on it are what is fitted here, in seconds. Labels of the half are changed in three ways
that readers err, or voted on by simulated readers; graders are scored against the untouched grades of the validation
part.

Each finished fit is a file in OUT; the same command goes on where it was stopped.

Usage: python benchmarks/labels.py --out FOLDER [--only readers,votes,audit,graders] [--draws 100] [--changes 2]
       [--seeds 2] [--data FOLDER] [--page docs/results/labels.md]
"""

import argparse
import json
import pathlib

import numpy as np
import pandas as pd
from _knees import FOLDER, GRADES, KeptFits, Part, cdf_of, load_knees, markdown, median_grade, rps
from _measure import describe_machine
from sklearn.metrics import accuracy_score, cohen_kappa_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from skerosion import ImageRows, OrdinalClassifier
from skerosion.metrics import (
    find_metric,
    group_bootstrap_difference,
    intraclass_correlation,
    label_losses,
    reader_agreement,
    standardized_losses,
)

PARTS = ("readers", "votes", "audit", "graders")
N_READERS, NOISES = (2, 3, 5), (0.4, 0.7, 1.0)
SHIFTS = (-0.3, 0.0, 0.3, 0.15, -0.15)
PATTERNS = ("neighbours", "halo", "swaps")
CHANGED = 0.1
RECIPE = json.loads(pathlib.Path(__file__).with_name("best_grader.json").read_text())
HEAD = {
    "head": "corn",
    "dense_units": [64],
    "dropout": 0.3,
    "epochs": 12,
    "batch_size": 50,
    "learning_rate": 0.002,
    "schedule": "cosine",
    "verbose": 0,
}
TRIM = {"trim": 0.1, "trim_after": 4}


def confusion_of(shift, noise):
    """Return the confusion matrix of a reader: a normal about the true grade plus his shift, cut into grades.

    Examples
    --------
    >>> confusion_of(0.0, 0.4).diagonal().round(2).tolist()
    [0.89, 0.79, 0.79, 0.79, 0.89]
    """
    from scipy.stats import norm

    edges = np.r_[-np.inf, GRADES[:-1] + 0.5, np.inf]
    return np.diff(norm.cdf(edges, loc=GRADES[:, None] + shift, scale=noise), axis=1)


def draw_votes(truth, n_readers, noise, rng):
    """Return votes (n, n_readers) of readers with those confusion matrices."""
    said = [confusion_of(shift, noise).cumsum(axis=1)[truth] for shift in SHIFTS[:n_readers]]
    return np.stack([(rng.random((len(truth), 1)) > each).sum(axis=1) for each in said], axis=1)


def true_biases(n_readers, noise, shares):
    """Return by how much each reader grades higher than the others, from the confusion matrices alone."""
    means = np.array([shares @ confusion_of(shift, noise) @ GRADES for shift in SHIFTS[:n_readers]])
    return means - (means.sum() - means) / (n_readers - 1)


def draw_truth(rng, shares, n_patients=150, images=4):
    """Return grades of images, and patients, who have more or less of them: shares are those of the grades in all."""
    patients = np.repeat(np.arange(n_patients), images)
    severity = np.sqrt(0.5) * (rng.normal(size=n_patients)[patients] + rng.normal(size=len(patients)))
    from scipy.stats import norm

    return np.searchsorted(np.cumsum(shares)[:-1], norm.cdf(severity)), patients


def icc_by_regression(votes):
    """Return ICC(1,1) and ICC(2,1) of mean squares that are differences of residuals of least squares."""
    n, k = votes.shape
    images, readers = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    designs = [np.ones((n * k, 1)), np.eye(n)[images], np.eye(k)[readers]]

    def residual(*parts):
        design, y = np.hstack(parts), votes.ravel()
        return ((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2).sum()

    total, within, both = residual(designs[0]), residual(designs[1]), residual(designs[1], designs[2])
    between, apart = (total - within) / (n - 1), (within - both) / (k - 1)
    rest, error = both / ((n - 1) * (k - 1)), within / (n * (k - 1))
    return (
        (between - error) / (between + (k - 1) * error),
        (between - rest) / (between + (k - 1) * rest + k * (apart - rest) / n),
    )


def simulate_readers(n_readers, noise, shares, draw):
    """Return, for one draw, whether each bias lies in its interval, its estimate, and the largest differences."""
    rng = np.random.default_rng([draw, n_readers, round(10 * noise)])
    truth, patients = draw_truth(rng, shares)
    votes = draw_votes(truth, n_readers, noise, rng)
    table = reader_agreement(votes, patients, n_resamples=400, random_state=draw)
    biases = table[table["measure"] == "mean difference from the others"]
    true = true_biases(n_readers, noise, shares)
    held = (biases["low"] <= true) & (true <= biases["high"])
    kappas = table.loc[table["measure"] == "quadratic kappa", "value"].to_numpy()
    pairs = [(one, two) for one in range(n_readers) for two in range(one + 1, n_readers)]
    reference = [cohen_kappa_score(votes[:, one], votes[:, two], weights="quadratic") for one, two in pairs]
    few = votes[:120].astype(float)
    icc = np.subtract(icc_by_regression(few), [intraclass_correlation(few, d) for d in ("one-way", "two-way")])
    return {
        "held": held.to_numpy(),
        "error": (biases["value"] - true).to_numpy(),
        "width": (biases["high"] - biases["low"]).to_numpy(),
        "kappa": np.abs(kappas - reference).max(),
        "icc": np.abs(icc).max(),
        "mean_kappa": kappas.mean(),
    }


def readers_part(kept, shares, draws):
    """Return the table of the readers."""
    lines = []
    for n_readers in N_READERS:
        for noise in NOISES:
            settings = {"readers": n_readers, "noise": noise, "draws": draws, "shares": np.round(shares, 6).tolist()}

            def fit(n_readers=n_readers, noise=noise):
                drawn = [simulate_readers(n_readers, noise, shares, draw) for draw in range(draws)]
                return {name: np.array([one[name] for one in drawn]) for name in drawn[0]}, {}

            found, _ = kept.make(f"readers_{n_readers}_{noise}", settings, fit)
            lines.append(
                [
                    str(n_readers),
                    f"{noise:g}",
                    f"{found['mean_kappa'].mean():.2f}",
                    f"{found['held'].sum()} of {found['held'].size} ({100 * found['held'].mean():.1f} %)",
                    f"{100 * found['held'].mean(axis=0).min():.0f} %",
                    f"{np.abs(found['error'].mean(axis=0)).max():.4f}",
                    f"{found['width'].mean():.3f}",
                    f"{found['kappa'].max():.0e}",
                    f"{found['icc'].max():.0e}",
                ]
            )
            print(lines[-1], flush=True)
    return markdown(
        [
            "readers",
            "noise",
            "mean kappa of two",
            "biases within their intervals",
            "the reader held least",
            "largest mean error, grades",
            "width, grades",
            "kappa less scikit-learn's",
            "ICC less that by regression",
        ],
        lines,
    )


def embed(folder):
    """Return what the other parts start from: embeddings of a network that half of the patients have trained."""
    from sklearn.frozen import FrozenEstimator

    from skerosion.inspection import Embedder

    train, val = load_knees(folder, size=64)
    patients = np.unique(train.groups)
    half = np.random.default_rng(0).permutation(patients)[: len(patients) // 2]
    trained_on = np.isin(train.groups, half)
    network = OrdinalClassifier(**network_settings()).fit(train.X[trained_on], train.y[trained_on])

    def embedded(rows):
        embedder = Embedder(FrozenEstimator(network), layer="embedding").fit(rows[:4])
        pixels = np.asarray(rows)
        mirrored = np.ascontiguousarray(pixels[:, :, ::-1])
        return sum(embedder.transform(ImageRows(each)) for each in (pixels, mirrored)) / 2

    arrays = {}
    for name, X, y in (("audited", train.X[~trained_on], train.y[~trained_on]), ("val", val.X, val.y)):
        own = {"": embedded(X).astype(np.float16), "_y": y, "_groups": X.groups.astype(str)}
        arrays |= {f"{name}{kind}": values for kind, values in own.items()}
    return arrays, {}


def network_settings():
    """Return the network of the embedding: that of the best recipe, trained for 20 epochs."""
    network = RECIPE["estimator"]["estimator"]["estimator"]["estimators"]
    return {name: value for name, value in network.items() if name != "type"} | {
        "epochs": 20,
        "random_state": 0,
        "verbose": 2,
    }


def load_embedding(kept, folder):
    """Return the audited and the validation part as embeddings, each value of about the same size."""
    settings = {"settings": network_settings(), "size": 64, "seed": 0}
    arrays, _ = kept.make("embedding", settings, lambda: embed(folder))
    wide = {name: arrays[name].astype(np.float32) for name in ("audited", "val")}
    mean, spread = wide["audited"].mean(axis=0), wide["audited"].std(axis=0) + 1e-6
    return tuple(
        Part(ImageRows((wide[name] - mean) / spread, groups=arrays[f"{name}_groups"]), arrays[f"{name}_y"])
        for name in ("audited", "val")
    )


def fit_head(X, y, val, seed, **changes):
    """Return the probabilities of grades of a head that is trained on rows, for the validation part."""
    head = OrdinalClassifier(**HEAD, **changes, classes=GRADES.tolist(), random_state=seed).fit(X, y)
    return head, head.predict_proba(val.X).astype(np.float16)


def row_means(y_true, values, sample_weight=None):
    """Return the mean of values of rows, for scores that are means over rows."""
    return float(np.average(values, weights=sample_weight))


SCORES = {
    "quadratic kappa": (find_metric("quadratic_kappa").given(labels=GRADES), lambda y, p: median_grade(p)),
    "CRPS": (row_means, lambda y, p: rps(y, cdf_of(p), per_sample=True)),
    "recall of grade 4": (accuracy_score, lambda y, p: median_grade(p)),
    "class-normalised": (find_metric("class_normalized_accuracy").given(labels=GRADES), lambda y, p: median_grade(p)),
}
"""A function of grades and of what is made of probabilities, for each score."""


def counted_rows(val, name):
    """Return the rows of the validation part that a score is of."""
    return val.y == GRADES[-1] if name.startswith("recall") else np.ones(len(val.y), dtype=bool)


def mean_probabilities(parts):
    """Return float64 probabilities that sum to 1."""
    p = np.asarray(parts, dtype=float)
    return p / p.sum(axis=-1, keepdims=True)


def paired(val, first, second, name):
    """Return a score's difference, first less second: the mean over fits of one draw and seed, paired by patient."""
    (metric, made_of), differences, rows = SCORES[name], [], counted_rows(val, name)
    y, groups = val.y[rows], val.groups[rows]
    for both in zip(mean_probabilities(first)[:, rows], mean_probabilities(second)[:, rows], strict=True):
        compared = (made_of(y, probabilities) for probabilities in both)
        settings = {"n_resamples": 500, "random_state": 0}
        differences.append(group_bootstrap_difference(metric, y, *compared, groups, **settings))
    draws = np.mean([each.draws for each in differences], axis=0)
    estimate = np.mean([each.estimate for each in differences])
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{estimate:+.3f} ({low:+.3f} to {high:+.3f})"


def mean_score(val, probabilities, name):
    """Return the mean of a score over fits as text."""
    (metric, made_of), rows = SCORES[name], counted_rows(val, name)
    made = [made_of(val.y[rows], p) for p in mean_probabilities(probabilities)[:, rows]]
    return f"{np.mean([metric(val.y[rows], each) for each in made]):.3f}"


def votes_part(kept, rows, val, seeds):
    """Return the table of votes as targets against their median."""
    lines = []
    for n_readers in N_READERS:
        for noise in NOISES:
            fits = {"votes": [], "median": []}
            for seed in range(seeds):

                def fit(n_readers=n_readers, noise=noise, seed=seed):
                    rng = np.random.default_rng([seed, n_readers, round(10 * noise)])
                    votes = np.sort(draw_votes(rows.y, n_readers, noise, rng), axis=1)
                    median = votes[:, (n_readers - 1) // 2]
                    return {
                        "votes": fit_head(rows.X.with_votes(votes), median, val, seed)[1],
                        "median": fit_head(rows.X, median, val, seed)[1],
                    }, {}

                settings = {"readers": n_readers, "noise": noise, "seed": seed, "head": HEAD}
                found, _ = kept.make(f"votes_{n_readers}_{noise}_{seed}", settings, fit)
                for name, values in fits.items():
                    values.append(found[name])
            names = ("quadratic kappa", "CRPS")
            scores = [f"{mean_score(val, fits[who], name)}" for name in names for who in ("votes", "median")]
            gains = [paired(val, fits["votes"], fits["median"], name) for name in names]
            lines.append([str(n_readers), f"{noise:g}", *scores[:2], gains[0], *scores[2:], gains[1]])
            print(lines[-1], flush=True)
    header = ["readers", "noise", "kappa, votes", "kappa, median", "difference", "CRPS, votes", "CRPS, median"]
    return markdown([*header, "difference"], lines)


def change_labels(y, groups, pattern, rng):
    """Return grades of which a tenth is changed in a way that readers err."""
    changed, n = y.copy(), round(CHANGED * len(y))
    if pattern == "neighbours":
        rows = rng.choice(len(y), n, replace=False)
        step = np.where(y[rows] == 0, 1, np.where(y[rows] == GRADES[-1], -1, rng.choice([-1, 1], n)))
        changed[rows] += step
        return changed
    _, patient = np.unique(groups, return_inverse=True)
    order = np.argsort(patient, kind="stable")
    both = [pair for pair in np.split(order, np.cumsum(np.bincount(patient))[:-1]) if len(pair) == 2]
    unlike = rng.permutation([pair for pair in both if y[pair[0]] != y[pair[1]]])
    if pattern == "halo":
        pairs = rng.permuted(unlike[:n], axis=1)
        changed[pairs[:, 0]] = y[pairs[:, 1]]
    else:
        pairs = unlike[: n // 2]
        changed[pairs] = y[pairs[:, ::-1]]
    return changed


def given_labels(rows, pattern, draw):
    """Return the labels of a condition: changed in a pattern, or as they are."""
    rng = np.random.default_rng([draw, 17])
    return rows.y if pattern == "none" else change_labels(rows.y, rows.groups, pattern, rng)


def audited(kept, rows, pattern, draw, audit_seeds=2):
    """Return what the audit and one fit's own losses say of the labels of a condition."""

    def fit():
        from skerosion.inspection import LabelAudit

        y = given_labels(rows, pattern, draw)
        head = OrdinalClassifier(**HEAD, classes=GRADES.tolist(), random_state=0)
        splits = list(StratifiedGroupKFold(5).split(y, y, rows.groups))
        audit = LabelAudit(head, cv=splits, n_seeds=audit_seeds, random_state=draw).fit(rows.X, y)
        fold = np.empty(len(y))
        for number, (_, held) in enumerate(splits):
            fold[held] = number
        one = head.fit(rows.X, y).forecast(rows.X)
        return {
            "scores": audit.scores_.astype(np.float32),
            "grade": np.mean([standardized_losses(one, fold, y) for one in audit.losses_], axis=0).astype(np.float32),
            "doubtful": audit.doubtful_,
            "forecast": audit.forecast_.probabilities.astype(np.float16),
            "raw": audit.losses_.mean(axis=0).astype(np.float32),
            "one": label_losses(one, y).astype(np.float32),
        }, {}

    settings = {"pattern": pattern, "draw": draw, "head": HEAD, "seeds": audit_seeds, "beside": "doubt"}
    return kept.make(f"audit_{pattern}_{draw}", settings, fit)


def audit_part(kept, rows, draws):
    """Return the table of the audit: what it finds of labels that were changed."""
    lines = []
    for pattern in PATTERNS:
        found = {name: [] for name in ("scores", "grade", "raw", "one")}
        share, suggested = [], []
        for draw in range(draws):
            y = given_labels(rows, pattern, draw)
            changed = y != rows.y
            arrays, _ = audited(kept, rows, pattern, draw)
            top = round(CHANGED * len(y))
            for name, values in found.items():
                listed = np.argsort(-arrays[name], kind="stable")[:top]
                values.append((changed[listed].mean(), roc_auc_score(changed, arrays[name])))
            share.append(changed.mean())
            suggested.append((median_grade(mean_probabilities(arrays["forecast"]))[changed] == rows.y[changed]).mean())
        cells = [f"{100 * np.mean(each, axis=0)[0]:.1f} %, {np.mean(each, axis=0)[1]:.3f}" for each in found.values()]
        spread = np.ptp([precision for precision, _ in found["scores"]]) * 100
        lines.append(
            [pattern, f"{100 * np.mean(share):.1f} %", *cells, f"{spread:.1f}", f"{100 * np.mean(suggested):.0f} %"]
        )
        print(lines[-1], flush=True)
    return markdown(
        [
            "pattern",
            "chance",
            "audit: precision, AUC",
            "audit, beside the same grade",
            "losses out of fold as they are",
            "one fit's own loss",
            "range of the audit's precision over draws, points",
            "changed labels whose true grade is suggested",
        ],
        lines,
    )


def graders_part(kept, rows, val, draws, seeds):
    """Return the table of graders that were trained with wrong labels, in four ways."""
    lines = []
    for pattern in ("none", *PATTERNS):
        fits, seconds = {name: [] for name in ("plain", "trim", "weight", "drop")}, {}
        for draw in range(draws if pattern != "none" else 1):
            y, (arrays, facts) = given_labels(rows, pattern, draw), audited(kept, rows, pattern, draw)
            doubtful = arrays["doubtful"]
            ways = {
                "plain": (rows.X, y, {}),
                "trim": (rows.X, y, TRIM),
                "weight": (rows.X.with_sample_weight(np.where(doubtful, 0.5, 1.0)), y, {}),
                "drop": (rows.X[~doubtful], y[~doubtful], {}),
            }
            # With nothing changed there is one draw of labels, and as many seeds as the others have in all.
            for seed in range(seeds if pattern != "none" else draws * seeds):
                for way, (X, labels, changes) in ways.items():
                    settings = {"pattern": pattern, "draw": draw, "seed": seed, "way": way, "head": HEAD | changes}

                    def fit(X=X, labels=labels, changes=changes, seed=seed):
                        return {"p": fit_head(X, labels, val, seed, **changes)[1]}, {}

                    found, timed = kept.make(f"grader_{pattern}_{draw}_{way}_{seed}", settings, fit)
                    fits[way].append(found["p"])
                    more = facts["cpu_seconds"] if way in ("weight", "drop") else 0.0
                    seconds.setdefault(way, []).append(timed["cpu_seconds"] + more)
        for way, probabilities in fits.items():
            gains = [paired(val, probabilities, fits["plain"], name) if way != "plain" else "" for name in SCORES]
            cells = [
                cell
                for name, gain in zip(SCORES, gains, strict=True)
                for cell in (mean_score(val, probabilities, name), gain)
            ]
            lines.append([pattern, way, *cells, f"{np.mean(seconds[way]):.1f}"])
            print(lines[-1], flush=True)
    columns = [cell for name in SCORES for cell in (name, "less plain")]
    return markdown(["changed", "training", *columns, "processor seconds"], lines)


def keep_forecasts(folder, path):
    """Put all forecasts of knees into one file, as small as they can be told."""
    arrays = {}
    for file in sorted(pathlib.Path(folder).glob("*.npz")):
        if file.stem.startswith(("votes_", "audit_", "grader_")):
            with np.load(file) as kept:
                arrays |= {
                    f"{file.stem}/{name}": np.round(kept[name].astype(np.float32), 3).astype(np.float16)
                    for name in kept.files
                    if name not in ("facts", "doubtful", "raw", "one", "grade")
                }
    np.savez_compressed(path, **arrays)


def main():
    """Fit what is missing, print the tables, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--draws", type=int, default=100, help="of the simulated readers")
    parser.add_argument("--changes", type=int, default=2, help="draws of changed labels")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--data", type=pathlib.Path, default=FOLDER)
    parser.add_argument("--page", type=pathlib.Path)
    options = parser.parse_args()
    kept, only = KeptFits(options.out), options.only.split(",")
    tables = {}
    if "readers" in only:
        listed = pd.read_csv(options.data / "labels.csv")
        shares = (
            np.bincount(listed.loc[listed["split"] == "train", "kl_grade"], minlength=5)
            / (listed["split"] == "train").sum()
        )
        tables["readers"] = readers_part(kept, shares, options.draws)
    if set(only) - {"readers"}:
        rows, val = load_embedding(kept, options.data)
    if "votes" in only:
        tables["votes"] = votes_part(kept, rows, val, options.seeds)
    if "audit" in only:
        tables["audit"] = audit_part(kept, rows, options.changes)
    if "graders" in only:
        tables["graders"] = graders_part(kept, rows, val, options.changes, options.seeds)
    print(describe_machine())
    for name, table in tables.items():
        print(f"\n{name}\n\n{table}")
    if options.page:
        write_page(options, tables)


def write_page(options, tables):
    """Put the tables into their places on a page, and the forecasts beside it."""
    text = options.page.read_text()
    for name, table in tables.items():
        head, tail = text.split(f"<!-- {name} -->\n")[0], text.split(f"<!-- end of {name} -->")[1]
        text = f"{head}<!-- {name} -->\n\n{table}\n\n<!-- end of {name} -->{tail}"
    options.page.write_text(text)
    folder = options.page.with_suffix("")
    folder.mkdir(exist_ok=True)
    keep_forecasts(options.out, folder / "forecasts.npz")


if __name__ == "__main__":
    main()
