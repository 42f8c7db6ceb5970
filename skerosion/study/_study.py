"""A whole study in one call: split, trainings, choice, evaluation, and everything that it writes."""

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from skerosion.experiments import (
    LEARNED,
    FitStore,
    StudyPlan,
    StudyResult,
    data_digest,
    finished_fits_stay,
    fit_training,
    run_jobs,
    split_parts,
    training_jobs,
)
from skerosion.grades import Target
from skerosion.report._factors import factors_of
from skerosion.report._outliers import disagreement, halo_table, outlier_frame
from skerosion.report._study_figures import write_figures
from skerosion.report._study_files import write_report, write_study_predictions, write_study_tables
from skerosion.report._study_tables import StudyTables, final_lines, make_tables

from ._kept import keep_chosen, write_settings


@dataclass(frozen=True)
class Study:
    """A finished study, as `run_study` returns it.

    Parameters
    ----------
    result : StudyResult
        The parts, the trainings and what they predict.
    tables : StudyTables
        ``scores``, ``frames``, and ``chosen``, the strategy of each task that won on the validation part.
    out : path-like
        Folder of everything that was written.

    Examples
    --------
    >>> from skerosion.study import Study
    >>> Study(result=None, tables=None, out="results").out
    'results'
    """

    result: StudyResult
    tables: StudyTables
    out: Path


def run_study(
    data, *, out, plan=None, by=None, jobs=1, figures=True, progress=True, say=print, names=None, note="", about=None
):
    """Redo the thesis' study: train on one part, choose on a second, and evaluate on a third that chose nothing.

    Patients are split once. Every training of the plan is fitted on the train part and saved with its estimator as it
    ends; a call that finds it there reads it, so an interrupted study goes on where it was, and a finished one only
    writes its tables and figures again, with the same numbers.

    Parameters
    ----------
    data : Registry or ImageTable
        As `skerosion.datasets.load_registry` or `skerosion.datasets.load_image_table` returns it, with patients. Of a
        registry, visits are scored too, and joints told apart by part, side and type.
    out : path-like
        Folder for trainings, tables, predictions, figures, settings and the chosen estimators.
    plan : StudyPlan or None, default=None
        What to train; None takes the thesis' settings.
    by : sequence of str or None, default=None
        Columns of the table whose values are scored one by one.
    jobs : int, default=1
        Trainings at a time, each in a process of its own when more than 1.
    figures : bool, default=True
        Whether to draw the figures.
    progress : bool, default=True
        Whether to draw a progress bar.
    say : callable, default=print
        Gets each message as one string.
    names : sequence of str or None, default=None
        What each row is called in files; None takes the table's column ``path``, or numbers.
    note : str, default=""
        Written above the tables, for what every reader must know of the data.
    about : dict or None, default=None
        Added to the settings' description of the data.

    Returns
    -------
    Study

    Raises
    ------
    ValueError
        For data without patients or with too few of them, and plans that cannot be.
    SearchStopped
        When interrupted, when the disk is full or when a training fails: finished trainings stay.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.datasets import load_registry, write_registry
    >>> from skerosion.study import StudyPlan, run_study
    >>> small = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    >>> plan = StudyPlan(tasks=("regressor",), strategies=("original",), parameters=small, sizes=(0.4, 0.3, 0.3))
    >>> with tempfile.TemporaryDirectory() as out:
    ...     files = write_registry(f"{out}/registry", 8, max_visits=1, size=16, missing_files=0, random_state=0)
    ...     data, quiet = load_registry(*files), {"progress": False, "say": lambda message: None}
    ...     study = run_study(data, out=out, plan=plan, figures=False, **quiet)
    >>> study.tables.chosen
    {'regressor': 'original'}
    """
    started = time.perf_counter()
    plan, out = plan or StudyPlan(), Path(out)
    factors = factors_of(data, by)
    result = run_trainings(data, plan, out=out, jobs=jobs, progress=progress, say=say)
    names = _names(data) if names is None else names
    with result.keeping("making the tables"):
        tables, found = _all_tables(result, factors, names)
        write_study_tables(tables, out)
        write_report(result, tables, out, note=note)
        write_study_predictions(result, names, out)
    if figures:
        with result.keeping("drawing the figures"):
            drawn = write_figures(result, tables, out, found)
            write_report(result, tables, out, note=note, figures=drawn)
    with result.keeping("writing estimators and settings"):
        keep_chosen(result, tables.kept, out)
        described = {"note": note} | (about or {})
        write_settings(result, tables, out, data=described, seconds=time.perf_counter() - started)
    for line in final_lines(tables, plan.titles()):
        say(line)
    return Study(result, tables, out)


