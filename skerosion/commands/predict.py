"""``skerosion predict``: grade a table of images with a saved estimator."""

from pathlib import Path
from typing import Annotated

import typer

from skerosion._user_files import check_output

from ._loading import load_table
from ._options import Encoding, Image, OnProblem, Overwrite, Problem, Root, Sep, Table, out_option, read_out
from ._printing import say


def predict(
    estimator: Annotated[
        Path,
        typer.Argument(
            help="The file of an estimator, such as classifier.skerosion of a `search`.", show_default=False
        ),
    ],
    table: Table,
    image: Image,
    out: Annotated[
        Path, out_option("CSV file to write, one row an image in the table's order.", read_out, show_default=False)
    ],
    root: Root = None,
    group: Annotated[
        str | None, typer.Option(help="Column of the patient, for an estimator that sees a patient's images together.")
    ] = None,
    interval: Annotated[float, typer.Option(help="Coverage of the regressor's interval.")] = 0.9,
    force: Overwrite = False,
    sep: Sep = None,
    encoding: Encoding = None,
    on_problem: Problem = OnProblem.error,
):
    """Predict a table of images with a winner: prediction, probability of each grade, and the regressor's interval.

    Reading such a file runs no code; that it predicts what its maker says is a matter of trust.
    """
    from skerosion._validation import SHARE, check_parameter
    from skerosion._writing import write_text
    from skerosion.datasets import check_image_table

    check_output(out, force=force, inputs=[estimator, table])
    check_parameter("interval", interval, (SHARE,))
    written = {"sep": sep, "encoding": encoding}
    reading = {"image": image, "target": None, "group": group, "root": root, "on_problem": str(on_problem)} | written
    check_image_table(table, **reading)

    from skerosion.experiments import load_saved, prediction_table, version_message

    saved = load_saved(estimator)
    data = load_table(table, **reading, **saved.reading())
    if changed := version_message(saved):
        say(changed)
    predicted = prediction_table(saved, data.X, interval=interval)
    lines = _every_line(table, image, data, predicted, written)
    write_text(out, lines.to_csv(index=False, float_format="%.6g"))
    say(f"{len(predicted)} predictions of {len(lines)} images are in {out}.")


def _every_line(table, image, data, predicted, written):
    """One line for each line of the table, empty where there is no prediction."""
    from skerosion.datasets import read_text_table

    lines = read_text_table(table, **written)[[image]].rename(columns={image: "path"})
    return lines.join(predicted.set_index(data.table.index))
