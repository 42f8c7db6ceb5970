"""A whole study in one call: split, trainings, choice, evaluation, and everything that it writes."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from skerosion._spreadsheet_cells import write_csv
from skerosion._types import Any, Callable, FilePath, Mapping, Sequence
from skerosion._writing import write_text
from skerosion.report import (
    PageOptions,
    StudyTables,
    factors_of,
    final_lines,
    make_study_tables,
    reader_frames,
    write_study_figures,
    write_study_predictions,
    write_study_tables,
)

from ._engine import run
from ._pages import write_study_page
from ._record import describe_settings, settings_text
from ._results import StudyResult
from ._study_plan import StudyPlan
from .file_format import ENDING


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
    >>> from skerosion.experiments import Study
    >>> Study(result=None, tables=None, out="results").out
    'results'
    """

    result: StudyResult
    tables: StudyTables
    out: Path


def run_study(
    data: Any,
    *,
    out: FilePath,
    plan: Any = None,
    by: Sequence[str] | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    figures: bool = True,
    progress: bool = True,
    say: Callable = print,
    names: Sequence[str] | None = None,
    note: str = "",
    page: Mapping | None = None,
    about: Mapping | None = None,
    force: bool = False,
    **settings: Any,
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
        What to train; None takes the thesis' settings, and `settings` change single ones.
    by : sequence of str or None, default=None
        Columns of the table whose values are scored one by one.
    jobs : int, default=1
        Trainings at a time, each in a process of its own when more than 1.
    scheduler : str or None, default=None
        Address of a dask scheduler whose workers train instead, as in `search_strategies`.
    figures : bool, default=True
        Whether to draw the figures.
    progress : bool, default=True
        Whether to draw a progress bar.
    say : callable, default=print
        Gets each message as one string.
    names : sequence of str or None, default=None
        What each row is called in files; None takes what the table calls it, or its number.
    note : str, default=""
        Written above the tables, for what every reader must know of the data.
    page : mapping or None, default=None
        Choices for ``report.html``: ``card``, what only you can say, under ``"intended use"``, ``"limits"`` and items
        of checklists, such as ``{"CLAIM 5": "retrospective"}``; ``mute``, codes of checks to leave out; ``pictures``,
        whether the worst and most doubtful images, which are of patients, are in it, with names; ``words``, a function
        from a text that names parameters to what the page says instead.
    about : dict or None, default=None
        Added to the settings' description of the data.
    force : bool, default=False
        Whether to replace the results of another plan or of other data in ``out``.
    **settings
        Other fields of the plan, such as ``seed=1``.

    Returns
    -------
    Study

    Raises
    ------
    TypeError
        For settings that are no field of the plan.
    FileExistsError
        Where ``out`` holds the results of another plan or of other data.
    ValueError
        For data without patients or with too few of them, and plans that cannot be.
    SearchStopped
        When interrupted, when the disk is full or when a training fails: finished trainings stay.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.datasets import load_registry, write_registry
    >>> from skerosion.experiments import StudyPlan, run_study
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
    plan, out, options = (plan or StudyPlan()).changed(settings), Path(out), PageOptions.of(page)
    factors = factors_of(data, by)
    about = dict(about or {}) | ({"readers": list(data.readers)} if data.readers else {})
    result = run(plan, data, out, jobs=jobs, scheduler=scheduler, progress=progress, say=say, force=force)
    names, tell = data.names if names is None else names, say if progress else None
    with result.keeping("making the tables and their intervals", tell):
        tables, found = make_study_tables(result, factors, names)
        write_study_tables(result, tables, out, note=note)
        frames = reader_frames(result.part("test"), data.readers, tables.chosen) if data.readers else {}
        for name, frame in frames.items():
            write_csv(out / "tables" / f"{name}.csv", frame, digits=6)
        write_study_predictions(result, names, out)
    drawn = []
    if figures:
        with result.keeping("drawing the figures, maps and neighbours", tell):
            drawn = write_study_figures(result, tables, out, found)
            write_study_tables(result, tables, out, note=note, figures=drawn)
    with result.keeping("writing estimators and settings", tell):
        for task, name in tables.kept.items():
            result.estimator(task, name, about.get("columns")).save(out / f"{task}{ENDING}")
        of_data, seconds = {"note": note} | about, time.perf_counter() - started
        settings = _write_settings(result, tables, out, of_data, seconds)
    with result.keeping("writing the report", tell):
        told = {"note": note, "page": options, "tell": tell}
        write_study_page(result, tables, settings, drawn, out, frames=frames, **told)
    for line in final_lines(tables, plan.titles()):
        say(line)
    return Study(result, tables, out)


def _write_settings(result, tables, out, data, seconds):
    """Write all that is needed to repeat a study and to judge its numbers as ``settings.json``, and return it."""
    verdicts = {
        part: {task: asdict(each) for task, each in of_part.items()} for part, of_part in tables.against_floors.items()
    }
    data = {"parts": tables.frames["split"].to_dict("records")} | data
    found = {"chosen": tables.chosen, "against_floors": verdicts}
    settings = describe_settings(result, data=data, seconds=seconds, **found)
    write_text(out / "settings.json", settings_text(settings))
    return settings
