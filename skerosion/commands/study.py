"""``skerosion study``: redo the thesis' study on a registry, or on any table of images."""

import warnings
from pathlib import Path
from typing import Annotated

import typer

from skerosion._counted import counted
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
    Jobs,
    Modules,
    Mute,
    OnProblem,
    Order,
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
    Tasks,
    Window,
    out_option,
    read_kind,
    read_literal,
    read_names,
    read_page,
    read_parameters,
)
from ._printing import print_tables, say
from ._processor import BY_OPTION, say_of_bfloat16
from ._study_sources import check_source, check_tables
from .demo import DEMO_LABELS

REGISTRY, TABLE = "Options of a registry", "Options of an image table"

IMAGES = "images/{sop_iuid}_{side}_{joint}.png"

SYNTHETIC = "The joints of this registry are synthetic, drawn by the program: scores say nothing about real joints."


def study(
    out: Annotated[Path, out_option("Folder for everything the study leaves.", show_default=False)],
    table: Annotated[
        Path | None,
        typer.Argument(help="CSV or .xlsx file: the registry's main table, or one row per image.", show_default=False),
    ] = None,
    images: Annotated[
        str | None,
        typer.Option(help="Where images lie, such as `crops/{sop_iuid}_{side}_{joint}.jpg`.", rich_help_panel=REGISTRY),
    ] = None,
    secondary: Annotated[
        Path | None, typer.Option(help="CSV file of the clinical scores.", rich_help_panel=REGISTRY)
    ] = None,
    mirror_right: Annotated[
        bool, typer.Option(help="Mirror right joints onto left ones.", rich_help_panel=REGISTRY)
    ] = True,
    image: Annotated[str | None, typer.Option(help="Column of the image files' paths.", rich_help_panel=TABLE)] = None,
    target: Annotated[
        str | None, typer.Option(help="Column of the grade or percentage.", rich_help_panel=TABLE)
    ] = None,
    readers: Readers = None,
    reader: Reader = None,
    group: Annotated[str | None, typer.Option(help="Column of the patient.", rich_help_panel=TABLE)] = None,
    synthetic: Annotated[
        int | None,
        typer.Option(help="Instead of a table: draw a registry of so many patients.", rich_help_panel=REGISTRY),
    ] = None,
    root: Root = None,
    size: Size = None,
    channels: Channels = 1,
    bits: Bits = None,
    window: Window = None,
    polarity: Polarity = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="Columns whose values are scored one by one.", show_default="a registry's part, side and joint type"
        ),
    ] = None,
    sizes: Annotated[str, typer.Option(help="Shares of the train, validation and test part.")] = "0.7,0.2,0.1",
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    quick: Annotated[bool, typer.Option("--quick", help="A small network, for minutes on two cores.")] = False,
    strategies: Strategies = None,
    choose_by: ChooseBy = None,
    tasks: Tasks = None,
    transfer: Annotated[
        list[str] | None,
        typer.Option(
            help="A network to start from, BACKBONE:WEIGHTS, such as InceptionV3:imagenet, vgg:knees.keras or an "
            "estimator's file, vgg:knees/classifier.skerosion; other-task: the study's own network of the other "
            "task; none. May be given several times.",
            show_default="other-task",
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
    """Redo the whole study of the thesis on a registry, or on any table of images.

    Take search to find out what to train; take study where a test part shall be held back from every choice.

    Patients are split once. Classifier and regressor are trained with each strategy against imbalance, chosen on the
    validation part and evaluated on the test part, where nothing was chosen. OUT/tables.md holds all tables; figures,
    predictions, settings and the chosen estimators lie beside it.

    A registry: `skerosion study main.csv --secondary secondary.csv --images 'crops/{sop_iuid}_{joint}.jpg' --out study`

    An image table: `skerosion study labels.csv --image path --target grade --group patient --out study`

    Nothing at hand: `skerosion study --synthetic 60 --quick --out study`

    Finished trainings stay in OUT/trainings: the same command goes on where it was stopped, repeats none of them and
    ends with the same numbers. One that was damaged since is named and trained again; what another plan or other data
    left in OUT stays unless --force replaces it.
    """
    kind, page = read_kind(percent, grade, order), read_page(card, mute, pictures)
    columns = {"image": image, "target": target, "group": group}
    reading = {"root": root, "size": size, "channels": channels, "bits": bits, "on_problem": str(on_problem)}
    reading |= {"sep": sep, "encoding": encoding, "decimal": decimal}
    films = {"window": window, "polarity": polarity}
    check_source(table, images, synthetic, columns, {"order": order, "readers": readers, "reader": reader, **films})
    of_readers = {"readers": read_names(readers) or (), "reader": reader}
    reading |= films | of_readers if image is not None else {}
    lines = check_tables(table, secondary, images, columns, reading, order=read_names(order), kind=kind)
    import_own(modules)

    from skerosion.experiments import check_scheduler

    check_scheduler(scheduler, jobs)
    compared = {"tasks": read_names(tasks), "strategies": read_names(strategies), "choose_by": read_names(choose_by)}
    given = read_parameters(parameter, epochs=epochs, batch_size=batch_size)
    plan = make_plan(transfer, sizes, given, quick=quick, seed=seed, kind=kind, **compared)
    options = {"out": out, "plan": plan, "jobs": jobs, "by": read_names(by), "figures": figures, "force": force}
    options |= {"scheduler": scheduler, "page": page}
    say_of_bfloat16(BY_OPTION, plan.parameters)
    if synthetic is not None:
        study_synthetic(synthetic, options, mirror_right, reading)
    elif image is None:
        study_registry(table, secondary, images, mirror_right, options, reading)
    else:
        study_table(table, columns, options, reading | {"order": read_names(order)})
    return lines is not None and lines.has_films


def make_plan(transfer, sizes, parameters, *, quick, tasks, strategies, choose_by, **told):
    """The plan that the options ask for, checked.

    Parameters
    ----------
    transfer : sequence of str or None
        As `chosen_transfer` takes it.
    sizes : str
        Shares of the parts, separated by commas.
    parameters : dict
        Of every estimator.
    quick : bool
        Whether networks are small.
    tasks, strategies, choose_by : sequence of str or None
        None takes all, and the metrics that usually choose.
    **told
        ``seed`` and ``kind``, as `StudyPlan` takes them.

    Returns
    -------
    StudyPlan
    """
    from skerosion.experiments import PRESETS, check_choices

    parameters = (PRESETS["fast"]["parameters"] if quick else {}) | parameters
    chosen = {"tasks": tasks or ("classifier", "regressor"), "strategies": strategies, "parameters": parameters}
    check_choices(**chosen)

    from skerosion.experiments import StudyPlan

    plan = StudyPlan(
        **chosen,
        choose_by=choose_by or (),
        transfer=chosen_transfer(transfer, chosen["tasks"], strategies),
        sizes=tuple(read_literal(share) for share in read_names(sizes)),
        **told,
    )
    plan.check()
    return plan


def chosen_transfer(texts, tasks, strategies):
    """The transfer trainings that the options ask for.

    Parameters
    ----------
    texts : sequence of str or None
        As `skerosion.experiments.transfer_trainings` takes each; None is ``"other-task"`` where there are two tasks,
        ``"none"`` nothing.
    tasks : sequence of str
    strategies : sequence of str or None

    Returns
    -------
    tuple of Training

    Examples
    --------
    >>> from skerosion.commands.study import chosen_transfer
    >>> [(each.task, each.start) for each in chosen_transfer(None, ("classifier", "regressor"), None)]
    [('classifier', ('regressor', 'original')), ('regressor', ('classifier', 'original'))]
    >>> chosen_transfer(["none"], ("classifier", "regressor"), None)
    ()
    """
    from skerosion.experiments import transfer_trainings

    if not texts:
        texts = ["other-task"] if len(set(tasks)) > 1 else []
    texts = [] if list(texts) == ["none"] else texts
    return tuple(each for text in texts for each in transfer_trainings(text, tasks, strategies))


def study_registry(main, secondary, images, mirror_right, options, reading, note=""):
    """Study a registry: its two tables and its joint images.

    Parameters
    ----------
    main, secondary : path-like
        CSV files; the second, of clinical scores, may be None.
    images : str
        Format of the images' paths.
    mirror_right : bool
        Whether right joints are mirrored to look like left ones.
    options : dict
        As `skerosion.experiments.run_study` takes it.
    reading : dict
        As `skerosion.datasets.load_registry` takes it.
    note : str, default=""
        For readers of the report.
    """
    from skerosion.datasets import load_registry

    with warnings.catch_warnings():
        # Said by this command as a message of its own.
        warnings.simplefilter("ignore", UserWarning)
        data = load_registry(main, secondary, images, mirror_right=mirror_right, **reading)
    say(data.message)
    list_excluded(data.excluded, options["out"] / "excluded.csv")
    list_excluded(data.unmatched, options["out"] / "unmatched.csv")
    about = {"main": str(main), "secondary": None if secondary is None else str(secondary), "images": images}
    about |= {"mirror_right": mirror_right, "message": data.message}
    _study(data, options | {"note": note, "about": about})


def study_table(table, columns, options, reading):
    """Study the images of a table, whose columns ``image``, ``target`` and ``group`` have the names in `columns`."""
    data = load_table(table, **columns, **reading)
    list_excluded(data.excluded, options["out"] / "excluded.csv")
    told = {"excluded": len(data.excluded), "excluded_message": data.message}
    about = {"table": table_name(table, data), "columns": columns, **told}
    _study(data, options | {"about": about})


def study_synthetic(n_patients, options, mirror_right, reading):
    """Write a synthetic registry into the folder of the results, unless it is there, and study it.

    The seed of the plan draws the registry, too.
    """
    from skerosion.datasets import write_registry

    say(SYNTHETIC)
    size, seed = reading["size"] or 48, options["plan"].seed
    folder = options["out"] / f"synthetic_registry_{n_patients}_{size}_{seed}"
    if not (folder / "main.csv").is_file():
        write_registry(folder, n_patients, size=size, labels=DEMO_LABELS, missing_files=0.01, random_state=seed)
        say(f"A registry of {counted(n_patients, 'patient')} is written to {folder}.")
    reading |= {"on_problem": "report", "size": size, "root": None, "sep": None, "encoding": None, "decimal": None}
    study_registry(
        folder / "main.csv", folder / "secondary.csv", IMAGES, mirror_right, options, reading, note=SYNTHETIC
    )
    say(SYNTHETIC)


def _study(data, options):
    """Run a study, print the tables of its test part and say where everything is."""
    from skerosion.experiments import run_study

    study = run_study(data, say=say, **options)
    print_tables(study.tables.scores, "test_")
    drawn = "figures, " if options.get("figures", True) else ""
    say(f"The report is {Path(study.out) / 'report.html'}; {drawn}predictions, settings and estimators beside it.")
