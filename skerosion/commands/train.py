"""``skerosion train``: fit one estimator that a file describes."""

from pathlib import Path
from typing import Annotated

import typer

from skerosion._own_modules import import_own
from skerosion._writing import check_outputs

from ._loading import estimator_file
from ._options import (
    Decimal,
    Encoding,
    Modules,
    OnProblem,
    Overwrite,
    Problem,
    Root,
    Sep,
    Table,
    out_option,
    read_out,
)
from ._printing import say
from ._processor import BY_SETTING, say_of_bfloat16


def show_schema(value: bool):
    """Print the form of the settings and end."""
    if value:
        import json

        from skerosion.experiments import settings_schema

        typer.echo(json.dumps(settings_schema(), indent=2))
        raise typer.Exit


def train(
    settings: Annotated[
        Path, typer.Argument(help="JSON file with the columns, the images' size and the estimator.", show_default=False)
    ],
    table: Table,
    out: Annotated[
        Path,
        out_option("File to save the fitted estimator in, NAME.skerosion.", read_out, show_default=False),
    ],
    start: Annotated[
        Path | None,
        typer.Option(
            help="File of an estimator whose network, its head too, is trained on.", show_default="the seed's"
        ),
    ] = None,
    root: Root = None,
    seed: Annotated[int, typer.Option(help="Seed of the fit.", min=0, max=2**32 - 1)] = 0,
    force: Overwrite = False,
    sep: Sep = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    modules: Modules = None,
    on_problem: Problem = OnProblem.error,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema", help="Print the form of the settings as JSON Schema.", is_eager=True, callback=show_schema
        ),
    ] = False,
):
    """Fit one estimator, described in a file of settings, and save it for `predict`.

    Settings: `{"reading": {"image": "path", "target": "grade", "group": "patient", "size": 64}, "estimator": {"type":
    "OrdinalClassifier", "head": "corn", "epochs": 30}}`

    The settings, seed, versions and seconds go into a file beside OUT that ends in .json. With --start the networks of
    the settings go on from one that was trained before; "reset_head": true in them gives it a new head, for other
    grades.
    """
    from skerosion.experiments import check_described, check_training_table, read_settings

    start = start and estimator_file(start)
    if table.suffix == ".json" and settings.suffix != ".json":
        raise ValueError(f"the settings must come before the table, got {settings} and {table}.")
    reading = {"root": root, "on_problem": str(on_problem), "sep": sep, "encoding": encoding, "decimal": decimal}
    check_outputs(out, f"{out}.json", force=force, inputs=[settings, table, *filter(None, [start])])
    described = read_settings(settings)
    lines = check_training_table(described, table, **reading)
    import_own(modules)
    check_described(described["estimator"])

    from skerosion.experiments import train_table

    say_of_bfloat16(BY_SETTING, described)
    train_table(described, table, out, start=start, seed=seed, force=force, say=say, **reading)
    return lines.has_films
