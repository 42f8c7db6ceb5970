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


@pytest.mark.parametrize("pack", [list, tuple, pd.Series])
def test_images_of_several_sizes_are_counted(pack):
    images = [IMAGES[0], IMAGES[1], IMAGES[2, :6], np.zeros((8, 10, 3), "uint8")]
    message = r"got 4 images of 3 sizes: 8x10 \(2\), 6x10 \(1\), 8x10x3 \(1\). Resize them, as in np.stack"
    with pytest.raises(ValueError, match=message):
        as_image_rows(pack(images).to_numpy() if pack is pd.Series else pack(images))
    with pytest.raises(ValueError, match=r"images of 2 sizes: 8x10 \(1\), 6x10 \(1\)"):
        as_image_rows([Image.fromarray(image) for image in images[1:3]])


def test_an_array_of_arrays_is_told_how_to_become_one():
    with pytest.raises(ValueError, match=r"an array of 6 arrays: pass np.stack\(X\)"):
        as_image_rows(pd.Series(list(IMAGES)).to_numpy())


@pytest.mark.parametrize("age", [[40, 50], [None, 50.5], ["forty", "fifty"]])
def test_a_table_of_paths_and_something_else_is_taken_apart(age):
    frame = pd.DataFrame({"age": age, "path": ["a.png", "b.JPG"]})
    message = "got 2 columns, of which number 1 .*ColumnTransformer"
    if isinstance(age[0], str):  # two columns of text are two columns of paths, as far as anybody can tell
        message = r"one column of shape \(n, 1\)"
    with pytest.raises(ValueError, match=message):
        as_image_rows(frame)


def test_text_that_names_no_files_is_left_to_scikit_learn():
    with pytest.raises(ValueError, match="could not convert string to float"):
        as_image_rows(pd.DataFrame({"age": [40, 50], "sex": ["f", "m"]}))
