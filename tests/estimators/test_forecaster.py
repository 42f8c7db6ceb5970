"""Whatever an estimator is wrapped in, the one that predicts is found."""

import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skerosion import CNNRegressor, CRPSRegressor
from skerosion.estimators._forecaster import check_gives_distribution
from skerosion.forecasts import step_of

REGRESSOR = CRPSRegressor(bins="ratingen")
PIPELINE = make_pipeline(StandardScaler(), REGRESSOR)


@pytest.mark.parametrize(
    "estimator",
    [
        REGRESSOR,
        PIPELINE,
        FrozenEstimator(REGRESSOR),
        FrozenEstimator(PIPELINE),
        make_pipeline(StandardScaler(), FrozenEstimator(REGRESSOR)),
        FrozenEstimator(make_pipeline(StandardScaler(), FrozenEstimator(PIPELINE))),
        GridSearchCV(PIPELINE, {}),
        FrozenEstimator(GridSearchCV(FrozenEstimator(PIPELINE), {})),
    ],
    ids=repr,
)
def test_step_that_predicts_is_found(estimator):
    assert step_of(estimator) is REGRESSOR
    check_gives_distribution(estimator)


def test_frozen_pipeline_without_a_distribution_is_an_error():
    with pytest.raises(ValueError, match="got CNNRegressor"):
        check_gives_distribution(FrozenEstimator(make_pipeline(StandardScaler(), CNNRegressor())))
