"""``skerosion predict``: grade images, of a table or by themselves, with a saved estimator."""

import os
from pathlib import Path
from typing import Annotated

import typer

from skerosion._counted import counted
from skerosion._own_modules import import_own
from skerosion._user_files import named_alike

from ._film_tables import named_films
from ._loading import estimator_file, find_plan, load_table
from ._options import (
    Decimal,
    Encoding,
    Key,
    Level,
    Modules,
    OnProblem,
    Overwrite,
    Plan,
    ReadBy,
    Root,
    Sep,
    Within,
    out_option,
    read_names,
    read_out,
)
from ._printing import say
from ._shown_predictions import FEW, print_images, print_patients
from ._words import in_options


def predict(
    estimator: Annotated[
        Path,
        typer.Argument(
            help="The file of an estimator, such as classifier.skerosion of a `search`, or `synthetic`.",
            show_default=False,
        ),
    ],
    table: Annotated[
        list[Path],
        typer.Argument(help="CSV file with one row per image; or images, or folders of images.", show_default=False),
    ],
    image: Annotated[
        str | None, typer.Option(help="Column of the image files' paths, of a table.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, out_option("CSV file to write, one row per image in the table's order.", read_out)
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(help="Columns of the table to hand on, separated by commas, or `all`.", show_default=False),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(help="Column of the patient: one row per patient too, in OUT with `_patients` in its name."),
    ] = None,
    correlation: Annotated[
        float, typer.Option(help="How alike the errors of a patient's images are: 0 independent, 1 the same.")
    ] = 0.0,
    plan: Plan = None,
    visit: Annotated[
        str | None,
        typer.Option(help="Column of the visit, which --plan needs beside the patient.", show_default="none"),
    ] = None,
    within: Within = None,
    level: Level = None,
    reader: ReadBy = None,
    interval: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.9,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Show the images on the patients' sheets; they are of patients.")
    ] = False,
    key: Key = None,
    root: Root = None,
    force: Overwrite = False,
    sep: Sep = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    modules: Modules = None,
    on_problem: Annotated[
        OnProblem, typer.Option(help="Keep unusable rows, with the reason, or stop at them.")
    ] = OnProblem.report,
):
    """Predict new images: those of a table, some that are named, or all in folders and in the folders below.

    One row per image, also where it cannot be read: `path`, or `film`, the name of a DICOM film, which its table has
    or `--key` makes; the columns to keep; `prediction`; the probability of each
    grade, `p_0`, `p_1`, ...; of the distribution `mean`, `median`, `interval_low` and `interval_high`; and the
    `reason` where there is no prediction.

    With `--group` one row per patient: the patient, `n_images`, `n_predicted` (different ones that could be read), the
    `worst` of them and their `mean`, with `worst_low`, `worst_high`, `mean_low` and `mean_high`, and the probability
    of each grade to be the worst, `p_worst_0`, .... With `--out` a sheet a patient too, to be read and printed, in OUT
    with `_patients.html` in its name: one file that needs no other, without images unless `--pictures` asks for them.

    With `--plan` and `--visit`, for images of joints: `read` says of each image whether a person must still read it, so
    that the Rau scores of nine in ten visits are within 5 points of what reading all joints gives (`--level`,
    `--read-within`). The plan comes from visits that a reader has read: what this command made of them, with the
    columns of patient, visit and the reader's grades kept (`--reader`).

    Without `--out` up to 20 images are printed as a table, more as CSV. There `value` is what a regressor predicts, and
    `p` the probability of the grade.
    An estimator's file is read as data and runs no code; that it predicts what its maker says is a matter of trust.
    `synthetic` is a grader of synthetic joints that comes with skerosion, to try this command with; for no patient.
    """
    from skerosion._validation import SHARE, check_parameter
    from skerosion._writing import check_outputs, landing_together
    from skerosion.datasets import NewImages, check_image_table

    check_parameter("interval", interval, (SHARE,))
    patients = out and group and out.with_name(f"{out.stem}_patients{out.suffix}")
    sheets = patients and patients.with_suffix(".html")
    _check_pictures(pictures, sheets)
    check_outputs(out, patients, sheets, force=force, inputs=[estimator, *table])
    source, column = _named_images(table, image, key, {"group": group, "keep": keep, "root": root})
    reading = {"image": column, "target": None, "on_problem": str(on_problem)}
    found = check_image_table(source, **reading, root=root, sep=sep, encoding=encoding, decimal=decimal)
    visits = _visits(found.frame, plan, group, visit, out)
    kept = dict.fromkeys([*(read_names(keep) or ()), *([] if visits is None else [visit])])
    images = NewImages(found.frame, column, group=group, keep=tuple(kept))
    _check_pooling(correlation, group, printed=out is None and len(found.frame) > FEW)
    import_own(modules)

    from skerosion.experiments import (
        card_message,
        load_saved,
        patient_table,
        prediction_columns,
        read_column,
        told_of,
        version_message,
        write_patient_sheets,
    )
    from skerosion.forecasts import forecast_of

    saved = load_saved(estimator_file(estimator))
    asked = {"within": within, "level": level, "reader": reader, "group": group, "visit": visit}
    plan = find_plan(saved, plan, **asked)
    data = load_table(found.frame, **reading, root=found.root, **saved.reading())
    for message in filter(None, [*images.notes(data), version_message(saved), card_message(saved)]):
        say(message)
    forecast = forecast_of(saved.pipeline, images.rows(data))
    columns = prediction_columns(saved, forecast, interval=interval)
    if plan is not None:
        columns["read"], plan = read_column(saved, forecast, images, data, visits, plan)
        say(told_of(plan))
    lines = images.table(data, columns)
    what = f"Predictions of {len(data.X):,} of {counted(len(lines), 'image')}"
    with landing_together(out, patients, sheets):
        _leave(lines, out, what, print_images, images, interval)
        if group is not None:
            rows = patient_table(saved, forecast, images, data, interval=interval, correlation=correlation)
            _leave(rows, patients, f"Rows of {counted(len(rows), 'patient')}", print_patients, images, interval)
        if sheets is not None:
            about = {"estimator": Path(estimator).name, "note": card_message(saved), "pictures": pictures}
            about["note"] = " ".join(filter(None, [about["note"], plan is not None and told_of(plan)]))
            about |= {"target": saved.target, "correlation": correlation, "words": in_options}
            write_patient_sheets(sheets, lines, rows, images, data, interval=interval, **about)
            say(f"A sheet for each patient is in {sheets}.")


