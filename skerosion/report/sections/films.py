"""The films that joints were cut out of: makers, views, polarity, spacing, boxes, and the joints that are missing."""

import pandas as pd

from .._document import Facts, NotGiven, Table

TITLE, PLACE = "Films", 75

COLUMNS = {
    "body_part": "body part",
    "view": "view",
    "maker": "maker",
    "polarity": "polarity",
    "mm_source": "mm a pixel by",
}

MOST = 12
"""Values of a column that are listed."""


def blocks(subject):
    """What the table says of the films, their boxes, and why joints are missing."""
    table = pd.DataFrame() if subject.table is None else subject.table
    films = [line for name, title in COLUMNS.items() if name in table for line in _counted(table, name, title)]
    made = [Table("Films by what their headers say", ("", "images"), films)] if films else []
    made += [Facts(_boxes(table))] if "box_side" in table else []
    if not made:
        return [NotGiven("films, boxes and missing joints", "images that `skerosion joints` or crop_joints cut out")]
    return [*made, _missing(subject.excluded)]


def _counted(table, name, title):
    """Every value of a column with its count, the commonest first."""
    counts = table[name].fillna("").astype(str).replace("", "not said").value_counts()
    rows = [[f"{title}: {value}", int(count)] for value, count in counts.head(MOST).items()]
    return rows if len(counts) <= MOST else [*rows, [f"{title}: others", int(counts.iloc[MOST:].sum())]]


def _boxes(table):
    side, facts = pd.to_numeric(table["box_side"]), {}
    facts["side of a box, pixels of the film"] = f"{side.median():.0f} ({side.min():.0f} to {side.max():.0f})"
    if "box_inside" in table:
        beyond = int((pd.to_numeric(table["box_inside"]) < 1).sum())
        facts["boxes that reach beyond their film"] = f"{beyond:,} of {len(table):,}"
    return facts


def _missing(excluded):
    """Joints without an image, by reason; a table of images tells none."""
    if excluded is None or "joint" not in excluded:
        return NotGiven("missing joints", "crops that crop_joints hands on in Python; skerosion joints lists them")
    counts = excluded["reason"].value_counts()
    rows = [[why, int(count)] for why, count in counts.items()]
    return Table("Missing joints", ("reason", "joints"), rows or [["none is missing", 0]])