def run_trainings(data, plan, *, out, jobs=1, progress=True, say=print):
    """Split the rows and run the trainings that an earlier call has not finished.

    Parameters
    ----------
    data, out, jobs, progress, say
        As for `run_study`.
    plan : StudyPlan

    Returns
    -------
    StudyResult
    """
    from skerosion.metrics import weights_message

    plan.check()
    target = _target(data, plan.kind)
    rows, y = data.X, target.values(data.y)
    rows = rows if rows.groups is not None else rows.with_groups(data.groups)
    parts, message = split_parts(rows, target.grade(y), sizes=plan.sizes, seed=plan.seed, shown=target.shown)
    store = FitStore(os.path.join(out, "trainings"))
    work = training_jobs(plan, target, y, parts, data_digest(rows, y, rows.groups))
    left, told = store.to_make([job.name for job in work])
    pending = [job for job in work if job.name in left]
    messages = [f"The target is a {target.kind}: {target.reason}.", _split_message(rows, parts), message]
    messages.append(weights_message(rows))
    messages = list(filter(None, [*messages, *told, _work_message(store, work, pending)]))
    for text in messages:
        say(text)
    with finished_fits_stay(store, work, "training"):
        for wave in (False, True):
            # What starts from another training waits for it.
            of_wave = [[job for job in each if (job.start is not None) == wave] for each in (pending, work)]
            run_jobs(*of_wave, (rows, y, target, plan.parameters, store), jobs, progress, fit=fit_training)
    loaded = {(job.task, job.training.name): store.load(job.name, leave_out=LEARNED) for job in work}
    fits = {pair: arrays for pair, (arrays, _) in loaded.items()}
    about = {pair: each for pair, (_, each) in loaded.items()}
    for each in about.values():
        each.pop(LEARNED)
    return StudyResult(plan, target, replace(data, X=rows), y, parts, fits, about, messages, store, work)


def _target(data, kind):
    """What the targets are; the scores of a registry's joints are percentages by definition."""
    return Target.decide(data.y, "percent" if kind == "auto" and hasattr(data, "wide") else kind)


def _split_message(rows, parts):
    texts = [f"{len(each):,} images of {len(np.unique(rows.groups[each])):,} patients" for each in parts.values()]
    return f"Split by patient: {texts[0]} to train on, {texts[1]} to choose on, {texts[2]} to test on."


def _work_message(store, work, pending):
    done = len(work) - len(pending)
    if not done:
        return f"{len(work)} trainings: {', '.join(map(str, work))}."
    left = f"; left: {', '.join(map(str, pending))}" if pending else ""
    return f"{done} of {len(work)} trainings were finished before and are read from {store.folder}{left}."


def _all_tables(result, factors, names):
    """The tables with those of outliers, and the disagreement that these are made of."""
    tables = make_tables(result, factors)
    found = disagreement(result, tables.chosen)
    frames = tables.frames | {"outliers": outlier_frame(result, found, names)}
    return replace(tables, scores=tables.scores | {"halo": halo_table(result, found)}, frames=frames), found


def _names(data):
    """What each row is called: the table's path, or its number."""
    return data.table["path"] if "path" in data.table else np.arange(len(data.y))