def _named_images(table, image, key, of_table):
    """Return a table and its column of paths: the one that is named, or one of images that are named."""
    from skerosion.datasets import image_paths

    if (paths := image_paths(table)) is None:
        if table[0].suffix == ".skerosion":
            raise ValueError(f"the estimator must come before what it predicts, got {table[0]} as table.")
        if not table[0].exists():
            exists = "table must be a table, an image or a folder of images that exists"
            raise FileNotFoundError(f"{exists}, got {str(table[0])!r}.{named_alike(table[0])}")
        if image is None:
            raise ValueError(f"image must name the column of {table[0]} that holds the images' paths, got none.")
        if key is not None:
            raise ValueError("key must be left out with a table, whose column film names the films.")
        return table[0], image
    given = [name for name, value in (("image", image), *of_table.items()) if value is not None]
    if given:
        raise ValueError(f"{given[0]} must be left out without a table: {table[0]} is an image or a folder.")
    if any(map(os.path.isdir, table)):
        say(f"Found {counted(len(paths), 'image')}; those in folders below a folder count too.")
    return named_films(paths, key), "path"


def _visits(frame, plan, group, visit, out):
    """The visit of each line where there is a plan; raise ValueError where one of both lacks the other."""
    if plan is None:
        if visit is not None:
            raise ValueError("visit must be left out without plan=, which asks for it.")
        return None
    if out is None:
        raise ValueError("out must name a file where plan= tells which joints to read.")
    for name, value in (("group", group), ("visit", visit)):
        if value is None:
            raise ValueError(
                f"{name} must name a column of the table where plan= tells which joints of a visit to read."
            )
    if visit not in frame:
        raise ValueError(
            f"visit={visit!r} must be a column of the table. Columns: {', '.join(map(str, frame.columns))}."
        )
    return frame[visit].astype(str).str.strip().to_numpy()


def _check_pooling(correlation, group, printed):
    """Raise ValueError where rows of patients could not be made, or not be told from those of images."""
    if group is None:
        if correlation:
            raise ValueError(
                f"correlation must be left out without group=, which names the patient, got {correlation}."
            )
        return

    from skerosion.visits import check_pooling

    check_pooling(correlation)
    if printed:
        raise ValueError(f"out must name a file where there are two tables and more than {FEW} images.")
    if not correlation:
        say(
            "A patient's images are taken as independent: where their errors are alike, the mean is less certain and "
            "the worst less bad than it says; correlation= tells how alike."
        )


def _check_pictures(pictures, sheets):
    if pictures and sheets is None:
        raise ValueError("pictures must be left out without out= and group=, which make the sheets that show them.")


def _leave(lines, out, what, show, images, interval):
    """Write lines to a file; without one print a few as a table, and more of them as CSV."""
    from skerosion._spreadsheet_cells import csv_text, write_csv

    if out is None and len(lines) <= FEW:
        show(lines, images, interval)
        return
    if out is None:
        typer.echo(csv_text(lines, digits=6), nl=False)
    else:
        write_csv(out, lines, digits=6)
        say(f"{what} are in {out}.")
