"""One way to forecast: whatever an estimator is wrapped in, the forecast says what its own ``predict`` says."""

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline as SamplerPipeline
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import LinearSVC

from skerosion.forecasts import Forecast, forecast_of, step_of
from skerosion.metrics import scorers

RNG = np.random.default_rng(0)
Y = np.tile([0, 0, 1], 30)
X = np.column_stack([1000 + 3 * Y + RNG.normal(0, 1, 90), RNG.normal(0, 1, 90)])


class Network(ClassifierMixin, BaseEstimator):
    """Says grade 1 above 0.5, so that rows that skip the transformer before it are all alike."""

    def __init__(self, sharpness=4.0):
        self.sharpness = sharpness

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def forecast(self, X):
        high = 1 / (1 + np.exp(-self.sharpness * (np.asarray(X, float)[:, 0] - 0.5)))
        probabilities = np.column_stack([1 - high, high])
        return Forecast((high > 0.5).astype(int), probabilities, self.classes_)

    def predict(self, X):
        return self.forecast(X).prediction

    def predict_proba(self, X):
        return self.forecast(X).probabilities


def grid(estimator, name="sharpness"):
    return GridSearchCV(estimator, {name: [2.0, 4.0]}, cv=3)


STEPS = [("scale", StandardScaler()), ("net", Network())]
SAMPLED = [("over", RandomOverSampler(random_state=0)), *STEPS]
OURS = {
    "the network alone": Network(),
    "a pipeline": Pipeline(STEPS),
    "with a sampler before": SamplerPipeline(SAMPLED),
    "with a sampler between": SamplerPipeline([STEPS[0], SAMPLED[0], STEPS[1]]),
    "passthrough and None between": Pipeline([STEPS[0], ("nothing", "passthrough"), ("none", None), STEPS[1]]),
    "two transformers": make_pipeline(StandardScaler(), FunctionTransformer(lambda X: X / 2), Network()),
    "a pipeline in a pipeline": make_pipeline(StandardScaler(), Pipeline([("net", Network())])),
    "a pipeline as transformer": make_pipeline(make_pipeline(StandardScaler(), PCA(2, svd_solver="full")), Network()),
    "columns apart": make_pipeline(ColumnTransformer([("first", StandardScaler(), [0])]), Network()),
    "a union": make_pipeline(FeatureUnion([("a", StandardScaler()), ("b", PCA(1))]), Network()),
    "a search of a pipeline": grid(Pipeline(STEPS), "net__sharpness"),
    "a search in a pipeline": make_pipeline(StandardScaler(), grid(Network())),
    "a random search": RandomizedSearchCV(Pipeline(STEPS), {"net__sharpness": [4.0]}, n_iter=1, cv=3, random_state=0),
    "a frozen network": FrozenEstimator(Network().fit(X, Y)),
    "a frozen pipeline": FrozenEstimator(Pipeline(STEPS).fit(X, Y)),
    "a frozen network in a pipeline": make_pipeline(StandardScaler(), FrozenEstimator(Network().fit(X, Y))),
    "a frozen search of a pipeline": FrozenEstimator(grid(Pipeline(STEPS), "net__sharpness").fit(X, Y)),
    "frozen twice": FrozenEstimator(FrozenEstimator(Pipeline(STEPS).fit(X, Y))),
    "a frozen transformer before": make_pipeline(FrozenEstimator(StandardScaler().fit(X)), Network()),
    "a cached pipeline": Pipeline(STEPS, memory=None),
}
FOREIGN = {
    "a foreign pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "calibrated": CalibratedClassifierCV(Pipeline(STEPS), cv=3),
    "calibrated frozen": CalibratedClassifierCV(FrozenEstimator(Pipeline(STEPS).fit(X, Y))),
    "a vote": VotingClassifier([("a", Pipeline(STEPS)), ("b", Pipeline(STEPS))], voting="soft"),
    "a bag of pipelines": BaggingClassifier(Pipeline(STEPS), n_estimators=2, random_state=0),
    "a threshold of its own": FixedThresholdClassifier(Pipeline(STEPS), threshold=0.3),
}
ONLY_PREDICTS = {
    "without probabilities": make_pipeline(StandardScaler(), LinearSVC()),
    "a transformed target": TransformedTargetRegressor(make_pipeline(StandardScaler(), Ridge())),
}


@pytest.mark.parametrize("estimator", [*OURS.values(), *FOREIGN.values()], ids=[*OURS, *FOREIGN])
def test_forecast_says_what_predict_says(estimator):
    fitted = estimator.fit(X, Y)
    forecast = forecast_of(fitted, X)
    np.testing.assert_array_equal(forecast.prediction, fitted.predict(X))
    np.testing.assert_allclose(forecast.probabilities, fitted.predict_proba(X))
    assert scorers("accuracy")(fitted, X, Y)["accuracy"] == pytest.approx((fitted.predict(X) == Y).mean())


@pytest.mark.parametrize("estimator", OURS.values(), ids=OURS)
def test_distribution_reaches_out_of_every_wrapping(estimator):
    forecast = forecast_of(estimator.fit(X, Y), X)
    np.testing.assert_allclose(forecast.distribution.mean(), forecast.probabilities[:, 1])


@pytest.mark.parametrize("name", [name for name in OURS if name not in ("the network alone", "a frozen network")])
def test_transformers_before_the_network_are_not_skipped(name):
    # Without them every row lies above 0.5, and every prediction is 1.
    assert len(np.unique(forecast_of(OURS[name].fit(X, Y), X).prediction)) == 2


@pytest.mark.parametrize("estimator", ONLY_PREDICTS.values(), ids=ONLY_PREDICTS)
def test_what_only_predicts_has_nothing_else(estimator):
    fitted = estimator.fit(X, Y)
    forecast = forecast_of(fitted, X)
    np.testing.assert_array_equal(forecast.prediction, fitted.predict(X))
    assert forecast.probabilities is None and forecast.distribution is None


def test_pipeline_that_ends_in_nothing_is_sklearns_error():
    with pytest.raises(AttributeError, match="predict"):
        forecast_of(Pipeline([("scale", StandardScaler()), ("last", "passthrough")]).fit(X, Y), X).prediction  # noqa: B018


def test_the_last_step_is_found_unfitted_and_fitted():
    for fitted in (False, True):
        network = Network().fit(X, Y) if fitted else Network()
        assert step_of(make_pipeline(StandardScaler(), FrozenEstimator(network))) is network
    assert step_of(GridSearchCV(Pipeline([("network", network)]), {})) is network and step_of(network) is network


def test_a_search_that_was_not_fitted_says_so_itself():
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [1.0]})
    with pytest.raises(NotFittedError, match="This GridSearchCV instance is not fitted yet"):
        forecast_of(search, X).prediction  # noqa: B018
