"""From the files that were seen to the rows of each part."""

from skerosion._counted import counted

from .._document import Flow

TITLE, PLACE = "Flow of images", 30


def blocks(subject):
    """Files seen, what was left out and why, and patients and images of each part."""
    n_used = len(subject.y)
    reasons = reasons_left_out(subject.excluded)
    seen = f"{counted(n_used + sum(reasons.values()), 'row')} of the table"
    left_out = [f"{number:,} left out: {reason}" for reason, number in reasons.items()]
    used = size_of(subject, range(n_used))
    parts = [(name, size_of(subject, rows), []) for name, rows in subject.parts.items()]
    return [Flow([("seen", seen, []), ("used", used, left_out), *(parts if len(parts) > 1 else [])])]


def reasons_left_out(excluded):
    """Why rows take no part, and how many."""
    if excluded is None or not len(excluded):
        return {}
    return {str(reason): int(number) for reason, number in excluded["reason"].value_counts().items()}


def size_of(subject, rows):
    """How many images some of all rows are, and of how many patients."""
    of = "" if subject.groups is None else f" of {counted(subject.patients(list(rows)), 'patient')}"
    return f"{counted(len(rows), 'image')}{of}"


def describe_parts(subject):
    """The images and patients of each part, on one line."""
    return ", ".join(f"{name}: {size_of(subject, rows)}" for name, rows in subject.parts.items())
