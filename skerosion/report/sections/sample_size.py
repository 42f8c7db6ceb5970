"""How wide the main interval is, and how many patients a narrower one takes."""

import math

from .._document import NotGiven, Points, Table
from .._points import panel
from .._table_blocks import block_of_frame

TITLE, PLACE = "Sample size", 160

HEAD_ALONE = (
    "The network is kept as it is, and has not seen these patients: a new head is fitted on ever more of them and "
    "scored on others. What more patients bring to the network itself is not in it. Beyond what was tried a power law "
    "goes on, to twice the patients at most; its intervals are a bootstrap of patients, and nothing proves them."
)


def blocks(subject):
    """The half-width of the interval of each task's main metric, and the learning curve where there is one."""
    n = subject.n_scored_patients
    halves = {task: half_width(subject.tables[task], verdict) for task, verdict in subject.verdicts.items()}
    rows = [[f"{task}, {subject.verdicts[task].column}", half, n, 4 * n] for task, half in halves.items()]
    columns = ("main metric", "half-width of its interval", "patients", "patients for half of it")
    note = "The width of an interval falls with the root of the number of patients, if new ones are like these."
    curve = subject.frames.get("learning_curve")
    given = "a search or a study of networks, with 40 patients or more that each of them has not seen"
    more = [NotGiven("what more patients to train on would bring", given)]
    return [Table("Precision", columns, rows, (note,)), *(more if curve is None else _curve(curve))]


def _curve(curve):
    told, shown = curve.attrs.get("notes", ()), curve.copy()
    if "extrapolated" in curve:
        shown["extrapolated"] = curve["extrapolated"].map({True: "yes", False: "no"})
    return [block_of_frame("Learning curve over patients", shown, (*told, HEAD_ALONE)), *_drawn(curve)]


def _drawn(curve):
    """The points of a curve as `PatientCurve.frame` makes it; none of others."""
    if not {"patients", "score", "low", "high", "extrapolated"} <= set(curve):
        return []
    rows = [
        [
            f"{n} patients{', extrapolated' if beyond else ''}",
            beyond,
            score,
            low,
            high,
            f"{score:.3f} ({low:.3f}–{high:.3f})",
        ]
        for n, score, low, high, beyond in curve[["patients", "score", "low", "high", "extrapolated"]]
        .to_numpy()
        .tolist()
    ]
    return [Points("Learning curve over patients", [panel("score", rows, "higher is better")], ())]


def half_width(table, verdict):
    """Half the width of the interval of a verdict's metric; None where there is no interval."""
    _, low, high = table.cell(verdict.row, verdict.column)
    half = (high - low) / 2
    return round(half, 4) if math.isfinite(half) else None
