"""An estimator that reads the brightness of images: searches and studies without networks."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from skerosion.datasets import ArraySource, ImageRows, ImageTable, as_image_rows
from skerosion.experiments import run
from skerosion.experiments.file_format import _known_classes
from skerosion.forecasts import Forecast, GridDistribution

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
        fitted = LogisticRegression().fit(self._brightness(X), np.rint(y).astype(int))
        self.classes_, self.weights_ = fitted.classes_, [fitted.coef_, fitted.intercept_]
        return self

    def forecast(self, X):
        probabilities, classes = self._grade().predict_proba(self._brightness(X)), self.classes_
        if self.task == "classifier":
            return Forecast(classes[probabilities.argmax(axis=1)], probabilities, classes)
        grid = np.arange(101.0) if self.grid is None else np.asarray(self.grid)
        cdf = np.stack([probabilities[:, classes <= point].sum(axis=1) for point in grid], axis=1)
        cdf[:, -1] = 1
        distribution = GridDistribution(grid, np.clip(cdf, 0, 1))
        return Forecast(distribution.mean(), probabilities, classes, distribution)

    def _grade(self):
        grade = LogisticRegression()
        grade.classes_, (grade.coef_, grade.intercept_) = self.classes_, self.weights_
        return grade

    @staticmethod
    def _brightness(X):
        return X.read().reshape(len(X), -1).mean(axis=1, keepdims=True) / 255


def make_brightness(task, strategy, target, parameters, seed):
    """Make the estimator of a strategy, in the place of `make_estimator`."""
    known = {name: value for name, value in (parameters or {}).items() if name in ("epochs", "callbacks")}
    grid = None if target.kind == "percent" else target.grid
    return BrightnessEstimator(task=task, grid=grid, random_state=seed, **known)


def use_brightness(patch):
    """Replace the networks, and the look at the devices that they would run on; return the class that does."""
    patch.setattr("skerosion.experiments._pipelines.network_of", make_brightness)
    patch.setattr("skerosion.experiments._jobs.devices", lambda: {"backend": "none", "devices": ["CPU"], "gpu": False})
    patch.setattr("skerosion.experiments._jobs.embed", embed_brightness)
    # As one of the package is, it may stand in the files of winners.
    patch.setattr(_known_classes, "_KNOWN", _known_classes._KNOWN | {f"{__name__}.BrightnessEstimator"})
    # What the intervals are is tested where they are made.
    patch.setattr("skerosion.report._doubt.N_RESAMPLES", 100)
    BrightnessEstimator.fits, BrightnessEstimator.stop_after = 0, None
    BrightnessEstimator.failure = KeyboardInterrupt
    return BrightnessEstimator


def embed_brightness(estimator, rows, fold):
    """An embedding of two numbers: mean and spread of the pixels."""
    pixels = rows.read().reshape(len(rows), -1) / 255
    return np.stack([pixels.mean(axis=1), pixels.std(axis=1)], axis=1).astype(np.float32)


def run_search(X, y, groups=None, *, out, plan, **settings):
    """The fits of a plan on rows, without any report."""
    return run(plan, ImageTable(as_image_rows(X, groups=groups), y, groups, None, None, ""), out, **settings)


def make_joints(n_patients=20, seed=0):
    """Images whose brightness follows their grade, three of each patient."""
    generator = np.random.default_rng(seed)
    grades = np.tile(GRADES, n_patients)
    grades[: 3 * n_patients // 3] = 0
    levels = 40 + 80 * grades[:, None, None, None] + generator.normal(0, 40, (len(grades), 8, 8, 1))
    images = np.clip(levels + generator.normal(0, 45, (len(grades), 1, 1, 1)), 0, 255).astype(np.uint8)
    return ImageRows(ArraySource(images)), grades, np.repeat(np.arange(n_patients), 3)
