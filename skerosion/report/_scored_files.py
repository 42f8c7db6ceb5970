"""Tables and predictions of scored rows: of a search, of an evaluation, or of one part of a study."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from skerosion._spreadsheet_cells import write_csv
from skerosion._writing import write_atomically, write_text
from skerosion.datasets import NAMED_BY

from ._differences import difference_table
from ._format import CAPTION, explanations, to_frame, to_markdown
from ._score_columns import INTERVAL_COVERAGE
from ._score_tables import MAKERS, recall_table


def make_tables(result):
    """All tables of a search.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    dict of str to ScoreTable
        ``"classifier"`` and ``"regressor"`` as far as the search has them, ``"difference"`` where strategies compete,
        and ``"recall"``.
    """
    tables = {
        task: _with_refused(maker(result), task, result) for task, maker in MAKERS.items() if result.of_task(task)
    }
    difference = difference_table(result, tables)
    return tables | ({"difference": difference} if difference else {}) | {"recall": recall_table(result)}


def _with_refused(table, task, result):
    """A table with a row for each strategy that an estimator cannot take, which says why."""
    why = [f"{title}: {reason}" for of, title, reason in result.refused.values() if of == task]
    return replace(table, rows=[*table.rows, *((row, "refused", {}) for row in why)])


def write_tables(tables, out, *, frames=None, heading=""):
    """Write tables as ``tables/<name>.csv``, and those of scores all together as ``tables.md``.

    Parameters
    ----------
    tables : dict of str to ScoreTable
    out : path-like
    frames : dict of str to DataFrame or None, default=None
        Tables without intervals.
    heading : str, default=""
        Text above the tables in Markdown.

    Returns
    -------
    list of pathlib.Path
    """
    blocks = [heading, *map(to_markdown, tables.values()), CAPTION, explanations(tables.values())]
    text = "\n\n".join(filter(None, blocks))
    return [*write_csvs(tables, frames or {}, out), write_text(Path(out) / "tables.md", text + "\n")]


def write_csvs(tables, frames, out):
    """Write each table, with intervals or without, as ``tables/<name>.csv``.

    Parameters
    ----------
    tables : dict of str to ScoreTable
    frames : dict of str to DataFrame
    out : path-like

    Returns
    -------
    list of pathlib.Path
    """
    folder = Path(out) / "tables"
    scores = [write_csv(folder / f"{name}.csv", to_frame(table)) for name, table in tables.items()]
    return scores + [write_csv(folder / f"{name}.csv", frame, digits=6) for name, frame in frames.items()]


def write_predictions(result, folder, *, names=None):
    """Write the predictions of every strategy, one CSV each, and the distributions as ``.npz``.

    Parameters
    ----------
    result : Scored
    folder : path-like
    names : sequence of str or None, default=None
        What each row is called; None takes what its table calls it, or its number.

    Returns
    -------
    list of pathlib.Path
    """
    folder = Path(folder)
    written = []
    for (task, strategy), each in result.predictions.items():
        columns = _grade_columns(each, result) if task == "classifier" else _value_columns(each, result)
        frame = pd.DataFrame(_row_columns(result, names) | columns)
        written.append(write_csv(folder / f"{task}_{strategy}.csv", frame, digits=6))
        if task == "regressor":
            arrays = {
                "grid": each.distribution.grid,
                "cdf": each.distribution.cdf.astype(np.float32),
                "truth": result.y,
            }
            written.append(
                write_atomically(
                    folder / f"{task}_{strategy}_cdf.npz", lambda file, a=arrays: np.savez_compressed(file, **a)
                )
            )
    return written


def _row_columns(result, names):
    names = result.data.names if names is None else names
    called = NAMED_BY if getattr(names, "name", None) == NAMED_BY else "path"
    columns = {called: np.asarray(names)} | ({} if result.groups is None else {"group": result.groups})
    return columns | result.row_marks() | {"truth": result.target.shown(result.y)}


def _grade_columns(each, result):
    shown = result.target.shown
    probabilities = {f"p_{grade}": each.probabilities[:, k] for k, grade in enumerate(shown(each.classes))}
    return {"true_grade": shown(result.grades), "prediction": shown(each.prediction)} | probabilities


def _value_columns(each, result):
    from skerosion.metrics import crps

    distribution = each.distribution
    interval = distribution.interval(INTERVAL_COVERAGE)
    score = crps(result.y, distribution.cdf, grid=distribution.grid, per_sample=True, unit="points")
    return {
        "median": distribution.median(),
        "mean": distribution.mean(),
        "interval_low": interval[:, 0],
        "interval_high": interval[:, 1],
        "crps_points": score,
    }
