"""What all figures share: colours that differ in lightness too, shapes beside them, files for screen and paper."""

from functools import partial
from pathlib import Path

from matplotlib import rc_context

from skerosion._writing import write_atomically

DARK, MIDDLE, LIGHT, ACCENT = "#1b3a57", "#5b8db8", "#c9dcec", "#d95f02"
"""Blues of clearly different lightness and the orange that marks the truth: told apart with any colour vision."""

DASHED = (0, (4, 2))

SERIES = (
    {"color": DARK, "linestyle": "-", "marker": "o", "hatch": ""},
    {"color": "#1a936f", "linestyle": (0, (5, 1.5)), "marker": "s", "hatch": "////"},
    {"color": "#8a4f9e", "linestyle": (0, (1, 1)), "marker": "^", "hatch": "...."},
    {"color": "0.55", "linestyle": (0, (6, 1.5, 1, 1.5)), "marker": "D", "hatch": "xxxx"},
    {"color": MIDDLE, "linestyle": (0, (3, 1, 1, 1, 1, 1)), "marker": "v", "hatch": "++++"},
)
"""How the estimators in one panel differ: by line, marker and hatch as well as by colour; none has the truth's."""

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
    "hatch.linewidth": 0.6,
    "pdf.fonttype": 42,
}
"""Settings of matplotlib while one of this package's figures is drawn; the user's own are left as they are."""


def series(position):
    """Return colour, line style, marker and hatch of the estimator at a position; they repeat after the last.

    Examples
    --------
    >>> from skerosion.plotting._style import series
    >>> series(0)["marker"], series(1)["marker"], series(5) == series(0)
    ('o', 's', True)
    """
    return SERIES[position % len(SERIES)]


def save_figure(figure, path, *, formats=("png", "pdf"), dpi=200):
    """Save a figure once as pixels and once as vectors.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Such as the ``figure_`` of a display.
    path : path-like
        Without a suffix; the folder is made.
    formats : sequence of str, default=("png", "pdf")
        Suffixes that matplotlib knows.
    dpi : int, default=200
        Of the PNG.

    Returns
    -------
    list of pathlib.Path
        The files, each whole or not there at all.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.plotting import ScoreHistogramDisplay, save_figure
    >>> display = ScoreHistogramDisplay.from_predictions([0, 1, 1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save_figure(display.figure_, f"{folder}/labels")]
    ['labels.png', 'labels.pdf']
    """
    path = Path(path)
    written = []
    for suffix in formats:
        # Without the time of drawing: the same figure is the same file.
        undated = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(suffix)
        draw = partial(figure.savefig, format=suffix, dpi=dpi, metadata=undated)
        with rc_context(STYLE):
            written.append(write_atomically(path.with_name(f"{path.name}.{suffix}"), draw))
    return written
