"""What ``skerosion study`` does once its options are read: load the data, run the study, print."""

import warnings
from pathlib import Path

import rich.console

from skerosion.experiments import OTHER_TASK, TASKS, transfer_trainings
from skerosion.report._command import DEMO_LABELS, DEMO_PARAMETERS, list_excluded, load_table, say
from skerosion.report._format import print_table

from ._study import run_study

IMAGES = "images/{sop_iuid}_{side}_{joint}.png"

SYNTHETIC = "The joints of this registry are synthetic, drawn by the program: scores say nothing about real joints."


QUICK = DEMO_PARAMETERS
"""The estimators' parameters of a study that takes minutes on two cores."""


def chosen_transfer(texts, tasks, strategies):
    """The transfer trainings that the options ask for.

    Parameters
    ----------
    texts : sequence of str or None
        As `transfer_trainings` takes each; None is ``"other-task"`` where there are two tasks, ``"none"`` nothing.
    tasks : sequence of str
    strategies : sequence of str or None

    Returns
    -------
    tuple of Training

    Examples
    --------
    >>> from skerosion.study._command import chosen_transfer
    >>> [(each.task, each.start) for each in chosen_transfer(None, ("classifier", "regressor"), None)]
    [('classifier', ('regressor', 'original')), ('regressor', ('classifier', 'original'))]
    >>> chosen_transfer(["none"], ("classifier", "regressor"), None)
    ()
    """
    if not texts:
        texts = [OTHER_TASK] if len(set(tasks)) > 1 else []
    texts = [] if list(texts) == ["none"] else texts
    return tuple(each for text in texts for each in transfer_trainings(text, tasks, strategies))


def run_command(table, out, plan, *, synthetic, registry, columns, **settings):
    """Study what the options name: a synthetic registry, a registry, or an image table.

    Parameters
    ----------
    table : path-like or None
    out : path-like
    plan : StudyPlan
    synthetic : int or None
        Patients of a synthetic registry.
    registry : dict
        ``images``, ``secondary`` and ``mirror_right`` of a registry.
    columns : dict
        ``image``, ``target`` and ``group`` of an image table.
    **settings
        As for `study_registry`.

    Returns
    -------
    Study

    Raises
    ------
    ValueError
        Where the options name none of them, or more than one.
    """
    kinds = {
        "--synthetic": synthetic is not None,
        "--images (a registry)": registry["images"] is not None,
        "--image (an image table)": columns["image"] is not None,
    }
    named = [kind for kind, given in kinds.items() if given]
    if len(named) != 1:
        raise ValueError(f"give one of {', '.join(kinds)}, got {' and '.join(named) or 'none'}.")
    if (table is None) != (synthetic is not None):
        raise ValueError("give the table to study as the first argument, or --synthetic and no table.")
    if "order" in settings and columns["image"] is None:
        raise ValueError("order is for an image table: the scores of a registry are percentages.")
    if synthetic is not None:
        return study_synthetic(synthetic, out, plan, mirror_right=registry["mirror_right"], **settings)
    if columns["image"] is None:
        return study_registry(table, out, plan, **registry, **settings)
    missing = [f"--{name}" for name, column in columns.items() if column is None]
    if missing:
        raise ValueError(f"an image table needs {' and '.join(missing)}: the column's name.")
    return study_table(table, out, plan, columns=columns, **settings)


def study_registry(main, out, plan, *, secondary=None, images, mirror_right=True, note="", **settings):
    """Study a registry: its two tables and its joint images.

    Parameters
    ----------
    main : path-like
        CSV file.
    out : path-like
    plan : StudyPlan
    secondary : path-like or None, default=None
        CSV file of clinical scores.
    images : str
        Format of the images' paths.
    mirror_right : bool, default=True
        Whether right joints are mirrored to look like left ones.
    note : str, default=""
        For readers of the report.
    **settings
        ``jobs``, ``by`` and ``figures`` of `run_study`; ``root``, ``size``, ``channels``, ``bits``, ``on_problem``,
        ``sep`` and ``encoding`` of `skerosion.datasets.load_registry`.

    Returns
    -------
    Study
    """
    from skerosion.datasets import load_registry

    plan.check()
    run, reading = _apart(settings)
    with warnings.catch_warnings():
        # Said by this command as a message of its own.
        warnings.simplefilter("ignore", UserWarning)
        data = load_registry(main, secondary, images, mirror_right=mirror_right, **reading)
    say(data.message)
    _list_unused(data, out)
    about = {"main": str(main), "secondary": None if secondary is None else str(secondary), "images": images}
    about |= {"mirror_right": mirror_right, "message": data.message}
    return _finish(run_study(data, out=out, plan=plan, say=say, note=note, about=about, **run))


def study_table(table, out, plan, *, columns, note="", **settings):
    """Study the images of a table.

    Parameters
    ----------
    table : path-like
        CSV file.
    out : path-like
    plan : StudyPlan
    columns : dict
        Names of the columns ``image``, ``target`` and ``group``.
    note : str, default=""
    **settings
        As for `study_registry`, the reading as `skerosion.datasets.load_image_table` takes it.

    Returns
    -------
    Study
    """
    plan.check()
    run, reading = _apart(settings)
    data = load_table(table, **columns, **reading)
    list_excluded(data.excluded, Path(out) / "excluded.csv")
    about = {"table": str(table), "columns": columns, "excluded": len(data.excluded), "excluded_message": data.message}
    names = data.table[columns["image"]]
    return _finish(run_study(data, out=out, plan=plan, say=say, names=names, note=note, about=about, **run))


def study_synthetic(n_patients, out, plan, *, size=48, **settings):
    """Write a synthetic registry into the folder of the results, unless it is there, and study it.

    Parameters
    ----------
    n_patients : int
    out : path-like
    plan : StudyPlan
        Its seed draws the registry too.
    size : int or None, default=48
        Side of the images in pixels; None is 48.
    **settings
        As for `study_registry`.

    Returns
    -------
    Study
    """
    from skerosion.datasets import write_registry

    plan.check()
    say(SYNTHETIC)
    size = size or 48
    folder = Path(out) / f"synthetic_registry_{n_patients}_{size}_{plan.seed}"
    if not (folder / "main.csv").is_file():
        write_registry(folder, n_patients, size=size, labels=DEMO_LABELS, missing_files=0.01, random_state=plan.seed)
        say(f"A registry of {n_patients} patients is written to {folder}.")
    settings |= {"images": IMAGES, "secondary": folder / "secondary.csv"}
    settings |= {"on_problem": "report", "size": size, "root": None, "sep": None, "encoding": None}
    study = study_registry(folder / "main.csv", out, plan, note=SYNTHETIC, **settings)
    say(SYNTHETIC)
    return study


def _apart(settings):
    """Settings of the run, and those of reading the data."""
    run = {name: settings.pop(name) for name in ("jobs", "by", "figures") if name in settings}
    return run, settings


def _list_unused(data, out):
    list_excluded(data.excluded, Path(out) / "excluded.csv")
    list_excluded(data.unmatched, Path(out) / "unmatched.csv")


def _finish(study):
    """Print the tables of the test part and say where everything is."""
    console = rich.console.Console()
    for name in (*TASKS, "difference"):
        if f"test_{name}" in study.tables.scores:
            print_table(study.tables.scores[f"test_{name}"], console)
    say(f"The report is {Path(study.out) / 'report.md'}; figures, predictions, settings and estimators beside it.")
    return study
