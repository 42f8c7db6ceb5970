"""The registry's secondary table: clinical scores of a patient on a day, joined to the joints of that day."""

import pandas as pd

from ._main_table import VISIT, in_one, note, read_registry_table, read_visits

COLUMNS = ("patient_id", "date")


def join_clinical(rows, radiographs, secondary, date_format, unmatched, **written):
    """Return the rows with the columns of the secondary table, and the number of radiographs that have any.

    Parameters
    ----------
    rows : DataFrame
        One row per joint.
    radiographs : DataFrame
        Patients and dates of the radiographs, see ``read_radiographs``.
    secondary : str, path-like or DataFrame
        The table.
    date_format : str
        How its dates are written.
    unmatched : Ledger
        Where rows of either table without a partner are noted.
    **written
        ``sep``, ``encoding`` and ``decimal`` of the table's file.
    """
    frame, _ = read_registry_table(secondary, "secondary", COLUMNS, taken=set(rows.columns), **written)
    visits, problems = read_visits(frame, "date", date_format)
    for row, reasons in enumerate(problems):
        if reasons:
            date = "" if pd.isna(visits["date"][row]) else visits["date"][row].date()
            patient = visits["patient_key"][row]
            unmatched.add(*in_one(reasons), table="secondary", row=visits["row"][row], patient_id=patient, date=date)
    visits = visits[[not reasons for reasons in problems]]
    scores = _one_row_a_visit(frame, visits, unmatched)
    used = pd.MultiIndex.from_frame(radiographs[VISIT])
    _note_alone(visits, used, "no radiograph of this patient and date", "secondary", unmatched)
    _note_alone(radiographs, scores.index, "no clinical scores of this patient and date", "main", unmatched)
    of_joints = scores.reindex(pd.MultiIndex.from_frame(rows[VISIT])).set_axis(rows.index, axis="index")
    return pd.concat([rows, of_joints], axis="columns"), int(used.isin(scores.index).sum())


def _one_row_a_visit(frame, visits, unmatched):
    """Return the scores by patient and date. Rows of one visit are joined, or none is used where they contradict."""
    values = frame.drop(columns=list(COLUMNS)).reset_index(drop=True).loc[visits.index]
    groups = values.groupby([visits[name] for name in VISIT], sort=False)
    scores, contradicted, several = groups.first(), (groups.nunique() > 1).any(axis="columns"), groups.size() > 1
    again = visits.set_index(VISIT, drop=False)
    for row in again[several.reindex(again.index).to_numpy(dtype=bool)].itertuples():
        contradict = contradicted[row.patient_key, row.date]
        reason = "rows of one visit that contradict each other" if contradict else "rows of one visit, joined"
        note(unmatched, row, reason, table="secondary")
    return scores[~contradicted]


def _note_alone(visits, partners, reason, table, unmatched):
    for row in visits[~pd.MultiIndex.from_frame(visits[VISIT]).isin(partners)].itertuples():
        note(unmatched, row, reason, table=table)
