"""The registry of the thesis: its two tables and its joint images become rows that can be fitted."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, FilePath, Mapping
from skerosion.clinical import registry_columns

from .._image_table import ImageTable
from .._rows import ImageRows
from .._table_lines import check_reading
from ..reading import ImageTableError, name_look_alikes
from ._joint_files import image_namer, note_missing, read_joints
from ._ledger import EXCLUDED, UNMATCHED, Ledger
from ._main_table import (
    COLUMNS,
    GAINED,
    column_notes,
    joint_columns,
    joint_rows,
    keep_scored,
    read_radiographs,
    read_registry_table,
)
from ._mirror import MirroredSource
from ._odd_columns import unit_notes
from ._secondary_table import join_clinical


@dataclass(frozen=True, eq=False, repr=False)
class Registry(ImageTable):
    """What :func:`load_registry` returns: an image table of joints that knows visits and what was not matched.

    Attributes
    ----------
    X : ImageRows
        The joints.
    y : ndarray of float64, shape (n,)
        Percentage of eroded joint surface.
    groups : ndarray of str, shape (n,)
        The patients, also in ``X.groups``.
    table : DataFrame
        One row per joint in line with X, indexed by the row of the main table: its columns, date (of the visit), visit
        (the patient's visits from 0), part (hand or foot), side, joint, column, percent, path, mirrored, and those of
        the secondary table.
    excluded : DataFrame
        What cannot be used: row, joint ("" for a whole row), path, reason, detail.
    unmatched : DataFrame
        What is without a partner, while everything else about it is used: table, row, patient_id, date, reason, detail.
    message : str
        What was read, excluded and not matched, counted and named.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.clinical import rau_score, ratingen
    >>> from skerosion.datasets import load_registry, write_registry
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_registry(folder, n_patients=1, max_visits=1, size=16, missing_files=0, random_state=0)
    ...     data = load_registry(*files)
    >>> rau = rau_score(ratingen(data.wide()))
    >>> rau.n_joints.tolist() == [len(data.X)]
    True
    """

    unmatched: pd.DataFrame

    @property
    def has_visits(self):
        """Whether rows are joints of visits, each by date, part and side."""
        return True

    def wide(self, values=None):
        """Return one row per visit and one column per joint.

        Parameters
        ----------
        values : array-like of shape (n,), default=None
            A value for each joint, such as a prediction; None takes the percentages.

        Returns
        -------
        DataFrame
            Indexed by patient_id and date, with columns such as ``left_mcp2`` in the registry's order; NaN where a
            visit has no such joint, the mean where it has several images of it.
        """
        values = np.asarray(self.y if values is None else values, dtype=float)
        if values.shape != (len(self.table),):
            raise ValueError(
                f"values must have one number for each of the {len(self.table)} joints, got shape {values.shape}"
            )
        joints = self.table["side"] + "_" + self.table["joint"]
        keys = [self.table["patient_id"], self.table["date"], joints.rename(None)]
        # A joint that was scored twice on a day has one cell: the mean of both.
        wide = pd.Series(values, index=self.table.index).groupby(keys, sort=True).mean().unstack()
        order = list(dict.fromkeys([*registry_columns().values(), *wide.columns]))
        return wide[[joint for joint in order if joint in wide.columns]]

    def __repr__(self):
        return f"Registry({_summary(self.table)}, {len(self.excluded)} excluded, {len(self.unmatched)} unmatched)"


def load_registry(
    main: Any,
    secondary: Any,
    images: Any,
    *,
    root: FilePath | None = None,
    mirror_right: bool = False,
    columns: Mapping | None = None,
    date_format: str = "ISO8601",
    on_problem: str = "error",
    sep: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    **reading: Any,
) -> Registry:
    """Read the two tables of the registry and the images of its joints, and check every file by decoding it.

    A row of the main table is one radiograph with the scores of all joints of its visit; it becomes a row for each
    scored joint that the radiograph shows. The scores of the secondary table are joined by patient and date. Nothing is
    left out in silence: what cannot be used is in ``excluded``, what has no partner in ``unmatched``, and both are
    counted and named in ``message``.

    Parameters
    ----------
    main : str, path-like or DataFrame
        A CSV file, or what was read from one, with the columns patient_id, date_x (of the visit), sop_iuid (of the
        image), body_part (``HAND_LEFT``, ``HAND_BOTH``, ``FOOT_RIGHT``, ...; other parts are reported) and hand_left_1,
        hand_left_2, ... (percent of each joint; see ``skerosion.clinical.registry_columns``).
    secondary : str, path-like, DataFrame or None
        Likewise with the columns patient_id, date and clinical scores such as das28bsr_score and das283crp_score. None
        where there is no such table.
    images : str or callable
        Where the image of a joint lies. A text is a format of the fields sop_iuid, joint (``mcp2``, ``ip1``,
        ``toe_ip1``), alias (the same with the thesis' ``pip1`` for ``ip1``), side, part (``hand``, ``foot``) and column
        (``hand_left_7``), such as ``"crops/{sop_iuid}_{side}_{joint}.jpg"``. A function is called with
        ``(sop_iuid, joint, side)`` and returns a path.
    root : str or path-like, default=None
        Folder from which relative paths start; None is the folder of `main`, the current one for a DataFrame.
    mirror_right : bool, default=False
        Whether right joints are mirrored as they are read, so that they look like left ones.
    columns : dict of str to str, default=None
        The joint of each column, ``{"hand_left_1": "left_pip5", ...}``, where it differs from the registry's.
    date_format : str, default="ISO8601"
        How dates are written, as in ``pandas.to_datetime``, such as ``"%d.%m.%Y"``.
    on_problem : {"error", "report"}, default="error"
        "report" goes on without the joints that have a problem and warns with the message.
    sep, encoding, decimal : str, default=None
        Of CSV files, as for :func:`load_image_table`.
    **reading
        size, channels, bits and the cache, as for :func:`load_image_table`.

    Returns
    -------
    data : Registry
        X, y, groups, table, excluded, unmatched, message.

    Raises
    ------
    ImageTableError
        With ``on_problem="error"`` where anything has to be excluded, and always where no joint is left.
    ValueError
        Where a table lacks a column, `columns` names none, or `images` cannot tell joints apart.

    Warns
    -----
    UserWarning
        With ``on_problem="report"`` where anything is excluded; where no row of `secondary` belongs to an image; and
        where ``notes`` has something to say of the images (see :class:`ImageTable`), of a joint's column of another
        spelling, of percentages that look like shares of 1 or like grades, of a column of DAS28 scores that holds other
        values, or of patients that look like one, such as 7 and 007.

    See Also
    --------
    write_registry : Writes a synthetic registry of this form.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.datasets import load_registry, write_registry
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_registry(folder, n_patients=2, max_visits=1, size=16, missing_files=0, random_state=0)
    ...     data = load_registry(files.main, files.secondary, files.images, mirror_right=True, size=16)
    >>> data.X.image_shape, data.y.dtype, sorted(data.table["part"].unique())
    ((16, 16, 1), dtype('float64'), ['foot', 'hand'])
    >>> data.table.loc[data.table["mirrored"], "side"].unique().tolist()
    ['right']
    """
    check_reading(None, 1, on_problem)
    written = {"sep": sep, "encoding": encoding, "decimal": decimal}
    joined = _join(main, secondary, images, root=root, columns=columns, date_format=date_format, **written)
    joined.rows["mirrored"] &= mirror_right
    data = read_joints(joined.rows, joined.root, joined.excluded, reading)
    notes = (*joined.notes(), *(() if data is None else data.notes))
    joined.raise_problems(notes, on_problem, none_left=data is None)
    registry = _assemble(joined, data, notes)
    if len(joined.excluded) or joined.alone or notes:
        warnings.warn(registry.message, UserWarning, stacklevel=2)
    return registry


def check_registry(main, secondary, images, *, on_problem="error", size=None, channels=1, bits=None, **tables):
    """Find what is wrong with a registry without opening an image, in the time that reading its text takes.

    Parameters
    ----------
    main, secondary, images, on_problem, size, channels, bits, **tables
        As `load_registry` takes them.

    Raises
    ------
    ImageTableError
        Where images are missing, or rows cannot be used.
    ValueError
        For a file that is not a table, and columns that it lacks.
    """
    check_reading(size, channels, on_problem)
    joined = _join(main, secondary, images, **tables)
    n_missing = note_missing(joined.rows, joined.root, joined.excluded)
    joined.raise_problems(joined.notes(), on_problem, none_left=n_missing == len(joined.rows))


@dataclass(frozen=True)
class _Joined:
    """The joints of both tables, before any of their images is opened."""

    rows: pd.DataFrame
    radiographs: pd.DataFrame
    root: str
    excluded: Ledger
    unmatched: Ledger
    ignored: list
    odd: list
    lacking: list
    alone: bool

    def notes(self):
        """What was seen in the tables and may not be meant."""
        alike = _look_alikes(self.radiographs, self.unmatched)
        return (*self.odd, *unit_notes(self.rows), *([alike] if alike else []))

    def report(self):
        """The lines that count and name what is not used or not matched."""
        return [*_report(self.excluded, self.unmatched, self.ignored), *self.lacking]

    def raise_problems(self, notes, on_problem, none_left):
        """Raise ImageTableError where anything is excluded that is not to be, and where no joint is left."""
        if none_left or (len(self.excluded) and on_problem == "error"):
            advice = "No joint is left." if none_left else "Correct the tables, or pass on_problem='report' to go on."
            raise ImageTableError("\n".join([*notes, *self.report(), advice]), self.excluded.frame())


def _join(main, secondary, images, *, root=None, columns=None, date_format="ISO8601", **written):
    """Return the joints of both tables with the paths of their images."""
    name_file = image_namer(images)
    frame, folder = read_registry_table(main, "main", COLUMNS, taken=GAINED, **written)
    joints, ignored = joint_columns(frame, columns)
    odd, lacking = column_notes(joints, ignored, columns)
    excluded, unmatched = Ledger(EXCLUDED), Ledger(UNMATCHED)
    radiographs = read_radiographs(frame, date_format, excluded, unmatched)
    rows = keep_scored(joint_rows(frame, radiographs, joints), excluded, unmatched)
    rows["path"] = [name_file(row) for row in rows.itertuples()]
    rows["mirrored"] = rows["side"] == "right"
    # A secondary table that joins nothing at all is more likely the wrong file, or ids written otherwise, than chance.
    alone = False
    if secondary is not None:
        rows, n_joined = join_clinical(rows, radiographs, secondary, date_format, unmatched, **written)
        alone = len(radiographs) > 0 and not n_joined
    root = folder if root is None else root
    return _Joined(rows, radiographs, root, excluded, unmatched, ignored, odd, lacking, alone)


def _look_alikes(radiographs, unmatched):
    """Name patients that look like one: two tables rarely agree on leading zeros."""
    return name_look_alikes(filter(None, [*radiographs["patient_key"], *unmatched.frame()["patient_id"]]))


def _report(excluded, unmatched, ignored):
    """Return the lines that count and name what is not used or not matched."""
    lines = [f"Joints or rows that cannot be used: {len(excluded)}", *excluded.by_reason()] if len(excluded) else []
    if len(unmatched):
        lines += [f"Rows without a partner or a score: {len(unmatched)}", *unmatched.by_reason()]
    if ignored:
        lines.append(f"Columns that look like joints and are not read: {', '.join(ignored)}; see columns=.")
    return lines


def _assemble(joined, data, notes):
    """Return the registry of the joints whose images can be read."""
    rows = joined.rows
    # The image reader numbers rows as it was given them; its indices lead back to the joints that stayed.
    kept = data.X.indices
    table = rows.iloc[kept].set_index("row").rename_axis(None)
    table = table.drop(columns=["image", "patient_key"]).assign(patient_id=data.groups)
    mirrored = rows["mirrored"].to_numpy()
    source = MirroredSource(data.X.source, mirrored) if mirrored.any() else data.X.source
    return Registry(
        X=ImageRows(source, indices=kept, groups=data.groups),
        y=data.y.astype(float),
        groups=data.groups,
        table=table,
        excluded=joined.excluded.frame(),
        unmatched=joined.unmatched.frame(),
        message="\n".join([*notes, f"Used: {_summary(table)}.", *joined.report()]),
        notes=notes,
    )


def _summary(table):
    visits = len(table[["patient_id", "date"]].drop_duplicates())
    patients = counted(table["patient_id"].nunique(), "patient")
    return f"{counted(len(table), 'joint')} of {patients} in {counted(visits, 'visit')}"
