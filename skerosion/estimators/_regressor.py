"""The baseline regressor: one output, trained on the squared error."""

import numpy as np

from skerosion._types import Bins
from skerosion.estimators._base import BaseCNN
from skerosion.estimators._documentation import describe_parameters
from skerosion.estimators._rules import BINS_RULE, NETWORK_RULES
from skerosion.estimators._typed_bases import RegressorMixin
from skerosion.forecasts import Forecast
from skerosion.grades import check_percentages, grades_of


@describe_parameters
class CNNRegressor(RegressorMixin, BaseCNN):
    """Convolutional network with one output, trained on the squared error: the baseline of ``CRPSRegressor``.

    Parameters
    ----------
    %(shared)s
    bins : None, "ratingen" or sequence of float, default=None
        How a number falls into grades: right-closed upper edges, for class weights.

    Attributes
    ----------
    target_mean_, target_scale_ : float
        Mean and standard deviation of the training targets; the network learns the standardised target.
    history_ : dict of str to list of float
        ``loss`` (squared error of the standardised target), ``learning_rate`` and, with a validation split,
        ``val_loss``, one value per epoch.
    model_ : keras.Model
        An independent Keras model with the fitted weights; it returns the standardised target.
    input_shape_ : tuple
        Shape of one row.
    n_features_in_ : int
        Number of values in one row.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CNNRegressor
    >>> images = np.zeros((40, 16, 16, 1), np.uint8)
    >>> images[20:, 4:12, 4:12] = 255
    >>> percent = np.repeat([0.0, 60.0], 20)
    >>> regressor = CNNRegressor(filters=(8, 8), dense_units=(16,), epochs=5, batch_size=10, random_state=0)
    >>> regressor.fit(images, percent).predict(images).shape
    (40,)
    """

    bins: Bins = None

    _rules = NETWORK_RULES | BINS_RULE
    _gives_distribution = False

    def _encode_target(self, y, reset):
        check_percentages(y, self.bins)
        if reset:
            self.target_mean_ = float(y.mean())
            with np.errstate(over="ignore"):
                self.target_scale_ = float(y.std()) or 1.0
            if not np.isfinite(self.target_scale_):
                raise ValueError(
                    f"y must be numbers whose squares are finite, got targets up to {np.abs(y).max():g}; give them in "
                    "a unit of their own size."
                )
        return ((y - self.target_mean_) / self.target_scale_).astype(np.float32)[:, None]

    def _grades(self, y):
        return grades_of(y, self.bins)

    def _output(self):
        return 1, "linear", None

    def _forecast(self, outputs):
        return Forecast(outputs[:, 0] * self.target_scale_ + self.target_mean_)
