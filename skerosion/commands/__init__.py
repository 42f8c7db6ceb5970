"""The command ``skerosion``: search for the best strategy, redo the study, train, predict, evaluate, see a demo.

Each command is a file of this room and a line here. Nothing heavy is imported before a command runs, so that ``--help``
answers at once.
"""

from typing import Annotated

import typer

from . import demo, doctor, evaluate, grade, joints, predict, report, search, study, table, train
from ._errors import AnyTerminal, QuickCommand, plain_errors

app = typer.Typer(
    cls=AnyTerminal,
    help="Grade images by ordered, imbalanced grades: find the strategy that grades best and keep it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

for command in (
    table.table,
    joints.joints,
    search.search,
    study.study,
    train.train,
    predict.predict,
    grade.grade,
    evaluate.evaluate,
    report.report,
    demo.demo,
    doctor.doctor,
):
    app.command(cls=QuickCommand)(plain_errors(command))


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
