"""The thesis' outliers: labels that disagree with the joints that look alike, and the halo of the patient's others."""

import numpy as np
import pandas as pd

from ._score_tables import ScoreTable

N_ALIKE = 51
"""The thesis' number of joints that look alike."""

ALIKE_OF_OTHERS = 4
"""Of few others so many times fewer are compared: all of them together look like nothing in particular."""

N_LISTED = 50
"""Rows listed at most."""


def disagreement(result, chosen):
    """How far the label of each held-out joint lies from those of the joints that look alike.

    Parameters
    ----------
    result : Result
        Its ``neighbourhoods`` are rows that one network embeds and was not trained on.
    chosen : dict of str to str
        Task -> strategy; the regressor's embedding is taken where there is one.

    Returns
    -------
    DataFrame or None
        As `skerosion.inspection.label_disagreement` returns it, with ``row``, the position among all rows. None without
        an embedding, or with too few patients.
    """
    embedding = chosen_embedding(result, chosen)
    if embedding is None:
        return None
    groups = np.arange(len(result.y)) if result.rows.groups is None else result.rows.groups
    others = [len(rows) - np.unique(groups[rows], return_counts=True)[1].max() for rows in result.neighbourhoods]
    n_neighbors = int(min(N_ALIKE, min(others) // ALIKE_OF_OTHERS))
    if n_neighbors < 1:
        return None
    found = (_disagreement_of(embedding, result.y, groups, rows, n_neighbors) for rows in result.neighbourhoods)
    return pd.concat(found, ignore_index=True)


def _disagreement_of(embedding, y, groups, rows, n_neighbors):
    from skerosion.inspection import label_disagreement

    return label_disagreement(embedding[rows], y[rows], groups[rows], n_neighbors=n_neighbors).assign(row=rows)


def chosen_embedding(result, chosen):
    """The embedding of rows by the chosen regressor, by the chosen classifier where there is none; None without any."""
    known = (result.embedding(task, chosen[task]) for task in ("regressor", "classifier") if task in chosen)
    return next((each for each in known if each is not None), None)


def outlier_frame(result, found, names):
    """The joints whose labels lie lowest below those of their neighbours, and highest above them.

    Parameters
    ----------
    result : StudyResult
    found : DataFrame
        As `disagreement` returns it.
    names : sequence of str
        What each of all rows is called.

    Returns
    -------
    DataFrame
        At most 50 joints, the most suspicious first: those labelled healthier than their neighbours look.
    """
    ordered = found.sort_values("against_neighbors", kind="stable")
    half = min(N_LISTED // 2, len(ordered) // 2)
    listed = ordered.iloc[np.r_[:half, len(ordered) - half : len(ordered)]]
    paths = np.asarray(names, dtype=object)[listed["row"]]
    return listed.assign(path=paths)[["path", *listed.columns]].round(3)


def halo_table(result, found):
    """How far labels are drawn towards those of the patient's other joints.

    Parameters
    ----------
    result : StudyResult
    found : DataFrame
        As `disagreement` returns it.

    Returns
    -------
    ScoreTable
    """
    from skerosion.inspection import halo_slope

    slope = halo_slope(found, random_state=result.plan.seed)
    note = (
        "0: a label follows from the image alone; 1: it is that of the patient's other joints. What the embedding "
        "misses counts as well, so compare with labels of another reader."
    )
    rows = [("held-out joints", "level", {"halo slope": (slope.estimate, slope.low, slope.high)})]
    return ScoreTable("Labels and the patient's other joints", ("halo slope",), rows, (note,))
