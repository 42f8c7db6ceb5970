"""The regressor that predicts a whole distribution: a CDF on a grid, trained on the CRPS."""

import numpy as np

from skerosion._counted import counted
from skerosion._types import Bins, Grid, Sizes
from skerosion._validation import Choice, check_parameters, numbers_for
from skerosion.estimators._base import BaseCNN
from skerosion.estimators._documentation import describe_parameters
from skerosion.estimators._head_outputs import distribution_of_outputs
from skerosion.estimators._inputs import check_unchanged
from skerosion.estimators._rules import BINS_RULE, NETWORK_RULES, SMOOTHING_RULE, check_head
from skerosion.estimators._thresholds import check_default_grid, check_grid, grid_spacing, make_grid
from skerosion.estimators._typed_bases import RegressorMixin
from skerosion.forecasts import Forecast, outside_grid, positions_at_or_above
from skerosion.grades import check_percentages, grades_of
from skerosion.networks import find_head

_POINTS = ("mean", "median")


@describe_parameters
class CRPSRegressor(RegressorMixin, BaseCNN):
    """Convolutional network that predicts the distribution of a percentage or grade, by default trained on the CRPS.

    Parameters
    ----------
    %(shared)s
    label_smoothing : float in [0, 1), default=0.0
        Share of each training label that is spread over all thresholds alike; validation rows keep theirs.
    grid : None, "auto" or array-like of shape (K,), default=None
        The thresholds of the CDF: 0, 1, ..., 100 for None; the training targets' range for ``"auto"`` (their
        integers where they are integers, else 101 steps). A target outside the grid is an error.
    head : str, default="cumulative_softmax"
        A registered head that gives a distribution. Trained on the CRPS: ``"cumulative_softmax"``, monotone by
        construction; ``"truncated_normal"``, a bell of two parameters; ``"sigmoid"``, the thesis' free sigmoids,
        repaired by isotonic projection, which never worsens the CRPS. With the thresholds as ordered classes, the
        heads of ``OrdinalClassifier``, such as ``"cumulative_link"`` and ``"corn"``, each trained on its own loss.
    point : {"mean", "median"}, default="mean"
        What ``predict`` returns; the mean minimises the squared error, the median the absolute one.
    bins : None, "ratingen" or sequence of float, default=None
        How a number falls into grades: right-closed upper edges. Class weights and ``predict_proba`` go by them; a
        target of grades needs none.

    Attributes
    ----------
    grid_ : ndarray of shape (K,)
        The thresholds.
    history_ : dict of str to list of float
        ``loss`` (for heads trained on the CRPS, its mean over the thresholds, weighted by their spacing),
        ``learning_rate`` and, with a validation split, ``val_loss``, one value per epoch.
    model_ : keras.Model
        An independent Keras model with the fitted weights; it returns the CDF as the head gives it.
    input_shape_ : tuple
        Shape of one row.
    n_features_in_ : int
        Number of values in one row.

    References
    ----------
    J. Rohrbach (2017), automated scoring of bone erosion in rheumatoid arthritis, project thesis, ZHAW.
    Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CRPSRegressor
    >>> images = np.zeros((40, 16, 16, 1), np.uint8)
    >>> images[20:, 4:12, 4:12] = 255
    >>> percent = np.repeat([0.0, 60.0], 20)
    >>> regressor = CRPSRegressor(filters=(8, 8), dense_units=(16,), epochs=5, batch_size=10, random_state=0)
    >>> regressor.fit(images, percent).predict_cdf(images[:2]).shape
    (2, 101)
    """

    label_smoothing: float = 0.0
    grid: Grid = None
    head: str = "cumulative_softmax"
    point: str = "mean"
    bins: Bins = None
    dense_units: Sizes = (1024, 512)

    _rules = (
        NETWORK_RULES
        | SMOOTHING_RULE
        | BINS_RULE
        | {"grid": numbers_for("grid", check_grid), "head": check_head, "point": (Choice(_POINTS),)}
    )

    def _check_parameters(self):
        super()._check_parameters()
        if find_head(self.head).gives in ("values", "places"):
            raise ValueError(
                f"head must be one that gives a distribution, such as 'cumulative_softmax', got {self.head!r}."
            )

    def _encode_target(self, y, reset):
        check_percentages(y, self.bins)
        if reset:
            if self.grid is None and self.bins is None:
                check_default_grid(y)
            self.grid_ = make_grid(self.grid, y)
        elif not isinstance(self.grid, str) or self.grid != "auto":
            check_unchanged("grid", make_grid(self.grid, y), self.grid_)
        outside = outside_grid(self.grid_, y)
        if outside.any():
            raise ValueError(
                f"y must lie on the grid from {self.grid_[0]:g} to {self.grid_[-1]:g}, got {y[outside][0]:g} "
                f"({counted(outside.sum(), 'such target')}); pass grid='auto' or thresholds that reach further."
            )
        return positions_at_or_above(self.grid_, y).astype(np.int32)

    def _grades(self, y):
        return grades_of(y, self.bins)

    def _output(self):
        return len(self.grid_), self.head, grid_spacing(self.grid_)

    def _forecast(self, outputs):
        distribution = distribution_of_outputs(outputs, self.grid_, find_head(self._key.spec.head))
        return Forecast.of_distribution(distribution, self._summarize, self.bins)

    def _summarize(self, distribution):
        check_parameters(self, names=("point", "bins"))  # set_params may have changed them since the fit
        return distribution.mean() if self.point == "mean" else distribution.median()
