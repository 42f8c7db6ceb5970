"""Forecasts and frozen embeddings of knees for benchmarks/promises.py: seconds on one processor, no network.

Images become histograms of the directions of their edges, in 8 x 8 places (after N. Dalal, B. Triggs, CVPR 2005), and
these 60 principal components. A logistic regression on them is a weak grader: promises hold for any.
"""

from functools import cache

import numpy as np
from _forecasts import GRADES
from _knees import load_knees
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skerosion.metrics import group_bootstrap_interval
from skerosion.promises import SCORES, patient_learning_curve, patients_of_kinds, sets_within, thresholds_by_kind

PLACES, DIRECTIONS, COMPONENTS = 8, 8, 60
DIVISIONS, LEVEL = 100, 0.9
PATIENTS, TRUE_DRAWS = 400, 30


def edges(images):
    """Return histograms of directions of edges, of shape (n, places * places * directions)."""
    images = np.asarray(images)[..., 0].astype(np.float32)
    down, across = np.gradient(images, axis=(1, 2))
    strength, direction = np.hypot(across, down), np.arctan2(down, across) % np.pi
    bins = np.minimum((direction / np.pi * DIRECTIONS).astype(int), DIRECTIONS - 1)
    n, side = len(images), images.shape[1] // PLACES
    cells = [
        (strength * (bins == b)).reshape(n, PLACES, side, PLACES, side).sum(axis=(2, 4)) for b in range(DIRECTIONS)
    ]
    made = np.stack(cells, axis=-1)
    return (made / (np.linalg.norm(made, axis=-1, keepdims=True) + 0.3)).reshape(n, -1)


@cache
def embedded(folder):
    """Return embeddings, grades and patients of the training and of the validation part."""
    parts = load_knees(folder, mirrored=True)
    values = [edges(part.X) for part in parts]
    frozen = make_pipeline(StandardScaler(), PCA(COMPONENTS, random_state=0)).fit(values[0])
    return [(frozen.transform(each), part.y, part.groups) for each, part in zip(values, parts, strict=True)]


def grader():
    """Return the grader, which is fitted anew for each curve."""
    return LogisticRegression(C=0.01, max_iter=300)


def knee_sets(folder):
    """Return of each score and form what sets hold of the validation part, as rows of a table.

    Each of many divisions calibrates on one half of the patients and counts on the other. A patient's value is the mean
    over the divisions that count them, and the interval resamples patients.
    """
    (X, y, _), (new, truth, groups) = embedded(folder)
    pmf = grader().fit(X, y).predict_proba(new)
    patients = np.unique(groups, return_inverse=True)[1]
    found = {
        (name, by): _divided(SCORES[name](pmf), truth, patients, by)
        for by in ("together", "by grade")
        for name in SCORES
    }
    return [_line(found, key, truth, patients) for key in found]


def _divided(scores, truth, patients, by):
    """Return for each row how often it was held, and the mean size, over the divisions that count it."""
    kinds, n_kinds = (truth, len(GRADES)) if by == "by grade" else (np.zeros_like(truth), 1)
    summed = np.zeros((3, len(truth)))
    for seed in range(DIVISIONS):
        order = np.random.default_rng(seed).permutation(patients.max() + 1)
        old = np.isin(patients, order[: len(order) // 2])
        numbers = np.unique(patients[old], return_inverse=True)[1]
        thresholds = thresholds_by_kind(scores[old, truth[old]], numbers, kinds[old], n_kinds, LEVEL)
        sets = sets_within(scores[~old], thresholds)
        summed[:, ~old] += [sets[np.arange(len(sets)), truth[~old]], sets.sum(axis=1), np.ones(len(sets))]
    return summed[:2] / summed[2]


def _line(found, key, truth, patients):
    held, size = found[key]
    rare = truth == GRADES[-1]
    usual = found["outward", key[1]][1]
    (n_rare,) = patients_of_kinds(patients, np.where(rare, 0, -1), 1)
    cells = [_mean(100 * held, patients), _mean(size, patients)]
    cells += ["–" if key[0] == "outward" else _mean(size - usual, patients)]
    cells += [f"{_mean(100 * held[rare], patients[rare])}, {n_rare} patients", _mean(size[rare], patients[rare])]
    return [f"{key[0]}, {key[1]}", *cells]


def _mean(values, patients):
    """Return a mean in which every patient counts once, with its 95 % patient bootstrap."""
    own = 1 / np.bincount(patients)[patients]
    interval = group_bootstrap_interval(
        lambda y_true, y_pred, sample_weight: float(np.average(y_pred, weights=sample_weight)),
        np.zeros(len(values)),
        values,
        patients,
        sample_weight=own,
        random_state=0,
    )
    return f"{interval.estimate:.2f} ({interval.low:.2f} to {interval.high:.2f})"


@cache
def true_gain(folder):
    """Return what twice the patients bring on average over draws of patients, scored on the validation part."""
    from skerosion.metrics import quadratic_kappa

    (X, y, groups), (new, truth, _) = embedded(folder)
    n, gains = round(0.7 * PATIENTS), []
    for seed in range(TRUE_DRAWS):
        order = np.random.default_rng([1, seed]).permutation(np.unique(groups))
        scores = []
        for size in (n, 2 * n):
            rows = np.isin(groups, order[:size])
            scores.append(quadratic_kappa(truth, grader().fit(X[rows], y[rows]).predict(new), labels=GRADES))
        gains.append(scores[1] - scores[0])
    return float(np.mean(gains))


def knee_curve(rng, folder):
    """Draw so many patients of the training part, and tell whether the interval of their curve holds the true gain."""
    (X, y, groups), _ = embedded(folder)
    rows = np.isin(groups, rng.choice(np.unique(groups), PATIENTS, replace=False))
    seed = int(rng.integers(2**31))
    curve = patient_learning_curve(grader(), X[rows], y[rows], groups[rows], n_draws=12, random_state=seed)
    gain = curve.gain(int(curve.sizes[-1]))
    held = gain.low <= true_gain(folder) <= gain.high
    return {"held": held, "gain": gain.estimate, "width": gain.high - gain.low, "true gain": true_gain(folder)}
