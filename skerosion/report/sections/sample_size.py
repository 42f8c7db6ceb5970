"""How wide the main interval is, and how many patients a narrower one takes."""

import math

from .._document import NotGiven, Table
from .._table_blocks import block_of_frame

TITLE, PLACE = "Sample size", 160


def blocks(subject):
    """The half-width of the interval of each task's main metric, and the learning curve where there is one."""
    n = subject.n_scored_patients
    halves = {task: half_width(subject.tables[task], verdict) for task, verdict in subject.verdicts.items()}
    rows = [[f"{task}, {subject.verdicts[task].column}", half, n, 4 * n] for task, half in halves.items()]
    columns = ("main metric", "half-width of its interval", "patients", "patients for half of it")
    note = "The width of an interval falls with the root of the number of patients, if new ones are like these."
    curve = subject.frames.get("learning_curve")
    more = NotGiven("what more patients to train on would bring", "a learning curve over patients")
    return [
        Table("Precision", columns, rows, (note,)),
        more if curve is None else block_of_frame("Learning curve", curve),
    ]


def half_width(table, verdict):
    """Half the width of the interval of a verdict's metric; None where there is no interval."""
    _, low, high = table.cell(verdict.row, verdict.column)
    half = (high - low) / 2
    return round(half, 4) if math.isfinite(half) else None
