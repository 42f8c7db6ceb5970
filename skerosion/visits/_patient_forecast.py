"""From the forecasts of a patient's images to those of the patient: the worst image and the mean of all."""

import warnings
from numbers import Real

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion._types import Any, Groups, Labels
from skerosion.forecasts import Forecast, GridDistribution
from skerosion.visits._copula import HIGHEST, check_correlation, estimate_correlation
from skerosion.visits._pooled_images import largest_of_units, means_of_units

_FEWEST_PATIENTS = 10


class PatientForecast:
    """What is predicted for patients: the worst of their images, and the mean of all.

    :func:`pool_by_patient` makes it.

    Parameters
    ----------
    patients : ndarray of str, shape (n_patients,)
        In the order in which they first appear.
    n_images : ndarray of int, shape (n_patients,)
    worst : GridDistribution
        Of the largest value among the images, one row per patient.
    means : list of GridDistribution
        Of the mean of the images, one for each patient and of one row: what a mean can be depends on their number.

    Attributes
    ----------
    patients, n_images, worst, means
        As given.

    Examples
    --------
    >>> from skerosion.forecasts import GridDistribution
    >>> from skerosion.visits import pool_by_patient
    >>> coins = GridDistribution([0, 1], [[0.5, 1.0]] * 3)
    >>> pooled = pool_by_patient(coins, ["a", "a", "b"])
    >>> pooled.worst.pmf
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    >>> pooled.means[0].grid, pooled.means[0].pmf
    (array([0. , 0.5, 1. ]), array([[0.25, 0.5 , 0.25]]))
    """

    def __init__(self, patients, n_images, worst, means):
        self.patients, self.n_images, self.worst, self.means = patients, n_images, worst, means

    def frame(self, coverage=0.9):
        """Return one row per patient: number of images, the worst and the mean with the ends of their intervals.

        Parameters
        ----------
        coverage : float, default=0.9
            Of the central intervals.

        Returns
        -------
        DataFrame
            Indexed by patient. ``worst`` is the median of the largest value, which is a value that an image can have;
            ``mean`` is the expected mean. Their intervals are ``worst_low`` to ``worst_high`` and ``mean_low`` to
            ``mean_high``.
        """
        worst_low, worst_high = self.worst.interval(coverage).T
        mean_low, mean_high = np.array([mean.interval(coverage)[0] for mean in self.means]).reshape(-1, 2).T
        columns = {"n_images": self.n_images, "worst": self.worst.median()}
        columns |= {"worst_low": worst_low, "worst_high": worst_high}
        columns |= {"mean": [float(mean.mean()[0]) for mean in self.means]}
        columns |= {"mean_low": mean_low, "mean_high": mean_high}
        return pd.DataFrame(columns, index=pd.Index(self.patients, name="patient"))

    def __len__(self):
        return len(self.patients)

    def __repr__(self):
        return f"PatientForecast({counted(len(self), 'patient')}, {counted(self.n_images.sum(), 'image')})"


def pool_by_patient(forecast: Any, groups: Groups, *, correlation: float = 0.0):
    """Return how bad the worst image of each patient is, and all of them on average, as distributions.

    With the distributions F of the images of a patient, joined by a Gaussian copula of one correlation,

    .. math:: P(\\max_j Y_j \\le y) = \\int \\prod_j F_j(y \\mid u) \\varphi(u) du, \\quad
        F_j(y \\mid u) = \\Phi\\left(\\frac{\\Phi^{-1}(F_j(y)) - \\sqrt{\\rho} u}{\\sqrt{1 - \\rho}}\\right),

    and the distribution of the sum is the convolution given u, averaged over u. Without correlation these are the
    product and the convolution of the images' own; at 1 all images stand at the same level of their distributions, and
    :math:`P(\\max_j Y_j \\le y) = \\min_j F_j(y)`.

    The images are taken as independent unless `correlation` says otherwise. What misleads all forecasts of a patient
    alike, such as an exposure, does not cancel in the mean: intervals of the mean are then too narrow, and the worst
    image is held to be worse than it is. :func:`patient_correlation` estimates it where truths are known.

    Parameters
    ----------
    forecast : Forecast or GridDistribution
        One distribution for each image. Of grades that are names hand in their places,
        ``GridDistribution(None, forecast.cdf)``.
    groups : array-like of shape (n_images,)
        The patient of each image.
    correlation : float, default=0.0
        Of the normal scores of a patient's images: 0 (independent) to 0.99, or 1 (all at the same level).

    Returns
    -------
    PatientForecast
        ``worst``, ``means`` and ``frame()``.

    Raises
    ------
    ValueError
        For a forecast without distributions of numbers, patients that are missing or differ in number from the images,
        and a correlation out of its range.

    See Also
    --------
    RauForecaster : The score of a visit, from its joints.

    Notes
    -----
    A mean can take the values of a grid of even steps that holds all points of the forecasts' grid. Where there is none
    of at most 1000 steps, points are moved to the nearest of 1000, for the mean alone.

    References
    ----------
    D. X. Li, "On default correlation: a copula function approach", Journal of Fixed Income 9, 2000; L. Andersen,
    J. Sidenius, S. Basu, "All your hedges in one basket", Risk, November 2003 (sums given the factor); J. Dhaene,
    M. Denuit, M. J. Goovaerts, R. Kaas, D. Vyncke, "The concept of comonotonicity in actuarial science and finance:
    theory", Insurance: Mathematics and Economics 31, 2002 (correlation 1).

    Examples
    --------
    >>> from skerosion.forecasts import Forecast
    >>> from skerosion.visits import pool_by_patient
    >>> knees = Forecast.of_probabilities([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.9, 0.1, 0.0]], classes=[0, 1, 2])
    >>> pool_by_patient(knees, ["P1", "P1", "P2"]).frame()[["n_images", "worst", "worst_low", "worst_high", "mean"]]
             n_images  worst  worst_low  worst_high  mean
    patient
    P1              2    1.0        0.0         2.0  0.75
    P2              1    0.0        0.0         1.0  0.10
    >>> pool_by_patient(knees, ["P1", "P1", "P2"], correlation=1).worst.cdf[0].round(2)
    array([0.2, 0.7, 1. ])
    """
    distribution = _distribution(forecast)
    rho = check_pooling(correlation)
    codes, patients = _patients(groups, len(distribution))
    worst = GridDistribution(distribution.grid, largest_of_units(distribution.cdf, codes, rho))
    means = list(means_of_units(distribution, codes, rho))
    return PatientForecast(patients, np.bincount(codes), worst, means)


