"""``skerosion search``: find the strategy against imbalance that grades best."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from skerosion._own_modules import import_own

from ._loading import list_excluded, load_table, table_name
from ._options import (
    BatchSize,
    Bits,
    CardFile,
    Channels,
    ChooseBy,
    Decimal,
    Encoding,
    Epochs,
    Figures,
    Grade,
    Image,
    Jobs,
    Modules,
    Mute,
    OnProblem,
    Order,
    Out,
    Parameters,
    Percent,
    Pictures,
    Polarity,
    Problem,
    Reader,
    Readers,
    Replace,
    Root,
    Scheduler,
    Seed,
    Sep,
    Size,
    Strategies,
    Table,
    Tasks,
    Window,
    read_kind,
    read_names,
    read_page,
    read_parameters,
)
from ._printing import print_tables, say
from ._processor import BY_OPTION, say_of_bfloat16


class Preset(StrEnum):
    """What is compared where nothing else is said, and how large it is."""

    thesis = "thesis"
    fast = "fast"
    best = "best"


def search(
    table: Table,
    image: Image,
    out: Out,
    target: Annotated[str | None, typer.Option(help="Column of the grade or percentage.", show_default=False)] = None,
    readers: Readers = None,
    reader: Reader = None,
    group: Annotated[
        str | None, typer.Option(help="Column of the patient; no patient is on two sides of a split.")
    ] = None,
    root: Root = None,
    size: Size = None,
    channels: Channels = 1,
    bits: Bits = None,
    window: Window = None,
    polarity: Polarity = None,
    folds: Annotated[int, typer.Option(help="Folds of the cross-validation.")] = 5,
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    strategies: Strategies = None,
    choose_by: ChooseBy = None,
    tasks: Tasks = None,
    preset: Annotated[
        Preset,
        typer.Option(help="thesis: the thesis' networks; fast: small ones; best: the recipe that graded knees best."),
    ] = Preset.thesis,
    estimator: Annotated[
        list[str] | None,
        typer.Option(
            help="An estimator to compare, such as OrdinalClassifier. May be given several times.",
            show_default="one for each task",
        ),
    ] = None,
    candidates: Annotated[
        Path | None,
        typer.Option(
            help='JSON file of estimators to compare: {"corn": {"type": "OrdinalClassifier", "head": "corn"}, ...}.',
            show_default=False,
        ),
    ] = None,
    percent: Percent = False,
    grade: Grade = False,
    order: Order = None,
    parameter: Parameters = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    scheduler: Scheduler = None,
    force: Replace = False,
    refit: Annotated[bool, typer.Option(help="Fit the winners on all rows and save them.")] = True,
    figures: Figures = True,
    card: CardFile = None,
    mute: Mute = None,
    pictures: Pictures = False,
    sep: Sep = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    modules: Modules = None,
    on_problem: Problem = OnProblem.error,
):
    """Find the strategy against imbalance that grades best on patients the network has not seen.

    Take search to find out what to train; take study where a test part shall be held back from every choice.

    Strategies: original, oversampled, class_weights, balanced_decision (the last for the classifier only, at no cost).
    Tasks: classifier, regressor. Estimators that are named or described are compared instead of the tasks' networks,
    each with every strategy that it can take.

    Finished fits stay in OUT/fits: the same command goes on where it was stopped, and when all fits are there it only
    writes tables and figures again. A fit that was damaged since is named and made again; what another plan or other
    data left in OUT stays unless --force replaces it.
    """
    from skerosion.datasets import check_image_table

    kind, page = read_kind(percent, grade, order), read_page(card, mute, pictures)
    if target is None and readers is None:
        raise ValueError(
            "target must name the column of the grade or percentage, or readers= those of several readers."
        )
    columns = {"image": image, "target": target, "group": group}
    of_readers = {"readers": read_names(readers) or (), "reader": reader}
    reading = {"root": root, "size": size, "channels": channels, "bits": bits, "on_problem": str(on_problem)}
    reading |= {"window": window, "polarity": polarity}
    reading |= {"sep": sep, "encoding": encoding, "decimal": decimal, "order": read_names(order)}
    lines = check_image_table(table, kind=kind, **columns, **of_readers, **reading)
    import_own(modules)

    from skerosion.experiments import PRESETS, check_choices, check_scheduler, read_candidates

    check_scheduler(scheduler, jobs)
    preset = PRESETS[preset]
    compared = {name: name for name in estimator or ()} | (read_candidates(candidates) if candidates else {})
    chosen = {
        "tasks": read_names(tasks) or ("classifier", "regressor"),
        "strategies": read_names(strategies),
        "parameters": preset.get("parameters", {}) | read_parameters(parameter, epochs=epochs, batch_size=batch_size),
        "estimators": preset.get("estimators", {}) | compared,
    }
    check_choices(**chosen)

    from skerosion.experiments import SearchPlan

    plan = SearchPlan(**chosen, choose_by=read_names(choose_by) or (), folds=folds, seed=seed, kind=kind)
    options = {"jobs": jobs, "scheduler": scheduler, "refit": refit, "figures": figures, "force": force, "page": page}
    if not plan.estimators:
        say_of_bfloat16(BY_OPTION, plan.parameters)
    search_table(table, out, plan, columns, options=options, **of_readers, **reading)
    return lines.has_films


def search_table(table, out, plan, columns, *, options=None, note="", **reading):
    """Search on the images of a table and print the tables of scores.

    Parameters
    ----------
    table : path-like
        CSV file.
    out : path-like
    plan : SearchPlan
    columns : dict
        Names of the columns ``image``, ``target`` and ``group``.
    options : dict or None, default=None
        ``jobs``, ``scheduler``, ``refit``, ``figures``, ``force`` and ``page``, as
        `skerosion.experiments.search_strategies` takes them.
    note : str, default=""
        As `skerosion.experiments.search_strategies` takes it.
    **reading
        As `skerosion.datasets.load_image_table` takes it.
    """
    from skerosion.experiments import search_strategies

    plan.check()
    data = load_table(table, **columns, **reading)
    list_excluded(data.excluded, Path(out) / "excluded.csv")
    about = {
        "table": table_name(table, data),
        "columns": columns,
        "excluded": len(data.excluded),
        "excluded_message": data.message,
    }
    told = {"say": say, "note": note, "about": about}
    report = search_strategies(data, out=out, plan=plan, **told, **(options or {}))
    print_tables(report.tables)
    kept = (
        f"settings and the winning {' and '.join(report.winners)}" if report.winners else "and settings, but no winner,"
    )
    drawn = "figures, " if (options or {}).get("figures", True) else ""
    say(f"Tables, predictions, {drawn}{kept} are in {Path(report.out)}; report.html there is where to start.")
