"""ImageRows: the algebra of views, what follows a row, and its way through scikit-learn and imbalanced-learn."""

import pickle
import tracemalloc

import imblearn.pipeline
import numpy as np
import pandas as pd
import pytest
import sklearn.pipeline
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict, train_test_split
from sklearn.utils import _safe_indexing, check_array, indexable, resample, shuffle
from sklearn.utils.validation import _num_samples

from skerosion.datasets import FeatureSource, ImageRows
from skerosion.preprocessing import Augmentation

N = 12
PIXELS = np.arange(N * 4 * 3, dtype=np.uint8).reshape(N, 4, 3, 1)


def make_rows():
    """Rows whose weight, patient and copy number tell which row they are."""
    return ImageRows(
        PIXELS,
        sample_weight=np.arange(N) + 0.5,
        groups=[f"p{row // 2}" for row in range(N)],
        copy_number=np.arange(N) % 3,
        copy_augmentation=Augmentation.thesis(),
    )


def assert_same(left, right):
    assert left.source is right.source and left.copy_augmentation == right.copy_augmentation
    for name in ("indices", "sample_weight", "groups", "copy_number", "is_copy"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name))


def keys(length):
    """Every kind of key that gives a view of `length` rows."""
    positions = st.lists(st.integers(-length, length - 1), max_size=8) if length else st.just([])
    masks = st.lists(st.booleans(), min_size=length, max_size=length).map(lambda mask: np.array(mask, dtype=bool))
    return st.one_of(positions, positions.map(lambda key: np.array(key, dtype=int)), masks, st.slices(length))


@given(st.data())
def test_everything_of_a_row_follows_it_through_any_key(data):
    rows = make_rows()
    key = data.draw(keys(N))
    view, numbers = rows[key], np.arange(N)[key]
    np.testing.assert_array_equal(view.indices, numbers)
    np.testing.assert_array_equal(view.sample_weight, numbers + 0.5)
    np.testing.assert_array_equal(view.copy_number, numbers % 3)
    np.testing.assert_array_equal(view.is_copy, numbers % 3 > 0)
    assert view.groups.tolist() == [f"p{number // 2}" for number in numbers]
    np.testing.assert_array_equal(np.asarray(view), PIXELS[numbers])
    assert len(view) == view.shape[0] == len(numbers)


@given(st.data())
def test_a_view_of_a_view_is_one_view(data):
    rows = make_rows()
    first = data.draw(keys(N))
    view = rows[first]
    second = data.draw(keys(len(view)))
    assert_same(view[second], rows[np.arange(N)[first][second]])


@given(st.data())
def test_positions_may_repeat_and_replace_what_they_are_given(data):
    rows = make_rows()
    positions = data.draw(st.lists(st.integers(0, N - 1), min_size=1, max_size=30))
    taken = rows.take(positions, copy_number=np.arange(len(positions)), sample_weight=None)
    np.testing.assert_array_equal(taken.indices, positions)
    np.testing.assert_array_equal(taken.copy_number, np.arange(len(positions)))
    assert taken.sample_weight is None and taken.copy_augmentation == rows.copy_augmentation
    assert taken.groups.tolist() == rows.groups[positions].tolist()


def test_what_is_not_given_to_take_follows_and_none_clears():
    rows = make_rows()
    assert_same(rows.take([3, 3]), rows[[3, 3]])
    cleared = rows.take([3], copy_number=None, copy_augmentation=None, sample_weight=[2.0])
    assert not cleared.is_copy.any() and cleared.copy_augmentation is None and cleared.sample_weight.tolist() == [2.0]


