"""A grade that exists and is never said."""

import numpy as np

TITLE = "a grade never predicted"
REMEDY = "Oversample, weigh the grades, or decide on balanced probabilities."


def find(subject):
    """List the grades that are true of some row and predicted for none, of each task's best strategy."""
    present = np.unique(subject.scored.grades)
    missing = {task: np.setdiff1d(present, subject.chosen_grades(task)) for task in subject.verdicts}
    texts = [f"{task}: {', '.join(map(str, subject.target.shown(m)))}" for task, m in missing.items() if len(m)]
    return ("problem", f"never predicted, {'; '.join(texts)}") if texts else ("passed", "every grade is predicted")
