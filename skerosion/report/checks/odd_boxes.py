"""Joints that were cut out where they hardly are."""

from skerosion._counted import counted

TITLE = "boxes of joints look wrong"
REMEDY = "Look over the sheet that skerosion joints writes, correct the points, and cut the joints out again."

MANY = 0.02


def find(subject):
    """Count the images whose box is odd beside those of the same hand or foot."""
    table = subject.table
    if table is None or "suspicion" not in table:
        return "not given", "images were not cut out by skerosion joints"
    odd = int((table["suspicion"].fillna("").astype(str) != "").sum())
    said = f"odd beside the others of their hand or foot: {odd:,} of {counted(len(table), 'box', 'boxes')}"
    return "problem" if odd > MANY * len(table) else "tip" if odd else "passed", said
