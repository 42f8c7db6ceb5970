"""How wide the main interval is, and how many patients a narrower one takes."""

import math

import numpy as np

from .._document import Grid, NotGiven
from .._frames import grid_of

TITLE, PLACE = "Sample size", 160


def blocks(subject):
    """The half-width of the interval of each task's main metric, and the learning curve where there is one."""
    scored = subject.scored
    n = len(scored.y) if scored.groups is None else len(np.unique(scored.groups))
    rows = [_line(task, subject.tables[task], verdict, n) for task, verdict in subject.verdicts.items()]
    columns = ("main metric", "half-width of its interval", "patients", "patients for half of it")
    note = "The width of an interval falls with the root of the number of patients, if new ones are like these."
    curve = subject.frames.get("learning_curve")
    more = NotGiven("what more patients to train on would bring", "a learning curve over patients")
    return [Grid("Precision", columns, rows, (note,)), more if curve is None else grid_of("Learning curve", curve)]


def _line(task, table, verdict, n):
    _, low, high = next(cells[verdict.column] for row, _, cells in table.rows if row == verdict.row)
    half = (high - low) / 2
    return [f"{task}, {verdict.column}", round(half, 4) if math.isfinite(half) else None, n, 4 * n]
