"""The settings of a training, and the lines of a table that they choose: read and checked before anything heavy is."""

from pathlib import Path

import numpy as np

from skerosion._keys import as_keys
from skerosion._user_files import read_json
from skerosion.datasets import check_image_table, read_text_table, with_numbers

PARTS = {
    "reading": {
        "image",
        "target",
        "group",
        "size",
        "channels",
        "bits",
        "window",
        "polarity",
        "kind",
        "order",
        "readers",
        "reader",
    },
    "rows": None,
    "estimator": None,
}


def read_settings(path):
    """Read settings of a training and check their form.

    Parameters
    ----------
    path : path-like
        JSON file with ``reading`` (the columns ``image``, ``target`` and perhaps ``group`` of the table, and ``size``,
        ``channels`` and ``bits`` of the images, ``window`` and ``polarity`` of DICOM films; ``order``, the grades from
        the lowest to the highest, or ``kind``, ``"percent"`` or ``"grade"``, where the target does not say it plainly),
        ``estimator`` (see :func:`make_estimator`), and perhaps ``rows``: for some columns the values of the rows to
        train on.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        For a file that is not JSON, and for unknown or missing parts.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> from skerosion.experiments import read_settings
    >>> settings = {"reading": {"image": "path", "target": "grade"}, "estimator": {"type": "CNNClassifier"}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "settings.json")
    ...     _ = path.write_text(json.dumps(settings))
    ...     read_settings(path) == settings
    True
    """
    settings = read_json(path, "settings")
    if not isinstance(settings, dict):
        raise ValueError(f"{path} must hold an object with the parts {', '.join(PARTS)}, got {settings!r:.100}.")
    unknown = sorted(set(settings) - set(PARTS))
    missing = sorted({"reading", "estimator"} - set(settings))
    if unknown or missing:
        raise ValueError(f"{path} must have the parts {', '.join(PARTS)}; unknown: {unknown[:5]}, missing: {missing}.")
    reading = settings["reading"]
    for part in ("reading", "rows"):
        if not isinstance(settings.get(part, {}), dict):
            raise ValueError(f"{part} in {path} must be an object of columns, got {settings[part]!r:.60}.")
    strangers = sorted(set(reading) - PARTS["reading"])
    needed = {"image"} if "readers" in reading else {"image", "target"}
    lacking = sorted(needed - set(reading))
    if strangers or lacking:
        raise ValueError(
            f"reading in {path} must name the columns image and target, or readers, and may have "
            f"{sorted(PARTS['reading'])}; unknown: {strangers[:5]}, missing: {lacking}."
        )
    return settings


def check_training_table(settings, table, *, root=None, on_problem="error", **written):
    """Find what is wrong with the lines of a table that some settings choose, without opening an image.

    Parameters
    ----------
    settings : dict
        As :func:`read_settings` returns them.
    table, root, on_problem, **written
        As `train_table` takes them.

    Returns
    -------
    TableLines

    Raises
    ------
    ValueError
        As `skerosion.datasets.check_image_table` does.
    """
    lines, columns = training_lines(settings, table, **written)
    return check_image_table(lines, root=Path(table).parent if root is None else root, on_problem=on_problem, **columns)


def training_lines(settings, table, **written):
    """Return the lines of a table to train on, and how their columns are read.

    Parameters
    ----------
    settings : dict
    table : path-like
    **written
        ``sep``, ``encoding`` and ``decimal`` of the file.

    Returns
    -------
    lines : DataFrame of text
    columns : dict
        As `skerosion.datasets.load_image_table` takes them.
    """
    lines = read_text_table(table, **written)
    for column, values in settings.get("rows", {}).items():
        if column not in lines:
            raise ValueError(f"rows must name columns of {table}, got {column!r}; it has {', '.join(lines)}.")
        lines = lines[_holds(lines[column], values if isinstance(values, list) else [values])]
    if lines.empty:
        chosen = f"rows={settings['rows']} must leave images" if settings.get("rows") else "there must be images"
        raise ValueError(f"{chosen} to train on, got none of {table}.")
    return lines, {"target": None} | {name: value for name, value in settings["reading"].items() if name != "kind"}


def _holds(column, values):
    """Where a column of text holds one of some values, as text or, where it holds numbers alone, as numbers."""
    numbers = with_numbers(column.to_frame()).iloc[:, 0]
    return np.isin(as_keys(column), as_keys(values, "rows")) | numbers.isin(values).to_numpy()
