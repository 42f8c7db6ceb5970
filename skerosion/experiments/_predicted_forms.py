"""What saved estimators predict for images in several forms, as they are and changed: here, or on dask workers."""

import pickle
from dataclasses import dataclass

from skerosion._types import Callable
from skerosion.datasets import ImageRows
from skerosion.forecasts import forecast_of

from ._cluster import Call, run_on_workers
from ._evaluated_result import forecasts_of


@dataclass(frozen=True, eq=False)
class Form:
    """Rows of images, and the change of their pixels by which they are read; None reads them as they are."""

    rows: ImageRows
    change: Callable | None = None

    def read(self):
        """The rows, changed."""
        return self.rows if self.change is None else self.rows.map(self.change)


def predict_forms(estimators, forms, *, scheduler=None, say=print, update=lambda work=0.0, text=None: None):
    """Predict images in several forms by several estimators.

    Parameters
    ----------
    estimators : dict of str to SavedEstimator
    forms : dict of str to Form
        By what they are called.
    scheduler : str or None, default=None
        Address of a dask scheduler, whose workers predict.
    say, update : callable
        As of `run_on_workers`; `update` gets 1 for each form.

    Returns
    -------
    dict of str to dict
        For each form the forecasts by task and name of the estimator.
    """
    if scheduler is not None:
        return _on_workers(estimators, forms, scheduler, say, update)
    said = {}
    for number, (name, form) in enumerate(forms.items(), 1):
        update(text=f"predicting the images changed: {name} ({number} of {len(forms)})")
        said[name] = forecasts_of(estimators, form.read())
        update(1.0)
    return said


def _on_workers(estimators, forms, scheduler, say, update):
    import cloudpickle

    # As bytes, because a worker can import what an estimator is made of only once the call has told it where.
    packed = {name: cloudpickle.dumps(saved.pipeline) for name, saved in estimators.items()}
    calls = {
        Call(f"{estimator}, {form}", _forecast, (packed[estimator], given.rows), (given.change,)): (form, estimator)
        for form, given in forms.items()
        for estimator in estimators
    }
    said = {}
    results = run_on_workers(scheduler, list(calls), say=say, update=update)
    for number, (call, forecast) in enumerate(results, 1):
        said[calls[call]] = forecast
        update(1 / len(estimators), f"predicted {number} of {len(calls)} · last: {call.label}")
    # In the order of the estimators, whichever ended first.
    return {form: {(saved.task, name): said[form, name] for name, saved in estimators.items()} for form in forms}


def _forecast(packed, rows, change):
    return forecast_of(pickle.loads(packed), Form(rows, change).read())
