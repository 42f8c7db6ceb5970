"""A whole search in one call: the search, its tables, predictions and figures, and the winners."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from skerosion._counted import counted
from skerosion._spreadsheet_cells import write_csv
from skerosion._types import Any, ArrayLike, Callable, FilePath, Groups, Mapping, Sequence
from skerosion._writing import write_text
from skerosion.datasets import ImageTable, as_image_rows
from skerosion.report import (
    PageOptions,
    disagreement,
    make_tables,
    outlier_frame,
    reader_frames,
    verdicts_of,
    write_figures,
    write_learned_figures,
    write_predictions,
    write_tables,
)

from ._attention_maps import attention_maps
from ._engine import run
from ._pages import write_search_page
from ._record import describe_settings, settings_text
from ._results import SearchResult
from ._search_plan import SearchPlan
from ._winners import read_winner, refit_winners
from .file_format import ENDING


@dataclass(frozen=True)
class SearchReport:
    """A finished search with all that it writes, as `search_strategies` returns it.

    Parameters
    ----------
    result : SearchResult
        Out-of-fold predictions, folds and fits.
    tables : dict of str to ScoreTable
        ``"classifier"``, ``"regressor"``, ``"difference"`` and ``"recall"``, as far as there are any.
    winners : dict of str to dict
        For each task its ``strategy``, ``file``, ``seconds`` and the column that chose it; empty without a refit, and
        without a task whose best strategy is not better than every floor.
    out : path-like
        Folder of everything that was written.

    Examples
    --------
    >>> from skerosion.experiments import SearchReport
    >>> winners = {"classifier": {"strategy": "oversampled"}}
    >>> report = SearchReport(result=None, tables={}, winners=winners, out="results")
    >>> report.winners["classifier"]["strategy"]
    'oversampled'
    """

    result: SearchResult
    tables: dict
    winners: dict
    out: Path


def search_strategies(
    X: Any,
    y: ArrayLike | None = None,
    groups: Groups = None,
    *,
    out: FilePath,
    plan: Any = None,
    estimators: Any = None,
    strategies: Any = None,
    choose_by: Sequence[str] | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    refit: bool = True,
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
    """Find out which way of handling the imbalance grades best, and keep the winners.

    Parameters
    ----------
    X : ImageTable, ImageRows or what `skerosion.datasets.as_image_rows` takes
        A table brings ``y`` and ``groups`` along, and what the report says of its other columns and excluded rows.
    y : array-like of shape (n_rows,) or None, default=None
        Percentages or grades; None only with a table.
    groups : array-like of shape (n_rows,) or None, default=None
        Patient of each row; None takes those that ``X`` brings along.
    out : path-like
        Folder for tables, predictions, figures, settings and winners. Fits finished by an earlier call with the same
        data and plan are not repeated, so a second call only writes the report again.
    plan : SearchPlan or None, default=None
        What to train; None takes the thesis' settings, and `settings` change single ones.
    estimators : dict or None, default=None
        Name -> what is compared instead of the tasks' networks, each with every strategy: an estimator, its description
        as `skerosion.experiments.make_estimator` takes it, or the name of its class. None takes those of the plan.
    strategies : sequence of str, mapping or None, default=None
        What is compared against the imbalance: names of strategies; or name -> a step of one's own, see
        ``examples/templates/own_step.py``, ``"passthrough"`` or the name of a strategy. None takes those of the plan.
    choose_by : sequence of str or None, default=None
        Names of the metrics that choose the winners, at most one per task. None takes those of the plan.
    jobs : int, default=1
        Fits at a time.
    scheduler : str or None, default=None
        Address of a dask scheduler, such as ``"tcp://10.0.0.5:8786"``, whose workers fit instead of this machine. They
        read images by path, on a disk that all of them see; this process alone writes. It is no part of a fit's name:
        what is begun here goes on there and the reverse.
    refit : bool, default=True
        Whether to fit the winners on all rows and save them.
    figures : bool, default=True
        Whether to draw the figures.
    progress : bool, default=True
        Whether to show the progress: a bar on a terminal; in a pipe, a log or a notebook a line a minute at most, with
        the time left, to ``say``.
    say : callable, default=print
        Gets each message as one string.
    names : sequence of str or None, default=None
        What each row is called in the written predictions; None takes what the table calls it, or its number.
    note : str, default=""
        Written above the tables and into the settings, for what every reader must know of the data.
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
        Other fields of the plan, such as ``folds=3`` or ``tasks=["classifier"]``.

    Returns
    -------
    SearchReport

    Raises
    ------
    TypeError
        For settings that are no field of the plan.
    FileExistsError
        Where ``out`` holds the results of another plan or of other data.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from skerosion.experiments import SearchPlan, search_strategies
    >>> grades, patients = np.tile([0, 1], 12), np.repeat(np.arange(12), 2)
    >>> images = np.zeros((24, 16, 16, 1), np.uint8) + 100 * grades[:, None, None, None].astype(np.uint8)
    >>> small = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    >>> plan = SearchPlan(tasks=("classifier",), strategies=("original", "balanced_decision"), parameters=small)
    >>> with tempfile.TemporaryDirectory() as out:
    ...     told = {"out": out, "plan": plan, "progress": False, "refit": False, "figures": False}
    ...     report = search_strategies(images, grades, patients, folds=2, **told)
    The target is a grade: all values are whole numbers from 0 to 1.
    ...classifier: ... (class-normalised accuracy ...) ...
    >>> [name for name, _, _ in report.tables["classifier"].rows]
    ['original', 'balanced decision', 'floor: commonest', 'floor: always 1']
    """
    started = time.perf_counter()
    out, options = Path(out), PageOptions.of(page)
    given = {"estimators": estimators, "strategies": strategies, "choose_by": choose_by}
    given = {name: value for name, value in given.items() if value is not None}
    plan = (plan or SearchPlan()).changed(given | settings)
    images = X if isinstance(X, ImageTable) else ImageTable(as_image_rows(X, groups=groups), y, groups, None, None, "")
    about = dict(about or {}) | ({"readers": list(images.readers)} if images.readers else {})
    result = run(plan, images, out, jobs=jobs, scheduler=scheduler, progress=progress, say=say, force=force)
    tell = say if progress else None
    with result.keeping("making the tables and their intervals", tell):
        tables = make_tables(result)
        write_tables(tables, out, heading=note)
        write_predictions(result, out / "predictions", names=names)
        verdicts = verdicts_of(result, tables)
    drawn = []
    if figures:
        with result.keeping("drawing the figures", tell):
            drawn = write_figures(result, tables, out)
    for verdict in verdicts.values():
        say(_sentence(verdict, out))
    with result.keeping("fitting the winners on all rows"):
        card = ({"limits": note} if note else {}) | dict(options.card)
        told = {"columns": about.get("columns"), "card": card}
        told |= {"progress": progress, "say": say, "scheduler": scheduler}
        winners = _keep_winners(result, verdicts if refit else {}, out, **told)
    with result.keeping("looking for doubtful labels among neighbours", tell):
        best = {task: verdict.strategy for task, verdict in verdicts.items()}
        doubted = disagreement(result, best)
        frames = {} if doubted is None else {"outliers": outlier_frame(result, doubted, _names(result, names))}
        frames |= reader_frames(result, images.readers, best) if images.readers else {}
        for name, frame in frames.items():
            write_csv(out / "tables" / f"{name}.csv", frame, digits=6)
    if figures:
        with result.keeping("drawing maps, neighbours and curves", tell):
            drawn += write_learned_figures(result, best, doubted, _maps(result, winners, out), out)
    with result.keeping("writing the settings"):
        seconds = time.perf_counter() - started
        settings = _write_settings(result, verdicts, winners, out, {"note": note} | about, seconds)
    with result.keeping("writing the report", tell):
        told = {"note": note, "page": options, "tell": tell}
        write_search_page(result, tables, verdicts, settings, drawn, out, frames=frames, **told)
    return SearchReport(result, tables, winners, out)


def _names(result, names):
    """What each row is called: as it is told, or as its table calls it."""
    return result.data.names if names is None else names


def _maps(result, winners, out):
    """Where the winners, which were fitted on all rows, look."""
    return lambda task, rows: attention_maps(read_winner(winners, task, out), result.rows[rows])


def _keep_winners(result, verdicts, out, *, say, **options):
    """Fit those that beat every floor on all rows, say so, and return what is known of each by its task."""
    chosen = {task: verdict.strategy for task, verdict in verdicts.items() if verdict.beats}
    refitted = refit_winners(result, chosen, out, say=say, **options)
    for task, about in refitted.items():
        say(_refitted(verdicts[task], out / about["file"], len(result.y)))
    return {task: _described(about, verdicts[task]) for task, about in refitted.items()}


def _write_settings(result, verdicts, winners, out, data, seconds):
    """Write all that is needed to repeat a search and to judge its numbers as ``settings.json``, and return it."""
    found = {"winners": winners, "against_floors": {task: asdict(each) for task, each in verdicts.items()}}
    settings = describe_settings(result, data=data, seconds=seconds, **found)
    write_text(out / "settings.json", settings_text(settings))
    return settings


def _sentence(verdict, out):
    """What to say of the best strategy of a task, before the winner is fitted on all rows or is not."""
    if verdict.beats:
        return f"Against the floors, {verdict.task}: {verdict.text}."
    earlier = out / f"{verdict.task}{ENDING}"
    left = f"; {earlier} is of an earlier search" if earlier.exists() else ""
    return f"No winner, {verdict.task}: {verdict.text}. It is neither fitted on all rows nor saved{left}."


def _described(about, verdict):
    """What is known of a winner, with the column that chose it."""
    return {"strategy": about["strategy"], "chosen_by": verdict.column, "value": verdict.value} | about


def _refitted(verdict, path, n_rows):
    chosen = f"{verdict.row} ({verdict.column} {verdict.value:.3g}), {verdict.against_floor}"
    return f"Winner, {verdict.task}: {chosen}; refitted on all {counted(n_rows, 'row')}: {path}"
