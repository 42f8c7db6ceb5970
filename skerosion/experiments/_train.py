"""One estimator from a file of settings: what ``skerosion train`` fits and saves."""

import os
import platform
import time
from pathlib import Path

import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.base import is_classifier

from skerosion._keys import as_keys
from skerosion._user_files import check_output, read_json
from skerosion._writing import write_text
from skerosion.grades import Target, is_number, order_of, plain_values

from ._descriptions import make_estimator
from ._record import command_line, devices, settings_text, versions
from ._saved import SavedEstimator

_PARTS = {
    "reading": {"image", "target", "group", "size", "channels", "bits", "kind", "order"},
    "rows": None,
    "estimator": None,
}


def read_settings(path):
    """Read settings of a training and check their form.

    Parameters
    ----------
    path : path-like
        JSON file with ``reading`` (the columns ``image``, ``target`` and perhaps ``group`` of the table, and ``size``,
        ``channels`` and ``bits`` of the images; ``order``, the grades from the lowest to the highest, or ``kind``,
        ``"percent"`` or ``"grade"``, where the target does not say it plainly), ``estimator`` (see
        :func:`make_estimator`), and perhaps ``rows``: for some columns the values of the rows to train on.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        For a file that is no JSON, and for unknown or missing parts.

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
        raise ValueError(f"{path} must hold an object with the parts {', '.join(_PARTS)}, got {settings!r:.100}.")
    unknown = sorted(set(settings) - set(_PARTS))
    missing = sorted({"reading", "estimator"} - set(settings))
    if unknown or missing:
        raise ValueError(f"{path} must have the parts {', '.join(_PARTS)}; unknown: {unknown}, missing: {missing}.")
    reading = settings["reading"]
    strangers = sorted(set(reading) - _PARTS["reading"])
    if strangers or not {"image", "target"} <= set(reading):
        raise ValueError(
            f"reading in {path} must name the columns image and target and may have {sorted(_PARTS['reading'])}, "
            f"got {sorted(reading)}."
        )
    return settings


def train_table(
    settings, table, out, *, root=None, seed=0, force=False, on_problem="error", sep=None, encoding=None, say=print
):
    """Fit the estimator of some settings on a table of images, and save it with what made it.

    Parameters
    ----------
    settings : dict
        As :func:`read_settings` returns them.
    table : path-like
        CSV file.
    out : path-like
        Joblib file to write, for ``skerosion predict``; the settings, seed, versions and seconds go beside it, in a
        file whose name is longer by ``.json``.
    root : path-like or None, default=None
        Folder that relative paths start from; None takes the table's.
    seed : int, default=0
    force : bool, default=False
        Whether to overwrite.
    on_problem : {"error", "report"}, default="error"
        As `skerosion.datasets.load_image_table` takes it.
    sep, encoding : str or None, default=None
        As `skerosion.datasets.load_image_table` takes them.
    say : callable, default=print

    Returns
    -------
    SavedEstimator

    Raises
    ------
    FileExistsError
        Where there is a file at `out` or beside it.
    ValueError
        For settings that do not fit the table or the estimator, and where `out` is the table.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.experiments import train_table
    >>> with tempfile.NamedTemporaryFile(suffix=".joblib") as file:
    ...     train_table({}, "labels.csv", file.name)
    Traceback (most recent call last):
    FileExistsError: ...joblib is there already; choose another file, or overwrite it with force=True.
    """
    out, record = Path(out), record_of(out)
    for path in (out, record):
        check_output(path, force=force, inputs=[table])
    estimator = make_estimator(settings["estimator"], seed)
    data = _load(settings, table, root, on_problem, {"sep": sep, "encoding": encoding})
    task = "classifier" if is_classifier(estimator) else "regressor"
    target = _target(estimator, data.y, settings["reading"].get("kind", "auto"))
    started = time.perf_counter()
    pipeline = Pipeline([("estimator", estimator)]).fit(data.X, _training_target(estimator, target, task, data.y))
    seconds = time.perf_counter() - started
    bits = settings["reading"].get("bits")
    saved = SavedEstimator(pipeline, task, "trained", target, data.X.image_shape, versions(), bits)
    out.parent.mkdir(parents=True, exist_ok=True)
    saved.save(out)
    write_text(record, settings_text(_described(settings, data, seed, seconds)))
    say(f"Trained on {len(data.y):,} images in {seconds:.0f} s: {out}, with its settings in {record}.")
    return saved


def record_of(out):
    """Return the path of what is told about the training of a saved estimator.

    Examples
    --------
    >>> from skerosion.experiments._train import record_of
    >>> record_of("grader.joblib").name
    'grader.joblib.json'
    """
    # Not grader.json: so the settings are called that made grader.joblib.
    return Path(out).with_name(f"{Path(out).name}.json")


def _target(estimator, y, kind):
    """Return the target; a classifier may have grades that are names, whose order is a matter of the estimator."""
    if is_classifier(estimator) and order_of(y) is None and not is_number(y):
        return Target("grade", tuple(np.unique(y).tolist()), "as the values are names")
    by_ratingen = any(isinstance(bins, str) and bins == "ratingen" for bins in _bins(estimator))
    return Target.decide(y, "percent" if kind == "auto" and by_ratingen else kind)


def _bins(estimator):
    """Every ``bins`` that the estimator, or one inside it, was given."""
    parameters = estimator.get_params().items()
    return [value for name, value in parameters if name.split("__")[-1] == "bins" and value is not None]


def _training_target(estimator, target, task, y):
    """Return what the estimator is fitted on: names as they are, values as they are where it has bins of its own."""
    if task == "classifier" and not is_number(y):
        return y
    y = target.values(y)
    return y if _bins(estimator) else target.training_target(task, y)


def _load(settings, table, root, on_problem, written):
    """Load the rows to train on."""
    from skerosion.datasets import load_image_table, read_text_table

    table = Path(table)
    lines = read_text_table(table, **written)
    for column, values in settings.get("rows", {}).items():
        if column not in lines:
            raise ValueError(f"rows must name columns of {table}, got {column!r}; it has {', '.join(lines)}.")
        lines = lines[_holds(lines[column], values if isinstance(values, list) else [values])]
    if lines.empty:
        chosen = f"rows={settings['rows']} must leave images" if settings.get("rows") else "there must be images"
        raise ValueError(f"{chosen} to train on, got none of {table}.")
    root = table.parent if root is None else root
    reading = {name: value for name, value in settings["reading"].items() if name != "kind"}
    return load_image_table(lines, root=root, on_problem=on_problem, **reading)


def _holds(column, values):
    """Where a column of text holds one of some values, as text or, where it holds numbers alone, as numbers."""
    from skerosion.datasets import with_numbers

    numbers = with_numbers(column.to_frame()).iloc[:, 0]
    return np.isin(as_keys(column), as_keys(values, "rows")) | numbers.isin(values).to_numpy()


def _described(settings, data, seed, seconds):
    grades, counts = np.unique(plain_values(data.y), return_counts=True)
    return {
        "settings": settings,
        "seed": seed,
        "command": command_line(),
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seconds": round(seconds, 1),
        "rows": len(data.y),
        "grades": {str(grade): int(count) for grade, count in zip(grades, counts, strict=True)},
        "excluded": len(data.excluded),
        "machine": {"platform": platform.platform(), "cpu_count": os.cpu_count()},
        "device": devices(),
        "versions": versions(),
    }
