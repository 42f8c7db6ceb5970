"""A small search without networks: estimators that read the brightness of the images."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from skerosion.datasets import ArraySource, ImageRows
from skerosion.distributions import GridDistribution
from skerosion.estimators import Forecast
from skerosion.report import SearchPlan, search_strategies
from skerosion.report._search import run_search

GRADES = (0, 1, 2)


class BrightnessEstimator(BaseEstimator):
    """Predict from the mean brightness of an image, through the same door as the networks.

    ``stop_after`` ends the process' fits with the error ``failure`` once that many are done.
    """

    fits = 0
    stop_after = None
    failure = KeyboardInterrupt

    def __init__(self, *, task="classifier", grid=None, epochs=1, callbacks=None, random_state=None):
        self.task = task
        self.grid = grid
        self.epochs = epochs
        self.callbacks = callbacks
        self.random_state = random_state

    def fit(self, X, y):
        cls = BrightnessEstimator
        if cls.stop_after is not None and cls.fits >= cls.stop_after:
            raise cls.failure
        cls.fits += 1
        for make in self.callbacks or []:
            listener = make()
            listener.set_params({"epochs": self.epochs, "steps": 1})
            for _ in range(self.epochs):
                listener.on_train_batch_end(0)
            listener.on_train_end()
        self.history_ = {"loss": [1.0]}
        self.class_shares_ = np.unique(y, return_counts=True)[1] / len(y)
        self.grade_ = LogisticRegression().fit(self._brightness(X), np.rint(y).astype(int))
        return self

    def forecast(self, X):
        probabilities = self.grade_.predict_proba(self._brightness(X))
        classes = self.grade_.classes_
        if self.task == "classifier":
            return Forecast(classes[probabilities.argmax(axis=1)], probabilities, classes)
        grid = np.arange(101.0) if self.grid is None else np.asarray(self.grid)
        cdf = np.stack([probabilities[:, classes <= point].sum(axis=1) for point in grid], axis=1)
        cdf[:, -1] = 1
        distribution = GridDistribution(grid, np.clip(cdf, 0, 1))
        return Forecast(distribution.mean(), probabilities, classes, distribution)

    @staticmethod
    def _brightness(X):
        return X.read().reshape(len(X), -1).mean(axis=1, keepdims=True) / 255


@pytest.fixture(scope="session")
def brightness():
    """Put `BrightnessEstimator` in the place of the networks wherever a search makes them."""

    def make(task, strategy, target, parameters, seed):
        known = {name: value for name, value in parameters.items() if name in ("epochs", "callbacks")}
        grid = None if target.kind == "percent" else target.grid
        return BrightnessEstimator(task=task, grid=grid, random_state=seed, **known)

    return make


def use_brightness(patch, make):
    """Replace the networks, and the look at the devices that they would run on."""
    patch.setattr("skerosion.report._strategies.make_estimator", make)
    patch.setattr("skerosion.report._jobs.devices", lambda: {"backend": "none", "devices": ["CPU"], "gpu": False})


@pytest.fixture
def estimators(monkeypatch, brightness):
    """The class that takes the networks' place, to count or stop its fits."""
    use_brightness(monkeypatch, brightness)
    BrightnessEstimator.fits, BrightnessEstimator.stop_after = 0, None
    BrightnessEstimator.failure = KeyboardInterrupt
    return BrightnessEstimator


def make_joints(n_patients=20, seed=0):
    """Images whose brightness follows their grade, three of each patient."""
    generator = np.random.default_rng(seed)
    grades = np.tile(GRADES, n_patients)
    grades[: 3 * n_patients // 3] = 0
    levels = 40 + 80 * grades[:, None, None, None] + generator.normal(0, 40, (len(grades), 8, 8, 1))
    images = np.clip(levels + generator.normal(0, 45, (len(grades), 1, 1, 1)), 0, 255).astype(np.uint8)
    return ImageRows(ArraySource(images)), grades, np.repeat(np.arange(n_patients), 3)


@pytest.fixture
def joints():
    """Rows, grades and patients."""
    return make_joints()


@pytest.fixture
def plan():
    """Two folds, one epoch."""
    return SearchPlan(folds=2, parameters={"epochs": 2})


@pytest.fixture
def result(estimators, joints, plan, tmp_path):
    """A finished search on `joints`."""
    return run_search(*joints, out=tmp_path, plan=plan, progress=False, say=lambda message: None)


@pytest.fixture(scope="module")
def finished(brightness, tmp_path_factory):
    """A whole search with everything it writes, and what it said; made once a module, not to be changed."""
    said = []
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch, brightness)
        plan = SearchPlan(folds=2, parameters={"epochs": 2})
        out = tmp_path_factory.mktemp("search")
        yield search_strategies(*make_joints(), out=out, plan=plan, progress=False, say=said.append), said
