"""The images of the registry's joints: where each lies, and which of them can be read."""

import os
import string
import warnings

import numpy as np

from .._image_table import load_image_table
from ..reading import Findings, ImageTableError, read_names, resolve

_FIELDS = ("sop_iuid", "joint", "alias", "side", "part", "column")
_JOINT_FIELDS = {"joint", "alias", "column"}
#: What the files of the thesis call a joint, where that is another name.
_ALIASES = {"ip1": "pip1"}


def image_namer(images):
    """Return the function that names the file of a joint, from a row with the fields of the format.

    Parameters
    ----------
    images : str, path-like or callable
        A format, or a function of sop_iuid, joint and side.
    """
    if callable(images):
        return lambda row: images(row.sop_iuid, row.joint, row.side)
    template = os.fspath(images)
    fields = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    if fields - set(_FIELDS) or "sop_iuid" not in fields or not fields & _JOINT_FIELDS:
        raise ValueError(
            "images must be a format with {sop_iuid} and one of {joint}, {alias} and {column}, and no other fields "
            f"than {', '.join(_FIELDS)}, got {template!r}; otherwise pass a function of (sop_iuid, joint, side)."
        )

    def name_file(row):
        values = {name: getattr(row, name) for name in _FIELDS if name != "alias"}
        return template.format(**values, alias=_ALIASES.get(row.joint, row.joint))

    return name_file


def read_joints(rows, root, excluded, reading):
    """Return the images of joints as an image table, or None where none can be read; note which cannot.

    Parameters
    ----------
    rows : DataFrame
        One row per joint, with path, percent and patient_key.
    root : str or path-like
        Folder from which relative paths start.
    excluded : Ledger
        Where joints without a usable image are noted.
    reading : dict
        Options of ``load_image_table``.
    """
    if not len(rows):
        return None
    joints = rows["side"] + "_" + rows["joint"]
    labelled = rows.set_axis(rows["row"].astype(str) + " " + joints, axis="index")
    columns = {"image": "path", "target": "percent", "group": "patient_key"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # its message is told with everything else
            data = load_image_table(labelled, **columns, root=root, on_problem="report", **reading)
    except ImageTableError as error:  # no image is left
        data, lost, kept = None, error.excluded, []
    else:
        lost, kept = data.excluded, data.X.indices
    places = np.setdiff1d(np.arange(len(rows)), kept)
    for place, line in zip(places, lost.itertuples(), strict=True):
        row = rows["row"].iloc[place]
        excluded.add(line.reason, row=row, joint=joints.iloc[place], path=line.path, detail=line.detail)
    return data


def note_missing(rows, root, excluded):
    """Note the joints whose images are not there, without opening the others; return how many.

    Parameters
    ----------
    rows, root, excluded
        As :func:`read_joints` takes them.
    """
    names = read_names(rows["path"])
    paths = resolve(names, root, Findings(rows.index, names))
    gone = [place for place, path in enumerate(paths) if path and not os.path.exists(path)]
    for place in gone:
        row = rows.iloc[place]
        joint = f"{row['side']}_{row['joint']}"
        excluded.add("missing file", row=row["row"], joint=joint, path=names[place], detail=paths[place])
    return len(gone)
