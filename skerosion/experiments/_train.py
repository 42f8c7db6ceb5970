"""One estimator from a file of settings: what ``skerosion train`` fits and saves.

This is not a plan of the engine. A plan predicts rows that its fits have not seen, keeps these forecasts in a store and
compares them; here nothing is held out, compared or gone on with, and the fitted estimator is all that is left. A store
of one fit would have to keep what the file holds anyway. What they share is shared: descriptions of estimators, the
file, and the record of versions and devices.
"""

import os
import platform
import time
from copy import copy
from functools import partial
from pathlib import Path

import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.base import is_classifier
from sklearn.frozen import FrozenEstimator

from skerosion._counted import counted
from skerosion._writing import check_outputs, landing_together, write_text
from skerosion.datasets import load_image_table
from skerosion.grades import Target, is_number, order_of, plain_values

from ._descriptions import make_estimator
from ._origins import places_of_weights
from ._record import command_line, devices, settings_text, versions
from ._saved_estimator import SavedEstimator, network_within
from ._trained_films import describe_films
from ._training_settings import training_lines
from .file_format import check_ending, load_estimator


def train_table(
    settings,
    table,
    out,
    *,
    start=None,
    root=None,
    seed=0,
    force=False,
    on_problem="error",
    sep=None,
    encoding=None,
    decimal=None,
    say=print,
):
    """Fit the estimator of some settings on a table of images, and save it with what made it.

    Parameters
    ----------
    settings : dict
        As :func:`read_settings` returns them.
    table : path-like
        CSV file.
    out : path-like
        File to write, for ``skerosion predict``; the settings, seed, versions and seconds go beside it, in a
        file whose name is longer by ``.json``.
    start : path-like or None, default=None
        File of an estimator to go on from, see `start_from`.
    root : path-like or None, default=None
        Folder that relative paths start from; None takes the table's.
    seed : int, default=0
    force : bool, default=False
        Whether to overwrite.
    on_problem : {"error", "report"}, default="error"
        As `skerosion.datasets.load_image_table` takes it.
    sep, encoding, decimal : str or None, default=None
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
    >>> with tempfile.NamedTemporaryFile(suffix=".skerosion") as file:
    ...     train_table({}, "labels.csv", file.name)
    Traceback (most recent call last):
    FileExistsError: ...skerosion already exists; choose another file, or overwrite it with force=True.
    """
    out, record = Path(out), record_of(out)
    check_outputs(out, record, force=force, inputs=[table, *filter(None, [start])])
    check_ending(out)
    estimator = make_estimator(settings["estimator"], seed)
    if "random_state" in _keys(settings["estimator"]):
        say(f"random_state in the settings holds; the seed, {seed}, goes to what they leave open.")
    if start is not None:
        estimator = start_from(estimator, start, keep_head="reset_head" not in _keys(settings["estimator"]))
    lines, columns = training_lines(settings, table, sep=sep, encoding=encoding, decimal=decimal)
    root = Path(table).parent if root is None else root
    data = load_image_table(lines, root=root, on_problem=on_problem, **columns)
    task = "classifier" if is_classifier(estimator) else "regressor"
    target = _target(estimator, data.y, settings["reading"].get("kind", "auto"))
    started = time.perf_counter()
    as_trained = partial(_training_target, estimator, target, task)
    pipeline = Pipeline([("estimator", estimator)]).fit(data.X.map_votes(as_trained), as_trained(data.y))
    seconds = time.perf_counter() - started
    columns = {name: column for name, column in columns.items() if name in ("image", "target", "group")}
    saved = SavedEstimator.of(
        pipeline, task, "trained", target, data.X, versions(), columns, shown=describe_films(data)
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with landing_together(out, record):
        saved.save(out)
        write_text(record, settings_text(_described(settings, data, seed, seconds) | {"start": start}))
    say(f"Trained on {counted(len(data.y), 'image')} in {seconds:.0f} s: {out}, with its settings in {record}.")
    return saved


def start_from(estimator, path, *, keep_head=True):
    """Let every network of an estimator start from the one in a file.

    Parameters
    ----------
    estimator : estimator
        Not fitted.
    path : path-like
        File of an estimator that holds one network.
    keep_head : bool, default=True
        Whether the head goes on too, which must be the same then; otherwise its weights are drawn from the seed.

    Returns
    -------
    estimator
        The same, with its parameters ``weights`` set.

    Raises
    ------
    ValueError
        For a file that holds no network or several, and an estimator without one.
    """
    network = copy(network_within(load_estimator(path)))
    if not hasattr(network, "weights_"):
        raise ValueError(
            f"start must hold one network, got {path} with a {type(network).__name__}; save one of its own."
        )
    # Its own start has done its work, and would be written again with each file that goes on from another.
    network.weights = None
    parameters = estimator.get_params()
    free = [name for name in places_of_weights(parameters) if parameters[name] is None]
    if not free:
        raise ValueError(f"start needs an estimator with a network that has no weights yet, got {estimator!r:.200}.")
    heads = {f"{name.removesuffix('weights')}reset_head": not keep_head for name in free}
    return estimator.set_params(**dict.fromkeys(free, FrozenEstimator(network)), **heads)


def _keys(described):
    """Every name in a description, those of estimators within too."""
    parts = described if isinstance(described, list) else described.values() if isinstance(described, dict) else []
    return set(described if isinstance(described, dict) else ()).union(*map(_keys, parts))


def record_of(out):
    """Return the path of what is told about the training of a saved estimator.

    Examples
    --------
    >>> from skerosion.experiments._train import record_of
    >>> record_of("grader.skerosion").name
    'grader.skerosion.json'
    """
    # Not grader.json: so the settings are called that made grader.skerosion.
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


def _described(settings, data, seed, seconds):
    grades, counts = np.unique(plain_values(data.y), return_counts=True)
    return {
        "settings": settings,
        "seed": seed,
        "command": command_line(data),
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seconds": round(seconds, 1),
        "rows": len(data.y),
        "grades": {str(grade): int(count) for grade, count in zip(grades, counts, strict=True)},
        "excluded": len(data.excluded),
        "machine": {"platform": platform.platform(), "cpu_count": os.cpu_count()},
        "device": devices(),
        "versions": versions(),
    }
