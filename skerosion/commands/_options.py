"""Options that several commands share, and what their texts stand for."""

import ast
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from skerosion._user_files import check_folder, check_writable, read_json

from ._words import in_options


class OnProblem(StrEnum):
    """What to do with rows that cannot be used."""

    error = "error"
    report = "report"


Table = Annotated[Path, typer.Argument(help="CSV or .xlsx file with one row per image.", show_default=False)]
Target = Annotated[str, typer.Option(help="Column of the grade or percentage.", show_default=False)]
Readers = Annotated[
    str | None,
    typer.Option(
        help="Columns of grades, one a reader, separated by commas, in place of --target.", show_default="none"
    ),
]
Reader = Annotated[
    str | None,
    typer.Option(help="Column of the reader, where each row is what one said of an image.", show_default="none"),
]
Image = Annotated[str, typer.Option(help="Column of the image files' paths.")]
Root = Annotated[
    Path | None, typer.Option(help="Folder that relative paths start from.", show_default="the table's folder")
]
Size = Annotated[
    int | None,
    typer.Option(help="Side in pixels images are read at.", show_default="the images' own, or their median"),
]
Channels = Annotated[int, typer.Option(help="1 reads images as grey, 3 as colour.")]
Bits = Annotated[
    int | None, typer.Option(help="Bits in use of images that are stored in 16, such as 12.", show_default="16")
]


Plan = Annotated[
    Path | None,
    typer.Option(
        help="What tells which joints a person must still read: the file of a ReadingPlan, or a table of joints with "
        "their forecasts and a reader's grades.",
        show_default="none",
    ),
]
Within = Annotated[
    float | None,
    typer.Option("--read-within", help="Points of the Rau score that a table's plan leaves open.", show_default="5"),
]
Level = Annotated[
    float | None, typer.Option(help="Share of visits that a table's plan keeps within.", show_default="0.9")
]
ReadBy = Annotated[
    str | None, typer.Option(help="Column of a reader's grades in the table of --plan.", show_default="reader")
]


def read_window(text):
    """Which window of films: a number, or ``range``."""
    text = str(text).strip()
    return int(text) if text.isdecimal() else text


Window = Annotated[
    str | None,
    typer.Option(
        help="Which of the windows of DICOM films, counted from 0, or `range` of grey values in use.",
        show_default="the first",
        parser=read_window,
        metavar="NUMBER",
    ),
]
Polarity = Annotated[
    str | None,
    typer.Option(
        help="Whom to believe where a DICOM film contradicts itself about black and white: `photometric` or `shape`.",
        show_default="such films are unusable",
    ),
]
Key = Annotated[
    Path | None,
    typer.Option(help="File of the key by which patients and films are renamed, of DICOM films.", show_default=False),
]
Sep = Annotated[
    str | None,
    typer.Option(help="What separates the table's columns, such as `;` or `tab`.", show_default="found out"),
]
Encoding = Annotated[
    str | None, typer.Option(help="How the table's text is written, such as `cp1252`.", show_default="UTF-8 or UTF-16")
]
Decimal = Annotated[
    str | None,
    typer.Option(help="What stands before decimals in the table: `,` for numbers such as 1,5.", show_default="a point"),
]
Problem = Annotated[OnProblem, typer.Option(help="Stop at unusable rows, or leave them out and say so.")]
Modules = Annotated[
    list[str] | None,
    typer.Option(
        "--import",
        metavar="MODULE",
        help="A module or .py file that registers or defines parts of your own. May be given several times.",
        show_default=False,
    ),
]


Figures = Annotated[bool, typer.Option(help="Draw the figures.")]
CardFile = Annotated[
    Path | None,
    typer.Option(
        "--card",
        help='JSON file of what only you can say: {"intended use": "...", "limits": "...", "CLAIM 5": "..."}.',
        show_default=False,
    ),
]
Mute = Annotated[
    str | None, typer.Option(help="Codes of checks that the report leaves out, and names.", show_default=False)
]


Pictures = Annotated[
    bool,
    typer.Option(
        "--pictures",
        help="Show the worst and most doubtful images in the report, and name images; they are of patients.",
    ),
]


