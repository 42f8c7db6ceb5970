"""``skerosion joints``: cut the joints out of films, and show every box on its film."""

import shlex
import warnings
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from skerosion._counted import counted
from skerosion._user_files import check_output

from ._options import Bits, OnProblem, Overwrite, Polarity, Problem, Root, Window, out_option, read_names
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
        str | None,
        typer.Option(
            help="Column of the grade, of the points, the films or the scores.", show_default="score, of scores"
        ),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(help="Grades by image, side and joint, of one or several readers.", show_default=False),
    ] = None,
    disease: Annotated[
        str | None, typer.Option(help="Which scores, where there are several a joint, such as erosion or JSN.")
    ] = None,
    joints: Annotated[
        str | None, typer.Option(help="Joints to cut out, separated by commas.", show_default="all scored ones")
    ] = None,
    size: Annotated[int, typer.Option(help="Pixels a side of a crop.")] = 150,
    extent: Annotated[float, typer.Option(help="Side of a box in units.")] = 0.8,
    unit: Annotated[
        Unit, typer.Option(help="A length in the hand, the points' own boxes, pixels of the film, or mm.")
    ] = Unit.length,
    mm_per_pixel: Annotated[
        float | None,
        typer.Option(help="Of points in mm (3D Slicer), and of films whose table has no such column.", min=0),
    ] = None,
    min_score: Annotated[float, typer.Option(help="Points with a lower score are missing joints.")] = 0.0,
    root: Root = None,
    bits: Bits = None,
    window: Window = None,
    polarity: Polarity = None,
    on_problem: Problem = OnProblem.error,
    force: Overwrite = False,
):
    """Cut the joints out of films by points on them, and write a sheet that shows every box on its film.

    Hands: `skerosion joints films.csv --points points.csv --group patient --target percent --out joints`

    Knees, 140 mm a side: `skerosion joints films.csv --points knees.json --unit mm --extent 140 --out joints`

    Grades in a table of their own, image, side, joint and score: `--scores scores.csv`; they are called grade in crops.

    The crops, their table and the sheet name films by their pseudonyms where the table of films has such, in `film`.
    """
    from skerosion.datasets.joints import crop_joints, film_list, load_points, write_crops
    from skerosion.report import write_contact_sheet

    check_output(out / "crops.csv", force=force, inputs=[films, points, *filter(None, [scores])])
    known = with_spacing(film_list(films, image, root), mm_per_pixel)
    found = load_points(points, format, joints=read_names(names), films=known, mm_per_pixel=mm_per_pixel)
    graded, target = read_scores(scores, target, disease)
    settings = {"size": size, "extent": extent, "unit": str(unit), "min_score": min_score, "joints": read_names(joints)}
    settings |= {"bits": bits, "window": window, "polarity": polarity, "on_problem": str(on_problem)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # its message is told below
        data = crop_joints(known, found, group=group, target=target, scores=graded, **settings)
    say(data.message)
    table = write_crops(out, data, [column for column in (group, target) if column is not None])
    odd = int((table["suspicion"] != "").sum())
    pages = write_contact_sheet(out, data)
    say(f"{counted(len(table), 'crop is', 'crops are')} in {out / 'crops.csv'}.")
    say(f"{counted(odd, 'box looks', 'boxes look')} wrong: look over {pages[0]} first.")
    if target is not None:
        typer.echo(next_command(out, group, target))


def with_spacing(known, mm_per_pixel):
    """Return films with the millimetres a pixel that are told of all, where their own table tells none."""
    if mm_per_pixel is None or "mm_per_pixel" in known.frame:
        return known
    return replace(known, frame=known.frame.assign(mm_per_pixel=mm_per_pixel))


def read_scores(scores, target, disease):
    """Return the table of scores, where there is one, and the column of the grade in what is cut out."""
    if scores is None:
        if disease is not None:
            raise ValueError("disease must be left out without scores=, which it is about.")
        return None, target

    from skerosion.datasets.joints import load_joint_scores

    return load_joint_scores(scores, target=target or "score", disease=disease), "grade"


def next_command(out, group, target):
    """Return the search that reads the crops."""
    named = {"--image": "path", "--target": target, "--group": group, "--out": str(out / "search")}
    words = [word for name, value in named.items() if value is not None for word in (name, value)]
    return shlex.join(["skerosion", "search", str(out / "crops.csv"), *words])
