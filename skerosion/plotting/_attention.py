"""Attention maps over the joints they belong to: one line a kind of map, one column per joint."""

from collections.abc import Mapping

import numpy as np
from matplotlib import rc_context

from skerosion.datasets import as_image_rows
from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity

from ._axes import PanelDisplay
from ._sheet import _show, name_line
from ._shown import by_name, check_settings, drawable_images
from ._style import ACCENT, STYLE

METHODS = {
    "activation map": lambda estimator, X, target: activation_map(estimator, X),
    "Grad-CAM": lambda estimator, X, target: grad_cam(estimator, X, target=target),
    "occlusion": lambda estimator, X, target: occlusion_sensitivity(estimator, X, target=target),
}
"""The kinds of maps that ``from_estimator`` knows by name, with the settings that each has by default."""

COLORS = "inferno"
"""Dark to light at a steady pace: the order of values survives print in grey."""


class AttentionMapDisplay(PanelDisplay):
    """Maps of where a network looks over the joints, one line a kind of map and one panel per joint.

    Use :meth:`from_estimator` or :meth:`from_maps` to make one. The first line shows the joints alone. Each map has its
    own scale from 0 (clear) to its maximum; negative values are left clear.

    Parameters
    ----------
    images : ndarray of shape (n_panels, H, W, C)
        uint8, or float from 0 to 1.
    maps : dict of str to ndarray of shape (n_panels, H, W)
        Name -> maps.
    masks : ndarray of bool, shape (n_panels, H, W), or None, default=None
        The place that matters, outlined in every panel.
    titles : sequence of str, default=()
        Above the panels of the first line.
    name : str or None, default=None
        Of the estimator, above the panels.

    Attributes
    ----------
    images_ : list of matplotlib.image.AxesImage
        The joints, line by line.
    maps_ : dict of str to list of matplotlib.image.AxesImage
        The maps over them.
    outlines_ : list of matplotlib.contour.QuadContourSet
        Of the masks that are not empty.
    colorbar_ : matplotlib.colorbar.Colorbar
        What the shades mean.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel for each joint in each line.

    Examples
    --------
    >>> from skerosion.datasets import make_joint_images
    >>> from skerosion.plotting import AttentionMapDisplay
    >>> joints = make_joint_images(2, size=16, labels={20: 1}, random_state=0, return_mask=True)
    >>> display = AttentionMapDisplay.from_maps(joints.images, {"the truth": joints.masks}, masks=joints.masks)
    >>> len(display.axes_), len(display.outlines_), list(display.maps_)
    (4, 4, ['the truth'])
    """

    def __init__(self, images, maps, *, masks=None, titles=(), name=None):
        self.images = images
        self.maps = maps
        self.masks = masks
        self.titles = titles
        self.name = name

    @classmethod
    def from_estimator(
        cls, estimator, X, *, methods=("activation map", "Grad-CAM", "occlusion"), rows=None, target=None, **settings
    ):
        """Draw the maps of a fitted estimator.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search
            That ends in an estimator of this package, fitted on images.
        X : ImageRows or array-like
            Images as for ``predict``.
        methods : sequence of {"activation map", "Grad-CAM", "occlusion"} or mapping of name to callable
            Kinds of maps; a callable takes the estimator and images and returns maps, such as a
            :func:`functools.partial` of :func:`~skerosion.inspection.grad_cam` with a layer.
        rows : array-like of int or None, default=None
            Positions of the rows to draw, and the only ones that are looked into; None takes the first six.
        target : as for :func:`skerosion.inspection.grad_cam`, default=None
            What Grad-CAM and occlusion explain.
        **settings
            `masks`, `titles`, `name`, `columns` and `ax`, as for :meth:`from_maps`.

        Returns
        -------
        AttentionMapDisplay

        Raises
        ------
        ValueError
            For a method that is not known by name.

        Examples
        --------
        >>> from skerosion import CRPSRegressor
        >>> from skerosion.datasets import make_joint_images
        >>> from skerosion.plotting import AttentionMapDisplay
        >>> joints = make_joint_images(8, size=16, labels={0: 1, 100: 1}, random_state=0)
        >>> small = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
        >>> regressor = CRPSRegressor(**small).fit(joints.images, joints.percent)
        >>> display = AttentionMapDisplay.from_estimator(regressor, joints.images, methods=["Grad-CAM"], rows=[0, 3])
        >>> display.maps["Grad-CAM"].shape
        (2, 16, 16)
        """
        check_settings(cls.from_maps, settings)
        pictures = as_image_rows(X)
        rows = np.arange(min(6, len(pictures))) if rows is None else np.asarray(rows, dtype=int)
        chosen = pictures.take(rows)
        maps = {name: draw(estimator, chosen) for name, draw in _callables(methods, target).items()}
        masks, titles = settings.pop("masks", None), settings.pop("titles", ())
        settings |= {"masks": None if masks is None else np.asarray(masks)[rows]}
        settings |= {"titles": [titles[row] for row in rows] if len(titles) else ()}
        return cls.from_maps(chosen, maps, rows=np.arange(len(rows)), **settings)

    @classmethod
    def from_maps(cls, X, maps, *, masks=None, titles=(), rows=None, name=None, columns=6, ax=None):
        """Draw maps that were made before.

        Parameters
        ----------
        X : ImageRows or array-like
            Images, as :func:`skerosion.datasets.as_image_rows` takes them; only those that are drawn are read.
        maps : array-like of shape (n_rows, H, W), or mapping of name to one
            At the size of the images.
        masks : array-like of bool, shape (n_rows, H, W), or None, default=None
            The place that matters, to be outlined.
        titles : sequence of n_rows str, default=()
            Above the joints.
        rows : array-like of int or None, default=None
            Positions of the rows to draw; None takes the first six.
        name : str or None, default=None
            Of the estimator, above the panels.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        AttentionMapDisplay

        Raises
        ------
        ValueError
            For rows that are not images, or maps and masks of another number or size.
        """
        pictures = drawable_images(X)
        maps = {key or "map": np.asarray(each) for key, each in by_name(maps, what="maps").items()}
        for key, each in (maps if masks is None else maps | {"masks": np.asarray(masks)}).items():
            if each.shape != pictures.shape[:3]:
                raise ValueError(f"maps must have the images' shape {pictures.shape[:3]}, got {each.shape} of {key!r}.")
        rows = np.arange(min(6, len(pictures))) if rows is None else np.asarray(rows, dtype=int)
        words = {"titles": [titles[row] for row in rows] if len(titles) else (), "name": name}
        words["masks"] = None if masks is None else np.asarray(masks, dtype=bool)[rows]
        chosen = {key: each[rows] for key, each in maps.items()}
        return cls(pictures.read(rows), chosen, **words).plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=6):
        """Draw a line of joints, and one for each kind of map.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=6
            Panels in a row of a figure.

        Returns
        -------
        self : AttentionMapDisplay
        """
        line = len(self.images)
        lines = {"joint": None} | self.maps
        above = max((title.count("\n") + 1 for title in self.titles), default=0) + (self.name is not None)
        room = {"size": (1.5, 1.5), "beside": _LINE * above + _COLORBAR, "layout": "compressed"}
        panels = self._take_axes(ax, line * len(lines), columns=columns, line=line, **room)
        self.images_, self.outlines_, self.maps_ = [], [], {name: [] for name in self.maps}
        for position, axes in enumerate(panels):
            kind, joint = list(lines)[position // line], position % line
            self.images_.append(_show(axes, self.images[joint]))
            if joint == 0:
                name_line(axes, kind)
            if lines[kind] is not None:
                self.maps_[kind].append(_overlay(axes, lines[kind][joint]))
            elif len(self.titles):
                axes.set_title(self.titles[joint])
            if self.masks is not None and self.masks[joint].any():
                self.outlines_.append(axes.contour(self.masks[joint], [0.5], colors=[ACCENT], linewidths=0.9))
        shown = [image for images in self.maps_.values() for image in images]
        self.colorbar_ = self._add_colorbar(shown[-1], "share of the map's maximum")
        if self.name is not None:
            panels[0].set_title(f"{self.name}\n{panels[0].get_title(loc='left')}".rstrip())
        return self


_LINE, _COLORBAR = 0.17, 0.55
"""Inches of a line of a title, and of the colour bar, which take nothing from the images then."""


def _callables(methods, target):
    """Return a function from estimator and images to maps for each kind."""
    if isinstance(methods, Mapping):
        return dict(methods)
    unknown = [method for method in methods if method not in METHODS]
    if isinstance(methods, str) or unknown:
        raise ValueError(f"methods must be of {list(METHODS)}, or a mapping of name to callable, got {methods!r}.")
    return {name: lambda estimator, X, draw=METHODS[name]: draw(estimator, X, target) for name in methods}


def _overlay(axes, values):
    """Draw a map over an image: clear where it is low, so that the bone stays visible."""
    values = np.maximum(values, 0).astype(float)
    values = values / values.max() if values.max() > 0 else values
    return axes.imshow(values, cmap=COLORS, vmin=0, vmax=1, alpha=0.75 * values**0.7)
