"""What all figures share: colours that differ in lightness too, panels of one size, files for screen and paper."""

import io
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

DARK, MIDDLE, LIGHT, ACCENT = "#1b3a57", "#5b8db8", "#c9dcec", "#d95f02"
"""Blues of clearly different lightness and the orange that marks the truth: told apart with any colour vision."""

STYLE = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "0.3",
    "axes.titlelocation": "left",
    "xtick.color": "0.25",
    "ytick.color": "0.25",
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "pdf.fonttype": 42,
}
"""Settings of matplotlib while one of this package's figures is drawn; the user's own are left as they are."""


def panels(n, *, columns, size, **shared):
    """A figure of n panels, and their axes; panels left over in the last row are hidden.

    Parameters
    ----------
    n : int
    columns : int
        Panels in a row, at most.
    size : (float, float)
        Width and height of one panel in inches.
    **shared
        Passed to ``Figure.subplots``.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes

    Examples
    --------
    >>> from skerosion.plotting._style import panels
    >>> figure, axes = panels(3, columns=2, size=(3, 2))
    >>> len(axes), figure.get_size_inches().tolist()
    (3, [6.0, 4.0])
    """
    columns = min(n, columns)
    rows = -(-n // columns)
    with rc_context(STYLE):
        figure = Figure(figsize=(columns * size[0], rows * size[1]), layout="constrained")
        axes = np.ravel(figure.subplots(rows, columns, squeeze=False, **shared))
    for spare in axes[n:]:
        spare.set_visible(False)
    return figure, list(axes[:n])


def save_figure(figure, path, *, formats=("png", "pdf"), dpi=200):
    """Save a figure once as pixels and once as vectors.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : path-like
        Without a suffix; the folder is made.
    formats : sequence of str, default=("png", "pdf")
    dpi : int, default=200
        Of the PNG.

    Returns
    -------
    list of pathlib.Path

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.plotting import plot_grade_histogram, save_figure
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save_figure(plot_grade_histogram([0, 1, 1]), f"{folder}/labels")]
    ['labels.png', 'labels.pdf']
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix in formats:
        # Drawn in memory first: a figure that cannot be drawn leaves no half of a file.
        drawn = io.BytesIO()
        with rc_context(STYLE):
            figure.savefig(drawn, format=suffix, dpi=dpi, metadata=_undated(suffix))
        written.append(path.with_name(f"{path.name}.{suffix}"))
        _replace(written[-1], drawn.getvalue())
    return written


def _replace(path, content):
    """Write a file beside its place and move it there once it is whole: a full disk leaves what was there."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _undated(suffix):
    """Metadata without the time of drawing: the same figure is the same file."""
    return {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(suffix)
