"""A patient on two sides of a split."""

import numpy as np

from skerosion._counted import counted

TITLE = "patient in two parts"
REMEDY = "Split by patient: name the column of the patient, or pass groups."


def find(subject):
    """Count the patients that are in more than one part."""
    if subject.what == "evaluation":
        return _beside_training(subject.frames.get("audit"))
    if subject.groups is None:
        return "tip", "the patients are not known, so that images of one may be on both sides"
    if len(subject.parts) < 2:
        return "passed", "folds are by patient" if subject.what == "search" else "there is one part"
    of_part = [np.unique(subject.groups[rows]) for rows in subject.parts.values()]
    names, counts = np.unique(np.concatenate(of_part), return_counts=True)
    twice = int((counts > 1).sum())
    return "problem" if twice else "passed", f"in more than one part: {twice:,} of {counted(len(names), 'patient')}"


def _beside_training(audit):
    """Read how many patients of an evaluation were trained on."""
    if audit is None:
        return "not given", "evaluate(trained=), the table that was trained on; an estimator's file names no patients"
    twice = int((audit["kind"] == "patient").sum())
    return "problem" if twice else "passed", f"{counted(twice, 'patient was', 'patients were')} trained on"
