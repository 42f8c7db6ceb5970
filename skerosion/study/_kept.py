"""What a study leaves beside its report: the chosen estimators, and all that is needed to repeat it."""

import dataclasses
import os
import platform
import time
from pathlib import Path

from skerosion.experiments import command_line, own_parameters, settings_text, trained_estimator, versions, write_text


def keep_chosen(result, chosen, out):
    """Save the chosen estimators as ``<task>.joblib``, for ``skerosion predict``.

    Parameters
    ----------
    result : StudyResult
    chosen : dict of str to str
        Task -> strategy.
    out : path-like

    Returns
    -------
    dict of str to str
        Task -> file.
    """
    for task, strategy in chosen.items():
        trained_estimator(result, task, strategy).save(Path(out) / f"{task}.joblib")
    return {task: f"{task}.joblib" for task in chosen}


def write_settings(result, tables, out, *, data=None, seconds=None):
    """Write all that is needed to repeat a study and to judge its numbers as ``settings.json``.

    Parameters
    ----------
    result : StudyResult
    tables : StudyTables
    out : path-like
    data : dict or None, default=None
        Where the table came from and what was excluded.
    seconds : float or None, default=None
        Time of the whole call.

    Returns
    -------
    pathlib.Path
    """
    plan = result.plan
    fits = [result.about[job.task, job.training.name] | {"file": job.name} for job in result.work]
    split = tables.frames["split"].to_dict("records")
    settings = {
        "command": command_line(),
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "plan": dataclasses.asdict(plan),
        "trainings": [dataclasses.asdict(each) | {"estimator": _parameters(each, result)} for each in plan.trainings()],
        "target": dataclasses.asdict(result.target),
        "data": {"parts": split, "image_shape": result.rows.image_shape, "messages": result.messages} | (data or {}),
        "chosen": tables.chosen,
        "against_floors": {
            part: {task: dataclasses.asdict(each) for task, each in verdicts.items()}
            for part, verdicts in tables.against_floors.items()
        },
        "seconds": {
            "all trainings": round(sum(about["seconds"] for about in fits), 1),
            "this call": None if seconds is None else round(seconds, 1),
        },
        "machine": {"platform": platform.platform(), "cpu_count": os.cpu_count()},
        "device": fits[0]["device"],
        "versions": versions(),
        "fits": [{key: value for key, value in about.items() if key not in ("device", "versions")} for about in fits],
    }
    return write_text(Path(out) / "settings.json", settings_text(settings))


def _parameters(training, result):
    """Every parameter of a training's estimator, defaults included."""
    from skerosion.experiments import make_pipeline

    own = own_parameters(training, result.plan.parameters)
    estimator = make_pipeline(training.task, training.strategy, result.target, parameters=own)[-1]
    return {name: value for name, value in estimator.get_params().items() if name != "random_state"}
