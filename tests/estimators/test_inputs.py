"""Rows and targets at the estimators' door."""

import re
import warnings

import numpy as np
import pandas as pd
import PIL.Image
import pytest
from imblearn.pipeline import Pipeline
from PIL import Image
from sklearn.model_selection import cross_val_score

from skerosion import ClassWeighter, CNNClassifier, ForecastEnsemble, load_image_table
from skerosion.estimators._inputs import check_target

ROWS = np.zeros(4)
IMAGES = np.zeros((6, 16, 16), dtype=np.uint8)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ((image for image in IMAGES), TypeError, "got a generator. Collect its images"),
        ([*IMAGES[:5], IMAGES[5] / 255], ValueError, "all uint8 of 0..255 or all float of 0..1"),
        (pd.DataFrame({"path": ["a.jpg"] * 6, "age": range(6)}), ValueError, "ColumnTransformer"),
        (np.zeros((6, 3, 16, 16), dtype=np.uint8), ValueError, r"np.moveaxis\(X, 1, -1\)"),
        (np.zeros((16, 16, 1), dtype=np.uint8), ValueError, r"X\[np.newaxis\]"),
    ],
    ids=["generator", "scales", "path and age", "channels first", "one image"],
)
def test_what_is_no_form_of_images_is_told_so(X, error, message):
    """In scikit-learn's own checks as well, which feature vectors take."""
    with pytest.raises(error, match=message):
        CNNClassifier().fit(X, [0, 1] * 3)


QUICK = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 1, "verbose": 0, "random_state": 0}


@pytest.fixture(scope="module")
def mixed():
    """Twelve images of four sizes, half of them bright, and their grades."""
    rng, grades = np.random.default_rng(0), np.tile([0, 1], 6)
    sides = [(16, 16), (16, 16), (20, 18), (14, 12)] * 3
    images = [rng.integers(0, 60, size) + 150 * grade for size, grade in zip(sides, grades, strict=True)]
    return [image.astype(np.uint8) for image in images], grades


@pytest.fixture(scope="module")
def fitted(mixed):
    with pytest.warns(UserWarning, match="3 sizes.*median, 16x16.*Pass image_shape= to the estimator"):
        return CNNClassifier(**QUICK).fit(*mixed)


@pytest.mark.once
def test_images_of_several_sizes_are_fitted_and_predicted_as_their_files(mixed, fitted, tmp_path):
    images, grades = mixed
    assert fitted.input_shape_ == (16, 16, 1)
    expected = fitted.predict_proba(images)
    paths = [str(tmp_path / f"{number}.png") for number in range(len(images))]
    for image, path in zip(images, paths, strict=True):
        Image.fromarray(image).save(path)
    for form in (paths, pd.Series(paths), pd.DataFrame({"path": paths}), [Image.open(path) for path in paths]):
        np.testing.assert_allclose(fitted.predict_proba(form), expected, atol=1e-6)
    np.testing.assert_allclose(fitted.predict_proba(images[2:3]), expected[2:3], atol=1e-6)


@pytest.mark.once
def test_a_single_image_of_the_fitted_size_is_told_how_to_become_a_row(mixed, fitted):
    images, _ = mixed
    assert fitted.predict(images[0][np.newaxis]).shape == (1,)
    for one in (images[0], images[0][..., np.newaxis]):
        with pytest.raises(ValueError, match=r"X\[np.newaxis\]"):
            fitted.predict(one)


@pytest.mark.once
@pytest.mark.parametrize(
    ("X", "advice"),
    [
        (np.zeros((3, 20, 20), np.uint8), "list(X)"),
        (np.zeros((3, 20, 20, 3), np.uint8), "[PIL.Image.fromarray(image).convert('L') for image in X]"),
        (np.ones((3, 20, 20, 3)), "list(X @ [0.299, 0.587, 0.114])"),
    ],
    ids=["size", "colour", "colour of floats"],
)
def test_the_advice_on_images_of_another_shape_is_right(fitted, X, advice):
    with pytest.raises(ValueError, match=re.escape("fitted on rows of shape (16, 16, 1); ")) as told:
        fitted.predict(X)
    assert advice in str(told.value) and "image_shape" not in str(told.value)
    assert fitted.predict(eval(advice, {"X": X, "PIL": PIL})).shape == (3,)


