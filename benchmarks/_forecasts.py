"""Forecasts without a network for the benchmarks of scores and of intervals: percentages, images and visits."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution

GRID = np.arange(101.0)
BLOCK = 10_000

GRADES = np.arange(5)
SHARES = {"frequent": (0.3, 0.25, 0.2, 0.15, 0.1), "rare": (0.6, 0.25, 0.1, 0.04, 0.01)}
"""How often each grade occurs where all are frequent, and where one image in a hundred has the worst."""

PERCENT = np.arange(0.0, 101.0, 5)
IMAGES = (2, 10)
"""Least and most images of a patient."""

_OF_SEVERITY, _OF_ERRORS = 0.5, 0.3


def make_forecasts(n_rows, seed=0):
    """Whole percentages of shape (n_rows,) and logistic forecasts of them, cdf and pmf of shape (n_rows, 101)."""
    rng = np.random.default_rng(seed)
    centre, width = rng.uniform(0, 100, n_rows), rng.uniform(1, 15, n_rows)
    cdf = np.empty((n_rows, GRID.size))
    for start in range(0, n_rows, BLOCK):
        rows = slice(start, start + BLOCK)
        cdf[rows] = 1 / (1 + np.exp((centre[rows, None] - GRID - 0.5) / width[rows, None]))
    cdf /= cdf[:, -1:].copy()
    targets = np.clip(np.rint(rng.logistic(centre, width)), 0, 100).astype(int)
    pmf = cdf.copy()
    pmf[:, 1:] -= cdf[:, :-1]
    return targets, cdf, pmf


@dataclass(frozen=True)
class Said:
    """What a grader says of images.

    Parameters
    ----------
    probabilities : ndarray of shape (n_images, 5)
        Of the grades.
    distribution : GridDistribution
        Of the percentages.
    """

    probabilities: np.ndarray
    distribution: GridDistribution

    @property
    def grades(self):
        """The most probable grade of each image."""
        return self.probabilities.argmax(axis=1)


@dataclass(frozen=True)
class Images:
    """Images of patients: severities are standard normal, half of their variance is the patient's.

    Parameters
    ----------
    groups : ndarray of shape (n_images,)
        The patient of each.
    severity : ndarray of shape (n_images,)
    cuts : ndarray of shape (4,)
        Severities at which the next grade begins.
    """

    groups: np.ndarray
    severity: np.ndarray
    cuts: np.ndarray

    @property
    def grades(self):
        """The true grades."""
        return np.searchsorted(self.cuts, self.severity)

    @property
    def percent(self):
        """The true percentages, in steps of 5."""
        return PERCENT[np.searchsorted(_percent_cuts(), self.severity)]

    def said(self, noise, rng, sharpness=1.0):
        """What a grader says who sees severities with errors, of whose variance patients have 30 % in common.

        Row by row it is Bayes' rule, so that it is calibrated; `sharpness` makes it too sure (above 1) or too timid.
        """
        seen = self.severity + noise * _shared(self.groups, _OF_ERRORS, rng)
        mean, spread = seen / (1 + noise**2), noise / np.sqrt(1 + noise**2) / sharpness
        below = [ndtr((cuts - mean[:, np.newaxis]) / spread) for cuts in (self.cuts, _percent_cuts())]
        grades, percent = (np.column_stack([each, np.ones(len(mean))]) for each in below)
        return Said(np.diff(grades, axis=1, prepend=0), GridDistribution(PERCENT, percent))


def draw_images(n_patients, rng, shares="frequent", images=IMAGES):
    """Draw some images of new patients."""
    groups = np.repeat(np.arange(n_patients), rng.integers(images[0], images[1] + 1, n_patients))
    return Images(groups, _shared(groups, _OF_SEVERITY, rng), ndtri(np.cumsum(SHARES[shares])[:-1]))


def _percent_cuts():
    return ndtri((PERCENT[:-1] + 2.5) / 100)


def _shared(groups, share, rng):
    """Standard normal numbers of which those of a group have a share of the variance in common."""
    common = rng.normal(size=groups.max() + 1)[groups]
    return np.sqrt(share) * common + np.sqrt(1 - share) * rng.normal(size=len(groups))


@dataclass(frozen=True)
class Joints:
    """Joints of the visits of patients, with their true grades 0 to 5 and what a grader says of each.

    Parameters
    ----------
    cdf : ndarray of shape (n_joints, 6)
    grades, patients, visits : ndarray of shape (n_joints,)
    """

    cdf: np.ndarray
    grades: np.ndarray
    patients: np.ndarray
    visits: np.ndarray


def draw_joints(n_patients, rng, misread=0.0):
    """Draw 26 to 38 joints at each of one to four visits of new patients.

    Half of the variance of severities is that of patients, a tenth that of visits. Of errors 15 % are the patient's and
    15 % the visit's; beside them the joints of a `misread` share of visits are all shifted alike, as those of a film
    that is too dark, of which the grader knows nothing.
    """
    patients = np.repeat(np.arange(n_patients), rng.integers(1, 5, n_patients))
    visit = np.repeat(np.arange(len(patients)), rng.integers(26, 39, len(patients)))
    shifts = 1.5 * rng.normal(size=len(patients)) * (rng.uniform(size=len(patients)) < misread)
    severity = _shared_twice(patients, visit, 0.5, 0.1, rng)
    return _graded(severity, _shared_twice(patients, visit, 0.15, 0.15, rng), shifts[visit], patients[visit], visit)


def draw_pairs(n_patients, rng, rise=0.0, misread=0.0):
    """Draw two films of each of new patients, on which the same joints have the same severity, but for a rise.

    Errors are those of :func:`draw_joints`: 15 % are the patient's, 15 % the film's. A rise adds to the severity of
    three joints in ten of the second film.
    """
    n_joints = rng.integers(26, 39, n_patients)
    patient, place = np.repeat(np.arange(n_patients), n_joints), np.arange(n_joints.sum())
    common = np.sqrt(0.5) * rng.normal(size=n_patients)[patient] + np.sqrt(0.5) * rng.normal(size=len(place))
    films = np.arange(2 * n_patients)
    visit, severity = (
        np.r_[2 * patient, 2 * patient + 1],
        np.r_[common, common + rise * (rng.uniform(size=len(place)) < 0.3)],
    )
    shifts = 1.5 * rng.normal(size=len(films)) * (rng.uniform(size=len(films)) < misread)
    return _graded(severity, _shared_twice(films // 2, visit, 0.15, 0.15, rng), shifts[visit], films[visit] // 2, visit)


def _graded(severity, errors, shifts, patients, visits):
    """What a grader says of joints, by Bayes' rule, and their true grades."""
    noise, cuts = 0.5, ndtri(np.cumsum([0.4, 0.2, 0.15, 0.1, 0.08]))
    seen = severity + noise * errors + shifts
    mean, spread = seen / (1 + noise**2), noise / np.sqrt(1 + noise**2)
    cdf = np.column_stack([ndtr((cuts - mean[:, np.newaxis]) / spread), np.ones(len(mean))])
    return Joints(cdf, np.searchsorted(cuts, severity), patients, visits)


