"""scikit-learn's splitters, searches and nested searches on rows, unchanged, with metadata routing on and off."""

import numpy as np
import pytest
import sklearn
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, GroupKFold, StratifiedGroupKFold, cross_val_predict, cross_validate

from skerosion.datasets import ImageRows
from skerosion.imbalance import AugmentingOverSampler, ClassWeighter, RowSampler

N_ROWS = 48
PATIENTS = np.arange(N_ROWS) // 4
GRADES = np.tile([0, 0, 1, 0, 2, 0, 0, 1], 6)
STRATEGIES = [
    "passthrough",
    AugmentingOverSampler(random_state=0),
    ClassWeighter("balanced"),
    RowSampler(RandomUnderSampler(random_state=0)),
]
SPLITTERS = [GroupKFold(3), StratifiedGroupKFold(3, shuffle=True, random_state=0)]


class NearestMean(ClassifierMixin, BaseEstimator):
    """Predict the grade of the nearest mean image, and keep the rows that ``fit`` saw."""

    def __init__(self, shrink=0.0):
        self.shrink = shrink

    def fit(self, X, y):
        self.rows_, self.y_ = X, np.asarray(y)
        self.classes_ = np.unique(y)
        lines = self._lines(X)
        self.means_ = np.stack([lines[self.y_ == grade].mean(axis=0) for grade in self.classes_]) * (1 - self.shrink)
        return self

    def predict(self, X):
        distances = ((self._lines(X)[:, np.newaxis] - self.means_) ** 2).sum(axis=2)
        return self.classes_[distances.argmin(axis=1)]

    def _lines(self, X):
        return np.asarray(X, dtype=float).reshape(len(X), -1)


class LeakCounter:
    """A scorer that counts the patients whom the estimator saw and is now scored on."""

    def __init__(self):
        self.sizes = []

    def __call__(self, estimator, X, y):
        trained = estimator[-1].rows_
        if X.groups is None or trained.groups is None:
            raise AssertionError("the patients got lost")
        if not len(trained) == len(trained.groups) == len(trained.unit_weight()) == len(estimator[-1].y_):
            raise AssertionError("rows, weights, patients and targets disagree in length")
        self.sizes.append((len(trained), len(X)))
        return float(len(set(trained.groups) & set(X.groups)))


@pytest.fixture(params=[False, True], ids=["routing off", "routing on"])
def routing(request):
    """Switch metadata routing off and on."""
    with sklearn.config_context(enable_metadata_routing=request.param):
        yield request.param


@pytest.fixture
def rows():
    """Return images that grow brighter with the grade, with their patients."""
    noise = np.random.default_rng(0).integers(0, 60, (N_ROWS, 4, 4))
    return ImageRows((noise + 80 * GRADES[:, np.newaxis, np.newaxis]).astype(np.uint8), groups=PATIENTS)


@pytest.fixture
def pipeline():
    """Return a pipeline with a place for a strategy."""
    return Pipeline([("imbalance", "passthrough"), ("last", NearestMean())])


@pytest.mark.parametrize("cv", SPLITTERS, ids=str)
def test_splitters_index_rows(rows, cv):
    for train, test in cv.split(rows, GRADES, rows.groups):
        assert not set(rows[train].groups) & set(rows[test].groups)
        assert_array_equal(np.asarray(rows[test]), np.asarray(rows)[test])


@pytest.mark.parametrize("cv", SPLITTERS, ids=str)
@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda step: type(step).__name__)
def test_cross_validate(rows, pipeline, routing, cv, strategy):
    passed = {"params": {"groups": PATIENTS}} if routing else {"groups": PATIENTS}
    leaks = LeakCounter()
    result = cross_validate(
        pipeline.set_params(imbalance=strategy), rows, GRADES, cv=cv, scoring=leaks, return_estimator=True, **passed
    )
    assert_array_equal(result["test_score"], 0)
    assert sum(tested for _, tested in leaks.sizes) == N_ROWS
    for fitted in result["estimator"]:
        assert_array_equal(fitted[-1].rows_.groups, PATIENTS.astype(str)[fitted[-1].rows_.indices])


@pytest.mark.parametrize("cv", SPLITTERS, ids=str)
def test_grid_search(rows, pipeline, routing, cv):
    grid = {"imbalance": STRATEGIES, "last__shrink": [0.0, 0.5]}
    leaks = LeakCounter()
    search = GridSearchCV(pipeline, grid, scoring={"leaks": leaks, "accuracy": "accuracy"}, refit="accuracy", cv=cv)
    search.set_params(error_score="raise").fit(rows, GRADES, groups=PATIENTS)
    assert_array_equal(search.cv_results_["mean_test_leaks"], 0)
    assert len(leaks.sizes) == 8 * 3
    assert search.best_score_ > 0.9
    assert search.predict(rows).shape == (N_ROWS,)


def nested(search, X, routing, **options):
    """Run the recipe of a nested search: groups for the outer splitter, and once more for the inner one."""
    passed = {"params": {"groups": PATIENTS}} if routing else {"groups": PATIENTS, "params": {"groups": PATIENTS}}
    return cross_validate(search, X, GRADES, cv=GroupKFold(3), error_score="raise", **passed, **options)


def test_nested_search(rows, pipeline, routing):
    search = GridSearchCV(
        pipeline, {"imbalance": STRATEGIES}, scoring=LeakCounter(), cv=GroupKFold(2), error_score="raise"
    )
    result = nested(search, rows, routing, return_estimator=True)
    assert_array_equal(result["test_score"], 0)
    for fitted in result["estimator"]:
        assert_array_equal(fitted.cv_results_["mean_test_score"], 0)
        in_search = fitted.scoring.sizes[: 2 * len(STRATEGIES)]
        assert sum(tested for _, tested in in_search) == len(STRATEGIES) * N_ROWS * 2 / 3


def test_a_search_without_groups_says_so(rows, pipeline, routing):
    search = GridSearchCV(pipeline, {"last__shrink": [0.0]}, cv=GroupKFold(3))
    with pytest.raises(ValueError, match="'groups' parameter should not be None"):
        search.fit(rows, GRADES)


def test_routing_tells_plain_arrays_their_patients(rows, pipeline):
    """A search routes by the pipeline it is given, so a step that takes patients must stand in it from the start."""
    images = np.asarray(rows)
    pipeline.set_params(imbalance=ClassWeighter())
    search = GridSearchCV(pipeline, {"imbalance": STRATEGIES[1:]}, cv=GroupKFold(3), error_score="raise")
    with sklearn.config_context(enable_metadata_routing=True):
        search.fit(images, GRADES, groups=PATIENTS)
        nested(search, images, True)
    trained = search.best_estimator_[-1].rows_
    assert_array_equal(trained.groups, PATIENTS.astype(str)[trained.indices])


def test_predictions_out_of_fold(rows, pipeline, routing):
    passed = {"params": {"groups": PATIENTS}} if routing else {"groups": PATIENTS}
    pipeline.set_params(imbalance=STRATEGIES[1])
    predicted = cross_val_predict(pipeline, rows, GRADES, cv=GroupKFold(3), **passed)
    assert_allclose(predicted == GRADES, True, atol=0.1)
