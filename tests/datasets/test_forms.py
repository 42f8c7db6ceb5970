"""What is neither an array nor a column of paths nor rows is told so, before NumPy or scikit-learn stumble over it."""

import array

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import ImageRows, as_image_rows

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 10)).astype(np.uint8)


class DataSet:
    """As PyTorch and Keras have them: images with their labels, by number."""

    def __len__(self):
        return len(IMAGES)

    def __getitem__(self, row):
        if row >= len(IMAGES):
            raise IndexError
        return IMAGES[row], 0


class Loader:
    """As tf.data has them: batches, one after the other."""

    def __iter__(self):
        return iter([(IMAGES[:3], [0, 1, 0]), (IMAGES[3:], [1, 0, 1])])


@pytest.mark.parametrize("shaped", [IMAGES, IMAGES / 255, IMAGES.reshape(6, -1) / 255])
def test_masked_values_are_refused(shaped):
    masked = np.ma.masked_less(shaped, shaped.mean())
    for read in (as_image_rows, ImageRows):
        with pytest.raises(ValueError, match=f"X must have no masked values, got .* of {shaped.size}; X.filled"):
            read(masked)
    assert as_image_rows(np.ma.array(shaped)).shape[0] == 6


@pytest.mark.parametrize(
    "stream",
    [
        (image for image in IMAGES),
        map(np.invert, IMAGES),
        zip(IMAGES, range(6), strict=True),
        iter(IMAGES),
        DataSet(),
        Loader(),
        {"images": IMAGES},
        {1, 2},
    ],
    ids=lambda stream: type(stream).__name__,
)
def test_streams_are_refused_by_name(stream):
    message = f"got a {type(stream).__name__}. Collect its images in one array.*column of their paths"
    with pytest.raises(TypeError, match=message):
        as_image_rows(stream)


def test_whatever_numpy_reads_is_no_stream():
    for X in (list(IMAGES), tuple(IMAGES), [Image.fromarray(image) for image in IMAGES], IMAGES):
        np.testing.assert_array_equal(np.asarray(as_image_rows(X))[..., 0], IMAGES)
    assert as_image_rows(memoryview(np.ones((3, 2)))).kind == "features"
    with pytest.raises(ValueError, match="1D array"):
        as_image_rows(array.array("d", [1.0, 2.0]))


def test_an_array_of_vectors_is_told_how_to_become_one():
    vectors = pd.Series(list(np.eye(6))).to_numpy()
    with pytest.raises(ValueError, match=r"an array of 6 arrays: pass np.stack\(X\)"):
        as_image_rows(vectors)
    with pytest.raises(ValueError, match=r"got 2 arrays of the shapes \(3,\), \(4,\)"):
        as_image_rows([np.zeros(3), np.zeros(4)])


@pytest.mark.parametrize("age", [[40, 50], [None, 50.5], ["forty", "fifty"]])
def test_a_table_of_paths_and_something_else_is_taken_apart(age):
    frame = pd.DataFrame({"age": age, "path": ["a.png", "b.JPG"]})
    message = r"got 2 columns, of which 'path' names images.*'path'\]\), \('rest', .*\['age'\].*docs/guide.md#images-be"
    with pytest.raises(ValueError, match=message):
        as_image_rows(frame)
    with pytest.raises(ValueError, match="got 2 columns, of which 1 names images"):
        as_image_rows(frame.to_numpy())


def test_text_that_names_no_files_is_left_to_scikit_learn():
    with pytest.raises(ValueError, match="could not convert string to float"):
        as_image_rows(pd.DataFrame({"age": [40, 50], "sex": ["f", "m"]}))
