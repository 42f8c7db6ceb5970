"""The command ``skerosion``: search for the best strategy, redo the study, train one estimator, predict, see a demo.

Nothing heavy is imported here: each command imports what it needs when it runs, so that ``--help`` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from skerosion._errors import AnyTerminal, one_line_errors
from skerosion._options import (
    Debug,
    Encoding,
    Grade,
    Image,
    Jobs,
    OnProblem,
    Order,
    Out,
    Percent,
    Problem,
    Root,
    Seed,
    Sep,
    Table,
    read_kind,
    read_literal,
    read_names,
    read_parameters,
)

app = typer.Typer(
    cls=AnyTerminal,
    help="Grade images by ordered, imbalanced grades: find the strategy that grades best and keep it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


REGISTRY, TABLE = "Options of a registry", "Options of an image table"


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
):
    """Grade images by ordered, imbalanced grades: find the strategy that grades best and keep it."""
    if version:
        import skerosion

        typer.echo(f"skerosion {skerosion.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


@app.command()
def search(
    table: Table,
    image: Image,
    target: Annotated[str, typer.Option(help="Column of the grade or percentage.", show_default=False)],
    out: Out,
    group: Annotated[
        str | None, typer.Option(help="Column of the patient; no patient is on two sides of a split.")
    ] = None,
    root: Root = None,
    size: Annotated[
        int | None,
        typer.Option(help="Side in pixels images are read at.", show_default="the images' own, or their median"),
    ] = None,
    channels: Annotated[int, typer.Option(help="1 reads images as grey, 3 as colour.")] = 1,
    bits: Annotated[
        int | None, typer.Option(help="Bits in use of images that are stored in 16, such as 12.", show_default="16")
    ] = None,
    folds: Annotated[int, typer.Option(help="Folds of the cross-validation.")] = 5,
    epochs: Annotated[int, typer.Option(help="Epochs of each fit.")] = 25,
    batch_size: Annotated[int, typer.Option(help="Images in a training step.")] = 100,
    strategies: Annotated[str | None, typer.Option(help="Strategies, separated by commas.", show_default="all")] = None,
    tasks: Annotated[str | None, typer.Option(help="Tasks, separated by commas.", show_default="both")] = None,
    percent: Percent = False,
    grade: Grade = False,
    order: Order = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", help="An estimator parameter the search leaves open: NAME=VALUE.")
    ] = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    refit: Annotated[bool, typer.Option(help="Fit the winners on all rows and save them.")] = True,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.error,
    debug: Debug = False,
):
    """Find the strategy against imbalance that grades best on patients the network has not seen.

    Strategies: original, oversampled, class_weights, balanced_decision (the last for the classifier only, at no cost).
    Tasks: classifier, regressor. Finished fits stay in OUT/fits: the same command goes on where it was stopped, and
    when all fits are there it only writes tables and figures again. A fit that was damaged since is named and made
    again.
    """
    with one_line_errors(debug):
        from skerosion.report import SearchPlan
        from skerosion.report._command import search_table

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
        reading |= {"order": read_names(order)} if order else {}
        reading |= {"sep": sep, "encoding": encoding}
        search_table(table, out, plan, columns=columns, jobs=jobs, refit=refit, **reading)


@app.command()
def study(
    out: Annotated[Path, typer.Option(help="Folder for everything the study leaves.", show_default=False)],
    table: Annotated[
        Path | None,
        typer.Argument(help="CSV file: the registry's main table, or one row an image.", show_default=False),
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
    group: Annotated[str | None, typer.Option(help="Column of the patient.", rich_help_panel=TABLE)] = None,
    synthetic: Annotated[
        int | None,
        typer.Option(help="Instead of a table: draw a registry of so many patients.", rich_help_panel=REGISTRY),
    ] = None,
    root: Root = None,
    size: Annotated[
        int | None,
        typer.Option(help="Side in pixels images are read at.", show_default="the images' own, or their median"),
    ] = None,
    channels: Annotated[int, typer.Option(help="1 reads images as grey, 3 as colour.")] = 1,
    bits: Annotated[
        int | None, typer.Option(help="Bits in use of images that are stored in 16, such as 12.", show_default="16")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="Columns whose values are scored one by one.", show_default="a registry's part, side and joint type"
        ),
    ] = None,
    sizes: Annotated[str, typer.Option(help="Shares of the train, validation and test part.")] = "0.7,0.2,0.1",
    epochs: Annotated[int | None, typer.Option(help="Epochs of each training.", show_default="25")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images in a training step.", show_default="100")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A small network, for minutes on two cores.")] = False,
    strategies: Annotated[str | None, typer.Option(help="Strategies, separated by commas.", show_default="all")] = None,
    tasks: Annotated[str | None, typer.Option(help="Tasks, separated by commas.", show_default="both")] = None,
    transfer: Annotated[
        list[str] | None,
        typer.Option(
            help="A network to start from, BACKBONE:WEIGHTS, such as InceptionV3:imagenet, vgg:knees.keras or an "
            "estimator saved by a search, vgg:knees/classifier.joblib (reading a .joblib runs code: only of people you "
            "trust); other-task: the study's own network of the other task; none. May be given several times.",
            show_default="other-task",
        ),
    ] = None,
    percent: Percent = False,
    grade: Grade = False,
    order: Order = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", help="An estimator parameter the study leaves open: NAME=VALUE.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the split, of every training and of the intervals.")] = 0,
    jobs: Annotated[int, typer.Option(help="Trainings at a time, each in a process; -1: one a CPU core.")] = 1,
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.error,
    debug: Debug = False,
):
    """Redo the whole study of the thesis on a registry, or on any table of images.

    Patients are split once. Classifier and regressor are trained with each strategy against imbalance, chosen on the
    validation part and evaluated on the test part, where nothing was chosen. OUT/report.md holds all tables; figures,
    predictions, settings and the chosen estimators lie beside it.

    A registry: `skerosion study main.csv --secondary secondary.csv --images 'crops/{sop_iuid}_{joint}.jpg' --out study`

    An image table: `skerosion study labels.csv --image path --target grade --group patient --out study`

    Nothing at hand: `skerosion study --synthetic 60 --quick --out study`

    Finished trainings stay in OUT/trainings: the same command goes on where it was stopped, repeats none of them and
    ends with the same numbers. One that was damaged since is named and trained again.

    Reading a .joblib runs code: name one in --transfer only where you trust its maker. The study reads none from OUT.
    """
    with one_line_errors(debug):
        from skerosion.study import StudyPlan
        from skerosion.study._command import QUICK, chosen_transfer, run_command

        own = {"epochs": epochs, "batch_size": batch_size}
        own = {name: value for name, value in own.items() if value is not None}
        kinds = read_names(tasks) or ("classifier", "regressor")
        plan = StudyPlan(
            tasks=kinds,
            strategies=read_names(strategies),
            transfer=chosen_transfer(transfer, kinds, read_names(strategies)),
            sizes=tuple(read_literal(share) for share in read_names(sizes)),
            seed=seed,
            kind=read_kind(percent, grade, order),
            parameters=(QUICK if quick else {}) | own | read_parameters(parameter),
        )
        registry = {"images": images, "secondary": secondary, "mirror_right": mirror_right}
        columns = {"image": image, "target": target, "group": group}
        reading = {"root": root, "size": size, "channels": channels, "bits": bits, "on_problem": str(on_problem)}
        reading |= {"order": read_names(order)} if order else {}
        reading |= {"sep": sep, "encoding": encoding}
        settings = {"jobs": jobs, "by": read_names(by), "figures": figures}
        run_command(table, out, plan, synthetic=synthetic, registry=registry, columns=columns, **settings, **reading)


@app.command()
def train(
    settings: Annotated[
        Path, typer.Argument(help="JSON file with the columns, the images' size and the estimator.", show_default=False)
    ],
    table: Table,
    out: Annotated[
        Path, typer.Option(help="File to save the fitted estimator in, such as grader.joblib.", show_default=False)
    ],
    root: Root = None,
    seed: Seed = 0,
    force: Annotated[bool, typer.Option("--force", help="Overwrite OUT.")] = False,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.error,
    debug: Debug = False,
):
    """Fit one estimator, described in a file of settings, and save it for `predict`.

    The settings, seed, versions and seconds go into a file beside OUT that ends in .json.
    """
    with one_line_errors(debug):
        from skerosion.report import read_settings, train_table

        train_table(
            read_settings(settings),
            table,
            out,
            root=root,
            seed=seed,
            force=force,
            on_problem=str(on_problem),
            sep=sep,
            encoding=encoding,
            say=lambda message: typer.echo(message, err=True),
        )


@app.command()
def predict(
    estimator: Annotated[
        Path,
        typer.Argument(
            help="What `search` or `train` saved, such as classifier.joblib; reading it runs code.", show_default=False
        ),
    ],
    table: Table,
    image: Image,
    out: Annotated[
        Path, typer.Option(help="CSV file to write, one row an image in the table's order.", show_default=False)
    ],
    root: Root = None,
    group: Annotated[
        str | None, typer.Option(help="Column of the patient, for an estimator that sees a patient's images together.")
    ] = None,
    interval: Annotated[float, typer.Option(help="Coverage of the regressor's interval.")] = 0.9,
    force: Annotated[bool, typer.Option("--force", help="Overwrite OUT.")] = False,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.error,
    debug: Debug = False,
):
    """Predict a table of images with a winner: prediction, probability of each grade, and the regressor's interval.

    Load estimators of people you trust only: reading such a file runs code.
    """
    with one_line_errors(debug):
        from skerosion.report._command import predict_table

        predict_table(
            estimator,
            table,
            out,
            image=image,
            group=group,
            root=root,
            interval=interval,
            force=force,
            on_problem=str(on_problem),
            sep=sep,
            encoding=encoding,
        )


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything the search leaves.")] = Path("demo-results"),
    joints: Annotated[int, typer.Option(help="Synthetic joints to draw.")] = 700,
    seed: Seed = 0,
    jobs: Jobs = 1,
    debug: Debug = False,
):
    """Run the whole search on synthetic finger joints: a few minutes on two cores.

    The images are drawn by the program. Their scores say nothing about real joints.
    """
    with one_line_errors(debug):
        from skerosion.report._command import run_demo

        run_demo(out, joints=joints, seed=seed, jobs=jobs)


if __name__ == "__main__":
    sys.exit(app())
