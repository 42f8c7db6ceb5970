"""What each part is made of: patients, images, grades, and the other columns of the table."""

import numpy as np
import pandas as pd

from .._document import NotGiven, Table

TITLE, PLACE = "Parts", 40

MOST_LEVELS = 12
"""A column with more texts has a value for each image or patient, and tells nothing of a part."""


def blocks(subject):
    """Counts, and the columns of the table with standardised differences."""
    columns = described_columns(subject)
    made = [_counts(subject)]
    if columns:
        made.append(_columns(subject, columns))
    else:
        made.append(NotGiven("other columns, such as age, sex, site or device", "columns of the table"))
    return made


def described_columns(subject):
    """The columns of the table that say something of a part, beside those of image, target and patient."""
    frame, known = subject.table, set((subject.settings["data"].get("columns") or {}).values())
    return [] if frame is None else [name for name in frame.columns.difference(known) if is_described(frame[name])]


def _counts(subject):
    labels = [str(label) for label in subject.target.labels]
    columns = ("part", "images", "patients", "images a patient, median", *(f"grade {label}" for label in labels))
    parts = subject.parts | ({"all": np.arange(len(subject.y))} if len(subject.parts) > 1 else {})
    return Table("Images, patients and grades", columns, [_line(subject, *part) for part in parts.items()])


def _line(subject, name, rows):
    counts = [int((subject.grades[rows] == grade).sum()) for grade in subject.target.classes]
    if subject.groups is None:
        return [name, len(rows), None, None, *counts]
    of_patient = np.unique(subject.groups[rows], return_counts=True)[1]
    return [name, len(rows), len(of_patient), float(np.median(of_patient)), *counts]


def is_described(column):
    """Whether a column says something of a part: numbers, or texts of a few kinds."""
    if pd.api.types.is_bool_dtype(column):
        return True
    if pd.api.types.is_numeric_dtype(column):
        return column.nunique() > 1 and not (column.nunique() == len(column) and pd.api.types.is_integer_dtype(column))
    return 1 < column.astype(str).nunique() <= MOST_LEVELS


def _columns(subject, columns):
    """A row a number and a row a level of a text, by part, with the largest standardised difference of two parts."""
    rows = [line for name in columns for line in _of_column(subject, name)]
    header = ("column", *subject.parts, "largest standardised difference")
    note = "Numbers: mean (standard deviation). Texts: share. A difference below 0.1 is usually taken for small."
    return Table("Columns of the table", header, rows, (note,))


def _of_column(subject, name):
    values = subject.table[name]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = [values.iloc[rows].to_numpy(dtype=float) for rows in subject.parts.values()]
        texts = [_mean_and_deviation(part[np.isfinite(part)]) for part in numbers]
        moments = [(np.nanmean(part), np.nanvar(part)) for part in numbers if np.isfinite(part).any()]
        yield [str(name), *texts, _largest(moments)]
        return
    for level in sorted(values.astype(str).unique()):
        shares = [float((values.iloc[rows].astype(str) == level).mean()) for rows in subject.parts.values()]
        yield [f"{name}: {level}", *(f"{100 * s:.1f} %" for s in shares), _largest([(s, s * (1 - s)) for s in shares])]


def _mean_and_deviation(numbers):
    return f"{numbers.mean():.4g} ({numbers.std():.3g})" if len(numbers) else None


def _largest(moments):
    """Largest difference of two means over their pooled standard deviation; None where there are not two parts."""
    pairs = [(a, b) for k, a in enumerate(moments) for b in moments[:k]]
    found = [abs(a[0] - b[0]) / np.sqrt((a[1] + b[1]) / 2) for a, b in pairs if a[1] + b[1] > 0]
    return round(float(max(found)), 3) if found else None
