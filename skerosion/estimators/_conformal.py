"""Intervals and sets of grades with a coverage that holds whatever the estimator does: conformal prediction."""

import warnings
from numbers import Real

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skerosion._counted import counted
from skerosion._keys import unique_keys
from skerosion._types import Any, Seed
from skerosion._validation import ESTIMATOR, SEED, Choice, check_parameters
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import CV_RULE, Samples, held_out_splits, hold_out
from skerosion.estimators._orders import check_in_order
from skerosion.estimators._prediction_sets import (
    central_ends,
    central_scores,
    outward_scores,
    within,
)
from skerosion.forecasts import conformal_threshold, forecast_of, positions_at_or_above, predicts_distribution, step_of
from skerosion.grades import class_positions, grades_of

_GUARANTEES = ("row", "patient")
# What rounding leaves of a whole number of patients.
_ROUNDING = 1e-9


class ConformalForecaster(Forecaster):
    """Estimator with prediction intervals and sets of neighbouring grades that hold the truth as often as they claim.

    Held-out patients tell how far off the truth can be. With ``guarantee="row"`` the interval, or set, of a row
    drawn from a new patient holds its target with a probability of at least ``coverage``; with ``"patient"`` those
    of all rows of a new patient do so together. This is true for any estimator, however badly calibrated, as long as
    held-out and new patients are exchangeable, and rows within a patient are. It is an average over patients, not a
    promise for each kind of patient: in a simulation sets of 90 % held 94 % of the images of the lowest of five grades
    and 81 % of those of the highest. All other predictions are those of the estimator.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Classifier of grades in their order, or a regressor that predicts a distribution.
    guarantee : {"row", "patient"}, default="row"
        What is covered. Every patient counts once for rows too, however many joints were seen. Where patients are
        not known each row is one.
    cv : "prefit", float or splitter, default=0.2
        Where held-out patients come from. ``"prefit"``: the estimator is fitted, and ``fit`` is given rows it has not
        seen. A share, or the first split of a splitter: the estimator is fitted on the other rows. By patient
        wherever patients are known. The patients of a share are a plain random draw, by neither their grades nor how
        many joints they have: a draw that evens these out would leave patients that new ones are not exchangeable
        with. A splitter should draw likewise, as ``GroupShuffleSplit`` does.
    random_state : int, RandomState or None, default=None
        Draws the share.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    n_patients_ : int
        Held-out patients. With fewer than ``coverage / (1 - coverage)`` of them everything is possible: intervals
        reach from end to end of the grid and sets hold all grades.
    interval_scores_ : ndarray of shape (n_held_out,) or None
        Distance of each held-out target from the middle of its distribution, in levels of the CDF. None for classes.
    set_scores_ : ndarray of shape (n_held_out,)
        Predicted probability of the grades nearer to the most probable one than the true grade.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order: the columns of ``predict_set``.

    References
    ----------
    Y. Lee, R. F. Barber, R. Willett, "Distribution-free inference with hierarchical data", arXiv:2306.06342
    (patients); V. Chernozhukov, K. Wüthrich, Y. Zhu, "Distributional conformal prediction", PNAS 118, 2021
    (intervals); C. Lu, A. N. Angelopoulos, S. Pomerantz, "Improving trustworthiness of AI disease severity rating in
    medical imaging with ordinal conformal prediction sets", MICCAI 2022 (sets).

    Notes
    -----
    MAPIE and crepes would not fit here: both take rows, not patients, as exchangeable, and neither has sets without
    gaps or intervals from a predicted CDF of the user's own. Weights of rows reach the estimator only; the guarantee
    knows none.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.estimators import ConformalForecaster
    >>> rng = np.random.default_rng(0)
    >>> y, patients = rng.integers(5, size=600), np.repeat(np.arange(100), 6)
    >>> X = y[:, None] + rng.normal(size=(600, 1))
    >>> conformal = ConformalForecaster(LogisticRegression(), cv=0.5, random_state=0).fit(X, y, groups=patients)
    >>> conformal.predict_set([[0.0], [2.1]], coverage=0.9).astype(int)
    array([[1, 1, 0, 0, 0],
           [0, 1, 1, 1, 0]])
    """

    _rules = {"estimator": ESTIMATOR, "guarantee": (Choice(_GUARANTEES),), "cv": CV_RULE, "random_state": SEED}

    def __init__(self, estimator: Any, *, guarantee: str = "row", cv: Any = 0.2, random_state: Seed = None):
        self.estimator = estimator
        self.guarantee = guarantee
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the estimator, and score the patients that were held out.

        Parameters
        ----------
        X : ImageRows or array-like
            As the estimator takes it.
        y : array-like of shape (n,)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Weights, for the estimator.
        groups : array-like of shape (n,), optional
            Patients, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For an estimator without a distribution, an unknown `guarantee` or `cv`, or a splitter that has
            a patient on both sides.
        """
        check_parameters(self)
        check_gives_distribution(self.estimator)
        samples = Samples.of(X, y, sample_weight, groups)
        splits = held_out_splits(samples, self.cv, self.estimator, self.random_state, exchangeable=True)
        # Forecasts of several folds belong to several estimators, for none of which the guarantee would hold.
        held_out = hold_out(self.estimator, samples, splits and splits[:1], refit=False)
        self._score(held_out, samples.order)
        self.estimator_ = held_out.estimator
        return self

    def _score(self, held_out, order):
        estimator, forecast, y = held_out.estimator, held_out.forecast, held_out.y
        # Without patients each row is its own: then rows must be exchangeable.
        groups = np.arange(len(y)) if held_out.rows.groups is None else held_out.rows.groups
        patients, self._patients = unique_keys(groups)
        self.n_patients_ = len(patients)
        self.classes_ = np.asarray(forecast.classes)
        scores = outward_scores(_probabilities(forecast))
        bins = getattr(step_of(estimator), "bins", None)
        if is_classifier(estimator):
            grades = y if bins is None else grades_of(y, bins)
            seen = self._seen(grades)
            check_in_order(step_of(estimator), self.classes_, order)
            at = class_positions(grades[seen], self.classes_)
            self.interval_scores_ = None
        else:
            self.interval_scores_ = central_scores(forecast.cdf, *forecast.columns_of(y))
            at = positions_at_or_above(forecast.distribution.grid, y) if bins is None else grades_of(y, bins)
            seen = np.ones(len(y), dtype=bool)
        # A grade that nobody else showed is in no set: a miss, whatever the threshold.
        self.set_scores_ = np.full(len(y), np.inf)
        self.set_scores_[seen] = scores[seen, at]

    def _seen(self, grades):
        """Tell which rows have a grade that the estimator knows, and warn of the others."""
        seen = np.isin(grades, self.classes_)
        if not seen.all():
            warnings.warn(
                f"{counted((~seen).sum(), 'held-out row')} with grades that the estimator was not fitted on, "
                f"{np.unique(grades[~seen]).tolist()}: no set holds them, and sets grow to make up for it. Name all "
                "grades to the estimator where it takes classes, or pass another cv or random_state.",
                UserWarning,
                stacklevel=4,
            )
        return seen

    def forecast(self, X):
        """Predict once and return all that follows from it, as the estimator does.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        Forecast
        """
        check_is_fitted(self, "estimator_")
        return forecast_of(self.estimator_, X)

    @available_if(predicts_distribution)
    def predict_interval(self, X, coverage=0.9):
        """Predict intervals that hold the target with at least a probability, whatever the estimator does.

        Parameters
        ----------
        X : as for ``fit``
        coverage : float in [0.5, 1), default=0.9
            Probability that the interval of a new row, or those of a new patient together, hold the truth.

        Returns
        -------
        ndarray of shape (n, 2)
            Lower and upper ends, grid points that belong to the interval; it holds the median. Of a classifier whose
            grades are numbers, the ends of the sets of :meth:`predict_set`.
        """
        forecast = self.forecast(X)
        if forecast.is_of_classes:
            threshold, grades = self._threshold(self.set_scores_, coverage), np.asarray(forecast.classes, dtype=float)
            # Sets have no gaps, so that their ends say it all.
            inside = within(outward_scores(_probabilities(forecast)), threshold)
            return np.column_stack(
                [np.where(inside, grades, np.inf).min(axis=1), np.where(inside, grades, -np.inf).max(axis=1)]
            )
        threshold, grid = self._threshold(self.interval_scores_, coverage), forecast.distribution.grid
        return np.column_stack([grid[end] for end in central_ends(forecast.cdf, threshold)])

    def predict_set(self, X, coverage=0.9):
        """Predict sets of neighbouring grades that hold the true one with at least a probability.

        Parameters
        ----------
        X : as for ``fit``
        coverage : float in [0.5, 1), default=0.9
            Probability that the set of a new row, or those of a new patient together, hold the truth.

        Returns
        -------
        ndarray of bool, shape (n, n_classes)
            Columns in the order of ``classes_``: grades, or the grid points of a regressor without bins. No row has
            a gap or is empty; the most probable grade is always in.
        """
        forecast = self.forecast(X)
        threshold = self._threshold(self.set_scores_, coverage)
        return within(outward_scores(_probabilities(forecast)), threshold)

    def _threshold(self, scores, coverage):
        if not isinstance(coverage, Real) or not 0.5 <= coverage < 1:
            raise ValueError(f"coverage must be at least 0.5 and below 1, got {coverage!r}; 90 % is 0.9.")
        # The threshold is the k-th smallest score with k = ceil((n + 1) coverage), which must not exceed n.
        needed = int(np.ceil(coverage / (1 - coverage) - _ROUNDING))
        if self.n_patients_ < needed:
            warnings.warn(
                f"{counted(self.n_patients_, 'held-out patient is', 'held-out patients are')} too few for "
                f"coverage={coverage:g}, which takes {needed}: every interval and set holds all there is. Hold more "
                "patients out, or pass a smaller coverage.",
                stacklevel=3,
            )
        return conformal_threshold(scores, self._patients, coverage, self.guarantee)


def _probabilities(forecast):
    """Return the probabilities of the grades, of a regressor those that its bins make."""
    return forecast.pmf if forecast.is_of_classes else np.asarray(forecast.probabilities, dtype=float)
