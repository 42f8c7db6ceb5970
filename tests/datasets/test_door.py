"""The door: every form of X becomes rows of the same pixels, and what is none of them an error that teaches."""

import pathlib
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.sparse import csr_array

from skerosion.datasets import ArraySource, FeatureSource, FileSource, ImageRows, as_image_rows

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 10, 1)).astype(np.uint8)


@pytest.fixture
def image_paths(save):
    return [save(f"{row}.png", Image.fromarray(image[..., 0])) for row, image in enumerate(IMAGES)]


def test_all_forms_of_images_give_the_same_pixels(image_paths, tmp_path):
    np.save(tmp_path / "images.npy", IMAGES)
    texts = [str(path) for path in image_paths]
    forms = [
        (ImageRows(IMAGES), None),
        (IMAGES, None),
        (IMAGES[..., 0], None),
        (IMAGES, (8, 10)),
        (IMAGES.reshape(6, 80), (8, 10)),
        (np.asfortranarray(IMAGES.reshape(6, 80)), (8, 10, 1)),
        (np.load(tmp_path / "images.npy", mmap_mode="r"), None),
        (np.array(texts)[:, None], None),
        (np.array(image_paths, dtype=object)[:, None], None),
        ([[path] for path in image_paths], (8, 10)),
        (pd.DataFrame({"path": texts}), None),
        (pd.DataFrame({"path": image_paths}), None),
        (pd.DataFrame({"path": texts})["path"], None),
        (pd.Index(texts), None),
        (texts, None),
        (tuple(image_paths), None),
        (np.array(texts), (8, 10)),
        (list(IMAGES), None),
        ([Image.fromarray(image[..., 0]) for image in IMAGES], (8, 10)),
        (pd.Series(list(IMAGES[..., 0])), None),
        (pd.DataFrame({"image": [Image.fromarray(image[..., 0]) for image in IMAGES]}), None),
    ]
    for X, image_shape in forms:
        rows = as_image_rows(X, image_shape=image_shape)
        assert rows.kind == "images" and rows.shape == IMAGES.shape and rows.dtype == np.uint8
        if image_shape is None and not isinstance(X, ImageRows):
            np.testing.assert_array_equal(np.asarray(ImageRows(X)), IMAGES)
        np.testing.assert_array_equal(np.asarray(rows), IMAGES)


def test_rows_come_through_as_they_are():
    rows = ImageRows(IMAGES)[[3, 1]]
    assert as_image_rows(rows) is rows and as_image_rows(rows, image_shape=(8, 10)) is rows


@pytest.mark.parametrize("flat", [False, True])
def test_bytes_are_not_copied_at_the_door(flat, tmp_path):
    saved = np.memmap(tmp_path / "images.raw", dtype="uint8", mode="w+", shape=(2000, 64, 64))
    for images in (np.zeros((2000, 64, 64), dtype=np.uint8), saved):
        X = images.reshape(2000, -1) if flat else images
        tracemalloc.start()
        rows = as_image_rows(X, image_shape=(64, 64))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert np.shares_memory(rows.source.array, images) and peak < 100_000, f"{peak} bytes"


def test_paths_are_read_at_the_size_asked_for(image_paths):
    column = np.array(list(map(str, image_paths)))[:, None]
    assert as_image_rows(column, image_shape=(4, 4)).shape == (6, 4, 4, 1)
    assert as_image_rows(column, image_shape=(4, 4, 3)).shape == (6, 4, 4, 3)


def test_which_source_stands_behind(image_paths):
    sources = [as_image_rows(X).source for X in (IMAGES, [[str(image_paths[0])]], [[1.0], [2.0]])]
    assert [type(source) for source in sources] == [ArraySource, FileSource, FeatureSource]


def test_one_column_of_numbers_is_a_feature():
    rows = as_image_rows(pd.DataFrame({"age": [30, 40]}))
    assert rows.kind == "features" and rows.shape == (2, 1) and rows.dtype == np.float32


