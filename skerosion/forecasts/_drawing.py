"""What a notebook shows of distributions: a table with small bars, and the cdfs in a figure."""

from html import escape

import numpy as np

# Rows of a table, and curves that can still be told apart in one figure.
_ROWS, _MOST_CURVES = 8, 20
_WIDTH, _HEIGHT = 120, 24


def html_table(distribution):
    """Return the first rows as an HTML table: mean, standard deviation, median, 90 % interval and the pmf drawn.

    Parameters
    ----------
    distribution : GridDistribution

    Returns
    -------
    str
    """
    shown = distribution[:_ROWS]
    columns = zip(shown.mean(), shown.std(), shown.median(), shown.interval(0.9), shown.pmf, strict=True)
    rows = (
        f"<tr><th>{number}</th><td>{mean:.4g}</td><td>{std:.4g}</td><td>{median:g}</td>"
        f"<td>{lower:g} to {upper:g}</td><td>{_bars(pmf)}</td></tr>"
        for number, (mean, std, median, (lower, upper), pmf) in enumerate(columns)
    )
    names = ("", "mean", "std", "median", "90 %", f"{distribution.grid[0]:g} to {distribution.grid[-1]:g}")
    head = "".join(f"<th>{name}</th>" for name in names)
    more = len(distribution) - len(shown)
    rest = f"<div>and {more} more</div>" if more else ""
    return f"<div>{escape(repr(distribution))}<table><tr>{head}</tr>{''.join(rows)}</table>{rest}</div>"


def _bars(pmf):
    """Return the probabilities of one row as bars over the points of the grid, the largest of full height."""
    width, unit = _WIDTH / len(pmf), _HEIGHT / pmf.max()
    bars = "".join(
        f'<rect x="{number * width:.4g}" y="{_HEIGHT - height:.4g}" width="{width:.4g}" height="{height:.4g}"/>'
        for number, height in enumerate(pmf * unit)
        if height > 0
    )
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="pmf">{bars}</svg>'


def plot_cdfs(distribution, ax=None, **style):
    """Draw the cdfs as steps, see :meth:`GridDistribution.plot`."""
    if len(distribution) > _MOST_CURVES:
        raise ValueError(
            f"plot draws at most {_MOST_CURVES} rows, got {len(distribution)}; choose some, as in forecast[:5].plot()."
        )
    if ax is None:
        # Here and not above: most forecasts are made without a figure.
        from matplotlib import pyplot

        ax = pyplot.subplots()[1]
    grid, cdf = distribution.grid, distribution.cdf
    reach = np.diff(grid).mean() if grid.size > 1 else 1.0
    at = np.concatenate([grid[:1] - reach, grid, grid[-1:] + reach])
    ends = np.zeros((len(cdf), 1)), np.ones((len(cdf), 1))
    ax.step(at, np.hstack([ends[0], cdf, ends[1]]).T, where="post", **style)
    ax.set(xlabel="threshold", ylabel="P(y ≤ threshold)", xlim=(at[0], at[-1]))
    return ax