def read_page(card, mute, pictures):
    """Choices for the page of a report, checked before anything is read; the report is loaded only where some are made.

    Parameters
    ----------
    card : path-like or None
    mute : str or None
        Codes, separated by commas.
    pictures : bool

    Returns
    -------
    dict
    """
    page = {"card": {} if card is None else read_json(card, "card"), "mute": read_names(mute) or ()}
    if any(page.values()):
        from skerosion.report import PageOptions

        PageOptions.of(page)
    return page | {"pictures": pictures, "words": in_options}


def read_out(text):
    """Path to write; an empty text, as of a variable that is not set, would be the current folder."""
    if not str(text).strip():
        raise typer.BadParameter("it must name what to write, got nothing; . is the current folder.")
    return Path(text)


def read_folder(text):
    """Folder to write; what stands in its way is told before there is work to lose."""
    try:
        check_folder(read_out(text))
        check_writable(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except OSError as error:
        raise typer.BadParameter(error.strerror) from error
    return Path(text)


def out_option(help, read=read_folder, **options):
    """The option of what a command leaves, checked before anything else is done."""
    return typer.Option(help=help, parser=read, metavar="PATH", **options)


Out = Annotated[Path, out_option("Folder for everything the search leaves.", show_default=False)]
Overwrite = Annotated[bool, typer.Option("--force", help="Overwrite OUT.")]
Replace = Annotated[bool, typer.Option("--force", help="Replace what OUT holds of another plan or of other data.")]
Strategies = Annotated[str | None, typer.Option(help="Strategies, separated by commas.", show_default="all")]
Tasks = Annotated[str | None, typer.Option(help="Tasks, separated by commas.", show_default="both")]
Epochs = Annotated[int | None, typer.Option(help="Epochs of each fit.", show_default="the estimator's own, 25")]
BatchSize = Annotated[
    int | None, typer.Option(help="Images in a training step.", show_default="the estimator's own, 100")
]
Parameters = Annotated[
    list[str] | None, typer.Option("--set", help="An estimator parameter the plan leaves open: NAME=VALUE.")
]
SEEDS = {"min": 0, "max": 2**32 - 1}
Seed = Annotated[int, typer.Option(help="Seed of the folds and of every fit.", **SEEDS)]
Jobs = Annotated[int, typer.Option(help="Fits at a time, each in a process of its own; -1: one per CPU core.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Address of a dask scheduler, such as tcp://10.0.0.5:8786: its workers do the work. They read images by "
        "path, on a disk that all machines see.",
        show_default="this machine",
    ),
]
Percent = Annotated[bool, typer.Option("--percent", help="The target is a percentage, graded by Ratingen.")]
Grade = Annotated[bool, typer.Option("--grade", help="The target is a grade: whole numbers.")]
Order = Annotated[
    str | None,
    typer.Option(help="All grades from the lowest to the highest, such as none,mild,severe.", show_default=False),
]


ChooseBy = Annotated[
    str | None,
    typer.Option(
        help="Metrics that choose the winners, at most one per task, such as quadratic_kappa.",
        show_default="class_normalized_accuracy,crps",
    ),
]


def read_names(text):
    """Names of a list separated by commas; None for none given."""
    return None if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


def read_kind(percent, grade, order):
    """Kind of the target that the options say, ``"auto"`` where they say none."""
    if percent and (grade or order):
        raise ValueError(f"the target is either --percent or {'--grade' if grade else '--order'}, got both.")
    return "percent" if percent else "grade" if grade else "auto"


def read_parameters(texts, **given):
    """Estimator parameters from NAME=VALUE; values are Python literals, anything else is text.

    Those that have options of their own are `given`; None is one that nobody gave.
    """
    parameters = {name: value for name, value in given.items() if value is not None}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"--set must be NAME=VALUE, got {text!r}.")
        if name in parameters:
            raise ValueError(f"{name} must be given once, got {parameters[name]!r} and --set {text}.")
        parameters[name] = read_literal(value)
    return parameters


def read_literal(text):
    """Value of a Python literal; any other text stays as it is."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
