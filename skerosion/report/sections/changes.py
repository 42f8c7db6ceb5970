"""Whether the score of a visit rose since the last one: what is found, at false alarms that are promised."""

import math

from skerosion.metrics import wilson_interval

from .._document import NotGiven, Points, Table
from .._points import panel

TITLE, PLACE = "Changes between visits", 129

COLUMNS = ("rule", "stable pairs", "alarm above, points", "rises of the reader's score", "found")
NOTE = (
    "Stable are pairs of visits whose scores the reader calls the same, one a patient: what the reader overlooked "
    "counts as noise. Of pairs like them the test calls at most 5 % a rise, on average over calibrations. Repeat films "
    "or re-reads are the better calibration: ChangeTest in Python. The smallest detectable change differs from visit "
    "to visit; its median is shown."
)


def blocks(subject):
    """What each rule finds, as a table and as points."""
    frame = subject.frames.get("changes")
    if frame is None:
        given = "a study of a registry in which the reader calls some pairs unchanged; ChangeTest in Python"
        return [NotGiven("whether scores rose, at promised false alarms", given)]
    rows = [
        [f"{line.rule}, {line.task}", line.stable, _above(line), line.rises, f"{100 * line.found:.0f} %"]
        for line in frame.rename(columns={"alarm above": "above"}).itertuples()
    ]
    points = [_point(line) for line in frame.itertuples()]
    drawn = Points("Rises found", [panel("share of rises", points, "higher is better")], ())
    return [Table("Rises of the Rau score", COLUMNS, rows, (NOTE,)), drawn]


def _above(line):
    return f"{line.above:.1f}" if math.isfinite(line.above) else "never: too few stable pairs"


def _point(line):
    low, high = wilson_interval(line.found, line.rises)
    text = f"{100 * line.found:.0f} % ({100 * low:.0f}–{100 * high:.0f})"
    return [f"{line.rule}, {line.task}", False, line.found, low, high, text]
