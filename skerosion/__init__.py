"""Images with ordered, imbalanced grades as scikit-learn estimators.

Importing the package loads neither scikit-learn nor Keras: each name below is imported from its room when it is first
touched, and touching an estimator class loads the Keras backend.

Examples
--------
>>> import skerosion
>>> [name for name in skerosion.__all__ if name.startswith("CN")]
['CNNClassifier', 'CNNRegressor']
"""

from skerosion._lazy import attach

_ROOMS = {
    "clinical": (),
    "datasets": ("ImageRows",),
    "distributions": ("GridDistribution",),
    "estimators": (
        "AugmentedForecaster",
        "CNNClassifier",
        "CNNRegressor",
        "CRPSRegressor",
        "CalibratedForecaster",
        "ConformalForecaster",
        "ContextForecaster",
        "ForecastEnsemble",
        "GradedRegressor",
        "OrdinalClassifier",
        "TwoLevelClassifier",
    ),
    "experiments": (),
    "grades": (),
    "imbalance": ("AugmentingOverSampler", "ClassWeighter", "RowSampler"),
    "inspection": (),
    "metrics": (),
    "model_selection": (),
    "networks": (),
    "plotting": (),
    "preprocessing": (),
    "report": (),
    "study": (),
    "training": (),
    "visits": ("RauForecaster",),
}

__getattr__, __dir__ = attach(__name__, _ROOMS)
__all__ = sorted(name for names in _ROOMS.values() for name in names)
