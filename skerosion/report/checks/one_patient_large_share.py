"""A patient who decides the scores."""

import numpy as np

TITLE = "one patient holds a large share"
REMEDY = "Report scores without this patient, too."

LARGE = 0.1


def find(subject):
    """Find the largest share of the scored rows that one patient has."""
    if subject.scored.groups is None:
        return "not given", "the column of the patient was not named"
    counts = np.unique(subject.scored.groups, return_counts=True)[1]
    share = float(counts.max() / counts.sum())
    level = "tip" if share > LARGE and len(counts) > 1 / LARGE else "passed"
    return level, f"the largest share of one patient is {100 * share:.1f} % of {len(counts):,} patients' images"
