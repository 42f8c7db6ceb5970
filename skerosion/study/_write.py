"""The files of a study: tables, predictions, settings and one report that holds them together."""

import dataclasses
import os
import platform
import time
from pathlib import Path

import numpy as np

from skerosion.experiments import command_line, own_parameters, settings_text, trained_estimator, versions, write_text
from skerosion.report._format import CAPTION, to_frame, to_markdown
from skerosion.report._write import write_predictions

from ._tables import final_lines

SHOWN_FRAMES = {"split": "The parts", "trainings": "The trainings", "labels": "How often each label occurs"}
"""The tables without intervals that the report shows; the others are files alone."""


def write_study_tables(tables, out):
    """Write every table as CSV.

    Parameters
    ----------
    tables : StudyTables
    out : path-like
        They go to its folder ``tables``.

    Returns
    -------
    list of pathlib.Path
    """
    folder = Path(out) / "tables"
    texts = {name: to_frame(table).to_csv(index=False) for name, table in tables.scores.items()}
    texts |= {name: frame.to_csv(index=False, float_format="%.6g") for name, frame in tables.frames.items()}
    return [write_text(folder / f"{name}.csv", text) for name, text in texts.items()]


def write_report(result, tables, out, *, note="", figures=()):
    """Write what was chosen and how it does, all tables with intervals and all figures as ``report.md``.

    Parameters
    ----------
    result : StudyResult
    tables : StudyTables
    out : path-like
    note : str, default=""
        Text above it all.
    figures : sequence of pathlib.Path, default=()
        Figures of this study, below ``out``.

    Returns
    -------
    pathlib.Path
    """
    shown = {name: f"**{title}**\n\n{frame_markdown(tables.frames[name])}" for name, title in SHOWN_FRAMES.items()}
    sections = {"The study": [note, *final_lines(tables, result.plan.titles()), *shown.values()]}
    for name, table in tables.scores.items():
        sections.setdefault(section_of(name), []).append(to_markdown(table))
    pictures = [path.relative_to(out).as_posix() for path in figures if path.suffix == ".png"]
    sections["Figures"] = [f"![{path}]({path})" for path in pictures]
    blocks = [f"# {title}" if title == "The study" else f"## {title}" for title in sections]
    texts = ["\n\n".join(filter(None, [head, *of])) for head, of in zip(blocks, sections.values(), strict=True) if of]
    return write_text(Path(out) / "report.md", "\n\n".join([*texts, CAPTION]) + "\n")


SECTIONS = {
    "neighbors": "Nearest neighbours in the embedding",
    "by": "Test part, by joint",
    "rau": "Visits",
    "das28": "Visits",
    "halo": "Labels",
    "validation": "Validation part: what is chosen by",
    "test": "Test part: nothing was chosen by it",
}
"""A word of a table's name and the section it belongs to; the first that fits."""


def section_of(name):
    """The section of the report that a table belongs to.

    Examples
    --------
    >>> from skerosion.study._write import section_of
    >>> section_of("test_classifier"), section_of("test_classifier_neighbors")
    ('Test part: nothing was chosen by it', 'Nearest neighbours in the embedding')
    """
    words = name.split("_")
    return next(title for word, title in SECTIONS.items() if word in words)


def frame_markdown(frame):
    """A table of texts and numbers in Markdown.

    Parameters
    ----------
    frame : DataFrame

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.study._write import frame_markdown
    >>> print(frame_markdown(pd.DataFrame({"part": ["test"], "images": [3], "share": [0.25]})))
    | part | images | share |
    |---|---|---|
    | test | 3 | 0.25 |
    """
    lines = ["| " + " | ".join(map(str, frame.columns)) + " |", "|---" * len(frame.columns) + "|"]
    for row in frame.itertuples(index=False):
        texts = [f"{value:.4g}" if isinstance(value, float) else f"{value}" for value in row]
        lines.append("| " + " | ".join(texts) + " |")
    return "\n".join(lines)


def write_study_predictions(result, names, out):
    """Write what every strategy predicts for each validation and test row, one folder a part.

    Parameters
    ----------
    result : StudyResult
    names : sequence of str
        What each of all rows is called.
    out : path-like

    Returns
    -------
    list of pathlib.Path
    """
    names = np.asarray(names, dtype=object)
    return [
        path
        for part in ("validation", "test")
        for path in write_predictions(
            result.part(part), Path(out) / "predictions" / part, names=names[result.parts[part]]
        )
    ]


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
