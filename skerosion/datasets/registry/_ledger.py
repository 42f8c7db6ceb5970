"""What became of rows that are not used or find no partner: one line each, and their number by reason."""

import pandas as pd

from ..reading import listed

EXCLUDED = ("row", "joint", "path", "reason", "detail")
UNMATCHED = ("table", "row", "patient_id", "date", "reason", "detail")


class Ledger:
    """Lines about rows, kept in the order in which they were noted.

    Parameters
    ----------
    columns : sequence of str
        What a line tells; what it leaves out is "".
    """

    def __init__(self, columns):
        self.columns = list(columns)
        self._lines = []

    def add(self, reason, detail="", **values):
        """Note one row."""
        self._lines.append({**dict.fromkeys(self.columns, ""), **values, "reason": reason, "detail": detail})

    def __len__(self):
        return len(self._lines)

    def frame(self):
        """Return one line for each row."""
        return pd.DataFrame(self._lines, columns=self.columns)

    def by_reason(self):
        """Return text lines: each reason with its number of rows and the first of them."""
        kinds = {}
        for line in self._lines:
            kinds.setdefault(line["reason"], []).append(_name(line))
        return [f"  {reason}: {len(rows)}: {listed(rows)}" for reason, rows in kinds.items()]


def _name(line):
    """Name one row the short way: ``row 3 left_mcp2 (images/a.png)``."""
    label = " ".join(
        str(part) for part in (line.get("table"), "row", line["row"], line.get("joint")) if part not in (None, "")
    )
    what = ", ".join(str(line[name]) for name in ("path", "detail") if line.get(name))
    return f"{label} ({what})" if what else label
