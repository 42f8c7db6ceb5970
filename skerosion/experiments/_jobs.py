"""Running fits: one after the other or in processes of their own, each saved as it ends."""

import os
import time
from dataclasses import dataclass, field

import numpy as np

from skerosion.forecasts import forecast_of

from ._folds import Fold
from ._identity import check_weights
from ._predictions import forecast_arrays
from ._progress_bar import StepListener, progress_bar
from ._quiet import load_estimators
from ._record import devices, versions
from ._store import SearchStopped, is_disk_full
from ._strategies import TITLES, make_pipeline, task_parameters


@dataclass(frozen=True)
class FitJob:
    """One fit: task, strategy and fold, the name of its file and its work in rows shown to the network.

    ``weights`` is what the name takes for the first weights, see `weights_digest`.
    """

    task: str
    strategy: str
    fold: Fold
    name: str
    work: float
    weights: object = field(default=None, kw_only=True)

    def __str__(self):
        return f"{self.task} · {TITLES[self.strategy]} · fold {self.fold.number + 1}"


def workers_and_threads(jobs, n_fits):
    """Number of processes and of CPU threads for each.

    Examples
    --------
    >>> from ._jobs import workers_and_threads
    >>> workers_and_threads(2, 1)[0]
    1
    """
    cores = os.cpu_count() or 1
    if jobs == 0 or jobs < -1:
        raise ValueError(f"jobs should be a positive number of processes or -1 for one a CPU core, got {jobs}.")
    n_workers = max(1, min(cores if jobs == -1 else jobs, n_fits))
    return n_workers, max(1, cores // n_workers)


def run_jobs(pending, work, context, jobs, progress, fit=None):
    """Run the fits that are left.

    Parameters
    ----------
    pending, work : sequence of FitJob
        What is left to do, and everything.
    context : tuple
        What `fit` takes after the job.
    jobs : int
        Fits at a time.
    progress : bool
    fit : callable or None, default=None
        ``fit(job, *context, advance=...)`` runs one job and saves it; None is `fit_job`.
    """
    fit = fit or fit_job
    total = sum(job.work for job in work)
    if pending and jobs == 1:
        load_estimators()
    with progress_bar(total, shown=progress and bool(pending), done=total - sum(job.work for job in pending)) as update:
        if jobs == 1 or len(pending) <= 1:
            for job in pending:
                update(text=str(job))
                fit(job, *context, advance=update)
        else:
            _run_in_processes(pending, context, jobs, update, fit)


def _run_in_processes(pending, context, jobs, update, fit):
    from joblib import Parallel, delayed

    n_workers, threads = workers_and_threads(jobs, len(pending))
    update(text=f"{len(pending)} fits, {n_workers} at a time")
    parallel = Parallel(
        n_workers, backend="loky", batch_size=1, pre_dispatch=n_workers, return_as="generator_unordered"
    )
    for job in parallel(delayed(_fit_in_process)(fit, job, context, threads) for job in pending):
        update(job.work, f"{n_workers} at a time · last: {job}")


def _fit_in_process(fit, job, context, threads):
    """Run one fit in a worker; TensorFlow reads its thread counts when it is imported, so they are set before."""
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    load_estimators()
    fit(job, *context)
    return job


def fit_job(job, rows, y, target, parameters, store, *, advance=None):
    """Fit one strategy on one fold and save its out-of-fold forecast.

    Parameters
    ----------
    job : FitJob
    rows : ImageRows
    y : ndarray of shape (n_rows,)
    target : Target
    parameters : dict
        Parameters of the estimator.
    store : FitStore
    advance : callable or None, default=None
        Gets the work done after each step; None leaves the caller to count the whole fit.
    """
    pipeline, seconds = fit_pipeline(job, rows, y, target, parameters, advance=advance)
    started = time.perf_counter()
    forecast = forecast_of(pipeline, rows[job.fold.test])
    arrays = forecast_arrays(forecast, target.classes, getattr(pipeline[-1], "class_shares_", None))
    predicted = time.perf_counter() - started
    store.save(job.name, {"rows": job.fold.test, **arrays}, about_fit(job, seconds, predicted, pipeline[-1]))


def fit_pipeline(job, rows, y, target, parameters, *, advance=None):
    """The fitted pipeline of a job, and the seconds its fit took.

    Parameters
    ----------
    job : FitJob
    rows, y, target, parameters, advance
        As in `fit_job`.

    Returns
    -------
    pipeline : imblearn.pipeline.Pipeline
    seconds : float
    """
    train = job.fold.train
    parameters = task_parameters(job.task, parameters)
    check_weights(parameters, job.weights)
    parameters |= {} if advance is None else {"callbacks": [_listeners(job.work, parameters, advance)]}
    pipeline = make_pipeline(job.task, job.strategy, target, parameters=parameters, seed=job.fold.seed)
    started = time.perf_counter()
    pipeline.fit(rows[train], target.training_target(job.task, y[train]))
    # The listener belongs to this run's progress bar, not to the estimator that is kept.
    pipeline.set_params(cnn__callbacks=None)
    return pipeline, time.perf_counter() - started


def _listeners(work, parameters, advance):
    """What makes the listener of each phase: a phase starts callbacks of its own and does its share of the work."""
    epochs = np.array(phase_epochs(parameters))
    shares = iter(work * epochs / epochs.sum())
    return lambda: StepListener(next(shares), advance)


def phase_epochs(parameters):
    """Epochs of each phase of a fit.

    Parameters
    ----------
    parameters : dict
        Of an estimator; those that are left out have their defaults.

    Returns
    -------
    list of int

    Examples
    --------
    >>> from ._jobs import phase_epochs
    >>> phase_epochs({"epochs": 3}), phase_epochs({"epochs": 3, "phases": "head_then_all"})
    ([3], [3, 3])
    """
    from skerosion.training import as_phases

    return [epochs for _, epochs in as_phases(parameters.get("phases"), parameters.get("epochs", 25))]


def about_fit(job, fit_seconds, predict_seconds, estimator):
    """What is kept beside a fit's arrays: task, seed, rows, seconds, losses, device and versions."""
    return {
        "task": job.task,
        "strategy": job.strategy,
        "fold": job.fold.number + 1,
        "seed": job.fold.seed,
        "rows_trained": len(job.fold.train),
        "rows_tested": len(job.fold.test),
        "seconds": round(fit_seconds, 2),
        "predict_seconds": round(predict_seconds, 2),
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "loss": [round(loss, 5) for loss in estimator.history_["loss"]],
        "device": devices(),
        "versions": versions(),
    }


class finished_fits_stay:
    """Turn an interruption, a full disk or an error into a `SearchStopped` that says what is finished.

    Parameters
    ----------
    store : FitStore
    work : sequence of FitJob
    doing : str
        What the block does, for the message: ``"fitting"``.
    """

    def __init__(self, store, work, doing):
        self.store = store
        self.work = work
        self.doing = doing

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None or isinstance(error, SearchStopped) or not isinstance(error, (Exception, KeyboardInterrupt)):
            return
        raise SearchStopped(f"{self._why(error)} {self._finished()}{_advice(error)}") from error

    def _why(self, error):
        if isinstance(error, KeyboardInterrupt):
            return f"Interrupted while {self.doing}."
        if is_disk_full(error):
            return f"The disk is full while {self.doing} ({error.filename or self.store.folder}): free some space."
        return f"Stopped while {self.doing} by {type(error).__name__}: {str(error).rstrip('.')}."

    def _finished(self):
        done = sum(job.name in self.store for job in self.work)
        return f"{done} of {len(self.work)} fits are finished and stay in {self.store.folder}"


def _advice(error):
    """The same command helps where nothing about it was wrong; after any other error it would fail again."""
    again = isinstance(error, KeyboardInterrupt) or is_disk_full(error)
    return ": the same command goes on from there." if again else "."
