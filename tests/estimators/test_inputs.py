"""Rows and targets at the estimators' door."""

import numpy as np
import pandas as pd
import pytest

from skerosion import CNNClassifier
from skerosion.estimators._inputs import check_target

ROWS = np.zeros(4)
IMAGES = np.zeros((6, 16, 16), dtype=np.uint8)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ((image for image in IMAGES), TypeError, "got a generator. Collect its images"),
        ([*IMAGES[:5], IMAGES[5, :9]], ValueError, r"images of 2 sizes: 16x16 \(5\), 9x16 \(1\)"),
        (pd.DataFrame({"path": ["a.jpg"] * 6, "age": range(6)}), ValueError, "ColumnTransformer"),
        (np.zeros((6, 3, 16, 16), dtype=np.uint8), ValueError, r"np.moveaxis\(X, 1, -1\)"),
        (np.zeros((16, 16, 1), dtype=np.uint8), ValueError, r"X\[np.newaxis\]"),
    ],
    ids=["generator", "sizes", "path and age", "channels first", "one image"],
)
def test_what_is_no_form_of_images_is_told_so(X, error, message):
    """In scikit-learn's own checks as well, which feature vectors take."""
    with pytest.raises(error, match=message):
        CNNClassifier().fit(X, [0, 1] * 3)


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
    with pytest.raises(ValueError, match="got 1 missing values"):
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
