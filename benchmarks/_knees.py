"""The knees for benchmarks of quality: their two official parts, fits that are kept as files, and scores with doubt."""

import json
import pathlib
import time
from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.metrics import mean_absolute_error

from skerosion import ImageRows
from skerosion.datasets import MirroredSource, load_image_table
from skerosion.grades import balanced_probabilities
from skerosion.metrics import (
    BootstrapInterval,
    class_normalized_accuracy,
    crps,
    group_bootstrap_interval,
    quadratic_kappa,
    within_one_accuracy,
)

GRADES = np.arange(5)
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "knee_kl"
RESAMPLES = 1000


@dataclass(frozen=True)
class Part:
    """One part of the knees: images with their patients as ImageRows, and grades."""

    X: ImageRows
    y: np.ndarray

    @property
    def groups(self):
        """The patient of each knee."""
        return self.X.groups


def load_knees(folder=FOLDER, size=64, mirrored=False):
    """Return the training and the validation part; `mirrored` turns right knees so that they look like left ones."""
    data = load_image_table(
        pathlib.Path(folder, "labels.csv"), image="path", target="kl_grade", group="patient_id", size=size
    )
    images = np.asarray(data.X)  # decoded once: all fits read from memory
    right = data.table["side"].to_numpy() == "R"
    rows = ImageRows(MirroredSource(images, right) if mirrored else images, groups=data.groups)
    split = data.table["split"].to_numpy()
    return tuple(Part(rows[split == name], data.y[split == name].astype(int)) for name in ("train", "val"))


class KeptFits:
    """Finished fits in a folder, each a file with the predicted probabilities and what made them.

    Parameters
    ----------
    folder : path-like
        Made where it is not there.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def get(self, name, settings):
        """Return (arrays, facts) of a finished fit, None where there is none.

        Raises
        ------
        SystemExit
            Where the file holds a fit of other settings.
        """
        path = self.folder / f"{name}.npz"
        if not path.exists():
            return None
        with np.load(path) as file:
            arrays = {key: file[key] for key in file.files}
        facts = json.loads(str(arrays.pop("facts")))
        if facts["settings"] != json.loads(json.dumps(settings)):
            raise SystemExit(f"{path} was fitted with {facts['settings']}, not {settings}; choose another folder.")
        return arrays, facts

    def make(self, name, settings, fit):
        """Return (arrays, facts) of a fit; `fit()` gives arrays and further facts, and runs where none is kept."""
        kept = self.get(name, settings)
        if kept is not None:
            return kept
        wall, processor = time.perf_counter(), time.process_time()
        arrays, further = fit()
        seconds = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - processor}
        facts = {"settings": settings, **seconds, **further}
        part = self.folder / f"{name}.part"
        with open(part, "wb") as file:
            np.savez_compressed(file, **arrays, facts=json.dumps(facts))
        part.replace(self.folder / f"{name}.npz")
        return self.get(name, settings)


def median_grade(probabilities):
    """Return the median of each row's grades, the decision that minimises the error counted in grades.

    Examples
    --------
    >>> median_grade(np.array([[0.4, 0.2, 0.4, 0, 0]])).tolist()
    [1]
    """
    return (probabilities.cumsum(axis=-1) >= 0.5 - 1e-6).argmax(axis=-1)


def balanced_grade(probabilities, shares):
    """Return the most probable grade after each probability is divided by its share in training."""
    flat = balanced_probabilities(probabilities.reshape(-1, probabilities.shape[-1]), shares)
    return flat.argmax(axis=1).reshape(probabilities.shape[:-1])


DECISIONS = {"median": lambda probabilities, shares: median_grade(probabilities), "balanced": balanced_grade}


def cdf_of(probabilities):
    """Return running sums that end at 1, as the CRPS takes them."""
    cdf = np.minimum(probabilities.cumsum(axis=-1), 1.0)
    cdf[..., -1] = 1.0
    return cdf


rps = partial(crps, grid=GRADES.astype(float), unit="points")
"""The CRPS of a CDF on the grades, in points: the ranked probability score."""

SCORES = {
    "CRPS": rps,
    "quadratic kappa": partial(quadratic_kappa, labels=GRADES),
    "MAE": mean_absolute_error,
    "class-normalised": partial(class_normalized_accuracy, labels=GRADES),
    "±1": partial(within_one_accuracy, labels=GRADES),
    "class-normalised, balanced": partial(class_normalized_accuracy, labels=GRADES),
}
"""What tables show: the CRPS of the distribution, the last score of the balanced decision, others of the chosen one."""

SMALLER_IS_BETTER = ("CRPS", "MAE")


def score(part, probabilities, shares, name, decision="median"):
    """Return the interval of one score, with its estimate, as a mean over seeds.

    Parameters
    ----------
    part : Part
    probabilities : ndarray of shape (n_seeds, n, n_grades)
    shares : ndarray of shape (n_grades,)
        Of the grades in training.
    name : str
        One of ``SCORES``.
    decision : str
        One of ``DECISIONS``, for scores whose name does not say it.
    """
    shown = {"CRPS": lambda p, _: cdf_of(p), "class-normalised, balanced": balanced_grade}
    settings = {"groups": part.groups, "n_resamples": RESAMPLES, "random_state": 0}
    predicted = [shown.get(name, DECISIONS[decision])(of_seed, shares) for of_seed in probabilities]
    return mean_interval([group_bootstrap_interval(SCORES[name], part.y, one, **settings) for one in predicted])


def mean_interval(intervals):
    """Return the interval of the mean of several scores, drawn from the same patients."""
    draws = np.mean([interval.draws for interval in intervals], axis=0)
    estimate = float(np.mean([interval.estimate for interval in intervals]))
    return BootstrapInterval(*np.quantile(draws, (0.025, 0.975)), estimate, draws)


def cell(interval):
    """Return an estimate with its interval as text."""
    return f"{interval.estimate:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def markdown(header, rows):
    """Return a table in Markdown.

    Examples
    --------
    >>> print(markdown(["head", "CRPS"], [["corn", "0.4"]]))
    | head | CRPS |
    |---|---|
    | corn | 0.4 |
    """
    lines = [header, *rows]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(header), *text[1:]])
