"""Fitted estimators of every kind, each fitted once, and a small file to break."""

import numpy as np
import pytest
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skerosion import (
    AugmentedForecaster,
    AugmentingOverSampler,
    CalibratedForecaster,
    ClassWeighter,
    CNNClassifier,
    CNNRegressor,
    ConformalForecaster,
    ContextForecaster,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    ImageRows,
    OrdinalClassifier,
    RowSampler,
    TwoLevelClassifier,
)
from skerosion.experiments import RowEstimator, save_estimator
from skerosion.inspection import Embedder
from skerosion.preprocessing import ContrastStretcher, HistogramEqualizer
from skerosion.training import Phase
from tests.experiments.common_parts import common_parts, frozen
from tests.small_results import estimators as estimators
from tests.small_results import finished as finished
from tests.small_results import illustrated as illustrated
from tests.small_results import joints as joints
from tests.small_results import plan as plan
from tests.small_results import registry as registry
from tests.small_results import registry_study as registry_study
from tests.small_results import result as result
from tests.small_results import study as study

QUICK = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "batch_size": 20, "epochs": 1, "verbose": 0}


@pytest.fixture(scope="session")
def graded():
    """Rows of 40 images with 20 patients, and grades 0 to 2."""
    rng = np.random.default_rng(0)
    grades = np.tile([0, 0, 1, 2], 10)
    images = rng.integers(0, 200, (40, 16, 16, 1)).astype(np.uint8)
    images[grades == 2, 4:12, 4:12] = 250
    return ImageRows(images, groups=np.repeat(np.arange(20), 2)), grades


@pytest.fixture(scope="session")
def tabular(graded):
    """Feature vectors that tell the same grades."""
    rows, grades = graded
    return grades[:, np.newaxis] + np.random.default_rng(1).normal(scale=0.7, size=(40, 2))


def _networks():
    text = np.array(["none", "mild", "severe"])
    network = {**QUICK, "random_state": 0}
    return {
        "classifier": (
            CNNClassifier(**network, optimizer={"class_name": "AdamW", "config": {"weight_decay": 0.01}}),
            None,
        ),
        "ordinal": (OrdinalClassifier(**network, classes=text.tolist(), decision="median"), lambda y: text[y]),
        "crps": (
            CRPSRegressor(
                **{**network, "random_state": np.random.RandomState(3)},
                grid=[0, 10, 50, 100],
                bins=[0.0, 20.0],
                phases=[Phase("head"), {"trainable": "all", "rate": 0.1}],
                schedule="cosine",
                validation_split=GroupKFold(4),
                warm_start=True,
            ),
            lambda y: np.array([0.0, 10.0, 50.0])[y],
        ),
        "regressor": (CNNRegressor(**network, augmentation={"rotation": 5.0}), lambda y: y * 25.0),
        "embedder": (Embedder(CNNClassifier(**network)), None),
        "resampled": (
            Pipeline(
                [
                    ("copies", AugmentingOverSampler(random_state=np.random.default_rng(2).integers(9))),
                    ("fewer", RowSampler(RandomUnderSampler(random_state=0))),
                    ("weights", ClassWeighter("balanced")),
                    ("cnn", CNNClassifier(**network)),
                ]
            ),
            None,
        ),
        "augmented": (AugmentedForecaster(CNNClassifier(**network), mirror=True), None),
        "nested_search": (_nested_search(CNNClassifier(**network)), None),
    }


def _nested_search(network):
    """Return a search over steps, whose winner is an ensemble of estimators that are made of others."""
    calibrated = CalibratedForecaster(AugmentedForecaster(network, mirror=True), cv=0.4, random_state=0)
    both = ForecastEnsemble([("network", network), ("calibrated", calibrated)])
    steps = {"stretch": ContrastStretcher(), "flat": HistogramEqualizer(), "copies": "passthrough", "both": both}
    return GridSearchCV(Pipeline([*steps.items()]), {"copies": [AugmentingOverSampler(random_state=0)]}, cv=2)


def _composites():
    logistic = make_pipeline(StandardScaler(), LogisticRegression())
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    return {
        "pipeline": logistic,
        "search": search,
        "calibrated": CalibratedForecaster(logistic, method="isotonic", cv=0.4, random_state=0),
        "calibrated_search": CalibratedForecaster(search, cv=0.4, random_state=0),
        "conformal": ConformalForecaster(logistic, cv=0.4, random_state=0),
        "two_levels": TwoLevelClassifier(LogisticRegression(), LogisticRegression(), decision="levels"),
        "ensemble": ForecastEnsemble(
            [("one", logistic), ("two", ForecastEnsemble([("a", LogisticRegression(C=0.1)), ("b", logistic)]))],
            weights="crps",
            cv=2,
        ),
        "context": ContextForecaster(CalibratedForecaster(logistic, cv=0.4, random_state=0)),
        "rows": RowEstimator(logistic),
        "graded": GradedRegressor(CRPSRegressor(dense_units=(4,), epochs=1, random_state=0, grid=[0, 1, 2], verbose=0)),
    }


@pytest.fixture(scope="session")
def fitted(graded, tabular):
    """For each name a fitted estimator and what it predicts for."""
    rows, grades = graded
    features = ImageRows(tabular.astype(np.float32), groups=rows.groups)
    found = {}
    for name, (estimator, target) in _networks().items():
        found[name] = (estimator.fit(rows, grades if target is None else target(grades)), rows)
    for name, estimator in _composites().items():
        X = features if name in ("context", "rows") else tabular
        found[name] = (estimator.fit(X, grades), X)
    for name, estimator in common_parts().items():
        found[name] = (estimator.fit(tabular, grades), tabular)
    found["frozen"] = (frozen(found["pipeline"][0]), tabular)
    return found


@pytest.fixture(scope="session")
def small(tabular, graded, tmp_path_factory):
    """Path of the file of a fitted pipeline."""
    estimator = make_pipeline(StandardScaler(), LogisticRegression()).fit(tabular, graded[1])
    return save_estimator(estimator, tmp_path_factory.mktemp("small") / "grader.skerosion", {"bits": 8})
