"""``skerosion table``: make the table that a search reads, of a folder of images or of a spreadsheet."""

import os
import re
import shlex
import warnings
from pathlib import Path
from typing import Annotated

import typer

from skerosion._counted import counted
from skerosion._user_files import check_output, named_alike

from ._film_tables import write_film_table
from ._options import (
    Decimal,
    Encoding,
    Key,
    OnProblem,
    Overwrite,
    Polarity,
    Problem,
    Root,
    Sep,
    Window,
    out_option,
    read_names,
    read_out,
)
from ._printing import messages_of, say
from ._words import in_options, option_names

LOWEST_FIRST = ("LOWEST", "...", "HIGHEST")

NO_PATIENT = (
    "No column names the patient: images of a patient may come on both sides of a split, and scores flatter. Where "
    "folders or files are named by patient, say how, such as --pattern '{grade}/{patient}_*'; of a table name its "
    "column, --group."
)


def table(
    source: Annotated[
        Path, typer.Argument(help="Folder of images, or a spreadsheet (.xlsx) or CSV file.", show_default=False)
    ],
    out: Annotated[Path, out_option("CSV file to write, such as table.csv.", read_out, show_default=False)],
    pattern: Annotated[
        str | None,
        typer.Option(
            help="How images are named in the folder, such as `{patient}_{side}_{grade}.png`; * is anything.",
            show_default="{grade}/*, a folder per grade",
        ),
    ] = None,
    image: Annotated[
        str | None, typer.Option(help="Column of the image files' paths.", show_default="the one that holds such")
    ] = None,
    target: Annotated[str, typer.Option(help="Column of the grade or percentage.")] = "grade",
    group: Annotated[
        str | None, typer.Option(help="Column of the patient.", show_default="patient, where there is one")
    ] = None,
    root: Root = None,
    sheet: Annotated[
        str | None, typer.Option(help="Name of the spreadsheet's sheet.", show_default="the only one")
    ] = None,
    key: Key = None,
    body_part: Annotated[
        str | None, typer.Option(help="Body parts of DICOM films to keep, such as HAND.", show_default="all")
    ] = None,
    views: Annotated[
        str | None, typer.Option(help="Views of DICOM films to keep, such as PA,AP.", show_default="all")
    ] = None,
    window: Window = None,
    polarity: Polarity = None,
    sep: Sep = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    force: Overwrite = False,
    on_problem: Problem = OnProblem.error,
):
    """Make the table that the other commands read, and say which command to run next.

    A folder per grade: `skerosion table knees --out table.csv`, of images such as `knees/2/p07.png`.

    Grades in names: `skerosion table knees --pattern '{patient}_{side}_{grade}.png' --out table.csv`

    A spreadsheet: `skerosion table scores.xlsx --target kl --group id --out table.csv`

    DICOM films: `skerosion table films --key key.txt --out films.csv`; the key renames patients and films. The table
    has sides, views, millimetres and days, and paths and UIDs too: it stays with the films.

    No image is opened and none is copied: paths in the table start from its own folder.
    """
    from skerosion._spreadsheet_cells import write_csv
    from skerosion.datasets import check_image_table, holds_films

    check_output(out, force=force, inputs=[source, *filter(None, [key])])
    if source.is_dir() and (key is not None or holds_films([source])):
        _refuse_with_films(pattern=pattern, image=image, group=group, root=root, sheet=sheet)
        asked = {"key": key, "body_part": read_names(body_part), "views": read_names(views), "window": window}
        asked |= {"polarity": polarity, "on_problem": str(on_problem)}
        typer.echo(write_film_table(source, out, path_from, **asked))
        return
    written = {"sep": sep, "encoding": encoding, "decimal": decimal}
    frame, folder = read_source(source, pattern, sheet, written, str(on_problem))
    _check_fields(pattern, frame, target)
    image = image or image_column(frame)
    group = group or ("patient" if "patient" in frame else None)
    columns = {"image": image, "target": target, "group": group}
    lines = check_image_table(frame, root=root or folder, on_problem=str(on_problem), **columns)
    used = lines.usable()
    if len(lines.findings):
        say(lines.findings.message())
    paths = [path_from(out.parent, path) for path in lines.paths[used]]
    write_csv(out, frame.iloc[used].assign(**{image: paths}))
    say(f"{counted(len(used), 'image is', 'images are')} in {out}: {grades_with_counts(lines.y[used])}.")
    if group is None:
        say(NO_PATIENT)
    typer.echo(next_command(out, columns, lines.y[used]))


