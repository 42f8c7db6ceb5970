"""Where displays draw: in axes that are given, in a figure that is given, or in one made for their panels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.transforms import ScaledTranslation

NARROWEST = 0.75
"""Share of its own width to which a panel shrinks in a figure that is given, before there are fewer columns."""


LETTER = 5.6
"""Width of a letter of the labels, in points."""


def turn_long_names(axes, names, room):
    """Turn the names below an axes upright where they are wider than the room between two of them, in points.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from skerosion.plotting._axes import turn_long_names
    >>> axes = Figure().add_subplot(xticks=[0, 1])
    >>> turn_long_names(axes, ["none", "moderate"], room=30)
    >>> [label.get_rotation() for label in axes.get_xticklabels()]
    [90.0, 90.0]
    """
    if LETTER * max(len(str(name)) for name in names) > room:
        axes.tick_params(axis="x", labelrotation=90)


class PanelDisplay:
    """What all displays share: one or more panels, their outer labels, and a legend that never covers them.

    A display's ``plot`` calls ``_take_axes`` first, which sets ``figure_``, ``axes_`` and ``ax_``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from skerosion.plotting._axes import PanelDisplay
    >>> display = PanelDisplay()
    >>> panels = display._take_axes(Figure, 3, columns=2, size=(3, 2))
    >>> len(panels), display.ax_ is panels[0], display.figure_.get_size_inches().tolist()
    (3, True, [6.0, 4.0])
    """

    def _take_axes(self, ax, n, *, columns, size, line=None, beside=0.0, layout="constrained", **shared):
        """Return n panels, in rows of at most `columns`; `size` is that of one in a new figure, in inches.

        A new figure is `beside` inches higher than its panels, for what stands above and below them all, and lays them
        out as `layout` says.
        `line` panels belong together: what follows them starts a new row.
        """
        self._line = line = line or n
        columns = max(1, min(line, columns))
        ax = _new_figure if ax is None else ax
        if callable(ax):
            rows = len({row for row, _ in _places(n, line, columns)})
            ax = ax(figsize=(columns * size[0], rows * size[1] + beside), layout=layout)
        if isinstance(ax, FigureBase):
            columns = max(1, min(columns, int(_width(ax) / (NARROWEST * size[0]))))
            self._places = _places(n, line, columns)
            panels, self.figure_ = _fill_figure(ax, self._places, columns, shared), ax
        else:
            panels, self._places = _check_axes(ax, n), None
            self.figure_ = panels[0].figure
        self.axes_, self.ax_ = np.array(panels, dtype=object), panels[0]
        self._fills_figure = isinstance(ax, FigureBase) and self.figure_.get_layout_engine() is not None
        return panels

    def _label_outer(self, xlabel, ylabel, line_names=()):
        """Label the first panel of each row and the lowest of each column; all of those that were given."""
        for position, panel in enumerate(self.axes_):
            row, column = (0, 0) if self._places is None else self._places[position]
            starts = position % self._line == 0 and len(line_names)
            if column == 0:
                panel.set_ylabel(f"{line_names[position // self._line]}\n{ylabel}" if starts else ylabel)
            if self._places is None or (row + 1, column) not in self._places:
                panel.set_xlabel(xlabel)
                panel.tick_params(labelbottom=True)

    def _explain(self, handles, labels=None, title=None):
        """Set the legend outside the data: above the panels of a figure of its own, below axes that were given."""
        labels = [handle.get_label() for handle in handles] if labels is None else labels
        if self._fills_figure:
            place = {"loc": "outside upper center", "title": title}
            self.legend_ = _in_few_rows(self.figure_, handles, labels, place)
        else:
            self.legend_ = _in_few_rows(self.ax_, handles, labels, _below(self.ax_) | {"title": title})

    def _add_colorbar(self, shown, label):
        """Explain the shades: below the panels of a figure of its own, beside axes that were given."""
        # Below, it takes no width from narrow panels; axes that were given have their legend there.
        # As thick in a large figure as in a small one, where its label would leave the figure.
        large = max(1, _width(self.figure_) / 7)
        below = {"location": "bottom", "aspect": 40 * large, "fraction": 0.15 / large, "pad": 0.03 / large}
        place = below if self._fills_figure else {"aspect": 25}
        # A list of one would keep tight_layout from finding its place.
        beside = list(self.axes_) if len(self.axes_) > 1 else self.ax_
        bar = self.figure_.colorbar(shown, ax=beside, label=label, shrink=0.6, **place)
        bar.outline.set_visible(False)
        return bar


def _new_figure(**settings):
    """Make a figure that pyplot knows, so that notebooks and galleries show it."""
    import matplotlib.pyplot as plt

    return plt.figure(**settings)


def _places(n, line, columns):
    """Return row and column of each panel; a line that is wider than the columns goes on in the next row."""
    rows = -(-line // columns)
    return [(k // line * rows + k % line // columns, k % line % columns) for k in range(n)]


def _width(figure):
    """Return the width of a figure, or part of one, in inches."""
    return figure.bbox.width / figure.get_figure(root=True).dpi


def _fill_figure(figure, places, columns, shared):
    """Return new axes of a figure at these places; those left over in a row are hidden."""
    rows = 1 + max(row for row, _ in places)
    grid = figure.subplots(rows, columns, squeeze=False, **shared)
    for place, axes in np.ndenumerate(grid):
        axes.set_visible(place in places)
    return [grid[place] for place in places]


def _check_axes(ax, n):
    """Return the axes that were given as a list of n."""
    panels = [ax] if isinstance(ax, Axes) else list(np.ravel(np.array(ax, dtype=object)))
    if not all(isinstance(panel, Axes) for panel in panels):
        kinds = sorted({type(panel).__name__ for panel in panels if not isinstance(panel, Axes)})
        raise TypeError(f"ax must be Axes, a sequence of them, a figure or what makes one, got {', '.join(kinds)}.")
    if len(panels) != n:
        raise ValueError(
            f"ax must hold one Axes for each of the {n} panels, got {len(panels)}; pass the axes of "
            f"plt.subplots(1, {n}), a figure, or leave ax out."
        )
    return panels


def _below(axes):
    """Return the place of a legend below the label of the x axis."""
    # Inches, not shares of the height: the distance does not depend on the size of the axes.
    inches = 0.45 + 0.16 * axes.get_xlabel().count("\n")
    below = axes.transAxes + ScaledTranslation(0, -inches, axes.get_figure(root=True).dpi_scale_trans)
    place = {"loc": "upper left", "bbox_to_anchor": (0, 0), "bbox_transform": below, "borderaxespad": 0}
    return place | {"alignment": "left"}


def _in_few_rows(owner, handles, labels, place):
    """Make the legend of a figure or axes with as many columns as fit into its width."""
    for columns in range(len(labels), 0, -1):
        legend = owner.legend(handles, labels, ncols=columns, **place)
        if columns == 1 or legend.get_tightbbox().width <= owner.bbox.width:
            return legend
        legend.remove()
