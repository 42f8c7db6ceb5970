"""What made a result: command, parameters, seed, versions, machine and durations."""

import dataclasses
import functools
import importlib.metadata
import json
import os
import platform
import shlex
import sys
import time
from pathlib import Path

import numpy as np

from ._descriptions import describe_estimator
from ._identity import code_digest
from ._quiet import load_estimators

PACKAGES = (
    "skerosion",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "imbalanced-learn",
    "scikeras",
    "keras",
    "tensorflow",
    "pillow",
    "joblib",
    "matplotlib",
    "rich",
    "typer",
)
"""Distributions whose version decides a result."""


def versions():
    """Version of Python and of every package a result depends on; None for one that is not installed.

    Examples
    --------
    >>> from skerosion.experiments._record import versions
    >>> sorted(versions())[:3]
    ['imbalanced-learn', 'joblib', 'keras']
    """
    return {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}}


@functools.cache
def version_of(name):
    """Version of an installed package; None for one that is not."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def devices():
    """Backend and devices the networks of this process run on."""
    from skerosion.training import describe_devices

    return describe_devices()


def backend():
    """Name and version of what computes the networks."""
    load_estimators()
    from skerosion.training import backend_name

    return [backend_name(), version_of(backend_name())]


DECIDING_VERSIONS = ("skerosion", "keras", "scikit-learn")
"""Distributions whose version is part of the name of a fit, beside that of the backend."""


def software():
    """The code and the versions that decide a fit, which are told where a folder is another plan's."""
    decide = {name: version_of(name) for name in DECIDING_VERSIONS} | {"backend": backend()}
    return {"code": code_digest(), "versions": decide}


def command_line(data=None):
    """The command that runs, without the folder it lies in and the cluster it runs on.

    With a table of films, files are without their folders too.

    Parameters
    ----------
    data : ImageTable or None, default=None
    """
    program, *words = sys.argv
    words = _without_scheduler(words)
    if data is not None and data.has_films:
        words = [Path(word).name if os.path.exists(word) else word for word in words]
    program = Path(program).name
    return shlex.join(["skerosion" if program in ("cli.py", "__main__.py") else program, *words])


def _without_scheduler(words):
    """Words of a command without the parameter ``scheduler`` and its value, in one word or two."""
    given = [word.startswith("--") and word[2:].partition("=")[0] == "scheduler" for word in words]
    value = [False, *(named and "=" not in word for named, word in zip(given, words, strict=True))]
    return [word for word, *left_out in zip(words, given, value, strict=False) if not any(left_out)]


def describe_settings(result, *, data=None, seconds=None, **found):
    """Everything needed to repeat a search or a study and to judge its numbers.

    Parameters
    ----------
    result : Result
    data : dict or None, default=None
        Where the table came from and what was excluded, added to the counts.
    seconds : float or None, default=None
        Time of the whole call.
    **found
        What the report found out, such as winners.

    Returns
    -------
    dict
        Of what JSON can write.
    """
    fits = [about | {"file": job.name} for job, about in zip(result.jobs, _records(result), strict=True)]
    common = {"device": fits[0]["device"], "versions": versions()}
    return {
        "command": command_line(result.data),
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "plan": result.plan.described(),
        "trainings": [_training(training, result) for training in result.plan.trainings()],
        "left out": [f"{task}: {title} {why}" for task, title, why in result.plan.refused().values()],
        "target": dataclasses.asdict(result.target),
        "data": _data_counts(result) | (data or {}),
        **found,
        "seconds": {
            f"all {result.plan.word}": round(result.seconds, 1),
            "this call": None if seconds is None else round(seconds, 1),
        },
        "machine": {"platform": platform.platform(), "cpu_count": os.cpu_count()},
        **common,
        "fits": [_without_common(about, common) for about in fits],
    }


def _records(result):
    """What is known of each fit, in the order of the jobs."""
    left = {pair: iter(records) for pair, records in result.records.items()}
    return [next(left[job.task, job.training.name]) for job in result.jobs]


def _training(training, result):
    """A training as a file of settings has it, every parameter named; the seed is each fit's own."""
    fields = {each.name: getattr(training, each.name) for each in dataclasses.fields(training)}
    parameters = training.own(result.plan.parameters)
    estimator = training.pipeline(result.target, parameters)[-1]
    described = describe_estimator(estimator, defaults=True)
    described.pop("random_state", None)
    return fields | {"estimator": described}


def _without_common(about, common):
    """What is known of a fit, without the device and versions that the settings state for all."""
    return {name: value for name, value in about.items() if name not in common or value != common[name]}


def _data_counts(result):
    grades, counts = np.unique(result.target.grade(result.y), return_counts=True)
    return {
        "rows": len(result.y),
        "patients": None if result.groups is None else len(np.unique(result.groups)),
        "grades": {str(grade): int(count) for grade, count in zip(grades, counts, strict=True)},
        "image_shape": result.rows.image_shape,
        "messages": result.messages,
    }


def settings_text(settings):
    """Settings as indented JSON; objects JSON does not know are written as their text."""
    return json.dumps(settings, indent=2, default=_plain) + "\n"


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else str(value)
