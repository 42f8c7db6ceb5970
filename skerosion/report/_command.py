"""What the commands do once their options are read: load the table, run, print."""

import warnings
from pathlib import Path

import rich.console

from skerosion.experiments import (
    TASKS,
    SearchPlan,
    check_interval,
    load_estimators,
    load_saved,
    prediction_table,
    version_message,
    write_text,
)

from ._format import print_table
from ._search_report import search_strategies


def search_table(table, out, plan, *, columns, jobs=1, refit=True, note="", **reading):
    """Search on the images of a table and print the tables of scores.

    Parameters
    ----------
    table : path-like
        CSV file.
    out : path-like
    plan : SearchPlan
    columns : dict
        Names of the columns ``image``, ``target`` and ``group``.
    jobs, refit, note
        As `search_strategies` takes them.
    **reading
        ``root``, ``size``, ``channels``, ``bits``, ``on_problem``, ``sep`` and ``encoding``, for
        `skerosion.datasets.load_image_table`.

    Returns
    -------
    SearchReport
    """
    plan.check()
    data = load_table(table, **columns, **reading)
    list_excluded(data.excluded, Path(out) / "excluded.csv")
    about = {"table": str(table), "columns": columns, "excluded": len(data.excluded), "excluded_message": data.message}
    report = search_strategies(
        data.X,
        data.y,
        data.groups,
        out=out,
        plan=plan,
        jobs=jobs,
        refit=refit,
        say=say,
        names=data.table[columns["image"]],
        note=note,
        data=about,
    )
    print_report(report)
    return report


def list_excluded(excluded, path):
    """Write the rows that take no part, and leave no list of an earlier table behind.

    Parameters
    ----------
    excluded : DataFrame
    path : pathlib.Path
    """
    if len(excluded):
        say(f"They are listed in {write_text(path, excluded.to_csv(index=False))}.")
    else:
        path.unlink(missing_ok=True)


def load_table(table, **options):
    """Load an image table and say what it warns of once, as a message of the command instead of a warning.

    Parameters
    ----------
    table : path-like
    **options
        As `skerosion.datasets.load_image_table` takes them.

    Returns
    -------
    ImageTable
    """
    from skerosion.datasets import load_image_table

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        data = load_image_table(table, **options)
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        say(message)
    return data


def predict_table(
    estimator,
    table,
    out,
    *,
    image,
    group=None,
    root=None,
    interval=0.9,
    force=False,
    on_problem="error",
    sep=None,
    encoding=None,
):
    """Write the predictions of a saved estimator for the images of a table.

    Parameters
    ----------
    estimator : path-like
        File that a search saved.
    table : path-like
        CSV file.
    out : path-like
        CSV file to write.
    image : str
        Column of paths.
    group : str or None, default=None
        Column of patients, for an estimator that takes in the other images of a patient.
    root, on_problem
        As `skerosion.datasets.load_image_table` takes them; with ``"report"`` a row without a usable image keeps its
        line and has no prediction.
    interval : float, default=0.9
    force : bool, default=False
        Whether to overwrite ``out``.
    sep, encoding : str or None, default=None
        As `skerosion.datasets.load_image_table` takes them.

    Returns
    -------
    pandas.DataFrame
        What was written.
    """
    if Path(out).exists() and not force:
        raise FileExistsError(f"{out} is there already; choose another file or overwrite it with --force.")
    check_interval(interval)
    load_estimators()
    saved = load_saved(estimator)
    columns = {"image": image, "target": None, "group": group}
    written = {"sep": sep, "encoding": encoding}
    data = load_table(table, **columns, root=root, on_problem=on_problem, **written, **saved.reading())
    changed = version_message(saved)
    if changed:
        say(changed)
    predicted = prediction_table(saved, data.X, interval=interval)
    lines = _every_line(table, image, data, predicted, written)
    write_text(out, lines.to_csv(index=False, float_format="%.6g"))
    say(f"{len(predicted)} predictions of {len(lines)} images are in {out}.")
    return lines


def _every_line(table, image, data, predicted, written):
    """One line for each line of the table, empty where there is no prediction."""
    from skerosion.datasets import read_text_table

    lines = read_text_table(table, **written)[[image]].rename(columns={image: "path"})
    return lines.join(predicted.set_index(data.table.index))


DEMO_PARAMETERS = {"epochs": 12, "batch_size": 32, "filters": (16, 32, 32, 64), "convolutions": 1, "dense_units": (64,)}
"""A network small enough for a few minutes on two cores; in small batches, for batch norm's running statistics need
hundreds of steps to follow the weights."""

DEMO_LABELS = {0: 40, 5: 12, 10: 8, 20: 10, 30: 6, 40: 6, 50: 4, 60: 4, 70: 3, 80: 3, 100: 4}
"""Share of each percentage: imbalanced as in the registry, but with enough eroded joints for a set of hundreds."""

SYNTHETIC = "The joints of this demo are synthetic, drawn by the program: scores on them say nothing about real joints."


def demo_plan(seed):
    """What the demo trains."""
    return SearchPlan(folds=3, seed=seed, kind="percent", parameters=DEMO_PARAMETERS)


def run_demo(out, *, joints=700, seed=0, jobs=1):
    """Draw synthetic joints, search on them and print the tables.

    Parameters
    ----------
    out : path-like
    joints : int, default=700
    seed : int, default=0
    jobs : int, default=1

    Returns
    -------
    SearchReport
    """
    from skerosion.datasets import write_joint_images

    say(SYNTHETIC)
    folder = Path(out) / "synthetic_joints"
    write_joint_images(folder, joints, size=48, labels=DEMO_LABELS, random_state=seed)
    say(f"{joints} joints with their labels are in {folder}.")
    columns = {"image": "path", "target": "percent", "group": "patient_id"}
    report = search_table(folder / "labels.csv", out, demo_plan(seed), columns=columns, jobs=jobs, note=SYNTHETIC)
    say(SYNTHETIC)
    return report


def say(message):
    """Print one message on standard error, so that standard output holds the tables alone."""
    rich.console.Console(stderr=True).print(message, markup=False, highlight=False, soft_wrap=True)


def print_report(report):
    """Print the two tables of a search and how winners differ from the others, and say where everything is."""
    console = rich.console.Console()
    for name in (*TASKS, "difference"):
        if name in report.tables:
            print_table(report.tables[name], console)
    say(f"Tables, predictions, figures, settings and winners are in {Path(report.out)}.")
