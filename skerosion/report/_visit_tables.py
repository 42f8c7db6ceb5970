"""The tables of visits: Rau scores with their intervals beside those of the labels, and how DAS28 goes with them."""

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion.clinical import ratingen, rau_score
from skerosion.metrics import correlation

from ._doubt import PatientBootstrap
from ._score_columns import INTERVAL_COVERAGE, visit_columns
from ._score_tables import ScoreTable

ACTIVITY = {"das28bsr_score": "DAS28-ESR", "das283crp_score": "DAS28-CRP"}
"""Columns of the registry's secondary table and what they are called."""


def visit_frame(forecasts, data):
    """One row for each visit of the test part: its true Rau score, the predicted ones and its DAS28.

    Parameters
    ----------
    forecasts : VisitForecasts
    data : Registry

    Returns
    -------
    DataFrame
        patient_id, date, n_joints, rau (of the labels), and for each task its expected score with the 90 % interval of
        the best form, and the DAS28 of the visit where the registry has it.
    """
    frame = pd.DataFrame({"rau": forecasts.truth})
    for (task, form), rau in forecasts.rau.items():
        if form == forecasts.forms[0]:
            low, high = rau.interval(INTERVAL_COVERAGE, kind="shortest").T
            frame = frame.assign(n_joints=rau.n_joints, **{task: rau.mean(), f"{task} low": low, f"{task} high": high})
    return frame.join(activity_of(data)).reset_index()


def activity_of(data):
    """DAS28 of each visit, as far as the registry has it.

    Parameters
    ----------
    data : Registry

    Returns
    -------
    DataFrame
        Indexed by patient_id and date, columns such as ``DAS28-ESR``.
    """
    columns = {column: name for column, name in ACTIVITY.items() if column in data.table}
    return data.table.groupby(["patient_id", "date"])[list(columns)].first().rename(columns=columns)


def label_frame_of_visits(data):
    """The Rau score of the labels and DAS28 for every visit of the registry.

    Parameters
    ----------
    data : Registry

    Returns
    -------
    DataFrame
        patient_id, date, rau, n_joints and the columns of DAS28 that the registry has.
    """
    rau = rau_score(ratingen(data.wide()))
    return pd.DataFrame({"rau": rau.score, "n_joints": rau.n_joints}).join(activity_of(data)).reset_index()


def rau_table(forecasts, trained, seed):
    """How far predicted Rau scores lie from those of the labels, and how often their intervals hold them.

    Parameters
    ----------
    forecasts : VisitForecasts
    trained : array-like
        True Rau scores of the train part's visits, whose mean is the floor.
    seed : int

    Returns
    -------
    ScoreTable
    """
    truth, patients = forecasts.truth.to_numpy(dtype=float), forecasts.patients
    bootstrap = PatientBootstrap(patients, len(truth), seed=seed)
    rows = []
    for task, decided in forecasts.decided.items():
        rows.append((f"{task}, grades decided on", "strategy", _point_cells(bootstrap, truth, decided)))
        for form in forecasts.forms:
            rau = forecasts.rau[task, form]
            cells = _point_cells(bootstrap, truth, rau.mean()) | _interval_cells(bootstrap, truth, rau)
            rows.append((f"{task}, {form}", "strategy", cells))
    floor = _point_cells(bootstrap, truth, np.full(len(truth), np.mean(trained)))
    floor.pop("correlation", None)
    learned = ", ".join(f"{task} {value:.2f}" for task, value in forecasts.correlation.items())
    notes = (f"Correlation of a visit's joints, learned on the validation part: {learned}.", *forecasts.notes)
    notes += tuple(bootstrap.notes)
    columns = tuple(each.title for kind in visit_columns() for each in kind)
    title = f"Rau score of {counted(len(truth), 'visit')} of {counted(len(np.unique(patients)), 'patient')}, test part"
    return ScoreTable(title, columns, [*rows, ("floor: mean", "floor", floor)], notes)


def _point_cells(bootstrap, truth, predicted):
    metrics = {each.title: each.metric.function for each in visit_columns()[0]}
    if np.ptp(truth) == 0 or np.ptp(predicted) == 0:
        metrics.pop("correlation")
    return bootstrap.cells(metrics, truth, np.asarray(predicted, dtype=float))


def _interval_cells(bootstrap, truth, rau):
    metrics = {each.title: each.metric.function for each in visit_columns()[1]}
    return bootstrap.cells(metrics, truth, rau.interval(INTERVAL_COVERAGE, kind="shortest"))


def activity_table(labelled, visits, seed):
    """Correlation of DAS28 with the Rau score: of the labels in all visits, and of the forecasts in the test part.

    Parameters
    ----------
    labelled : DataFrame
        As `label_frame_of_visits` makes it.
    visits : DataFrame
        As `visit_frame` makes it.
    seed : int

    Returns
    -------
    ScoreTable or None
        None where the registry has no DAS28, or too few visits with one.
    """
    sources = {"labels, all visits": (labelled, "rau"), "labels, test part": (visits, "rau")}
    sources |= {f"{task}, test part": (visits, task) for task in ("classifier", "regressor") if task in visits}
    columns, notes = [name for name in ACTIVITY.values() if name in labelled], []
    rows = [
        (name, "level", _activity_cells(frame, of, columns, seed, notes, name)) for name, (frame, of) in sources.items()
    ]
    if not any(cells for _, _, cells in rows):
        return None
    return ScoreTable("Correlation of DAS28 with the Rau score", tuple(columns), rows, tuple(dict.fromkeys(notes)))


def _activity_cells(frame, of, columns, seed, notes, name):
    cells = {}
    for column in columns:
        known = frame[[of, column, "patient_id"]].dropna()
        if known["patient_id"].nunique() > 2:
            bootstrap = PatientBootstrap(known["patient_id"], len(known), seed=seed)
            cells |= bootstrap.cells({column: correlation}, known[of].to_numpy(), known[column].to_numpy())
            # The forecasts are of the same visits as the labels of the test part.
            notes += [f"{name}: {counted(len(known), 'visit has', 'visits have')} a {column}."] if of == "rau" else []
            notes += bootstrap.notes
    return cells