def _shared_twice(patients, visit, of_patient, of_visit, rng):
    """Standard normal numbers of joints that have something in common with their visit's and their patient's."""
    common = np.sqrt(of_patient) * rng.normal(size=patients.max() + 1)[patients]
    common += np.sqrt(of_visit) * rng.normal(size=len(patients))
    return common[visit] + np.sqrt(1 - of_patient - of_visit) * rng.normal(size=len(visit))


class KeptClassifier(ClassifierMixin, BaseEstimator):
    """Says what was kept: its rows are the probabilities themselves."""

    def __init__(self, n_grades=5):
        self.n_grades = n_grades
        self.classes_ = np.arange(n_grades)

    def fit(self, X, y):
        """Learn nothing."""
        return self

    def predict_proba(self, X):
        """Return the rows."""
        return np.asarray(X, dtype=float)

    def predict(self, X):
        """Return the most probable grade."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class KeptRegressor(ForecastMixin, RegressorMixin, BaseEstimator):
    """Says what was kept: its rows are CDFs on a grid."""

    def __init__(self, grid=None):
        self.grid = grid
        self.fitted_ = True

    def fit(self, X, y):
        """Learn nothing."""
        return self

    def forecast(self, X):
        """Return the rows as distributions."""
        return Forecast.of_distribution(GridDistribution(self.grid, np.asarray(X, dtype=float)))
