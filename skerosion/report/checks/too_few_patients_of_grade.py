"""A grade that too few patients have."""

import numpy as np

from skerosion._counted import counted

TITLE = "a grade with too few patients"
REMEDY = "Say nothing of this grade alone; look for more patients, or put grades together."

FEWEST = 10


def find(subject):
    """Count the patients of each grade among the scored rows."""
    scored = subject.scored
    units = np.arange(len(scored.y)) if scored.groups is None else scored.groups
    counts = {g: len(np.unique(units[scored.grades == g])) for g in subject.target.classes}
    few = {grade: n for grade, n in counts.items() if n < FEWEST}
    texts = [f"grade {subject.target.shown([grade])[0]}: {n}" for grade, n in few.items()]
    enough = f"at least {counted(min(counts.values()), 'patient')} a grade"
    return ("tip", ", ".join(texts)) if few else ("passed", enough)
