"""What a stored fit must hold to be of these rows: whoever changed one by hand may have sealed it again."""

from numbers import Real

import numpy as np

from ._stored_forecasts import kept_forecast

_TOLD = {"seconds": Real, "predict_seconds": Real, "seed": Real, "loss": list, "device": dict, "versions": dict}
_NUMBERS = ("probabilities", "cdf", "grid", "shares", "embedding")
_ROUNDING = 1e-3  # sums of single precision


def check_fit(job, arrays, about, n_rows, n_classes):
    """Raise ValueError for what is no fit of a job, and KeyError for what lacks a part of one.

    Parameters
    ----------
    job : FitJob
    arrays : dict of str to ndarray
    about : dict
    n_rows : int
        Of the data, all of which a study's fits embed.
    n_classes : int
        Grades of the target.
    """
    for name, kind in _TOLD.items():
        if not isinstance(about[name], kind):
            raise ValueError(f"its {name} is {about[name]!r:.40}")
    if not all(isinstance(loss, Real) for loss in about["loss"]):
        raise ValueError("its losses are not numbers")
    for name in (name for name in _NUMBERS if name in arrays):
        if arrays[name].dtype.kind not in "biuf" or not np.isfinite(arrays[name]).all():
            raise ValueError(f"its {name} must hold finite numbers")
    if not np.array_equal(arrays["rows"], job.fold.test):
        raise ValueError("it predicts other rows")
    _check_forecast(arrays, job.strategy, len(job.fold.test), n_classes)
    if "embedding" in arrays and (
        arrays["embedding"].ndim != 2 or len(arrays["embedding"]) not in (len(job.fold.test), n_rows)
    ):
        raise ValueError("it embeds other rows")


def _check_forecast(arrays, strategy, n_rows, n_classes):
    forecast = kept_forecast(arrays, strategy)
    predicted = np.asarray(forecast.prediction)
    if predicted.shape != (n_rows,) or predicted.dtype.kind not in "biufU":
        raise ValueError("it must have one prediction per row")
    if predicted.dtype.kind == "f" and not np.isfinite(predicted).all():
        raise ValueError("its predictions must be finite numbers")
    if forecast.is_of_classes and forecast.probabilities is not None:
        probabilities = arrays["probabilities"]
        if probabilities.shape != (n_rows, n_classes) or np.shape(forecast.classes) != (n_classes,):
            raise ValueError("it must have one probability per grade")
        if (probabilities < 0).any() or (np.abs(probabilities.sum(axis=1) - 1) > _ROUNDING).any():
            raise ValueError("its probabilities do not add up to 1")
    elif forecast.distribution is not None and len(forecast.distribution.cdf) != n_rows:
        raise ValueError("it must have one distribution per row")
