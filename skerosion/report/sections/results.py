"""All metrics with their intervals, beside the floors, and where the grades go wrong."""

from .._document import Confusion, Picture
from .._points import points_of
from .._table_blocks import block_of_scores

TITLE, PLACE = "Results", 110


def blocks(subject):
    """Tables of scores, what they look like, confusion of each candidate, recall of each grade."""
    compared = {"strategy": "strategies", "estimator": "estimators"}[subject.scored.candidate]
    made = []
    for task in subject.verdicts:
        table = subject.tables[task]
        made += [block_of_scores(table, task), points_of(table, task, f"Scores of {compared}, {task}")]
        made += [_confusion(subject, task, name) for name in subject.candidates(task)]
    return made + ([block_of_scores(subject.tables["recall"])] if "recall" in subject.tables else [])


def _confusion(subject, task, name):
    """How often a candidate predicts each grade where each is true."""
    from sklearn.metrics import confusion_matrix

    target, (_, title) = subject.target, subject.candidates(task)[name]
    counts = confusion_matrix(subject.scored.grades, subject.grades_by(task, name), labels=list(target.classes))
    labels = tuple(str(label) for label in target.labels)
    heading = f"{task.capitalize()}, {title}: predicted grades of each true grade"
    return Confusion(heading, labels, counts.tolist(), (task, title))


def pictures(subject, titles):
    """The figures of these names that were drawn."""
    return [
        Picture(title, subject.figures[name], f"{title}; the tables of this section hold its numbers.")
        for name, title in titles.items()
        if name in subject.figures
    ]
