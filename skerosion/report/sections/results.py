"""All metrics with their intervals, beside the floors, and where the grades go wrong."""

import numpy as np

from .._document import Picture, Table
from .._table_blocks import block_of_scores

TITLE, PLACE = "Results", 110


def blocks(subject):
    """Tables of scores, recall of each grade, confusion in counts and by row."""
    names = [name for name in ("classifier", "regressor", "recall") if name in subject.tables]
    made = [block_of_scores(subject.tables[name]) for name in names]
    made += [_confusion(subject, task) for task in subject.verdicts]
    compared = {"strategy": "strategies", "estimator": "estimators"}[subject.scored.candidate]
    shown = {f"strategies_{task}": f"Scores of {compared}, {task}" for task in subject.verdicts}
    return made + pictures(subject, shown | {"confusion_classifier": "Predicted against true grades"})


def _confusion(subject, task):
    """Counts, with the share of the true grade behind them."""
    from sklearn.metrics import confusion_matrix

    target = subject.target
    counts = confusion_matrix(subject.scored.grades, subject.chosen_grades(task), labels=list(target.classes))
    labels = [str(label) for label in target.labels]
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = [[f"{n} ({100 * n / total:.0f} %)" for n in row] for row, (total,) in zip(counts, totals, strict=True)]
    rows = [[f"true {label}", *row] for label, row in zip(labels, cells, strict=True)]
    title = f"{task.capitalize()}, {subject.verdicts[task].row}: predicted grades of each true grade"
    return Table(title, ("", *(f"predicted {label}" for label in labels)), rows)


def pictures(subject, titles):
    """The figures of these names that were drawn."""
    return [
        Picture(title, subject.figures[name], f"{title}; the tables of this section hold its numbers.")
        for name, title in titles.items()
        if name in subject.figures
    ]
