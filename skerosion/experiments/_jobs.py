"""Running fits: one after the other or in processes of their own, each saved as it ends."""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from tempfile import TemporaryDirectory

import numpy as np

from skerosion._counted import counted
from skerosion.datasets import ImageRows
from skerosion.forecasts import forecast_of
from skerosion.grades import Target

from ._cluster import Call, run_on_workers
from ._embed import embed
from ._folds import Fold
from ._identity import check_weights
from ._learned import LEARNED, give_learned, learned_state
from ._own_parts import pack_own_parts, register_packed
from ._progress_bar import ProcessReporter, StepListener, progress_bar, reports_of_processes
from ._quiet import load_estimators
from ._record import devices, versions
from ._store import FitStore
from ._stored_forecasts import forecast_arrays
from ._strategies import estimator_class
from ._trainings import Training
from .file_format import ENDING, load_estimator


@dataclass(frozen=True)
class FitJob:
    """One fit: a training and a fold, the name of its file, its work in rows shown to the network, and its label.

    ``start`` is the name of the stored fit that it starts from, ``weights`` what the name takes for the first weights,
    see `weights_digest`, and ``keeps_learned`` whether what it learned and its embedding of all rows are kept.
    """

    training: Training
    fold: Fold
    name: str
    work: float
    label: str = ""
    start: str | None = None
    weights: object = None
    keeps_learned: bool = False

    @property
    def task(self):
        """Task of its training."""
        return self.training.task

    @property
    def strategy(self):
        """What its training does against the imbalance."""
        return self.training.strategy

    def __str__(self):
        return self.label


@dataclass(frozen=True)
class FitContext:
    """What all fits of a plan share: the rows and what they mean, the estimators' common parameters, and the store."""

    rows: ImageRows
    y: np.ndarray
    target: Target
    parameters: dict
    store: FitStore

    @classmethod
    def of(cls, plan, prepared, store):
        """The context of a plan on prepared data."""
        return cls(prepared.data.X, prepared.y, prepared.target, plan.parameters, store)


