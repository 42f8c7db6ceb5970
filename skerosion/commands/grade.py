"""``skerosion grade``: from films to the grades of their joints and the scores of their visits."""

import warnings
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from skerosion._counted import counted
from skerosion._own_modules import import_own

from ._loading import estimator_file, find_plan
from ._options import Key, Level, Modules, Overwrite, Plan, ReadBy, Root, Within, out_option, read_names
from ._printing import messages_of, say
from ._words import in_options

LANDMARKS = "hands"
"""What the landmark network for hands is called, which needs no training."""


class Outside(StrEnum):
    """What becomes of films that are unlike what an estimator was trained on."""

    refuse = "refuse"
    note = "note"


def grade(
    estimator: Annotated[
        Path, typer.Argument(help="The file of an estimator of joints, or `synthetic`.", show_default=False)
    ],
    films: Annotated[
        Path,
        typer.Argument(help="CSV file with one row per film, or a folder of films, of DICOM too.", show_default=False),
    ],
    out: Annotated[Path, out_option("Folder for the tables and the pages.", show_default=False)],
    points: Annotated[
        Path | None,
        typer.Option(help="Where the joints are: a file, or a folder of a file per film.", show_default=False),
    ] = None,
    finder: Annotated[
        str | None,
        typer.Option(help="In place of points, what finds them: the file of a JointLocalizer, or `hands`."),
    ] = None,
    rau: Annotated[
        Path | None,
        typer.Option(help="File of a RauForecaster, which knows what the joints of a visit have in common."),
    ] = None,
    plan: Plan = None,
    within: Within = None,
    level: Level = None,
    reader: ReadBy = None,
    key: Key = None,
    format: Annotated[
        str | None, typer.Option(help="How the points are written, such as coco.", show_default="found out")
    ] = None,
    names: Annotated[
        str | None, typer.Option(help="Names of points that are numbered, in their order.", show_default=False)
    ] = None,
    image: Annotated[str, typer.Option(help="Column of the films' paths.")] = "path",
    group: Annotated[
        str | None, typer.Option(help="Column of the patient.", show_default="patient, where there is one")
    ] = None,
    visit: Annotated[
        str | None,
        typer.Option(help="Column of the visit: a number or a date.", show_default="day, where there is one"),
    ] = None,
    joints: Annotated[
        str | None, typer.Option(help="Joints to grade, separated by commas.", show_default="those of the training")
    ] = None,
    interval: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.9,
    outside: Annotated[
        Outside, typer.Option(help="Refuse films unlike those of the training, or grade them with a note.")
    ] = Outside.refuse,
    pictures: Annotated[bool, typer.Option(help="Show films and joints, which are of patients.")] = True,
    root: Root = None,
    force: Overwrite = False,
    modules: Modules = None,
):
    """Grade the joints on films, score the visits, and draw every film with its boxes and where the network looked.

    DICOM: `skerosion grade grader.skerosion films/ --key key.txt --points points.csv --out graded`

    A table: `skerosion grade grader.skerosion films.csv --points points.csv --group id --visit date --out graded`

    `joints.csv` has a row a joint, also where there is no grade, with the reason; `visits.csv` a row a visit: the Rau
    score with its interval and number of joints, and the change since the visit before with the smallest detectable
    one; `films.csv` a row a film. `grades.html` shows them, the doubtful joints first. Films are named by the key.

    With `--plan`, `read` says of each joint whether a person must still read it, so that the Rau scores of nine in ten
    visits are within 5 points of what reading all joints gives (`--level`, `--read-within`), and `n_read` how many.
    The plan comes from visits that a reader has read: `joints.csv` of their films with a column `reader`.

    Films that are unlike those that the estimator was trained on, as its file tells them, are refused: another body
    part or view, other grey values, far fewer pixels. No medical device: for no decision about a patient.
    """
    from skerosion.datasets.joints import JointCropper, film_list, load_points

    _check_places(points, finder, format, names)
    import_own(modules)
    found = read_films(films, key)
    known = renamed(film_list(found, image, root), key)

    from skerosion.experiments import (
        card_message,
        check_grades_folder,
        grade_films,
        load_saved,
        version_message,
        write_grades,
    )

    check_grades_folder(out, force=force)
    saved = load_saved(estimator_file(estimator))
    for message in filter(None, [version_message(saved), card_message(saved)]):
        say(message)
    given = {} if points is None else {"points": load_points(points, format, joints=read_names(names), films=known)}
    given |= {} if finder is None else {"finder": read_finder(finder)}
    cropper = None if joints is None else JointCropper(joints=read_names(joints))
    columns = {"group": group, "visit": visit}
    plan = find_plan(saved, plan, rau, within=within, level=level, reader=reader)
    rau = None if plan is not None else rau
    say(f"Grading the joints of {counted(len(known.names), 'film')} ...")
    graded = grade_films(
        saved, known, **given, **columns, rau=rau, plan=plan, cropper=cropper, interval=interval, outside=str(outside)
    )
    tell(graded)
    say("Drawing the films, and where the network looked ..." if pictures else "Writing the pages ...")
    pages = write_grades(graded, out, estimator=Path(estimator).name, pictures=pictures, words=in_options)
    say(f"Grades are in {out / 'joints.csv'}, scores in {out / 'visits.csv'}; look over {pages[0]}.")


def _check_places(points, finder, format, names):
    """Raise ValueError where joints could not be placed, before anything is read."""
    if (points is None) == (finder is None):
        raise ValueError("points must be given, or a finder= that finds them, and not both.")
    given = [name for name, value in (("format", format), ("names", names)) if value is not None]
    if points is None and given:
        raise ValueError(f"{given[0]} must be left out without points=, which it is about.")


def read_films(films, key):
    """Return a table of films: the file that is named, or one of the films in a folder."""
    from skerosion.datasets import holds_films, image_paths, tabulate_films

    if not films.is_dir():
        return films
    if key is None and not holds_films([films]):
        return list(image_paths([films]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        table = tabulate_films(films, key, on_problem="report")
    for message in [*messages_of(caught), *table.notes]:
        say(message)
    return table.frame


def renamed(known, key):
    """Return films under the names that the key gives them, where they are DICOM files and have no such names yet."""
    from skerosion.datasets import film_names, holds_films

    if "film" in known.frame or not holds_films(known.pictures):
        return known
    if key is None:
        say("Films go by their paths, which may say whose they are: key= renames them in all that is written.")
        return known
    names = [
        name or Path(path).name for name, path in zip(film_names(known.pictures, key), known.pictures, strict=True)
    ]
    return replace(known, frame=known.frame.assign(film=names))


def read_finder(finder):
    """Return what finds joints: the landmark network for hands by its name, or the localizer of a file."""
    if finder == LANDMARKS:
        from skerosion.localization import HandLandmarks

        return HandLandmarks()

    from skerosion.experiments import load_estimator

    return load_estimator(finder)


def tell(graded):
    """Say what is known of the films, and what of them has to be looked at."""
    known = int((graded.joints["reason"] == "").sum())
    films = counted(len(graded.films), "film")
    say(f"Graded {known:,} of {counted(len(graded.joints), 'joint')} of {films}.")
    refused, odd = graded.films[graded.films["refused"] != ""], int((graded.joints["suspicion"] != "").sum())
    if len(refused):
        film = refused.iloc[0]
        say(f"{counted(len(refused), 'film is', 'films are')} refused, such as {film['film']}: {film['refused']}.")
    if odd:
        say(f"{counted(odd, 'box looks', 'boxes look')} wrong.")
    for note in graded.notes:
        say(note)
