"""What is wrong with the rows of a table: collected row by row, told in one message."""

import pandas as pd

from skerosion._counted import counted

_NAMED = 3  # rows that a message names for each kind of problem


def listed(names):
    """Name the first few of some things, and count the others."""
    return ", ".join(names[:_NAMED]) + (f", and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


class ImageTableError(ValueError):
    """Rows of an image table cannot be used.

    Parameters
    ----------
    message : str
        What is wrong and what to do.
    excluded : DataFrame
        The rows that cannot be used, as in ``ImageTable.excluded``.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets import ImageTableError, load_image_table
    >>> table = pd.DataFrame({"path": ["not_there.png"], "kl_grade": [2]})
    >>> try:
    ...     load_image_table(table, image="path", target="kl_grade")
    ... except ImageTableError as error:
    ...     error.excluded["reason"].tolist()
    ['missing file']
    """

    def __init__(self, message, excluded):
        super().__init__(message)
        self.excluded = excluded

    def __reduce__(self):
        return type(self), (str(self), self.excluded)


class Findings:
    """The problems of a table's rows.

    Parameters
    ----------
    labels : sequence
        What the table calls its rows.
    names : sequence of str
        The image of each row, as the table writes it.
    """

    def __init__(self, labels, names):
        self.labels, self.names = list(labels), list(names)
        self._problems = {}

    def add(self, row, reason, detail=""):
        """Note one problem of one row (its position in the table)."""
        self._problems.setdefault(int(row), []).append((reason, detail))

    def __contains__(self, row):
        return row in self._problems

    def __len__(self):
        return len(self._problems)

    def frame(self):
        """Return one line for each row that cannot be used."""
        lines = []
        for row, problems in sorted(self._problems.items()):
            reasons, details = zip(*problems, strict=True)
            lines.append((self.labels[row], self.names[row], "; ".join(reasons), "; ".join(filter(None, details))))
        return pd.DataFrame(lines, columns=["row", "path", "reason", "detail"])

    def message(self):
        """Count and name the problems by kind."""
        kinds = {}
        for row, problems in sorted(self._problems.items()):
            for reason, detail in problems:
                kinds.setdefault(reason, []).append(self._name(row, detail))
        lines = [f"{len(self)} of {counted(len(self.labels), 'row')} cannot be used:"]
        for reason, rows in kinds.items():
            lines.append(f"  {reason}: {len(rows)}: {listed(rows)}")
        return "\n".join(lines)

    def _name(self, row, detail):
        return f"row {self.labels[row]} ({', '.join(filter(None, (self.names[row], detail)))})"
