"""Recalibration of what an estimator predicts, on patients that it was not fitted on."""

import warnings

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from skerosion._counted import counted
from skerosion._types import Any, Seed
from skerosion._validation import ESTIMATOR, SEED, Choice, check_parameters
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import CV_RULE, HeldOut, Samples, held_out_splits, hold_out, is_share
from skerosion.estimators._orders import check_in_order
from skerosion.estimators._recalibration import at_bound, fit_factors, fit_levels, fit_temperature, rescale, temper
from skerosion.forecasts import Forecast, GridDistribution, forecast_of, step_of
from skerosion.grades import cumulate, decide

_METHODS = ("temperature", "isotonic", "label_shift")
_LOSSES = ("auto", "log", "crps")
# With fewer held-out patients the correction follows chance: a temperature is one number, levels are a whole curve.
_FEWEST = {"temperature": 10, "isotonic": 100, "label_shift": 20}


class CalibratedForecaster(Forecaster):
    """Estimator whose predicted distributions are corrected on held-out patients: neither too sure nor too timid.

    It is a classifier or a regressor as the estimator inside is, decides as that one does, and can stand wherever it
    can: in a search, in an ensemble, under the scorers.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Classifier of grades in their order, or a regressor that predicts a distribution.
    method : {"temperature", "isotonic", "label_shift"}, default="temperature"
        ``"temperature"``: all probabilities to one power, which makes distributions sharper or flatter; one number,
        so a few patients suffice. ``"isotonic"``: a rising map of the levels of the CDF that makes the probability
        integral transform (PIT) of the held-out rows uniform, so that it corrects a bias too; it wants some hundred
        rows, and grades that stand in their order. ``"label_shift"``, of classes: each probability times a factor of
        its class, for patients among whom grades are rarer or more frequent than where the estimator was trained. A
        ``decision="balanced"`` of the estimator then divides by the shares of the held-out rows.
    loss : {"auto", "log", "crps"}, default="auto"
        What the temperature minimises: the logarithmic score, the CRPS, or the first for classes and the second for
        numbers.
    cv : "prefit", float, int or splitter, default=0.2
        Where held-out patients come from. ``"prefit"``: the estimator is fitted, and ``fit`` is given rows it has not
        seen. A share: one part is held out, the estimator is fitted on the rest. A number of folds or a splitter:
        the forecasts of all its held-out parts together, after which the estimator is fitted on all rows. By patient
        wherever patients are known.
    random_state : int, RandomState or None, default=None
        Draws the share.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator, not recalibrated.
    temperature_ : float or None
        Above 1 where the estimator was too sure. None with another method.
    levels_ : ndarray of shape (n_levels, 2) or None
        With ``"isotonic"``, levels of the predicted CDF and what they become.
    factors_ : ndarray of shape (n_classes,) or None
        With ``"label_shift"``, what the probability of each class is multiplied by, before they are rescaled.
    class_shares_ : ndarray of shape (n_classes,) or None
        With ``"label_shift"``, the share of each class that the factors lead to: that of the held-out rows, drawn a
        little towards what was predicted for them.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order. Only of classifiers.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017 (temperature);
    V. Kuleshov, N. Fenner, S. Ermon, "Accurate uncertainties for deep learning using calibrated regression", ICML
    2018 (levels); M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    probabilities", Neural Computation 14, 2002 (factors).

    Notes
    -----
    The levels are mapped by the averaged distribution of the PIT, which rises by itself: isotonic regression of the
    empirical distribution would return it unchanged. With a temperature the mean score on the held-out rows is never
    worse than before. Powers act on the probability of each grid point, so the grid should be an even one.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.estimators import CalibratedForecaster
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1, 2], 100)
    >>> X = y[:, None] + rng.normal(scale=1.5, size=(300, 1))
    >>> too_sure = LogisticRegression().fit(X, y)
    >>> too_sure.coef_, too_sure.intercept_ = 5 * too_sure.coef_, 5 * too_sure.intercept_
    >>> round(CalibratedForecaster(too_sure, cv="prefit").fit(X, y).temperature_)
    5
    """

    _rules = {
        "estimator": ESTIMATOR,
        "method": (Choice(_METHODS),),
        "loss": (Choice(_LOSSES),),
        "cv": CV_RULE,
        "random_state": SEED,
    }

    def __init__(
        self,
        estimator: Any,
        *,
        method: str = "temperature",
        loss: str = "auto",
        cv: Any = 0.2,
        random_state: Seed = None,
    ):
        self.estimator = estimator
        self.method = method
        self.loss = loss
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the estimator, and what corrects it on patients that were held out.

        Parameters
        ----------
        X : ImageRows or array-like
            As the estimator takes it.
        y : array-like of shape (n,)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Weights, for the estimator and for the correction.
        groups : array-like of shape (n,), optional
            Patients, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For an estimator without a distribution, an unknown `method`, `loss` or `cv`, or a splitter
            that has a patient on both sides.
        """
        self._check_parameters()
        samples = Samples.of(X, y, sample_weight, groups)
        splits = held_out_splits(samples, self.cv, self.estimator, self.random_state)
        held_out = hold_out(self.estimator, samples, splits, refit=not is_share(self.cv))
        classes = forecast_of(held_out.estimator, samples.take([0]).X).classes if is_classifier(self) else None
        return self._learn(held_out, classes, samples.order)

    def fit_forecast(self, forecast, y, sample_weight=None, groups=None):
        """Learn from what the fitted estimator has already said about rows that it had not seen.

        Parameters
        ----------
        forecast : Forecast
            Of the estimator, as `skerosion.forecasts.forecast_of` returns it.
        y : array-like of shape (n,)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Weights.
        groups : array-like of shape (n,), optional
            Patients, who are counted alone.

        Returns
        -------
        self
        """
        self._check_parameters()
        samples = Samples.of(np.zeros((len(forecast), 1), dtype=np.float32), y, sample_weight, groups)
        return self._learn(HeldOut(self.estimator, forecast, samples.y, samples.rows), forecast.classes, samples.order)

    def _learn(self, held_out, classes, order):
        if is_classifier(self):
            self.classes_ = np.asarray(classes)
            if self.method == "isotonic" or self.loss == "crps":
                check_in_order(step_of(held_out.estimator), self.classes_, order)
        self._correct(held_out)
        # After the fit of the correction, so that the warning can name what it came to.
        self._warn_of_little(held_out.rows)
        self.estimator_ = held_out.estimator
        return self

    def _warn_of_little(self, rows):
        """Warn of a correction that hangs on too few rows, naming how many there were."""
        unit = "row" if rows.groups is None else "patient"
        n_units = len(rows) if rows.groups is None else len(np.unique(rows.groups))
        if self.temperature_ is not None and at_bound(self.temperature_):
            doubt = f"temperature_ is {self.temperature_:.3g}, the end of what is tried"
        elif n_units < _FEWEST[self.method]:
            doubt = f"method={self.method!r} wants {_FEWEST[self.method]} of them"
            doubt += "" if self.temperature_ is None else f", temperature_ is {self.temperature_:.3g}"
        else:
            return
        warnings.warn(
            f"the correction was learned from {counted(n_units, f'held-out {unit}')} ({counted(len(rows), 'row')}): "
            f"{doubt}. Hold more out, or leave the estimator as it is.",
            stacklevel=3,
        )

    def _check_parameters(self):
        check_parameters(self)
        check_gives_distribution(self.estimator)
        if self.method == "label_shift" and not is_classifier(self):
            raise ValueError("method must be 'temperature' or 'isotonic' for a regressor, got 'label_shift'.")

    def _correct(self, held_out):
        forecast, weights = held_out.forecast, held_out.rows.unit_weight()
        below, at = forecast.columns_of(self._graded(held_out.y))
        self.temperature_ = self.levels_ = self.factors_ = self.class_shares_ = None
        if self.method == "isotonic":
            cdf, rows = forecast.cdf, np.arange(len(below))
            # Of the first point nothing lies below.
            before = np.where(below >= 0, cdf[rows, np.maximum(below, 0)], 0)
            self.levels_ = np.column_stack(fit_levels(before, cdf[rows, at], weights))
            return
        if self.method == "label_shift":
            self.factors_, self.class_shares_ = fit_factors(forecast.pmf, at, weights)
            return
        # The loss that the networks of each kind were trained on.
        loss = {True: "log", False: "crps"}[forecast.is_of_classes] if self.loss == "auto" else self.loss
        pmf = forecast.pmf
        widths = np.ones(pmf.shape[1] - 1) if forecast.is_of_classes else np.diff(forecast.distribution.grid)
        # A target between two points counts for the upper one, as in training.
        self.temperature_ = fit_temperature(pmf, below + 1, weights, loss, widths)

    def forecast(self, X):
        """Predict once and return all that follows from it.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        Forecast
            Recalibrated prediction, probabilities and distribution.
        """
        check_is_fitted(self, "estimator_")
        return self.recalibrate(forecast_of(self.estimator_, X))

    def recalibrate(self, forecast):
        """Correct what the estimator inside has already said.

        Parameters
        ----------
        forecast : Forecast
            Of the estimator, not corrected.

        Returns
        -------
        Forecast
        """
        check_is_fitted(self, "estimator_")
        pmf, cdf = self._recalibrate(forecast)
        if forecast.is_of_classes:
            return self._decided(Forecast.of_probabilities(pmf, forecast.classes))
        return self._decided(Forecast.of_distribution(GridDistribution(forecast.distribution.grid, cdf)))

    def _recalibrate(self, forecast):
        if self.temperature_ is not None:
            pmf = temper(forecast.pmf, self.temperature_)
            return pmf, cumulate(pmf)
        if self.levels_ is None:
            pmf = rescale(forecast.pmf, self.factors_)
            return pmf, cumulate(pmf)
        cdf = np.interp(forecast.cdf, *self.levels_.T)
        return np.diff(cdf, axis=1, prepend=0), cdf

    def _decide(self, probabilities):
        if getattr(self, "factors_", None) is None or not _balances(self):
            return super()._decide(probabilities)
        # The estimator inside knows the shares of its own training rows, which no longer hold.
        return decide(probabilities, "balanced", self.class_shares_)


def _balances(step):
    """Whether the estimator inside that decides, however deep, divides by shares."""
    while not hasattr(step, "decision") and isinstance(step, Forecaster):
        step = step_of(step._leader())
    decision = getattr(step, "decision", None)
    return isinstance(decision, str) and decision == "balanced"