def workers_and_threads(jobs, n_fits):
    """Number of processes and of CPU threads for each.

    Examples
    --------
    >>> from skerosion.experiments._jobs import workers_and_threads
    >>> workers_and_threads(2, 1)[0]
    1
    """
    cores = os.cpu_count() or 1
    if jobs == 0 or jobs < -1:
        raise ValueError(f"jobs must be a positive number of processes or -1 for one per CPU core, got {jobs}.")
    n_workers = max(1, min(cores if jobs == -1 else jobs, n_fits))
    return n_workers, max(1, cores // n_workers)


def run_jobs(pending, fit_jobs, context, jobs, progress, say=None, scheduler=None):
    """Run the fits that are left.

    Parameters
    ----------
    pending, fit_jobs : sequence of FitJob
        What is left to do, and everything.
    context : FitContext
    jobs : int
        Fits at a time.
    progress : bool
        Whether to show the progress.
    say : callable or None, default=None
        Gets a line of it now and then where no bar can be drawn; None writes it to standard error.
    scheduler : str or None, default=None
        Address of a dask scheduler whose workers fit; this process keeps what they make.
    """
    total = sum(job.work for job in fit_jobs)
    if pending and jobs == 1 and scheduler is None:
        load_estimators()
    done = total - sum(job.work for job in pending)
    with progress_bar(total, shown=progress and bool(pending), done=done, say=say) as update:
        if scheduler is not None and pending:
            _run_on_workers(pending, context, scheduler, update, say or print)
        elif jobs == 1 or len(pending) <= 1:
            for number, job in enumerate(pending, 1 + len(fit_jobs) - len(pending)):
                update(text=f"{job} ({number} of {len(fit_jobs)})")
                fit_job(job, context, advance=update)
        else:
            _run_in_processes(pending, context, jobs, update)


def _run_in_processes(pending, context, jobs, update):
    from joblib import Parallel, delayed

    (n_workers, threads), parts = workers_and_threads(jobs, len(pending)), pack_own_parts()
    update(text=f"{counted(len(pending), 'fit')}, {n_workers} at a time")
    parallel = Parallel(
        n_workers, backend="loky", batch_size=1, pre_dispatch=n_workers, return_as="generator_unordered"
    )
    with reports_of_processes(update) as path:
        finished = parallel(delayed(_fit_in_process)(job, context, threads, parts, path) for job in pending)
        for number, job in enumerate(finished, 1):
            update(text=f"{n_workers} at a time · {number} of {len(pending)} finished · last: {job}")


def _fit_in_process(job, context, threads, parts, path):
    """Run one fit in a worker; TensorFlow reads its thread counts when it is imported, so they are set before."""
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    register_packed(parts)
    advance = ProcessReporter(path)
    fit_job(job, context, advance=advance)
    advance.close()
    return job


def _run_on_workers(pending, context, scheduler, update, say):
    calls = {call_of(job, context, _packed_fit): job for job in pending}
    update(text=counted(len(pending), "fit"))
    results = run_on_workers(scheduler, list(calls), say=say, update=update)
    for number, (call, content) in enumerate(results, 1):
        context.store.keep(calls[call].name, content)
        update(calls[call].work, f"{number} of {len(pending)} finished · last: {call.label}")


def call_of(job, context, function):
    """The call of ``function(job, context)`` where the store is not; images travel as names where they are files."""
    start = None if job.start is None else context.store.packed(job.start)
    rest = replace(context, rows=None, y=None, store=None)
    return Call(str(job), _with_own_store, (context.rows, context.y, start), (function, job, rest))


def _with_own_store(rows, y, start, function, job, context):
    with TemporaryDirectory(prefix="skerosion-") as folder:
        store = FitStore(folder)
        if start is not None:
            store.keep(job.start, start)
        return function(job, replace(context, rows=rows, y=y, store=store))


def _packed_fit(job, context):
    """Run one fit, and return its file."""
    fit_job(job, context)
    return context.store.packed(job.name)


def fit_job(job, context, *, advance=None):
    """Fit one training on one fold and save what it predicts for the rows of the other side.

    Parameters
    ----------
    job : FitJob
    context : FitContext
    advance : callable or None, default=None
        Gets the work done after each step; None leaves the caller to count the whole fit.
    """
    pipeline, seconds = fit_pipeline(job, context, advance=advance)
    if advance is not None:
        advance(0.0, f"{job}, predicting")
    started = time.perf_counter()
    forecast = forecast_of(pipeline, context.rows[job.fold.test])
    arrays = forecast_arrays(forecast, context.target.classes, getattr(pipeline[-1], "class_shares_", None))
    about = about_fit(job, seconds, time.perf_counter() - started, pipeline[-1])
    if job.keeps_learned:
        about[LEARNED], learned = learned_state(pipeline[-1])
        arrays |= learned | {"embedding": embed(pipeline, context.rows, job.fold)}
    else:
        arrays |= _embedding_of_test(pipeline, context.rows, job.fold)
    context.store.save(job.name, {"rows": job.fold.test, **arrays}, about)


def fit_pipeline(job, context, *, advance=None):
    """The fitted pipeline of a job, and the seconds its fit took.

    Parameters
    ----------
    job, context, advance
        As in `fit_job`.

    Returns
    -------
    pipeline : imblearn.pipeline.Pipeline
    seconds : float
    """
    pipeline, train = job_pipeline(job.training, job, context), job.fold.train
    with _listening(pipeline[-1], job.work, advance):
        started = time.perf_counter()
        as_trained = partial(context.target.training_target, job.task)
        pipeline.fit(context.rows[train].map_votes(as_trained), as_trained(context.y[train]))
        return pipeline, time.perf_counter() - started


def job_pipeline(training, job, context):
    """The unfitted pipeline of a job, which starts from the weights that its name was made with."""
    own = training.own(context.parameters)
    if job.start is None:
        check_weights(own, job.weights)
    return training.pipeline(context.target, own | first_weights(job, context.store), job.fold.seed)


def first_weights(job, store):
    """The parameter ``weights`` of a training that starts from the network of another, or from a saved estimator.

    Empty where the training's own parameters say it all.
    """
    from sklearn.frozen import FrozenEstimator

    if job.start is not None:
        return {"weights": FrozenEstimator(_learned_of(job.start, store))}
    given = job.training.parameters.get("weights")
    return {"weights": FrozenEstimator(load_estimator(given))} if str(given).endswith(ENDING) else {}


def _learned_of(name, store):
    """An estimator with what a stored training learned; its parameters, which weights do not need, are the defaults."""
    arrays, about = store.load(name)
    with store.using(name):
        return give_learned(estimator_class(about["task"])(), about[LEARNED], arrays)


def _embedding_of_test(pipeline, rows, fold):
    """The embedding of the rows that a fit has not seen, by components of their own; none without a network."""
    alone = replace(fold, train=np.arange(len(fold.test)))
    try:
        return {"embedding": embed(pipeline, rows[fold.test], alone)}
    except TypeError:
        return {}


@contextmanager
def _listening(estimator, work, advance):
    """Let the progress bar hear of each step; it belongs to this run, not to the estimator that is kept."""
    parameters = estimator.get_params()
    if advance is None or "callbacks" not in parameters:
        yield
        if advance is not None:
            advance(work)
        return
    given = parameters["callbacks"]
    estimator.set_params(callbacks=[*(given or ()), _listeners(work, parameters, advance)])
    try:
        yield
    finally:
        estimator.set_params(callbacks=given)


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
    >>> from skerosion.experiments._jobs import phase_epochs
    >>> phase_epochs({"epochs": 3}), phase_epochs({"epochs": 3, "phases": "head_then_all"})
    ([3], [3, 3])
    """
    from skerosion.training import as_phases

    return [epochs for _, epochs in as_phases(parameters.get("phases"), parameters.get("epochs", 25))]


def about_fit(job, fit_seconds, predict_seconds, estimator):
    """What is kept beside a fit's arrays: task, seed, rows, seconds, losses, device and versions."""
    return {
        "task": job.task,
        "training": job.training.name,
        "strategy": job.training.strategy,
        "fold": job.fold.number + 1,
        "seed": job.fold.seed,
        "rows_trained": len(job.fold.train),
        "rows_tested": len(job.fold.test),
        "seconds": round(fit_seconds, 2),
        "predict_seconds": round(predict_seconds, 2),
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "loss": [round(loss, 5) for loss in getattr(estimator, "history_", {}).get("loss", ())],
        "device": devices(),
        "versions": versions(),
    }