def test_groups_and_weights_given_here_replace_those_of_the_rows():
    rows = ImageRows(IMAGES, groups=list("aabbcc"), sample_weight=np.ones(6))
    again = as_image_rows(rows, groups=pd.Series(range(6)), sample_weight=[2] * 6)
    assert again.groups.tolist() == list("012345") and again.sample_weight.tolist() == [2.0] * 6
    assert rows.groups.tolist() == list("aabbcc")
    assert as_image_rows(IMAGES, groups=list("aabbcc")).groups.tolist() == list("aabbcc")


@pytest.mark.parametrize("name", ["groups", "sample_weight"])
@pytest.mark.parametrize("values", [[1.0] * 5, [[1.0]] * 6, 1.0])
def test_another_length_points_at_a_sampler_step(name, values):
    with pytest.raises(ValueError, match=f"{name} has the shape .* X has 6 rows. A sampler step .*ImageRows"):
        as_image_rows(IMAGES, **{name: values})


@pytest.mark.parametrize(
    ("X", "image_shape", "message"),
    [
        (IMAGES, (16, 16), r"image_shape=\(16, 16, 1\), but X has the shape \(6, 8, 10, 1\); only files"),
        (ImageRows(IMAGES), (16, 16), r"image_shape=\(16, 16, 1\), but X has the shape \(6, 8, 10, 1\)"),
        (ImageRows(np.eye(3)), (1, 4), r"image_shape=\(1, 4, 1\) asks for rows of 4 pixels, got 3 columns"),
        (np.zeros((6, 81), "uint8"), (8, 10), r"rows of 80 pixels, got 81 columns; leave image_shape=None"),
        (IMAGES.astype("int64"), None, "images must be uint8"),
        (IMAGES.reshape(6, 80).astype("int64"), (8, 10), "images must be uint8"),
        (IMAGES.astype("float32"), None, "within 0..1, got values from 0.0 to 255.0"),
        (IMAGES[None], None, "must have the shape"),
        (IMAGES, (8,), "image_shape must be a positive integer"),
        ([["a.png", "b.png"]], None, r"one column of shape \(n, 1\), got shape \(1, 2\). Hand in"),
        (np.zeros(5), None, "Expected 2D array, got 1D array"),
        (np.zeros((0, 4)), None, "0 sample"),
        ([[np.nan]], None, "NaN"),
    ],
)
def test_what_is_no_form_of_X_is_refused(X, image_shape, message):
    with pytest.raises(ValueError, match=message):
        as_image_rows(X, image_shape=image_shape)


def test_flattened_rows_that_a_step_took_for_features_are_unfolded():
    """uint8 stays uint8, and what belongs to the rows follows."""
    flat = np.arange(24, dtype="uint8").reshape(2, 12)
    rows = ImageRows(flat, groups=["a", "b"])[[1, 0, 1]]
    images = as_image_rows(rows, image_shape=(3, 4))
    assert images.shape == (3, 3, 4, 1) and images.dtype == np.uint8
    assert images.groups.tolist() == ["b", "a", "b"]
    np.testing.assert_array_equal(np.asarray(images).reshape(3, 12), flat[[1, 0, 1]])


def test_sparse_matrices_are_refused_in_the_words_of_scikit_learn():
    with pytest.raises(TypeError, match="[Ss]parse"):
        as_image_rows(csr_array(np.eye(3)))


def test_paths_of_no_file_are_counted(image_paths):
    column = [[str(image_paths[0])], ["nowhere.png"], [pathlib.Path("neither.png")]]
    with pytest.raises(FileNotFoundError, match="2 of 3 images are not there, the first is 'nowhere.png'"):
        as_image_rows(column)


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, ""])
def test_rows_without_a_path_are_counted(image_paths, gap):
    column = pd.DataFrame({"path": [str(image_paths[0]), gap, str(image_paths[2]), gap]}, dtype=object)
    with pytest.raises(ValueError, match="2 of 4 rows name no image, the first is row 1"):
        as_image_rows(column)


def test_numbers_in_an_object_array_are_features():
    assert as_image_rows(np.array([[1, 2.5], [3, 4]], dtype=object)).kind == "features"
    with pytest.raises(TypeError, match="argument must be .* string.* number"):
        as_image_rows(np.array([[{"foo": "bar"}, 2.5]], dtype=object))
    with pytest.raises(ValueError, match="NaN"):
        as_image_rows(np.array([[None, 2.5]], dtype=object))
