"""The fits of a strategy search: every task, strategy and fold once, each saved as it ends."""

import hashlib
import os
import shutil
from dataclasses import dataclass, field

import numpy as np

from skerosion.grades import Target

from ._folds import make_folds
from ._identity import fingerprint, weights_digest
from ._jobs import FitJob, finished_fits_stay, phase_epochs, run_jobs, workers_and_threads
from ._predictions import out_of_fold
from ._record import backend, versions
from ._scored import Scored
from ._store import FitStore
from ._strategies import (
    STRATEGIES,
    TASKS,
    TITLES,
    check_names,
    check_parameters,
    chosen_strategies,
    task_parameters,
    training_strategy,
)

FORMAT = 3
"""Raised when files of fits change their meaning, so that older ones are not read."""


@dataclass(frozen=True)
class SearchPlan:
    """What a search trains.

    Parameters
    ----------
    tasks : tuple of str, default=("classifier", "regressor")
    strategies : tuple of str or None, default=None
        None takes all strategies of each task.
    folds : int, default=5
    seed : int, default=0
    kind : {"auto", "percent", "grade"}, default="auto"
        What the target holds.
    parameters : dict, default={}
        Parameters of the estimators, the same for all fits: ``{"epochs": 8}``. One that only one task's estimator
        has, such as ``head``, goes to that one; those that strategy, target or search decide are refused.

    Examples
    --------
    >>> from skerosion.report import SearchPlan
    >>> SearchPlan(tasks=["regressor"]).pairs()
    [('regressor', 'original'), ('regressor', 'oversampled'), ('regressor', 'class_weights')]
    """

    tasks: tuple = TASKS
    strategies: tuple | None = None
    folds: int = 5
    seed: int = 0
    kind: str = "auto"
    parameters: dict = field(default_factory=dict)

    def check(self):
        """Raise ValueError for tasks, strategies or parameters that cannot be."""
        self.pairs()
        check_parameters(self.parameters, self.tasks)

    def pairs(self):
        """Every (task, strategy) of the tables."""
        check_names("tasks", self.tasks, TASKS)
        pairs = [
            (task, name) for task in TASKS if task in self.tasks for name in chosen_strategies(task, self.strategies)
        ]
        if not pairs:
            raise ValueError(
                f"no task knows these strategies: tasks {list(self.tasks)}, strategies {list(self.strategies)}. "
                f"The regressor knows {', '.join(STRATEGIES['regressor'])}."
            )
        return pairs

    def trained(self):
        """Every (task, strategy) with fits of its own."""
        return list(dict.fromkeys((task, training_strategy(strategy)) for task, strategy in self.pairs()))


@dataclass(frozen=True)
class SearchResult(Scored):
    """A finished search: what was predicted for each row by fits that never saw its patient.

    ``predictions`` maps (task, strategy) to `Forecast`; ``fits`` describes every fit.
    """

    plan: SearchPlan
    target: Target
    rows: object
    y: np.ndarray
    groups: np.ndarray | None
    folds: list
    predictions: dict
    fits: list
    messages: list
    store: FitStore
    work: list
    data_digest: str

    titles = TITLES
    fit_of = staticmethod(training_strategy)

    def keeping(self, doing):
        """Context in which an interruption or an error says what was being done and that all fits stay."""
        return finished_fits_stay(self.store, self.work, doing)

    @property
    def seed(self):
        """Seed of the resamples of patients."""
        return self.plan.seed

    @property
    def origin(self):
        """Where the predictions come from."""
        return f"out of fold, {len(self.folds)} folds{'' if self.groups is None else ' by patient'}"

    def row_marks(self):
        """The fold of each row."""
        return {"fold": self.fold_of_row}

    def references(self):
        """For each fold the targets that its fits were trained on, and the rows that they predict."""
        return [(self.y[fold.train], fold.test) for fold in self.folds]

    @property
    def fold_of_row(self):
        """Number of the fold (1, 2, ..) each row is tested in."""
        numbers = np.zeros(len(self.y), dtype=int)
        for fold in self.folds:
            numbers[fold.test] = fold.number + 1
        return numbers

    @property
    def seconds(self):
        """Time all fits took together."""
        return float(sum(about["seconds"] for about in self.fits))


def run_search(X, y, groups=None, *, out, plan=None, jobs=1, progress=True, say=print):
    """Fit every strategy on every fold, or only what an earlier call has left to do.

    Parameters
    ----------
    X : ImageRows or what `skerosion.datasets.as_image_rows` takes
    y : array-like of shape (n_rows,)
        Percentages or grades; grades that are names as an ordered Categorical.
    groups : array-like of shape (n_rows,) or None, default=None
        Patient of each row; None takes those that ``X`` brings along.
    out : path-like
        Finished fits are kept in its folder ``fits``; a later call with the same data and plan reads them.
    plan : SearchPlan or None, default=None
    jobs : int, default=1
        Fits at a time, each in a process of its own when more than 1.
    progress : bool, default=True
        Whether to draw a progress bar.
    say : callable, default=print
        Gets each message as one string.

    Returns
    -------
    SearchResult

    Raises
    ------
    SearchStopped
        When interrupted, when the disk is full or when a fit fails: finished fits stay.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from skerosion.report import SearchPlan
    >>> from ._search import run_search
    >>> grades, patients = np.tile([0, 1], 12), np.repeat(np.arange(12), 2)
    >>> images = np.zeros((24, 16, 16, 1), np.uint8) + 100 * grades[:, None, None, None].astype(np.uint8)
    >>> small = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    >>> strategies = ("original", "balanced_decision")
    >>> plan = SearchPlan(tasks=("classifier",), strategies=strategies, folds=2, parameters=small)
    >>> with tempfile.TemporaryDirectory() as out:
    ...     result = run_search(images, grades, patients, out=out, plan=plan, progress=False)
    The target is a grade: all values are whole numbers from 0 to 1.
    >>> {strategy: len(each.prediction) for strategy, each in result.of_task("classifier").items()}
    {'original': 24, 'balanced_decision': 24}
    """
    plan = plan or SearchPlan()
    rows, y, groups, target, folds, messages = _prepare(X, y, groups, plan)
    store = FitStore(os.path.join(out, "fits"))
    digest = data_digest(rows, y, groups)
    work = _jobs(plan, target, folds, y, digest)
    left, told = store.to_make([job.name for job in work])
    pending = [job for job in work if job.name in left]
    messages += told + _start_messages(store, work, pending, jobs)
    for message in messages:
        say(message)
    with finished_fits_stay(store, work, "fitting"):
        run_jobs(pending, work, (rows, y, target, plan.parameters, store), jobs, progress)
    predictions, about = _collect(plan, work, store)
    return SearchResult(plan, target, rows, y, groups, folds, predictions, about, messages, store, work, digest)


