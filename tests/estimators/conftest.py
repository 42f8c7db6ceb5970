"""Tiny images with an easy grade, and parameters for quick fits."""

import numpy as np
import pytest

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
