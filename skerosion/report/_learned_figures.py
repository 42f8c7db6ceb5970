"""Figures of what networks have learned: their losses, where they look, and the joints that look alike to them."""

import numpy as np
from matplotlib.figure import Figure

from ._outliers import chosen_embedding


def draw_training(result, task):
    """The losses of every training of a task, of several folds their mean."""
    from skerosion.plotting import TrainingCurvesDisplay

    trainings = {job.training.name: job.training.row_title for job in result.jobs if job.task == task}
    histories = {row: {"loss": _mean_loss(result.records[task, name])} for name, row in trainings.items()}
    return TrainingCurvesDisplay.from_history(histories, ax=Figure)


def _mean_loss(records):
    losses = [each["loss"] for each in records]
    return np.mean([each[: min(map(len, losses))] for each in losses], axis=0).tolist()


def draw_attention(result, task, name, rows, maps):
    """Where an estimator looks, on some rows.

    Parameters
    ----------
    result : Result
    task, name : str
        The row of the tables.
    rows : ndarray of int
    maps : dict of str to ndarray of shape (n_rows, H, W)
    """
    from skerosion.plotting import AttentionMapDisplay

    words = {"titles": [f"truth {_label(result, row)}" for row in rows]}
    words["name"] = f"{task}, {result.plan.titles()[name]}"
    return AttentionMapDisplay.from_maps(result.rows[rows], maps, rows=np.arange(len(rows)), ax=Figure, **words)


def one_of_each_grade(result, rows):
    """The first of some rows of each grade, the lowest grade first."""
    grades = result.target.grade(result.y[rows])
    return np.array([rows[np.flatnonzero(grades == grade)[0]] for grade in np.unique(grades)])


def _label(result, row):
    unit = " %" if result.target.kind == "percent" else ""
    return f"{result.y[row]:g}{unit}" if result.target.names is None else result.target.shown(result.y[[row]])[0]


def draw_nearest(result, chosen, rows, among):
    """Joints beside the most alike of other patients among some rows, each stretched to its full contrast.

    Too dark a radiograph is a reason to be an outlier, and could not be seen as it is.
    """
    from skerosion.plotting import NearestJointsDisplay
    from skerosion.preprocessing import ContrastStretcher

    shown = np.concatenate([rows, among])
    y, groups = result.y[shown], result.rows.groups
    name = "percent" if result.target.kind == "percent" else "grade"
    return NearestJointsDisplay.from_embeddings(
        ContrastStretcher().fit_transform(result.rows[shown]),
        y.astype(int) if np.equal(y, np.rint(y)).all() else y,
        chosen_embedding(result, chosen)[shown],
        np.arange(len(rows)),
        groups=None if groups is None else groups[shown],
        target_name=name,
        ax=Figure,
    )


def write_learned_figures(result, chosen, found, maps, out):
    """Write what a search leaves of its networks; images are of the fold of the label in the most doubt.

    Parameters
    ----------
    result : SearchResult
    chosen : dict of str to str
        Task -> the best strategy.
    found : DataFrame or None
        As `disagreement` returns it.
    maps : callable
        Takes a task and positions of rows, and returns maps by kind; none where nobody knows where it looks.
    out : path-like

    Returns
    -------
    list of pathlib.Path
    """
    from skerosion.plotting import save_figure

    displays = _learned_displays(result, chosen, found, maps)
    return [path for name, each in displays for path in save_figure(each.figure_, out / "figures" / name)]


def _learned_displays(result, chosen, found, maps):
    """Yield name and display one after the other, so that few are in memory."""
    yield from ((f"training_{task}", draw_training(result, task)) for task in chosen if _has_losses(result, task))
    if result.rows.kind != "images":
        return
    if found is not None:
        doubtful = found.sort_values("against_neighbors", kind="stable")["row"].to_numpy()
        rows = next(rows for rows in result.neighbourhoods if doubtful[0] in rows)
        first, typical = doubtful[np.isin(doubtful, rows)][:4], one_of_each_grade(result, rows)
        yield "outliers", draw_nearest(result, chosen, first, np.setdiff1d(rows, first))
        yield "neighbors", draw_nearest(result, chosen, typical, np.setdiff1d(rows, typical))
    rows = one_of_each_grade(result, np.arange(len(result.y)))[:6]
    known = {task: maps(task, rows) for task in chosen}
    yield from (
        (f"attention_{task}", draw_attention(result, task, chosen[task], rows, each))
        for task, each in known.items()
        if each
    )


def _has_losses(result, task):
    return all(each["loss"] for (of, _), records in result.records.items() if of == task for each in records)