def test_weights_and_groups_make_new_views_and_leave_the_old_one():
    rows = ImageRows(PIXELS)
    weighted = rows.with_sample_weight(np.arange(N)).with_groups(np.arange(N) // 3)
    assert rows.sample_weight is None and rows.groups is None and rows.unit_weight().tolist() == [1.0] * N
    assert weighted.unit_weight().tolist() == list(range(N)) and len(set(weighted.groups)) == 4
    assert weighted.with_groups(None).groups is None and weighted.with_sample_weight(None).sample_weight is None


def test_changing_the_given_weights_changes_no_row():
    weight = np.ones(N)
    rows = ImageRows(PIXELS, sample_weight=weight)
    weight[:] = 7
    rows.unit_weight()[:] = 7
    assert rows.sample_weight.tolist() == [1.0] * N


def test_it_looks_like_the_array_it_stands_for():
    rows = ImageRows(PIXELS[..., 0])
    array = np.asarray(rows)
    assert (rows.shape, rows.ndim, rows.size, rows.dtype) == (array.shape, array.ndim, array.size, array.dtype)
    assert rows.kind == "images" and rows.image_shape == (4, 3, 1) and rows.paths is None
    features = ImageRows(np.eye(3))
    assert (features.shape, features.ndim, features.kind, features.image_shape) == ((3, 3), 2, "features", None)


def test_one_number_gives_pixels_and_iteration_all_of_them():
    rows = make_rows()[::2]
    np.testing.assert_array_equal(rows[1], PIXELS[2])
    np.testing.assert_array_equal(rows[np.int64(-1)], PIXELS[10])
    np.testing.assert_array_equal(np.stack(list(rows)), PIXELS[::2])


def test_reading_some_rows_reads_only_those():
    rows = make_rows()[::-1]
    np.testing.assert_array_equal(rows.read([0, 0, -1]), PIXELS[[11, 11, 0]])
    np.testing.assert_array_equal(rows.read(2), PIXELS[[9]])
    assert rows.read([]).shape == (0, 4, 3, 1)


def test_arithmetic_says_where_the_pixels_are():
    rows = ImageRows(PIXELS)
    for compute in (lambda: rows / 255, lambda: 1 - rows, lambda: rows * 2.0, lambda: -rows, lambda: rows > 0):
        with pytest.raises(TypeError, match=r"networks scale them.*np\.asarray\(rows\)"):
            compute()
    with pytest.raises(AttributeError, match=r"no attribute 'astype'; np\.asarray\(rows\)"):
        rows.astype("float32")
    with pytest.raises(AttributeError, match="no attribute 'iloc'$"):
        _ = rows.iloc
    np.testing.assert_array_equal(np.asarray(rows) / 255, PIXELS[..., :] / 255)


def test_numpy_converts_it_by_its_own_rules():
    rows = ImageRows(PIXELS)
    assert np.asarray(rows, dtype="float32").dtype == np.float32
    assert rows.__array__(copy=True).base is not PIXELS
    with pytest.raises(ValueError, match="copy=False is not possible"):
        rows.__array__(copy=False)


@pytest.mark.parametrize(
    "key", [N, [0, N], [0.5], np.zeros((2, 2), int), [True], True, None, "a", (0, 1), (0, Ellipsis, 0), ([0], slice(1))]
)
def test_a_key_that_fits_no_row_is_an_index_error(key):
    with pytest.raises(IndexError):
        make_rows()[key]


def test_scikit_learn_keys_work():
    rows = make_rows()
    mask = pd.Series(np.arange(N) > 5)
    for view in (rows[[1, 2], ...], rows[range(1, 3)], rows[pd.Series([1, 2])], rows[(slice(1, 3), Ellipsis)]):
        assert view.indices.tolist() == [1, 2]
    assert rows[mask].indices.tolist() == list(range(6, N))


@pytest.mark.parametrize(
    ("given_values", "message"),
    [
        ({"indices": [0, N]}, f"indices must be 0 to {N - 1}, got 0 to {N}"),
        ({"indices": [0.0]}, "indices must be a list of integers, got shape .* float64"),
        ({"sample_weight": [1.0]}, f"sample_weight must have one value for each of the {N} rows, got shape \\(1,\\)"),
        ({"sample_weight": [1.0] * (N - 1) + [-1.0]}, "finite and not negative, got -1.0 in row 11"),
        ({"sample_weight": [np.nan] * N}, "finite and not negative, got nan in row 0"),
        ({"groups": [[1]] * N}, "groups must have one value"),
        ({"groups": ["a"] * (N - 1) + [None]}, "groups must name a patient for every row, got None in row 11"),
        ({"groups": pd.Series([1] * (N - 1) + [pd.NA], dtype="Int64")}, "must name a patient for every row"),
        ({"copy_number": [0] * (N - 1) + [-1]}, "copy_number must be integers from 0"),
        ({"copy_number": [0.5] * N}, "copy_number must be integers from 0"),
    ],
)
def test_values_that_fit_no_rows_are_refused(given_values, message):
    with pytest.raises(ValueError, match=message):
        ImageRows(PIXELS, **given_values)


def test_no_rows_are_rows_too():
    rows = make_rows()[[]]
    assert rows.shape == (0, 4, 3, 1) and np.asarray(rows).shape == (0, 4, 3, 1)
    assert ImageRows(PIXELS, indices=[]).shape == (0, 4, 3, 1) and "0 images" in repr(rows)


def test_repr_says_what_matters():
    assert repr(make_rows()) == "ImageRows(12 images of 4x3x1, uint8, 8 copies, weighted, 6 groups)"
    assert repr(ImageRows(FeatureSource([[1.0, 2.0]]))) == "ImageRows(1 feature of 2, float32)"


def test_a_pickle_holds_all_of_it():
    rows = make_rows()[3:7]
    again = pickle.loads(pickle.dumps(rows))
    for name in ("indices", "sample_weight", "groups", "copy_number"):
        np.testing.assert_array_equal(getattr(again, name), getattr(rows, name))
    np.testing.assert_array_equal(np.asarray(again), np.asarray(rows))
    assert again.copy_augmentation == rows.copy_augmentation


def test_an_oversampled_view_of_many_images_takes_next_to_nothing():
    images = np.zeros((5778, 128, 128), dtype=np.uint8)
    groups = np.arange(5778) // 2
    tracemalloc.start()
    rows = ImageRows(images, groups=groups)
    doubled = rows.take(np.tile(np.arange(5778), 2), copy_number=np.repeat([0, 1], 5778))
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(doubled) == 2 * 5778 and np.shares_memory(doubled.source.array, images)
    assert peak < 2**20, f"{peak} bytes"


class Memory(ClassifierMixin, BaseEstimator):
    """An estimator that checks what reaches it: rows of images with as many weights and patients as grades."""

    def __init__(self, *, shift=0):
        self.shift = shift

    def fit(self, X, y):
        assert isinstance(X, ImageRows) and len(X) == len(y) == len(X.groups) == len(X.sample_weight)
        self.classes_ = np.unique(y)
        self.seen_ = X.indices
        return self

    def predict(self, X):
        assert isinstance(X, ImageRows) and not set(X.indices) & set(self.seen_)
        return (np.asarray(X)[:, 0, 0, 0] // 12 + self.shift) % 3  # the first pixel of row i is 12 i


class Doubling(BaseEstimator):
    """A sampler that takes each row twice."""

    def fit_resample(self, X, y):
        twice = np.repeat(np.arange(len(y)), 2)
        return X.take(twice), y[twice]


Y = np.arange(N) % 3
DOUBLED = imblearn.pipeline.Pipeline([("twice", Doubling()), ("nothing", "passthrough"), ("last", Memory())])
PASSED = sklearn.pipeline.Pipeline([("nothing", "passthrough"), ("last", Memory())])


@pytest.mark.parametrize("pipeline", [DOUBLED, PASSED], ids=["imbalanced-learn", "scikit-learn"])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_grid_search_by_patient_runs_on_rows(pipeline, n_jobs):
    search = GridSearchCV(pipeline, {"last__shift": [1, 0]}, cv=GroupKFold(3), n_jobs=n_jobs, error_score="raise")
    search.fit(make_rows(), Y, groups=make_rows().groups)
    assert search.best_params_ == {"last__shift": 0} and search.best_score_ == 1.0


def test_scikit_learn_takes_it_for_an_array():
    rows = make_rows()
    assert _num_samples(rows) == N and indexable(rows, Y)[0] is rows
    assert _safe_indexing(rows, np.arange(N) < 2).indices.tolist() == [0, 1]
    np.testing.assert_array_equal(_safe_indexing(rows, 3), PIXELS[3])
    train, test = train_test_split(rows, test_size=0.25, random_state=0)
    assert sorted([*train.indices, *test.indices]) == list(range(N))
    assert sorted(shuffle(rows, random_state=0).indices) == list(range(N))
    assert isinstance(resample(rows, random_state=0), ImageRows)
    np.testing.assert_array_equal(check_array(rows, allow_nd=True), PIXELS)
    np.testing.assert_array_equal(cross_val_predict(PASSED, rows, Y, cv=3), Y)


def test_what_happens_to_rows_in_training_travels_with_them():
    rows = ImageRows(np.zeros((4, 16, 16), "uint8"), augmentation={"jitter": 0.1})
    views = [rows[1:], rows.take([0, 0], copy_number=[0, 1]), rows.map(np.invert), pickle.loads(pickle.dumps(rows))]
    assert {each.augmentation.jitter for each in views} == {0.1}
