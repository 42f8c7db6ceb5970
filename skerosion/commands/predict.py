"""``skerosion predict``: grade a table, images or a folder of them with a saved estimator."""

from pathlib import Path
from typing import Annotated

import typer

from skerosion._user_files import check_output

from ._options import Encoding, OnProblem, Overwrite, Problem, Root, Sep, out_option, read_names, read_out
from ._shown_predictions import print_images, print_patients


def predict(
    estimator: Annotated[
        Path,
        typer.Argument(
            help="The file of an estimator, such as classifier.skerosion of a `search`.", show_default=False
        ),
    ],
    table: Annotated[
        list[Path],
        typer.Argument(
            help="CSV file with one row an image; or images, or folders of them (all below count).", show_default=False
        ),
    ],
    image: Annotated[
        str | None, typer.Option(help="Column of the images' paths, of a table.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        out_option("CSV file to write, one row an image in the table's order.", read_out, show_default="print"),
    ] = None,
    keep: Annotated[
        str | None, typer.Option(help="Columns of the table to hand on, separated by commas, or `all`.")
    ] = None,
    root: Root = None,
    group: Annotated[
        str | None,
        typer.Option(help="Column of the patient, for one row a patient too, in OUT with _patients in its name."),
    ] = None,
    correlation: Annotated[
        float, typer.Option(help="Of what the forecasts of a patient's images get wrong: 0 independent, 1 all alike.")
    ] = 0.0,
    interval: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.9,
    force: Overwrite = False,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.report,
):
    """Predict new images: of a table, named one by one, or in folders.

    One row an image, also where it cannot be read: `path`, columns to keep, `prediction`, the probability of each
    grade (`p_0`, `p_1`, ...), `mean`, `median`, `interval_low` and `interval_high` of the distribution, and the
    `reason` where there is no prediction.

    With `--group` one row a patient: `n_images`, `n_predicted`, the `worst` image and the `mean` of all with their
    intervals (`worst_low`, ...), and the probability of each grade as the worst (`p_worst_0`, ...).

    Reading an estimator's file runs no code; that it predicts what its maker says is a matter of trust.
    """
    from skerosion._validation import SHARE, check_parameter
    from skerosion.visits import check_pooling

    check_parameter("interval", interval, (SHARE,))
    check_pooling(correlation)
    patients = None if out is None or group is None else out.with_name(f"{out.stem}_patients{out.suffix}")
    for path in filter(None, (out, patients)):
        check_output(path, force=force, inputs=[estimator, *table])
    named, reading = _read_named(table, image, root, group, {"sep": sep, "encoding": encoding}, str(on_problem))
    images = _lines_of(named, group, read_names(keep) or ())
    saved, data = _loaded(estimator, named, reading)
    lines, rows = _predicted(saved, images, data, interval, correlation)
    _leave(lines, out, lambda: print_images(lines, list(images.told), interval))
    if rows is not None:
        _leave(rows, patients, lambda: print_patients(rows, images.group, interval))
