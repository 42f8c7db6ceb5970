"""Sets of grades that hold the truth as often as they claim: how often they do, and how large they are."""

from .._document import NotGiven, Points, Table
from .._points import panel
from .._promised_sets import COVERAGE, coverage_points, set_frames, size_points

TITLE, PLACE = "Sets of grades", 125

COLUMNS = (
    "grade",
    "images",
    "patients",
    "coverage",
    "size",
    "named in",
    "patients to calibrate on",
    "promise by grade",
)
NOTE = (
    "Thresholds are learned on one half of the patients and tried on the other, both ways. Every patient counts once. "
    "A set that always names a grade covers it without saying anything: see how many of all sets name it."
)
FEWEST = 20
"""Patients below which half of them are too few for sets of 90 %."""


def blocks(subject):
    """A table of coverage and size by grade for each task, and their points."""
    if subject.n_scored_patients < FEWEST:
        return [NotGiven("whether sets of grades hold what they promise", f"{FEWEST} scored patients")]
    return [block for task in subject.verdicts for block in _of_task(subject, task)]


def _of_task(subject, task):
    frames = set_frames(subject.chosen(task), subject.scored)
    title = subject.scored.titles[subject.verdicts[task].strategy]
    tables = [
        Table(f"Sets of {100 * COVERAGE:g} % {form}, {title}", COLUMNS, _rows(frame), (NOTE,), of=(task, title))
        for form, frame in frames.items()
    ]
    # Names as short as the narrowest screen wants them.
    short = dict(zip(frames, ("together", "by grade"), strict=True))
    drawn = [
        panel(name, [row for form, frame in frames.items() for row in rows(frame, short[form])], better)
        for name, rows, better in (
            ("coverage", coverage_points, ""),
            ("grades in a set", size_points, "fewer is better"),
        )
    ]
    return [*tables, Points(f"Sets of {100 * COVERAGE:g} %, {task}", drawn, (task,))]


def _rows(frame):
    return [
        [
            str(line.grade),
            line.rows,
            line.patients,
            *(None if line.patients == 0 else round(float(each), 3) for each in (line.coverage, line.size)),
            None if line.grade == "all" else f"{100 * line.named:.0f} %",
            line.calibrated,
            "too few" if line.too_few else None,
        ]
        for line in frame.itertuples()
    ]
