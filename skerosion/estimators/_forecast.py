"""All that one pass of the network says about some images."""

from dataclasses import dataclass

import numpy as np

from skerosion.forecasts import GridDistribution


@dataclass(frozen=True)
class Forecast:
    """Predictions of one pass, so that many scores need not predict many times.

    Parameters
    ----------
    prediction : ndarray of shape (n,)
        What ``predict`` returns.
    probabilities : ndarray of shape (n, n_classes) or None
        What ``predict_proba`` returns.
    classes : ndarray of shape (n_classes,) or None
        The columns of `probabilities`.
    distribution : GridDistribution or None
        The predictive distribution, where targets are numbers and the estimator predicts one.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.estimators import Forecast
    >>> Forecast(prediction=np.array([1, 2])).distribution is None
    True
    """

    prediction: np.ndarray
    probabilities: np.ndarray | None = None
    classes: np.ndarray | None = None
    distribution: GridDistribution | None = None
