"""The engine: a plan and data in, every fit once and kept as it ends, a result out."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from skerosion._counted import counted
from skerosion.grades import Target

from ._checked_fits import check_fit
from ._cluster import check_scheduler
from ._finished_fits import finished_fits_stay
from ._folder import claim_folder
from ._identity import code_digest, data_digest, data_parts, fingerprint, own_code, own_parts, weights_digest
from ._jobs import FitContext, FitJob, phase_epochs, run_jobs, workers_and_threads
from ._learned import LEARNED
from ._pipelines import as_estimator
from ._plan import Prepared
from ._record import software
from ._store import FitStore

FORMAT = 5
"""Raised when files of fits change their meaning, so that older ones are not read."""


def run(plan, data, out, *, jobs=1, scheduler=None, progress=True, say=print, force=False):
    """Run a plan: split the rows, fit what an earlier call has left to do, and read what all fits predict.

    Parameters
    ----------
    plan : SearchPlan or StudyPlan
    data : ImageTable or Registry
        As `skerosion.datasets.load_image_table` or `skerosion.datasets.load_registry` returns it.
    out : path-like
        Folder of the results of this plan. Finished fits are kept in it; a later call with the same data and plan
        reads them.
    jobs : int, default=1
        Fits at a time, each in a process of its own when more than 1.
    scheduler : str or None, default=None
        Address of a dask scheduler whose workers fit instead, see `search_strategies`.
    progress : bool, default=True
        Whether to show the progress: a bar on a terminal, elsewhere a line a minute at most, to `say`.
    say : callable, default=print
        Gets each message as one string.
    force : bool, default=False
        Whether to replace the results of another plan or of other data in `out`.

    Returns
    -------
    SearchResult or StudyResult
        As the plan's kind has it.

    Raises
    ------
    FileExistsError
        Where `out` holds the results of another plan or of other data.
    SearchStopped
        When interrupted, when the disk is full or when a fit fails: finished fits stay.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows, ImageTable
    >>> from skerosion.experiments import SearchPlan, run
    >>> grades, patients = np.tile([0, 1], 12), np.repeat(np.arange(12), 2)
    >>> images = np.zeros((24, 16, 16, 1), np.uint8) + 100 * grades[:, None, None, None].astype(np.uint8)
    >>> data = ImageTable(ImageRows(images, groups=patients), grades, patients, None, None, "")
    >>> small = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    >>> strategies = ("original", "balanced_decision")
    >>> plan = SearchPlan(tasks=("classifier",), strategies=strategies, folds=2, parameters=small)
    >>> with tempfile.TemporaryDirectory() as out:
    ...     result = run(plan, data, out, progress=False)
    The target is a grade: all values are whole numbers from 0 to 1.
    >>> {strategy: len(each.prediction) for strategy, each in result.of_task("classifier").items()}
    {'original': 24, 'balanced_decision': 24}
    """
    plan.check()
    check_scheduler(scheduler, jobs)
    prepared = prepare(plan, data)
    store = FitStore(Path(out) / plan.folder)
    fit_jobs = jobs_of(plan, prepared)
    names = [job.name for job in fit_jobs]
    about = {"data": prepared.data_digest, "parts": prepared.data_parts | software()}
    claim_folder(out, plan, about, store, names, force=force)
    left, damaged = store.to_make(names)
    pending = [job for job in fit_jobs if job.name in left]
    for message in filter(
        None, [*prepared.messages, *damaged, *_start_messages(plan, store, fit_jobs, pending, jobs, scheduler)]
    ):
        say(message)
    context = FitContext.of(plan, prepared, store)
    with finished_fits_stay(store, fit_jobs, "training" if plan.word == "trainings" else "fitting"):
        for starts in (False, True):
            # What starts from another training waits for it.
            of_wave = [[job for job in each if (job.start is not None) == starts] for each in (pending, fit_jobs)]
            if of_wave[1]:
                run_jobs(*of_wave, context, jobs, progress, say, scheduler)
    # A result tells the same whether it was made at one go or after interruptions.
    return collect(plan, prepared, store, fit_jobs, [text for text in prepared.messages if text])


def prepare(plan, data):
    """Say what the targets mean, give rows their patients, and split them.

    Parameters
    ----------
    plan : Plan
    data : ImageTable or Registry

    Returns
    -------
    Prepared
    """
    from skerosion.metrics import weights_message

    # The scores of a registry's joints are percentages by definition.
    target = Target.decide(data.y, "percent" if plan.kind == "auto" and data.has_visits else plan.kind)
    y, rows = target.values(data.y), data.X.map_votes(target.values)
    rows = rows if rows.groups is not None or data.groups is None else rows.with_groups(data.groups)
    if len(rows) != len(y):
        raise ValueError(f"X and y must have the same number of rows, got {len(rows)} and {len(y)}.")
    split = plan.split(rows, target.grade(y), target.shown)
    messages = [f"The target is a {target.kind}: {target.reason}.", *split.messages, weights_message(rows)]
    messages += [f"{title}: left out, for it {why}." for _, title, why in plan.refused().values()]
    parts = data_parts(rows, y, rows.groups)
    digest = data_digest(rows, y, rows.groups, parts["pixels"])
    return Prepared(replace(data, X=rows), y, target, split, messages, digest, parts)


def jobs_of(plan, prepared):
    """Every fit of a plan, named by all that decides its result.

    Parameters
    ----------
    plan : Plan
    prepared : Prepared

    Returns
    -------
    list of FitJob
    """
    folds, jobs = prepared.split.folds, {}
    trainings = plan.trainings()
    # Those that start from another are named after it too, so they come second.
    for training in sorted(trainings, key=lambda each: each.start is not None):
        for fold in folds:
            start = None if training.start is None else jobs[*training.start, fold.number].name
            name, label = f"{training.task}-{training.name}", f"{training.task} · {training.row_title}"
            if len(folds) > 1:
                name, label = f"{name}-fold{fold.number + 1}", f"{label} · fold {fold.number + 1}"
            job = make_job(plan, training, fold, prepared, name, label, start)
            jobs[training.task, training.name, fold.number] = job
    return [jobs[training.task, training.name, fold.number] for training in trainings for fold in folds]


def make_job(plan, training, fold, prepared, name, label, start=None):
    """A fit with its identity, which ends the name of its file, and its work.

    Parameters
    ----------
    plan : Plan
    training : Training
    fold : Fold
    prepared : Prepared
    name, label : str
        How its file begins, and how the progress bar calls it.
    start : str or None, default=None
        Name of the stored fit that it starts from.

    Returns
    -------
    FitJob
    """
    own = training.own(plan.parameters)
    if training.estimator is not None:
        own = as_estimator(training.estimator).set_params(**own).get_params()
    weights = weights_digest(own, start)
    digest = fit_digest(prepared.data_digest, training, prepared.target, fold, own, weights)
    work = fit_work(training.strategy, prepared.target.grade(prepared.y[fold.train]), own)
    return FitJob(training, fold, f"{name}-{digest[:12]}", work, label, start, weights, plan.keeps_learned)


def fit_digest(data, training, target, fold, parameters, weights):
    """Digest of everything that decides a fit; of the first weights their content, whatever they are called."""
    about = {"format": FORMAT, "code": code_digest(), "data": data}
    about |= {"task": training.task, "strategy": training.strategy}
    about["target"] = {name: value for name, value in vars(target).items() if name != "reason"}
    about["versions"] = list(software()["versions"].values())
    about["parameters"] = parameters | {"weights": weights}
    about["parts"] = own_parts(parameters)
    if training.estimator is None:
        about["estimator"] = None
    else:
        kind = type(as_estimator(training.estimator))
        about["estimator"] = [kind.__qualname__, *own_code(kind)]
    about |= {} if training.step is None else {"step": training.step}
    # The rows predicted too: the same training is kept with other forecasts where the others are split otherwise.
    return fingerprint(about | {"seed": fold.seed, "train": fold.train, "test": fold.test})


def fit_work(strategy, grades, parameters):
    """Rows shown to the network by one fit; oversampling fills every grade up to the largest."""
    counts = np.unique(grades, return_counts=True)[1]
    rows = counts.max() * len(counts) if strategy == "oversampled" else len(grades)
    return float(rows * sum(phase_epochs(parameters)))


def collect(plan, prepared, store, fit_jobs, messages):
    """The result of a plan whose fits are all there; what networks have learned stays in the files."""
    arrays, records = {}, {}
    for job in fit_jobs:
        with store.using(job.name):
            of_fit, about = store.load(job.name, leave_out=LEARNED)
            check_fit(job, of_fit, about, len(prepared.y), len(prepared.target.classes))
        about.pop(LEARNED, None)
        arrays.setdefault((job.task, job.training.name), []).append((job.fold, of_fit))
        records.setdefault((job.task, job.training.name), []).append(about)
    return plan.result(plan, prepared, store, fit_jobs, arrays, records, messages)


SUMS = "Sums over other numbers of threads differ in their last digits"


def _start_messages(plan, store, fit_jobs, pending, jobs, scheduler):
    done, word = len(fit_jobs) - len(pending), plan.word
    if done:
        left = f"; left: {', '.join(map(str, pending))}" if pending and word == "trainings" else ""
        fits = counted(len(fit_jobs), f"{word.removesuffix('s')} was", f"{word} were")
        yield f"{done} of {fits} finished before and read from {store.folder}{left}."
    elif word == "trainings":
        yield f"{counted(len(fit_jobs), 'training')}: {', '.join(map(str, fit_jobs))}."
    others = store.others([job.name for job in fit_jobs])
    if others:
        fits = counted(len(others), word.removesuffix("s"))
        yield f"{store.folder} also holds {fits} of other versions or code, left alone."
    if pending and jobs != 1:
        yield _jobs_message(*workers_and_threads(jobs, len(pending)))
    if pending and scheduler is not None:
        yield f"{SUMS}: give all dask workers one number, TF_NUM_INTRAOP_THREADS, as here where both shall agree."


def _jobs_message(n_workers, threads):
    message = (
        f"{n_workers} fits at a time, each in a process of its own with {threads} of {os.cpu_count()} CPU threads. "
        f"{SUMS}: repeat a result with the same number of jobs."
    )
    if shutil.which("nvidia-smi"):
        message += " The processes share the GPU and its memory: with one job it is used best."
    return message