def patient_correlation(forecast: Any, y: Labels, groups: Groups):
    """Return how strongly the forecasts of a patient's images err together, for :func:`pool_by_patient`.

    The correlation of the normal scores :math:`\\Phi^{-1}(F_j(Y_j))` of the images of a patient, by maximum likelihood:
    a truth on a grid says only between which two levels the score lies, as for :class:`RauForecaster`.

    Parameters
    ----------
    forecast : Forecast or GridDistribution
        Of images that the estimator was not fitted on, such as out-of-fold forecasts: on its training images a network
        errs too little.
    y : array-like of shape (n_images,)
        The truths, within the grid or among the classes.
    groups : array-like of shape (n_images,)
        The patient of each image.

    Returns
    -------
    float
        From 0 to 0.99.

    Raises
    ------
    ValueError
        Where no patient has two images, and for rows that differ in number.

    Warns
    -----
    UserWarning
        Where fewer than 10 patients have two images.

    References
    ----------
    P. X.-K. Song, M. Li, Y. Yuan, "Joint regression analysis of correlated data using Gaussian copulas", Biometrics
    65, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.forecasts import GridDistribution
    >>> from skerosion.visits import patient_correlation
    >>> rng = np.random.default_rng(0)
    >>> patients = np.repeat(np.arange(400), 5)
    >>> errors = np.sqrt(0.4) * rng.normal(size=400)[patients] + np.sqrt(0.6) * rng.normal(size=2000)
    >>> grades = np.digitize(errors, [-0.674, 0, 0.674])
    >>> forecast = GridDistribution(None, np.tile([0.25, 0.5, 0.75, 1], (2000, 1)))
    >>> round(patient_correlation(forecast, grades, patients), 1)
    0.4
    """
    forecast = Forecast.of_distribution(forecast) if isinstance(forecast, GridDistribution) else forecast
    y = np.asarray(y)
    if y.shape != (len(forecast),):
        raise ValueError(f"y must hold one truth for each of the {len(forecast)} images, got shape {y.shape}.")
    codes, _ = _patients(groups, len(forecast))
    _check_pairs(np.bincount(codes))
    cdf = np.column_stack([np.zeros(len(y)), forecast.cdf])
    # Column 0 of this one is below everything; a truth between two points counts as the upper one.
    below, rows = forecast.columns_of(y)[0] + 1, np.arange(len(y))
    return estimate_correlation(cdf[rows, below], cdf[rows, below + 1], below, cdf.shape[1] - 1, codes)


def _check_pairs(n_images):
    pairs = int((n_images > 1).sum())
    if not pairs:
        raise ValueError(
            f"groups must hold a patient with two images to estimate a correlation, got {len(n_images)} patients with "
            "one image each."
        )
    if pairs < _FEWEST_PATIENTS:
        warnings.warn(
            f"learned from {counted(pairs, 'patient')} with two images or more; {_FEWEST_PATIENTS} are the "
            "least to learn from.",
            stacklevel=3,
        )


def check_pooling(correlation):
    """Return the correlation of pooled images as a float; besides what the copula of a factor can have, it may be 1."""
    if isinstance(correlation, Real) and not isinstance(correlation, bool) and correlation == 1:
        return 1.0
    try:
        return check_correlation(correlation)
    except ValueError as error:
        raise ValueError(
            f"correlation must lie between 0 (independent) and {HIGHEST}, or be 1 (all at the same level), got "
            f"{correlation!r}; patient_correlation estimates it from forecasts whose truths are known."
        ) from error


def _distribution(forecast):
    distribution = getattr(forecast, "distribution", forecast)
    if distribution is forecast and not isinstance(forecast, GridDistribution):
        kind = type(forecast).__name__
        raise TypeError(f"forecast must be what forecast_of(estimator, X) returns, or a GridDistribution, got {kind}.")
    if distribution is None:
        raise ValueError(
            "forecast must hold distributions of numbers, got values alone or grades that are names; of names in their "
            "order hand in their places, GridDistribution(None, forecast.cdf)."
        )
    return distribution


def _patients(groups, n_images):
    """Return the number of each image's patient and the patients, in the order in which they first appear."""
    keys = as_keys(groups)
    if len(keys) != n_images:
        raise ValueError(f"groups must name the patient of each of the {n_images} images, got {len(keys)}.")
    if (missing := keys == "").any():
        raise ValueError(f"groups must be known for each image, got {missing.sum()} missing, row {missing.argmax()}.")
    return pd.factorize(keys)
