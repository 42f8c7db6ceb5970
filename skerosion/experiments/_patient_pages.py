"""The sheets of patients that predicting leaves: one page, of which each patient has a part that prints alone."""

import base64
import io
import time

from skerosion._writing import write_text
from skerosion.report import make_sheets, to_html

from ._record import version_of


def write_patient_sheets(
    path, lines, rows, images, data, *, interval, estimator, target, correlation, note="", pictures=False, words=str
):
    """Write a sheet for each patient into one page that needs nothing else.

    Parameters
    ----------
    path : path-like
    lines, rows : DataFrame
        What is predicted for images and for patients.
    images : NewImages
    data : ImageTable
        The images that could be read.
    interval : float
    estimator : str
        What it is called.
    target : Target
        What it grades.
    correlation : float
        How alike the errors of a patient's images were taken to be.
    note : str, default=""
        What every reader must know.
    pictures : bool, default=False
        Whether images are shown, as the estimator sees them.
    words : callable, default=str
        From a text that names parameters to what the sheets say, for callers that have other names for them.

    Returns
    -------
    pathlib.Path
    """
    scale = f"{target.grade_name}, {' < '.join(map(str, target.labels))}"
    told = {
        "scale": scale,
        "errors of a patient's images": _alike(correlation),
        "estimator": estimator,
        "made by": f"skerosion {version_of('skerosion')}",
        "on": time.strftime("%Y-%m-%d"),
    }
    shown = (
        {int(line): _address(data.X.read([row])[0]) for row, line in enumerate(data.X.indices)} if pictures else None
    )
    document = make_sheets(rows, lines, images.patients, interval=interval, told=told, note=note, pictures=shown)
    return write_text(path, to_html(document.in_words(words), "."))


def _alike(correlation):
    """In words, how alike errors of the same patient were taken to be."""
    if correlation:
        return f"taken to be alike, with a correlation of {correlation:g}"
    return "taken as independent; where they are alike, the mean is less certain and the worst less bad"


def _address(pixels):
    """An image as an address that holds it, as PNG."""
    from PIL import Image

    levels = pixels if pixels.dtype == "uint8" else (255 * pixels).astype("uint8")
    file = io.BytesIO()
    Image.fromarray(levels[..., 0] if levels.shape[-1] == 1 else levels).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
