"""``skerosion joints``: cut the joints out of films, and show every box on its film."""

import shlex
import warnings
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from skerosion._counted import counted
from skerosion._user_files import check_output

from ._options import Bits, OnProblem, Overwrite, Problem, Root, out_option, read_names
from ._printing import say


class Unit(StrEnum):
    """What the side of a box is a share of."""

    length = "length"
    box = "box"
    pixels = "pixels"
    mm = "mm"


def joints(
    films: Annotated[Path, typer.Argument(help="CSV file with one row per film.", show_default=False)],
    points: Annotated[
        Path, typer.Option(help="Where the joints are: a file, or a folder of a file per film.", show_default=False)
    ],
    out: Annotated[Path, out_option("Folder for the crops, their table and the sheet.", show_default=False)],
    format: Annotated[
        str | None,
        typer.Option(help="How the points are written, such as coco or labelme.", show_default="found out"),
    ] = None,
    names: Annotated[
        str | None, typer.Option(help="Names of points that are numbered, in their order.", show_default=False)
    ] = None,
    image: Annotated[str, typer.Option(help="Column of the films' paths.")] = "path",
    group: Annotated[str | None, typer.Option(help="Column of the patient.", show_default=False)] = None,
    target: Annotated[
        str | None, typer.Option(help="Column of the grade, of the points or the films.", show_default=False)
    ] = None,
    joints: Annotated[
        str | None, typer.Option(help="Joints to cut out, separated by commas.", show_default="all scored ones")
    ] = None,
    size: Annotated[int, typer.Option(help="Pixels a side of a crop.")] = 150,
    extent: Annotated[float, typer.Option(help="Side of a box in units.")] = 0.8,
    unit: Annotated[
        Unit, typer.Option(help="A length in the hand, the points' own boxes, pixels of the film, or mm.")
    ] = Unit.length,
    min_score: Annotated[float, typer.Option(help="Points with a lower score are missing joints.")] = 0.0,
    root: Root = None,
    bits: Bits = None,
    on_problem: Problem = OnProblem.error,
    force: Overwrite = False,
):
    """Cut the joints out of films by points on them, and write a sheet that shows every box on its film.

    Hands: `skerosion joints films.csv --points points.csv --group patient --target percent --out joints`

    Knees, 140 mm a side: `skerosion joints films.csv --points knees.json --unit mm --extent 140 --out joints`

    The crops, their table and the sheet name films by their pseudonyms where the table of films has such, in `film`.
    """
    from skerosion.datasets.joints import crop_joints, film_list, load_points, write_crops
    from skerosion.report import write_contact_sheet

    check_output(out / "crops.csv", force=force, inputs=[films, points])
    known = film_list(films, image, root)
    found = load_points(points, format, joints=read_names(names), films=known)
    settings = {"size": size, "extent": extent, "unit": str(unit), "min_score": min_score, "joints": read_names(joints)}
    columns = {"group": group, "target": target}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # its message is told below
        data = crop_joints(known, found, **columns, bits=bits, on_problem=str(on_problem), **settings)
    say(data.message)
    table = write_crops(out, data, [column for column in (group, target) if column is not None])
    odd = int((table["suspicion"] != "").sum())
    pages = write_contact_sheet(out, data)
    say(f"{counted(len(table), 'crop is', 'crops are')} in {out / 'crops.csv'}.")
    say(f"{counted(odd, 'box looks', 'boxes look')} wrong: look over {pages[0]} first.")
    if target is not None:
        typer.echo(next_command(out, group, target))


def next_command(out, group, target):
    """Return the search that reads the crops."""
    named = {"--image": "path", "--target": target, "--group": group, "--out": str(out / "search")}
    words = [word for name, value in named.items() if value is not None for word in (name, value)]
    return shlex.join(["skerosion", "search", str(out / "crops.csv"), *words])
