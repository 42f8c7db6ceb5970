"""Loading the table that a command names, and telling what was found in it."""

import warnings
from pathlib import Path

from ._printing import messages_of, say

GRADER = "synthetic"
"""What commands call the grader that comes with the package."""


def estimator_file(path):
    """Return the file of an estimator that is named, or of the grader that comes with the package.

    Parameters
    ----------
    path : pathlib.Path
        A file, or ``synthetic`` where no file is called so.

    Returns
    -------
    pathlib.Path
    """
    if Path(path).name != GRADER or Path(path).exists():
        return path

    from skerosion.datasets import synthetic_grader

    return synthetic_grader()


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
    for message in messages_of(caught):
        say(message)
    return data


def table_name(table, data):
    """Return what a table is called in what is left: its path, of films without its folders.

    Parameters
    ----------
    table : path-like
    data : ImageTable
    """
    return Path(table).name if data.has_films else str(table)


def list_excluded(excluded, path):
    """Write the rows that take no part, and leave no list of an earlier table behind.

    Parameters
    ----------
    excluded : DataFrame
    path : pathlib.Path
    """
    from skerosion._spreadsheet_cells import write_csv

    if len(excluded):
        say(f"They are listed in {write_csv(path, excluded)}.")
    else:
        path.unlink(missing_ok=True)


def find_plan(saved, plan, rau=None, **settings):
    """Return the reading plan that is asked for, of a file or learned from a table, None where none is.

    Parameters
    ----------
    saved : SavedEstimator
    plan : path-like or None
    rau : path-like or None, default=None
        File of a RauForecaster, which a plan of a file has itself.
    **settings
        Of `learn_plan`; None stands for its defaults.

    Returns
    -------
    ReadingPlan, path-like or None
    """
    from skerosion.experiments import is_plan_file, learn_plan

    given = {name: value for name, value in settings.items() if value is not None}
    known = {name for name in given if name not in ("group", "visit")}
    if plan is None or is_plan_file(plan):
        wrong = sorted(known) + (["rau"] if plan is not None and rau is not None else [])
        if wrong:
            why = "without plan=, which it is about" if plan is None else "with the file of a plan, which has its own"
            raise ValueError(f"{wrong[0]} must be left out {why}.")
        return plan
    learned, notes = learn_plan(saved, plan, rau=rau, **given)
    for note in notes:
        say(note)
    return learned
