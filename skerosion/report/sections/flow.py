"""From the files that were seen to the rows of each part."""

from .._document import Flow

TITLE, PLACE = "Flow of images", 30


def blocks(subject):
    """Files seen, what was left out and why, and patients and images of each part."""
    n_used = len(subject.y)
    reasons = _reasons(subject.excluded)
    seen = f"{n_used + sum(reasons.values()):,} rows of the table"
    left_out = [f"{number:,} left out: {reason}" for reason, number in reasons.items()]
    used = f"{n_used:,} images{_patients(subject, range(n_used))}"
    parts = [(name, f"{len(rows):,} images{_patients(subject, rows)}", []) for name, rows in subject.parts.items()]
    return [Flow([("seen", seen, []), ("used", used, left_out), *(parts if len(parts) > 1 else [])])]


def _reasons(excluded):
    if excluded is None or not len(excluded):
        return {}
    return {str(reason): int(number) for reason, number in excluded["reason"].value_counts().items()}


def _patients(subject, rows):
    return "" if subject.groups is None else f" of {subject.patients(list(rows)):,} patients"