@pytest.mark.once
def test_the_advice_on_other_rows_is_right(fitted, mixed, tmp_path):
    with pytest.raises(ValueError, match=r"give image_shape=\(16, 16, 1\) for flattened images"):
        fitted.predict(np.zeros((3, 256), np.uint8))
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "0.png")
    rows = load_image_table(pd.DataFrame({"path": [tmp_path / "0.png"]}), image="path", target=None).X
    with pytest.raises(ValueError, match=r"load their table with size=\(16, 16\), channels=1"):
        fitted.predict(rows)


@pytest.mark.once
def test_labels_of_pandas_in_another_order_are_warned_of():
    y = pd.Series([0, 1, 0, 1])
    X = pd.DataFrame(np.eye(4, dtype=np.float32)).astype(float)
    small = {"dense_units": (4,), "epochs": 1, "verbose": 0}
    with pytest.warns(UserWarning, match=r"y\.loc\[X\.index\] is in the order of X"):
        CNNClassifier(**small).fit(X, y[::-1])
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        CNNClassifier(**small).fit(X, y)
        CNNClassifier(**small).fit(X, pd.Series([0, 1, 0, 1], index=list("abcd")))


@pytest.mark.once
@pytest.mark.filterwarnings("ignore:Images have")
def test_images_of_several_sizes_go_through_searches_samplers_and_estimators_around_others(mixed):
    images, grades = mixed
    pipeline = Pipeline([("imbalance", ClassWeighter("balanced")), ("cnn", CNNClassifier(**QUICK))])
    assert len(cross_val_score(pipeline, images, grades, cv=2, error_score="raise")) == 2
    ensemble = ForecastEnsemble(CNNClassifier(**QUICK), n_seeds=2, random_state=0).fit(images, grades)
    assert ensemble.predict_proba(images).shape == (12, 2)


@pytest.mark.parametrize(
    "y",
    [
        ["none", None, "mild", np.nan],
        np.array(["none", None, "mild", np.nan], dtype=object),
        pd.Categorical(["none", None, "mild", None]),
        pd.Series(["none", None, "mild", None], dtype="category"),
        pd.Series(["none", pd.NA, "mild", pd.NA], dtype="string"),
        pd.Series(pd.to_datetime(["2020", None, "2021", None])),
    ],
    ids=["list", "object", "categorical", "category", "string", "dates"],
)
@pytest.mark.parametrize("numeric", [False, True])
def test_missing_grades_are_counted(y, numeric):
    with pytest.raises(ValueError, match="y must have a value for each row, got 2 missing values .* in 4 rows"):
        check_target(y, ROWS, numeric=numeric)


@pytest.mark.parametrize("y", [[1.0, None, 2.0, 3.0], pd.Series([1.0, np.nan, 2.0, 3.0], dtype=object)])
def test_none_is_no_number(y):
    with pytest.raises(ValueError, match="got 1 missing value"):
        check_target(y, ROWS, numeric=True)


@pytest.mark.parametrize(("value", "words"), [(np.nan, "Input y contains NaN"), (np.inf, "Input y contains infinity")])
@pytest.mark.parametrize("numeric", [False, True])
def test_numbers_have_the_message_of_scikit_learn(value, words, numeric):
    with pytest.raises(ValueError, match=words):
        check_target(np.full(4, value), ROWS, numeric=numeric)


@pytest.mark.parametrize(
    "y", [["a", "b", "a", "nan"], pd.Series(list("abab"), dtype="string"), pd.Categorical(list("abab"))]
)
def test_complete_grades_pass(y):
    assert check_target(y, ROWS, numeric=False).tolist() == list(y)
