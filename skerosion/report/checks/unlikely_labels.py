"""More labels that were next to impossible than a forecast that knows its doubt would meet."""

from .._doubtful_labels import unlikely_labels

TITLE = "unlikely labels"
REMEDY = (
    "Read again what the section on the reference standard lists first (LabelAudit.write_sheet); a forecast that is "
    "too sure of itself looks alike, so see calibration too."
)


def find(subject):
    """Count labels to which the best strategy gave 1 % at most, beside the number that its forecasts expect."""
    if not subject.verdicts:
        return "not given", "a best strategy"
    found, expected = unlikely_labels(subject)
    said = f"{found} labels had a probability of 1 % at most, {expected:.1f} were to be expected"
    # Three standard deviations of a count, and twice as many: a few hard images are no news.
    return "tip" if found > 2 * expected and found > expected + 3 * max(expected, 1.0) ** 0.5 else "passed", said
