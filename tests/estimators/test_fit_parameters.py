"""Weights and patients reach whoever reads them: through steps that make arrays of rows, searches and routing."""

import warnings

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline as make_resampling_pipeline
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skerosion import CalibratedForecaster, ImageRows, TwoLevelClassifier
from skerosion.estimators._fit_parameters import fit_arguments
from skerosion.estimators._held_out import Samples
from skerosion.imbalance import RowSampler

pytestmark = pytest.mark.once

SMOOTHING = {"var_smoothing": [1e-9, 1e-8]}


@pytest.fixture(scope="module")
def joints():
    """Features, grades, patients of three joints each, and weights that favour the highest grade."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=90)
    X = (y[:, np.newaxis] + rng.normal(size=(90, 1))).astype("float32")
    return X, y, np.repeat(np.arange(30), 3), np.where(y == 2, 10.0, 1.0)


def shares_of(y, weights):
    counts = np.bincount(y, weights)
    return counts / counts.sum()


def two_levels():
    return TwoLevelClassifier(GaussianNB(), GaussianNB())


@pytest.mark.parametrize("transformer", [StandardScaler(), FunctionTransformer()], ids=["to_arrays", "rows_stay"])
@pytest.mark.parametrize("given", ["arrays", "rows"])
def test_weights_pass_a_transformer_once(joints, transformer, given):
    X, y, patients, weights = joints
    X = X if given == "arrays" else ImageRows(X, groups=patients)
    pipeline = make_pipeline(transformer, two_levels())
    fitted = CalibratedForecaster(pipeline, cv=2).fit(X, y, sample_weight=weights, groups=patients).estimator_
    np.testing.assert_allclose(fitted[-1].class_shares_, shares_of(y, weights))


def test_patients_pass_a_transformer(joints, bell):
    X, y, patients, _ = joints
    fitted = Samples.of(ImageRows(X, groups=patients), y).fit(make_pipeline(StandardScaler(), bell()))
    np.testing.assert_array_equal(fitted[-1].groups_, patients.astype(str))


def test_weights_of_resampled_rows_ride_along(joints):
    X, y, patients, weights = joints
    sampler = RowSampler(RandomOverSampler(random_state=0))
    rows = ImageRows(X, groups=patients, sample_weight=weights)
    fitted = Samples.of(rows, y).fit(make_resampling_pipeline(sampler, FunctionTransformer(), two_levels()))
    once = np.bincount(y).max()
    np.testing.assert_allclose(fitted[-1].class_shares_, np.array([once, once, 10 * once]) / (12 * once))


@pytest.mark.parametrize("given", ["arrays", "rows"])
@pytest.mark.parametrize("cv", [GroupKFold(3), 3], ids=str)
def test_a_search_splits_by_patient_where_its_splitter_does(joints, given, cv):
    X, y, patients, weights = joints
    X = X if given == "arrays" else ImageRows(X)
    search = GridSearchCV(GaussianNB(), SMOOTHING, cv=cv)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        calibrated = CalibratedForecaster(search, cv=2).fit(X, y, sample_weight=weights, groups=patients)
    np.testing.assert_allclose(calibrated.estimator_.best_estimator_.class_prior_, shares_of(y, weights))


@pytest.mark.parametrize("outer", ["search", "pipeline"])
def test_weights_find_the_last_step_through_searches_and_pipelines(joints, outer):
    X, y, patients, weights = joints
    pipeline = make_pipeline(StandardScaler(), GaussianNB())
    estimator = GridSearchCV(pipeline, {"gaussiannb__var_smoothing": [1e-9]}, cv=GroupKFold(3))
    estimator = make_pipeline(StandardScaler(), estimator) if outer == "pipeline" else estimator
    fitted = Samples.of(X, y, weights, patients).fit(estimator)
    best = (fitted[-1] if outer == "pipeline" else fitted).best_estimator_
    np.testing.assert_allclose(best[-1].class_prior_, shares_of(y, weights))


class TestRouting:
    """With metadata routing on keywords have no prefix, and only what is asked for is handed on."""

    @pytest.fixture(autouse=True)
    def routing(self):
        with config_context(enable_metadata_routing=True):
            yield

    def test_weights_reach_who_asks(self, joints):
        X, y, patients, weights = joints
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        grader = GaussianNB().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        pipeline, grid = make_pipeline(scaler, grader), {"gaussiannb__var_smoothing": [1e-9]}
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        for estimator in (pipeline, GridSearchCV(pipeline, grid, scoring=scorer, cv=GroupKFold(3))):
            fitted = Samples.of(X, y, weights, patients).fit(estimator)
            steps = getattr(fitted, "best_estimator_", fitted)
            np.testing.assert_allclose(steps[-1].class_prior_, shares_of(y, weights))

    def test_weights_that_nobody_asks_for_are_an_error(self, joints):
        X, y, _, weights = joints
        with pytest.raises(ValueError, match="no part of Pipeline asks for"):
            Samples.of(X, y, weights).fit(make_pipeline(StandardScaler(), LogisticRegression()))

    def test_patients_reach_a_forecaster(self, joints):
        X, y, patients, _ = joints
        pipeline = make_pipeline(StandardScaler(), CalibratedForecaster(GaussianNB(), cv=GroupKFold(2)))
        assert Samples.of(X, y, groups=patients).fit(pipeline)[-1].temperature_ > 0

    def test_rows_carry_what_they_know(self, joints):
        X, y, patients, weights = joints
        rows = ImageRows(X, groups=patients, sample_weight=weights)
        kept, parameters = fit_arguments(make_pipeline(two_levels()), rows, rows)
        assert kept is rows and "sample_weight" not in parameters