def _refuse_with_films(**given):
    """Raise ValueError for what has no meaning where headers say what images show."""
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"{name} must be left out where the folder holds DICOM films, got {value}.")


def _check_fields(pattern, frame, target):
    """Raise ValueError for a pattern without a field for the grade."""
    if pattern is not None and target not in frame:
        fields = list(frame.columns.drop("path"))
        raise ValueError(
            f"pattern must hold a field for the grade, {{{target}}}, got {pattern!r} with the fields "
            f"{', '.join(fields)}; write it, or say which of them it is (target={fields[-1]!r})."
        )


def read_source(source, pattern, sheet, written, on_problem):
    """Return the table of a folder or a file, and the folder that its paths start from."""
    from skerosion.datasets import read_text_table, tabulate_images

    if not source.exists():
        exists = "source must be a folder of images, a spreadsheet or a CSV file that exists"
        raise FileNotFoundError(f"{exists}, got {str(source)!r}.{named_alike(source)}")
    if not source.is_dir():
        if pattern is not None:
            raise ValueError(f"pattern must be left out where the source is a file, got {pattern!r}.")
        frame = read_text_table(source, sheet=sheet, **written)
        if frame.empty:
            raise ValueError(f"table must have at least one row, got a header alone: {source}.")
        return frame, source.parent
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        frame = tabulate_images(source, pattern, on_problem)
    for message in messages_of(caught):
        say(message)
    return frame, Path()


def image_column(frame):
    """Return the one column that names files of images."""
    from skerosion.datasets import IMAGE_ENDINGS

    named = [name for name in frame if frame[name].str.strip().str.lower().str.endswith(IMAGE_ENDINGS).any()]
    if len(named) != 1:
        raise ValueError(
            f"image must name the column of the image files' paths: got {counted(len(named), 'column')} with "
            f"such. Columns: {', '.join(frame)}."
        )
    return named[0]


def path_from(folder, path):
    """Return a path as it goes on from a folder, with slashes; in full where the two share none."""
    start, path = os.path.abspath(folder), os.path.abspath(path)
    if os.path.splitdrive(start)[0] != os.path.splitdrive(path)[0] or start.split(os.sep)[1] != path.split(os.sep)[1]:
        return path
    return os.path.relpath(path, start).replace(os.sep, "/")


def grades_with_counts(y):
    """Return the grades with their numbers of images, ten at most."""
    import numpy as np

    grades, counts = np.unique(y, return_counts=True)
    listed = [f"{grade} ({count:,})" for grade, count in zip(grades, counts, strict=True)]
    return ", ".join(listed[:10] + ["..."] * (len(listed) > 10))


def next_command(out, columns, y):
    """Return the search to run next, and say what it asks for that only its user knows."""
    import numpy as np

    named = {f"--{name}": column for name, column in columns.items() if column is not None}
    words = ["skerosion", "search", str(out), *(word for pair in named.items() for word in pair), "--out", "results"]
    grades = np.unique(y).tolist()
    if isinstance(grades[0], str):
        words += ["--order", ",".join(in_order(grades) or LOWEST_FIRST)]
    else:
        tell_what_is_asked(y)
    return shlex.join(words)


def in_order(grades):
    """Return names of grades by the one number that is in each, such as KL0 and KL1; None where there is no such order.

    Examples
    --------
    >>> from skerosion.commands.table import in_order
    >>> in_order(["1Doubtful", "0Normal"]), in_order(["mild", "none"])
    (['0Normal', '1Doubtful'], None)
    """
    numbers = {grade: re.findall(r"\d+", grade) for grade in grades}
    if any(len(each) != 1 for each in numbers.values()) or len({int(one) for (one,) in numbers.values()}) < len(grades):
        say("The grades are names: write them into --order below, from the lowest to the highest.")
        return None
    return sorted(grades, key=lambda grade: int(numbers[grade][0]))


def tell_what_is_asked(y):
    """Say what a search will ask of grades that are not plain."""
    from skerosion.grades import Target

    from .search import search

    try:
        Target.decide(y)
    except ValueError as error:
        say(f"A search will ask: {in_options(str(error), option_names(search))}")
