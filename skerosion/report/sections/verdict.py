"""Whether the best strategy is better than the floors and than the runner-up, in plain sentences."""

import numpy as np

from .._checking import share_improving
from .._document import Text
from .._score_columns import better_of
from .._verdict_words import verdict_sentences

TITLE, PLACE = "Verdict", 10


def blocks(subject):
    """At most three sentences a task, and what it must not be used for."""
    told = [
        Text((f"{task.capitalize()}.", *_sentences(subject, task, verdict)), "lead")
        for task, verdict in subject.verdicts.items()
    ]
    return [*told, Text((f"What it must not be used for: {subject.page.limits}",), "lead")]


def _sentences(subject, task, verdict):
    predicted = np.unique(subject.chosen_grades(task))
    return verdict_sentences(
        verdict,
        n_patients=subject.n_scored_patients,
        runner_up=runner_up(subject, task, verdict),
        constant=str(subject.target.shown(predicted)[0]) if len(predicted) == 1 else None,
        improving=share_improving(subject, task),
        candidate=subject.scored.candidate,
    )


def runner_up(subject, task, verdict):
    """The strategy that the best is the least better than, with that difference and its interval; None without one."""
    table = subject.tables.get("difference")
    lower = better_of(verdict.column) == "lower"
    found = []
    for name, _, cells in table.rows if table else ():
        of, _, pair = name.partition(", ")
        other = pair.partition(" − ")[2]
        if of == task and other != verdict.floor and verdict.column in cells:
            value, low, high = cells[verdict.column]
            found.append((other, *((-value, -high, -low) if lower else (value, low, high))))
    return min(found, key=lambda each: each[1], default=None)
