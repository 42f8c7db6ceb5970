"""How many joints of a visit a person must still read for a Rau score that is near enough."""

from .._document import NotGiven, Points, Table
from .._points import panel

TITLE, PLACE = "Joints to read", 127

COLUMNS = ("error, points", "joints to read", "visits beyond it", "promised at most")


def blocks(subject):
    """The curve of each task as a table and as points."""
    frame = subject.frames.get("reading")
    if frame is None:
        return [NotGiven("how many joints a person must still read", "a study of a registry; ReadingPlan in Python")]
    curves = dict(list(frame.groupby("task", sort=False)))
    tables = [_table(task, curve) for task, curve in curves.items()]
    rows = [row for task, curve in curves.items() for row in _points(task, curve)]
    return [*tables, Points("Joints to read for each error", [panel("share of joints", rows, "fewer is better")], ())]


def _table(task, curve):
    first = curve.iloc[0]
    lines = [
        [
            f"{line.error:g}",
            _percent(line.joints),
            _percent(line.missed),
            "read all" if line.reads_all else _percent(line.bound),
        ]
        for line in curve.itertuples()
    ]
    note = (
        f"Learned on {first['patients']} patients of the test part. On average over such patients and new ones like "
        f"them, at least {_percent(first['level'])} of the visits of a new patient are within the error of what "
        "reading all joints gives, if the error is chosen before looking. The most doubtful joints are read; of the "
        "others the expected grade is taken."
    )
    return Table(f"Joints to read, {task}", COLUMNS, lines, (note,))


def _points(task, curve):
    return [
        [f"error {line.error:g}, {task}", line.reads_all, line.joints, None, None, _percent(line.joints)]
        for line in curve.itertuples()
    ]


def _percent(share):
    return f"{100 * share:.0f} %"
