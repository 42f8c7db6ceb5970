"""Every figure of a study: those of a search for each part, and the thesis' maps, embeddings, neighbours and visits."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ._learned_figures import draw_attention, draw_nearest, draw_training, one_of_each_grade
from ._score_columns import errors_among
from ._scored_figures import drawn_columns, make_displays
from ._visit_tables import ACTIVITY

MOST_POINTS = 800
"""Joints in a scatter of the embedding; t-SNE of more takes long and shows no more."""


def write_study_figures(result, tables, out, found):
    """Write every figure of a study as PNG and as PDF.

    Parameters
    ----------
    result : StudyResult
    tables : StudyTables
    out : path-like
        Figures go to its folder ``figures``.
    found : DataFrame
        The disagreement of labels with their neighbours.

    Returns
    -------
    list of pathlib.Path
    """
    from skerosion.plotting import save_figure

    folder, written = Path(out) / "figures", []
    for name, display in _displays(result, tables, found):
        written += save_figure(display.figure_, folder / name)
    return written


def _displays(result, tables, found):
    """Yield name and display one after the other, so that few are in memory."""
    yield "labels", _labels(result)
    for part in ("validation", "test"):
        displays = make_displays(result.part(part), tables.of_part(part))
        displays.pop("labels")
        yield from ((f"{part}_{name}", display) for name, display in displays.items())
    yield from ((f"training_{task}", draw_training(result, task)) for task in tables.chosen)
    yield from _by_factor(tables)
    if result.rows.kind == "images":
        yield from ((f"attention_{task}", _attention(result, task, tables.chosen)) for task in tables.chosen)
        yield "outliers", _outliers(result, tables.chosen, found)
        yield "neighbors", _neighbors(result, tables.chosen)
    yield from ((f"embedding_{task}", _embedding(result, task, tables.chosen)) for task in tables.chosen)
    yield from _visit_displays(result, tables)


def _labels(result):
    from skerosion.plotting import ScoreHistogramDisplay

    target = result.target
    if target.kind == "percent":
        return ScoreHistogramDisplay.from_predictions(result.y, bins=target.bins, ax=Figure)
    settings = {"labels": target.labels, "target_name": target.grade_name}
    return ScoreHistogramDisplay.from_predictions(target.shown(target.grade(result.y)), ax=Figure, **settings)


def _by_factor(tables):
    """The scores of the chosen strategies by joint, drawn as strategies are."""
    from skerosion.plotting import StrategyComparisonDisplay

    for task in tables.chosen:
        table = tables.scores.get(f"test_{task}_by")
        if table is not None and table.rows:
            columns = [column for column in drawn_columns(task) if column in table.columns]
            scores = {column: {row: cells[column] for row, _, cells in table.rows} for column in columns}
            display = StrategyComparisonDisplay(
                scores, smaller_is_better=errors_among(columns), row_name="these images"
            )
            yield f"test_{task}_by", display.plot(Figure)


def _attention(result, task, chosen):
    """Where the chosen estimator looks: one test joint of each grade."""
    rows = one_of_each_grade(result, result.parts["test"])[:6]
    return draw_attention(result, task, chosen[task], rows, result.attention(task, chosen[task], rows))


def _outliers(result, chosen, found):
    """The four joints labelled most below their neighbours' labels, beside those neighbours."""
    rows = found.sort_values("against_neighbors", kind="stable")["row"].to_numpy()[:4]
    return draw_nearest(result, chosen, rows, result.parts["train"])


def _neighbors(result, chosen):
    return draw_nearest(result, chosen, one_of_each_grade(result, result.parts["test"]), result.parts["train"])


def _embedding(result, task, chosen):
    """PCA and t-SNE of the held-out joints, as in the thesis."""
    from skerosion.plotting import EmbeddingDisplay

    rows = result.held_out
    if len(rows) > MOST_POINTS:
        rows = np.sort(np.random.default_rng(result.plan.seed).choice(rows, MOST_POINTS, replace=False))
    embedding = result.embedding(task, chosen[task])[rows]
    return EmbeddingDisplay.from_embeddings(
        embedding,
        result.target.grade(result.y[rows]),
        projection="tsne",
        target_name=result.target.grade_name,
        name=f"{task}, {result.plan.titles()[chosen[task]]}",
        random_state=result.plan.seed,
        ax=Figure,
    )


def _visit_displays(result, tables):
    """Rau scores: over the visits of some test patients, against the labels', and over DAS28."""
    from skerosion.plotting import RauCourseDisplay, RauDAS28Display

    visits = tables.visits
    if visits is None:
        return
    for task in tables.chosen:
        rau = visits.rau[task, visits.forms[0]]
        yield f"rau_course_{task}", RauCourseDisplay.from_predictions(rau, truth=visits.truth.to_numpy(), ax=Figure)
    labelled = tables.frames["labelled_visits"]
    known = {name: labelled[name] for name in ACTIVITY.values() if name in labelled and labelled[name].count() > 2}
    if known:
        settings = {"groups": labelled["patient_id"].to_numpy(), "random_state": result.plan.seed, "ax": Figure}
        yield "das28_labels", RauDAS28Display.from_predictions(labelled["rau"].to_numpy(), known, **settings)