def _prepare(X, y, groups, plan):
    from skerosion.datasets import as_image_rows
    from skerosion.metrics import weights_message

    plan.check()
    target = Target.decide(y, plan.kind)
    y = target.values(y)
    rows = as_image_rows(X, groups=groups)
    groups = rows.groups
    if len(rows) != len(y):
        raise ValueError(f"X and y should have the same number of rows, got {len(rows)} and {len(y)}.")
    folds, message = make_folds(target.grade(y), groups, n_folds=plan.folds, seed=plan.seed, shown=target.shown)
    return (
        rows,
        y,
        groups,
        target,
        folds,
        [f"The target is a {target.kind}: {target.reason}.", *filter(None, [message, weights_message(rows)])],
    )


def data_digest(rows, y, groups):
    """Fingerprint of what is trained on: targets, patients, weights and pixels, wherever the images come from."""
    patients = None if groups is None else [str(group) for group in groups]
    about = {"y": y, "groups": patients, "weights": rows.sample_weight, "copies": rows.copy_number}
    about["augmentation"] = rows.copy_augmentation
    return fingerprint(about | {"shape": list(rows.shape), "dtype": str(rows.dtype), "pixels": pixel_digest(rows)})


def pixel_digest(rows, batch=256):
    """Digest of the pixels of all rows, read some at a time."""
    digest = hashlib.blake2b(digest_size=16)
    for start in range(0, len(rows), batch):
        digest.update(np.ascontiguousarray(rows.read(slice(start, start + batch))))
    return digest.hexdigest()


def _jobs(plan, target, folds, y, data):
    grades = target.grade(y)
    jobs = []
    for task, strategy in plan.trained():
        parameters = task_parameters(task, plan.parameters)
        weights = weights_digest(parameters)
        for fold in folds:
            digest = fit_digest(data, task, strategy, target, fold, parameters, weights)
            name = f"{task}-{strategy}-fold{fold.number + 1}-{digest[:12]}"
            work = fit_work(strategy, grades[fold.train], parameters)
            jobs.append(FitJob(task, strategy, fold, name, work, weights=weights))
    return jobs


def fit_digest(data, task, strategy, target, fold, parameters, weights):
    """Digest of everything that decides a fit; of the first weights their content, whatever they are called."""
    about = {"format": FORMAT, "data": data, "task": task, "strategy": strategy}
    about["target"] = {name: value for name, value in vars(target).items() if name != "reason"}
    now = versions()
    about["versions"] = [now["skerosion"], now["keras"], backend()]
    about["parameters"] = parameters | {"weights": weights}
    # The rows predicted too: the same training is kept with other forecasts where the others are split otherwise.
    return fingerprint(about | {"seed": fold.seed, "train": fold.train, "test": fold.test})


def fit_work(strategy, grades, parameters):
    """Rows shown to the network by one fit; oversampling fills every grade up to the largest."""
    counts = np.unique(grades, return_counts=True)[1]
    rows = counts.max() * len(counts) if strategy == "oversampled" else len(grades)
    return float(rows * sum(phase_epochs(parameters)))


def _start_messages(store, work, pending, jobs):
    done = len(work) - len(pending)
    messages = []
    if done:
        messages.append(f"{done} of {len(work)} fits were finished before and are read from {store.folder}.")
    others = store.others([job.name for job in work])
    if others:
        messages.append(f"{store.folder} also holds {len(others)} fits of other settings or data; they are left alone.")
    if pending and jobs != 1:
        messages.append(_jobs_message(*workers_and_threads(jobs, len(pending))))
    return messages


def _jobs_message(n_workers, threads):
    message = (
        f"{n_workers} fits at a time, each in a process of its own with {threads} of {os.cpu_count()} CPU threads; "
        "sums over other numbers of threads differ in their last digits: repeat a result with the same number of jobs."
    )
    if shutil.which("nvidia-smi"):
        message += " The processes share the GPU and its memory: with one job it is used best."
    return message


def _collect(plan, work, store):
    """Out-of-fold predictions of every strategy, and what is known of every fit."""
    fits, about = {}, []
    for job in work:
        arrays, described = store.load(job.name)
        fits.setdefault((job.task, job.strategy), []).append((job.fold, arrays))
        about.append(described)
    pairs = plan.pairs()
    return {(task, name): out_of_fold(fits[task, training_strategy(name)], name) for task, name in pairs}, about
