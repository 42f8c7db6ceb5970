"""Every form in which rows reach a step, and a final estimator that records what arrives."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import BaseEstimator, ClassifierMixin

from skerosion.datasets import ImageRows

N_ROWS = 12


class RecordingClassifier(ClassifierMixin, BaseEstimator):
    """Predict the most frequent class and keep the rows that ``fit`` saw."""

    def fit(self, X, y):
        self.rows_, self.y_ = X, np.asarray(y)
        self.classes_, counts = np.unique(self.y_, return_counts=True)
        self.constant_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X):
        return np.full(len(X), self.constant_)


@pytest.fixture
def recorder():
    """Return a fresh recording classifier."""
    return RecordingClassifier()


@pytest.fixture
def pixels():
    """Return 12 grey images whose first pixel is the number of the row."""
    images = np.random.default_rng(0).integers(0, 255, (N_ROWS, 8, 8, 1)).astype(np.uint8)
    images[:, 0, 0, 0] = np.arange(N_ROWS)
    return images


@pytest.fixture
def grades():
    """Return 12 grades, seven of 0, three of 1 and two of 2."""
    return np.array([0, 1, 0, 2, 0, 0, 1, 0, 2, 0, 1, 0])


@pytest.fixture
def patients():
    """Return the patients of the 12 rows, two rows each."""
    return np.repeat(["a", "b", "c", "d", "e", "f"], 2)


@pytest.fixture(
    params=["4-D", "3-D", "float", "memmap", "paths", "frame of paths", "list of paths", "flat", "features", "rows"]
)
def any_X(request, pixels, tmp_path):
    """Return the 12 images in one of the forms that a step takes."""
    return make_form(request.param, pixels, tmp_path)


def make_form(form, pixels, folder):
    """Return the images in a form."""
    if "paths" in form:
        paths = write_images(pixels, folder)
        column = {"paths": np.array(paths)[:, np.newaxis], "frame of paths": pd.DataFrame({"path": paths})}
        return column.get(form, [[path] for path in paths])
    if form == "memmap":
        np.save(folder / "images.npy", pixels)
        return np.load(folder / "images.npy", mmap_mode="r")
    flat = pixels.reshape(N_ROWS, -1)
    return {
        "4-D": pixels,
        "3-D": pixels[..., 0],
        "float": pixels / np.float32(255),
        "flat": flat,
        "features": flat[:, :5].astype(float),
        "rows": ImageRows(pixels),
    }[form]


def write_images(pixels, folder):
    """Write the images as PNG files and return their paths."""
    paths = [str(folder / f"{number}.png") for number in range(len(pixels))]
    for path, image in zip(paths, pixels, strict=True):
        Image.fromarray(image[..., 0]).save(path)
    return paths
