"""Tiny images with an easy grade, parameters for quick fits, and an estimator that needs none."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.base import BaseEstimator, RegressorMixin

from skerosion.forecasts import Forecast, GridDistribution
from skerosion.grades import bin_edges

SIDE = 16


def draw_grades(n, n_grades=3, seed=0):
    """Images (n, 16, 16, 1) uint8 whose bright square tells the grade, the grades, and patients of two images each."""
    rng = np.random.default_rng(seed)
    grades = rng.choice(n_grades, size=n, p=np.array([0.5, 0.3, 0.2])[:n_grades])
    images = rng.integers(0, 120, (n, SIDE, SIDE, 1)).astype(np.uint8)
    for grade, corner in ((1, slice(1, 8)), (2, slice(8, 15))):
        images[grades == grade, corner, corner] = 250
    return images, grades, np.repeat(np.arange(n), 2)[:n]


@pytest.fixture(scope="session")
def graded():
    """60 images, grades 0..2, 30 patients."""
    return draw_grades(60)


@pytest.fixture(scope="session")
def quick():
    """Parameters for a fit of a second or less."""
    return {
        "filters": (4, 8),
        "convolutions": 1,
        "dense_units": (8,),
        "batch_size": 20,
        "epochs": 2,
        "random_state": 0,
    }


@pytest.fixture(scope="session")
def path_column(graded, tmp_path_factory):
    """The same images as PNG files: a column of paths."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("images")
    paths = []
    for number, image in enumerate(graded[0]):
        paths.append(str(folder / f"{number}.png"))
        Image.fromarray(image[..., 0]).save(paths[-1])
    return np.array(paths)[:, np.newaxis]


class BellRegressor(RegressorMixin, BaseEstimator):
    """Predicts a normal distribution about the first feature, without learning anything: quick, and wrong as asked."""

    def __init__(self, *, spread=10.0, shift=0.0, bins=None, random_state=None):
        self.spread = spread
        self.shift = shift
        self.bins = bins
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, groups=None):
        self.seen_ = np.asarray(X)[:, 0].copy()
        self.groups_ = groups
        self.weights_ = sample_weight
        return self

    def forecast(self, X):
        grid = np.arange(101.0)
        centre = np.asarray(X, dtype=float)[:, :1] + self.shift
        cdf = norm.cdf((grid + 0.5 - centre) / self.spread)
        cdf[:, -1] = 1.0
        distribution = GridDistribution(grid, cdf)
        if self.bins is None:
            return Forecast(distribution.mean(), distribution.pmf, grid, distribution)
        probabilities = distribution.grade_probabilities(bin_edges(self.bins))
        return Forecast(distribution.mean(), probabilities, np.arange(probabilities.shape[1]), distribution)

    def predict_distribution(self, X):
        return self.forecast(X).distribution

    def predict(self, X):
        return self.forecast(X).prediction


@pytest.fixture(scope="session")
def bell():
    """The class of a regressor that needs no training."""
    return BellRegressor


@pytest.fixture(scope="session")
def draw_patients():
    """A function that draws exchangeable patients of 1 to 8 joints whose errors are alike within a patient."""

    def draw(n_patients, seed=0, spread=10.0):
        rng = np.random.default_rng(seed)
        patients = np.repeat(np.arange(n_patients), rng.integers(1, 9, n_patients))
        centre = rng.uniform(30, 70, len(patients))
        error = np.sqrt(0.5) * (rng.normal(size=n_patients)[patients] + rng.normal(size=len(patients)))
        y = np.clip(np.round(centre + spread * error), 0, 100)
        return np.column_stack([centre, rng.normal(size=len(patients))]), y, patients

    return draw
