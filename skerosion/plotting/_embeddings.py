"""Embeddings in the plane: which joints a network finds alike, and how their labels lie."""

import numpy as np
from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.manifold import TSNE
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_array

from skerosion.inspection import Embedder
from skerosion.metrics import check_same_length

from ._axes import PanelDisplay
from ._shown import check_settings, target_name_of
from ._style import DARK, LIGHT, MIDDLE, SERIES, STYLE

MOST_GRADES = 6
"""More labels than this are shaded by value instead of having a marker each."""

MARKERS = (*[look["marker"] for look in SERIES], "P")
"""One each of the labels."""

PALE_TO_DARK = LinearSegmentedColormap.from_list("pale_to_dark", [LIGHT, MIDDLE, DARK, "#06121f"])
"""Low labels pale, high ones dark: their order survives print in grey."""


class EmbeddingDisplay(PanelDisplay):
    """Joints as points in the plane, near where the network finds them alike, shaded by their label.

    Use :meth:`from_estimator` or :meth:`from_embeddings` to make one. Up to six labels have a marker each as well as a
    shade; numbers have a colour bar. Distances between far groups mean little after t-SNE.

    Parameters
    ----------
    points : ndarray of shape (n_rows, 2)
        Places in the plane.
    y : array-like of shape (n_rows,)
        Labels: numbers or names, in their order.
    target_name : str, default="grade"
        What the labels are, with their unit.
    axis_name : str, default="component"
        What the axes are.
    name : str or None, default=None
        Of the estimator, above the panel.

    Attributes
    ----------
    points_ : dict of str to matplotlib.collections.PathCollection
        Of each label, or all under ``"all"``.
    ax_, figure_ : matplotlib Axes and Figure
        Where the points are.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.plotting import EmbeddingDisplay
    >>> embeddings = np.random.default_rng(0).normal(size=(30, 5))
    >>> display = EmbeddingDisplay.from_embeddings(embeddings, np.tile([0, 1, 2], 10))
    >>> display.points.shape, list(display.points_)
    ((30, 2), ['0', '1', '2'])
    """

    def __init__(self, points, y, *, target_name="grade", axis_name="component", name=None):
        self.points = points
        self.y = y
        self.target_name = target_name
        self.axis_name = axis_name
        self.name = name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, layer=None, name=None, **settings):
        """Draw the embedding of a fitted estimator.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search
            That ends in an estimator of this package.
        X : ImageRows or array-like
            Rows as for ``predict``.
        y : array-like of shape (n_rows,)
            Their labels.
        layer : str or None, default=None
            As for :class:`~skerosion.inspection.Embedder`; None is the last hidden layer.
        name : str or None, default=None
            Of the estimator.
        **settings
            `projection`, `target_name`, `random_state` and `ax`, as for :meth:`from_embeddings`.

        Returns
        -------
        EmbeddingDisplay

        Examples
        --------
        >>> from skerosion import CNNClassifier
        >>> from skerosion.datasets import make_joint_images
        >>> from skerosion.plotting import EmbeddingDisplay
        >>> joints = make_joint_images(12, size=16, labels={0: 1, 100: 1}, random_state=0)
        >>> small = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
        >>> classifier = CNNClassifier(**small).fit(joints.images, joints.percent)
        >>> EmbeddingDisplay.from_estimator(classifier, joints.images, joints.percent).points.shape
        (12, 2)
        """
        check_settings(cls.from_embeddings, settings)
        embeddings = Embedder(FrozenEstimator(estimator), layer=layer).fit_transform(X)
        return cls.from_embeddings(embeddings, y, name=name, **settings)

    @classmethod
    def from_embeddings(
        cls, embeddings, y, *, projection="pca", target_name=None, name=None, random_state=None, ax=None
    ):
        """Draw embeddings that were made before.

        Parameters
        ----------
        embeddings : array-like of shape (n_rows, d)
            Such as :class:`~skerosion.inspection.Embedder` gives them.
        y : array-like of shape (n_rows,)
            Labels.
        projection : "pca", "tsne", transformer or None, default="pca"
            From d numbers to two. ``"tsne"`` is the thesis': PCA to 50 components, then t-SNE. A transformer needs
            ``fit_transform``; it is cloned. None takes embeddings of two numbers as they are.
        target_name : str or None, default=None
            What the labels are; None is "grade".
        name : str or None, default=None
            Of the estimator, above the panel.
        random_state : int, RandomState instance or None, default=None
            Seed of the projections known by name.
        ax
            Where to draw, see :meth:`plot`.

        Returns
        -------
        EmbeddingDisplay

        Raises
        ------
        ValueError
            For lengths that disagree, a projection not known by name, or one that does not give two numbers.
        """
        embeddings, labels = check_array(embeddings), np.asarray(y)
        check_same_length(embeddings=embeddings, y=labels)
        points, axis_name = _project(embeddings, projection, random_state)
        words = {"target_name": target_name_of(target_name, None, "grade"), "axis_name": axis_name, "name": name}
        return cls(points, labels, **words).plot(ax)

    @rc_context(STYLE)
    def plot(self, ax=None):
        """Draw the points.

        Parameters
        ----------
        ax : matplotlib Axes, Figure or callable, default=None
            Where to draw: axes, a figure, or what makes one, such as ``matplotlib.figure.Figure`` for a figure that
            pyplot does not keep. None makes one with pyplot.

        Returns
        -------
        self : EmbeddingDisplay
        """
        (axes,) = self._take_axes(ax, 1, columns=1, size=(4.8, 4.2))
        labels = np.asarray(self.y)
        names = np.unique(labels)
        if len(names) <= MOST_GRADES or labels.dtype.kind not in "iuf":
            self._draw_grades(axes, labels, names)
        else:
            look = {"c": labels, "cmap": PALE_TO_DARK, "s": 14, "edgecolor": "0.4", "linewidth": 0.3}
            self.points_ = {"all": axes.scatter(*np.asarray(self.points).T, **look)}
            self._add_colorbar(self.points_["all"], self.target_name)
        axes.set(xlabel=f"{self.axis_name} 1", ylabel=f"{self.axis_name} 2", xticks=[], yticks=[])
        axes.set_title(self.name or "")
        return self

    def _draw_grades(self, axes, labels, names):
        self.points_ = {}
        for position, label in enumerate(names):
            shade = PALE_TO_DARK(position / max(1, len(names) - 1))
            look = {"color": [shade], "s": 18, "edgecolor": "0.35", "linewidth": 0.4}
            look["marker"] = MARKERS[position % len(MARKERS)]
            shown = np.asarray(self.points)[labels == label]
            self.points_[str(label)] = axes.scatter(*shown.T, label=f"{label}", **look)
        self._explain(list(self.points_.values()), title=self.target_name)


def _project(embeddings, projection, random_state):
    """Return points of shape (n_rows, 2), and what their axes are called."""
    if projection is None:
        points, axis_name = embeddings, "component"
    elif isinstance(projection, str):
        chosen, axis_name = _known_projection(projection, embeddings.shape, random_state)
        points = chosen.fit_transform(embeddings)
    else:
        points, axis_name = clone(projection).fit_transform(embeddings), "component"
    if np.ndim(points) != 2 or np.shape(points)[1] != 2:
        raise ValueError(f"projection must give two numbers a row, got {projection!r} and shape {np.shape(points)}.")
    return np.asarray(points), axis_name


def _known_projection(name, shape, random_state):
    if name == "pca":
        return PCA(2, random_state=random_state), "principal component"
    if name == "tsne":
        few = PCA(min(50, *shape), random_state=random_state)
        # t-SNE wants fewer neighbours than rows; 30 is scikit-learn's default.
        return make_pipeline(few, TSNE(perplexity=min(30, (shape[0] - 1) / 3), random_state=random_state)), "t-SNE"
    raise ValueError(f"projection must be 'pca', 'tsne', a transformer or None, got {name!r}.")
