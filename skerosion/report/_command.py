"""What the commands do once their options are read: load the table, run, print."""

from pathlib import Path

import rich.console

from ._format import to_rich
from ._study import search_strategies


def search_table(table, out, plan, *, columns, root=None, size=None, jobs=1, refit=True, on_problem="error"):
    """Search on the images of a table and print the tables of scores.

    Parameters
    ----------
    table : path-like
        CSV file.
    out : path-like
    plan : SearchPlan
    columns : dict
        Names of the columns ``image``, ``target`` and ``group``.
    root, size, on_problem
        As `skerosion.datasets.load_image_table` takes them.
    jobs, refit
        As `search_strategies` takes them.

    Returns
    -------
    Study
    """
    from skerosion.datasets import load_image_table

    plan.pairs()
    data = load_image_table(table, **columns, root=root, size=size, on_problem=on_problem)
    if len(data.excluded):
        say(data.message)
    about = {"table": str(table), "columns": columns, "excluded": len(data.excluded), "excluded_message": data.message}
    study = search_strategies(
        data.X, data.y, data.groups, out=out, plan=plan, jobs=jobs, refit=refit, say=say, data=about
    )
    print_study(study)
    return study


def say(message):
    """Print one message on standard error, so that standard output holds the tables alone."""
    rich.console.Console(stderr=True).print(message, markup=False, highlight=False, soft_wrap=True)


def print_study(study):
    """Print the tables of a study and where everything is."""
    console = rich.console.Console()
    for table in study.tables.values():
        console.print(to_rich(table))
    say(f"Tables, predictions, figures, settings and winners are in {Path(study.out)}.")
