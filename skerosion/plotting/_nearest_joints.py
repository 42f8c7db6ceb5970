"""Joints beside the labelled joints that a network finds most alike."""

import numpy as np
from matplotlib import rc_context
from matplotlib.patches import Rectangle
from sklearn.frozen import FrozenEstimator

from skerosion._keys import as_keys
from skerosion.inspection import Embedder, nearest_joints
from skerosion.metrics import check_same_length

from ._axes import PanelDisplay
from ._sheet import _show, name_line
from ._shown import check_settings, drawable_images, target_name_of
from ._style import ACCENT, STYLE


class NearestJointsDisplay(PanelDisplay):
    """Joints and their nearest labelled neighbours in embedding space, one line per joint.

    Use :meth:`from_estimator` or :meth:`from_embeddings` to make one. The joint asked about comes first in its line,
    framed; above each panel stands the label, above neighbours their distance too.

    Parameters
    ----------
    images : ndarray of shape (n_queries, 1 + n_neighbors, H, W, C)
        Each joint followed by its neighbours, the nearest first.
    labels : ndarray of shape (n_queries, 1 + n_neighbors)
        Their labels.
    distances : ndarray of shape (n_queries, n_neighbors)
        In units of the embedding.
    target_name : str, default="grade"
        What the labels are, with their unit.
    line_names : sequence of str, default=()
        Written at the start of each line.

    Attributes
    ----------
    images_ : list of matplotlib.image.AxesImage
        All joints, line by line.
    frames_ : list of matplotlib.patches.Rectangle
        Around the joints asked about.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per joint.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import make_joint_images
    >>> from skerosion.plotting import NearestJointsDisplay
    >>> joints = make_joint_images(6, size=16, labels={0: 1, 100: 1}, random_state=0)
    >>> embeddings = joints.images.reshape(6, -1) / 255
    >>> display = NearestJointsDisplay.from_embeddings(joints.images, joints.percent, embeddings, [0], n_neighbors=2)
    >>> display.images.shape, display.labels.shape
    ((1, 3, 16, 16, 1), (1, 3))
    """

    def __init__(self, images, labels, distances, *, target_name="grade", line_names=()):
        self.images = images
        self.labels = labels
        self.distances = distances
        self.target_name = target_name
        self.line_names = line_names

    @classmethod
    def from_estimator(cls, estimator, X, y, rows, *, layer=None, **settings):
        """Draw joints and those that a fitted estimator finds most alike.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search
            That ends in an estimator of this package.
        X, y, rows
            As for :meth:`from_embeddings`.
        layer : str or None, default=None
            As for :class:`~skerosion.inspection.Embedder`; None is the last hidden layer.
        **settings
            `n_neighbors`, `groups`, `target_name`, `line_names` and `ax`, as for :meth:`from_embeddings`.

        Returns
        -------
        NearestJointsDisplay

        Examples
        --------
        >>> from skerosion import CNNClassifier
        >>> from skerosion.datasets import make_joint_images
        >>> from skerosion.plotting import NearestJointsDisplay
        >>> joints = make_joint_images(8, size=16, labels={0: 1, 100: 1}, random_state=0)
        >>> small = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
        >>> classifier = CNNClassifier(**small).fit(joints.images, joints.percent)
        >>> NearestJointsDisplay.from_estimator(classifier, joints.images, joints.percent, [2, 5]).labels.shape
        (2, 6)
        """
        check_settings(cls.from_embeddings, settings)
        embeddings = Embedder(FrozenEstimator(estimator), layer=layer).fit_transform(X)
        return cls.from_embeddings(X, y, embeddings, rows, **settings)

    @classmethod
    def from_embeddings(
        cls, X, y, embeddings, rows, *, n_neighbors=5, groups=None, target_name=None, line_names=(), ax=None
    ):
        """Draw joints and their nearest neighbours in embeddings that were made before.

        Parameters
        ----------
        X : ImageRows or array-like
            Images, as :func:`skerosion.datasets.as_image_rows` takes them; only those that are drawn are read.
        y : array-like of shape (n_rows,)
            Labels.
        embeddings : array-like of shape (n_rows, d)
            Such as :class:`~skerosion.inspection.Embedder` gives them.
        rows : array-like of int
            Positions of the joints asked about, a line each.
        n_neighbors : int, default=5
            Neighbours of each.
        groups : array-like of shape (n_rows,) or None, default=None
            Patients, for neighbours of other patients only; None takes those of X, where rows bring them along.
        target_name : str or None, default=None
            What the labels are; None is "grade".
        line_names : sequence of str, default=()
            Written at the start of each line.
        ax
            Where to draw, see :meth:`plot`.

        Returns
        -------
        NearestJointsDisplay

        Raises
        ------
        ValueError
            For rows that are not images or differ in number, or fewer joints of other patients than neighbours.
        """
        pictures, labels = drawable_images(X), np.asarray(y)
        check_same_length(X=pictures, y=labels, embeddings=np.asarray(embeddings), groups=groups)
        embeddings, rows = np.asarray(embeddings), np.asarray(rows, dtype=int)
        groups = pictures.groups if groups is None else as_keys(groups)
        # Without patients each joint is one of its own: it is not its own neighbour.
        groups = np.arange(len(labels)) if groups is None else groups
        owners = {"groups": groups, "query_groups": groups[rows]}
        near = nearest_joints(embeddings, labels, embeddings[rows], n_neighbors=n_neighbors, **owners)
        shown = np.column_stack([rows, near.neighbor.to_numpy().reshape(len(rows), n_neighbors)])
        images = pictures.read(shown.ravel()).reshape(*shown.shape, *pictures.shape[1:])
        words = {"target_name": target_name_of(target_name, None, "grade"), "line_names": line_names}
        distances = near.distance.to_numpy().reshape(len(rows), n_neighbors)
        return cls(images, labels[shown], distances, **words).plot(ax)

    @rc_context(STYLE)
    def plot(self, ax=None):
        """Draw one line per joint.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.

        Returns
        -------
        self : NearestJointsDisplay
        """
        n_queries, line = self.images.shape[:2]
        panels = self._take_axes(ax, n_queries * line, columns=line, size=(1.35, 1.75), line=line)
        self.images_, self.frames_ = [], []
        for position, axes in enumerate(panels):
            query, rank = divmod(position, line)
            self.images_.append(_show(axes, self.images[query, rank]))
            title = f"{self.target_name} {self.labels[query, rank]}"
            if rank:
                axes.set_title(f"{title}\nat {self.distances[query, rank - 1]:.3g}")
                continue
            axes.set_title(f"{title}\nasked about")
            self.frames_.append(_frame(axes))
            if len(self.line_names):
                name_line(axes, self.line_names[query])
        return self


def _frame(axes):
    """Draw a frame on the rim of the axes, which have none of their own."""
    look = {"edgecolor": ACCENT, "linewidth": 2.5, "facecolor": "none", "clip_on": False}
    return axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, **look))
