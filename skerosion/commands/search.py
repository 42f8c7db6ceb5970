"""``skerosion search``: find the strategy against imbalance that grades best."""

from pathlib import Path
from typing import Annotated

import typer

from ._loading import list_excluded, load_table
from ._options import (
    Bits,
    Channels,
    Encoding,
    Grade,
    Image,
    Jobs,
    OnProblem,
    Order,
    Out,
    Parameters,
    Percent,
    Problem,
    Root,
    Seed,
    Sep,
    Size,
    Strategies,
    Table,
    Tasks,
    read_kind,
    read_names,
    read_parameters,
)
from ._printing import print_tables, say


def search(
    table: Table,
    image: Image,
    target: Annotated[str, typer.Option(help="Column of the grade or percentage.", show_default=False)],
    out: Out,
    group: Annotated[
        str | None, typer.Option(help="Column of the patient; no patient is on two sides of a split.")
    ] = None,
    root: Root = None,
    size: Size = None,
    channels: Channels = 1,
    bits: Bits = None,
    folds: Annotated[int, typer.Option(help="Folds of the cross-validation.")] = 5,
    epochs: Annotated[int, typer.Option(help="Epochs of each fit.")] = 25,
    batch_size: Annotated[int, typer.Option(help="Images in a training step.")] = 100,
    strategies: Strategies = None,
    tasks: Tasks = None,
    percent: Percent = False,
    grade: Grade = False,
    order: Order = None,
    parameter: Parameters = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    refit: Annotated[bool, typer.Option(help="Fit the winners on all rows and save them.")] = True,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.error,
):
    """Find the strategy against imbalance that grades best on patients the network has not seen.

    Strategies: original, oversampled, class_weights, balanced_decision (the last for the classifier only, at no cost).
    Tasks: classifier, regressor. Finished fits stay in OUT/fits: the same command goes on where it was stopped, and
    when all fits are there it only writes tables and figures again. A fit that was damaged since is named and made
    again.
    """
    from skerosion.experiments import SearchPlan

    plan = SearchPlan(
        tasks=read_names(tasks) or ("classifier", "regressor"),
        strategies=read_names(strategies),
        folds=folds,
        seed=seed,
        kind=read_kind(percent, grade, order),
        parameters={"epochs": epochs, "batch_size": batch_size} | read_parameters(parameter),
    )
    columns = {"image": image, "target": target, "group": group}
    reading = {"root": root, "size": size, "channels": channels, "bits": bits, "on_problem": str(on_problem)}
    reading |= {"sep": sep, "encoding": encoding, "order": read_names(order)}
    search_table(table, out, plan, columns, jobs=jobs, refit=refit, **reading)


def search_table(table, out, plan, columns, *, jobs=1, refit=True, note="", **reading):
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
        As `skerosion.experiments.search_strategies` takes them.
    **reading
        As `skerosion.datasets.load_image_table` takes it.
    """
    from skerosion.experiments import search_strategies

    plan.check()
    data = load_table(table, **columns, **reading)
    list_excluded(data.excluded, Path(out) / "excluded.csv")
    about = {"table": str(table), "columns": columns, "excluded": len(data.excluded), "excluded_message": data.message}
    told = {"say": say, "names": data.table[columns["image"]], "note": note, "data": about}
    report = search_strategies(data.X, data.y, data.groups, out=out, plan=plan, jobs=jobs, refit=refit, **told)
    print_tables(report.tables)
    say(f"Tables, predictions, figures, settings and winners are in {Path(report.out)}.")
