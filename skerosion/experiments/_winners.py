"""The best strategy of each task, refitted on all rows and saved."""

from pathlib import Path

import numpy as np

from ._cluster import run_on_workers
from ._engine import make_job
from ._folds import Fold, fold_seed
from ._identity import file_digest
from ._jobs import call_of, fit_pipeline
from ._progress_bar import progress_bar
from ._quiet import load_estimators
from ._record import versions
from ._saved_estimator import SavedEstimator, load_saved
from ._store import MISSING, WINNER
from ._trained_films import describe_films
from .file_format import ENDING


def refit_winners(result, chosen, out, *, columns=None, card=None, progress=True, say=print, scheduler=None):
    """Fit the winner of each task on all rows and save it as ``<task>.skerosion``.

    A winner saved by an earlier call with the same data and plan is kept.

    Parameters
    ----------
    result : SearchResult
    chosen : dict of str to str
        Task -> strategy.
    out : path-like
    columns : dict or None, default=None
        Names of the table's columns, for the files.
    card : dict or None, default=None
        What the files say to whoever uses them.
    progress : bool, default=True
    say : callable, default=print
    scheduler : str or None, default=None
        Address of a dask scheduler whose workers fit.

    Returns
    -------
    dict of str to dict
        For each task its ``strategy``, ``file`` and ``seconds``.
    """
    jobs = {task: _job(result, task, strategy) for task, strategy in chosen.items()}
    flaws = {task: _flaw(result.store, job, Path(out) / f"{task}{ENDING}") for task, job in jobs.items()}
    pending = [task for task, flaw in flaws.items() if flaw]
    for text in filter(None, flaws.values()):
        if text != MISSING:
            say(text)
    if pending and scheduler is None:
        load_estimators()
    with progress_bar(sum(jobs[task].work for task in pending), shown=progress, say=say) as update:
        for job, fitted in _fitted(result, [jobs[task] for task in pending], scheduler, update, say):
            _keep(result, job, fitted, Path(out) / f"{job.task}{ENDING}", columns, card, say)
    # A record that is there and cannot be read is an error, not a winner that was not kept.
    kept = {task: job for task, job in jobs.items() if result.store.flaw(job.name) != MISSING}
    return {task: _describe(result, job, Path(out) / f"{task}{ENDING}") for task, job in kept.items()}


def _job(result, task, name):
    every = np.arange(len(result.y))
    fold = Fold(len(result.folds), every, every[:0], fold_seed(result.plan.seed, len(result.folds)))
    training = result.plan.row_of(task, name)
    label = f"refit {task} · {training.row_title} · all rows"
    return make_job(result.plan, training, fold, result.prepared, f"{WINNER}{task}-{name}", label)


def _flaw(store, job, path):
    """Why a winner is to be fitted: nothing for one whose record and file are there and belong together.

    The file is never read as an estimator here: that would run what it holds.
    """
    flaw = store.flaw(job.name)
    if flaw:
        return flaw if flaw == MISSING else f"{store.path(job.name)} {flaw} The winner is fitted again."
    if not path.is_file():
        return MISSING
    same = store.load(job.name)[1].get("digest") == file_digest(path)
    return "" if same else f"{path} is not what was written for this search. The winner is fitted again."


def _fitted(result, pending, scheduler, update, say):
    """Each job with its pipeline and the seconds that it took, as fits end."""
    if scheduler is None or not pending:
        for job in pending:
            update(text=str(job))
            yield job, fit_pipeline(job, result.context, advance=update)
        return
    calls = {call_of(job, result.context, fit_pipeline): job for job in pending}
    for call, fitted in run_on_workers(scheduler, list(calls), say=say, update=update):
        update(calls[call].work, call.label)
        yield calls[call], fitted


def _keep(result, job, fitted, path, columns, card, say):
    pipeline, seconds = fitted
    if job.training.step is not None:  # a file that needs no code of the user's: steps are for fits alone
        pipeline.steps[0] = (pipeline.steps[0][0], "passthrough")
    try:
        of = (pipeline, job.task, job.training.name, result.target, result.rows, versions(), columns, card)
        SavedEstimator.of(*of, shown=describe_films(result.data)).save(path)
    except TypeError as error:  # of an estimator that a caller brought along and that holds code
        say(f"The winner of the {job.task}s is fitted but not kept: {error}")
        return
    about = {"task": job.task, "strategy": job.training.name, "seconds": round(seconds, 2), "digest": file_digest(path)}
    result.store.save(job.name, {}, about | {"seed": job.fold.seed, "versions": versions()})


def _describe(result, job, path):
    about = result.store.load(job.name)[1]
    with result.store.using(job.name):
        return {"strategy": job.training.name, "file": path.name, "seconds": float(about["seconds"])}


def read_winner(winners, task, out):
    """The pipeline of a winner; None where there is none, and of classes that only whoever ran this can vouch for.

    Parameters
    ----------
    winners : dict of str to dict
        As `refit_winners` returns them.
    task : str
    out : pathlib.Path
    """
    try:
        return load_saved(out / winners[task]["file"]).pipeline if task in winners else None
    except (OSError, ValueError):
        return None
