"""Ensembles: several estimators, or one from several seeds, averaged in what they predict for sure and in doubt."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from skerosion._private_sklearn import Composition
from skerosion._types import Any, ArrayLike, Seed
from skerosion._validation import ESTIMATOR, SEED, Whole, check_parameter, check_parameters, checked_later
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import (
    CV_RULE,
    Samples,
    check_one_order,
    given_order,
    held_out_splits,
    hold_out,
    is_share,
)
from skerosion.estimators._orders import check_in_order
from skerosion.estimators._settings import seed_of, with_seeds
from skerosion.estimators._simplex import crps_weights, log_weights
from skerosion.forecasts import Forecast, forecast_of, union_of_classes

_WEIGHTS = ("equal", "crps", "log")


class ForecastEnsemble(Forecaster, Composition):
    """Ensemble that averages the probabilities, or the CDFs, of its members.

    Members that disagree make a distribution wider than any of them, which is what their disagreement means. By the
    convexity of the CRPS and of the logarithmic score it is never worse than its members are on average.

    Parameters
    ----------
    estimators : estimator or list of (str, estimator)
        The members, with their names: all classifiers of the same grades, or all regressors that predict a
        distribution.
    n_seeds : int, default=1
        How often each member is fitted, each time from another seed. Fits follow one another, so that those of one
        network share its compiled program. 1 leaves the ``random_state`` of a member as it is.
    weights : {"equal", "crps", "log"} or array-like of shape (n_members,), default="equal"
        Weights of the averages: alike; those of the least CRPS, or logarithmic score, of the ensemble on held-out
        patients; or given ones. With `n_seeds`, the seeds of one member share its weight alike.
    cv : "prefit", float, int or splitter, default=0.2
        Where held-out patients come from, for weights that are fitted. A share: the members are fitted on the rest.
        A number of folds or a splitter: the forecasts of all its held-out parts together, after which all members are
        fitted on all rows. By patient wherever patients are known. ``"prefit"`` takes fitted members, whatever the
        weights.
    random_state : int, RandomState or None, default=None
        What the seeds of the members are derived from; it draws the share too.

    Attributes
    ----------
    estimators_ : list of estimator
        The fitted members: for each name, its seeds.
    weights_ : ndarray of shape (n_members,)
        Weights of the averages, at least 0, with a sum of 1.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order: that of the first member whose ``classes`` give one. Only of classifiers.

    References
    ----------
    B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and scalable predictive uncertainty estimation using deep
    ensembles", NeurIPS 2017; T. Thorey, V. Mallet, P. Baudin, "Online learning with the continuous ranked probability
    score for ensemble forecasting", QJRMS 143, 2017 (weights by the CRPS).

    Notes
    -----
    CDFs are averaged, not quantiles: an average of quantiles is no wider than its members, whatever they say.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.estimators import ForecastEnsemble
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1, 2], 50)
    >>> X = y[:, None] + rng.normal(scale=0.5, size=(150, 1))
    >>> members = [("prior", DummyClassifier()), ("logistic", LogisticRegression())]
    >>> ForecastEnsemble(members, weights="crps", cv=5).fit(X, y).weights_
    array([0., 1.])
    """

    # Members and their weights are checked together.
    _rules = {
        "estimators": checked_later,
        "n_seeds": (Whole(1),),
        "weights": checked_later,
        "cv": CV_RULE,
        "random_state": SEED,
    }

    def __init__(
        self,
        estimators: Any,
        *,
        n_seeds: int = 1,
        weights: str | ArrayLike = "equal",
        cv: Any = 0.2,
        random_state: Seed = None,
    ):
        self.estimators = estimators
        self.n_seeds = n_seeds
        self.weights = weights
        self.cv = cv
        self.random_state = random_state

    def get_params(self, deep=True):
        """Get the parameters, with ``deep`` those of the members too, by name.

        Parameters
        ----------
        deep : bool, default=True

        Returns
        -------
        dict of str to any
        """
        return self.get_params_of("estimators", deep) if self._has_names() else super().get_params(deep)

    def set_params(self, **params):
        """Set parameters; a member itself, or one of its parameters, by its name.

        Parameters
        ----------
        **params : dict

        Returns
        -------
        self
        """
        if self._has_names():
            self.set_params_of("estimators", **params)
            return self
        return super().set_params(**params)

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the members, and weights on patients that were held out.

        Parameters
        ----------
        X : ImageRows or array-like
            As the members take it.
        y : array-like of shape (n,)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows, for the members and for the score.
        groups : array-like of shape (n,), optional
            Patients, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For members without names or distributions, of two kinds or given two orders of their grades, and for an
            unknown `n_seeds`, `weights` or `cv`.
        """
        named = self._named()
        self._check_parameters([estimator for _, estimator in named])
        samples = Samples.of(X, y, sample_weight, groups)
        self._order = samples.order
        members = self._seeded(named)
        if isinstance(self.weights, str) and self.weights != "equal":
            self._fit_with_weights(members, samples)
        else:
            fitted = members if self._is_prefit() else [samples.fit(member) for member in members]
            given = np.ones(len(named)) if isinstance(self.weights, str) else np.asarray(self.weights, dtype=float)
            self.estimators_, self.weights_ = fitted, self._shared(given)
        if is_classifier(self):
            known = [forecast_of(one, samples.take([0]).X) for one in self.estimators_]
            self.classes_ = union_of_classes(known, self._known_order())
        return self

    def _fit_with_weights(self, members, samples):
        seed = None if self.random_state is None else seed_of(self.random_state)
        # One split for all members: their weights are judged on the same rows.
        splits = held_out_splits(samples, self.cv, members[0], seed)
        held_out = [hold_out(one, samples, splits, refit=not is_share(self.cv)) for one in members]
        forecasts = [part.forecast for part in held_out]
        # The seeds of a member count as one: their average is what gets a weight.
        averages = [
            Forecast.average(forecasts[start : start + self._copies()])
            for start in range(0, len(forecasts), self._copies())
        ]
        first, weights = held_out[0], held_out[0].rows.unit_weight()
        if self.weights == "crps" and is_classifier(self):
            check_in_order(self, union_of_classes(averages, self._known_order()), self._known_order())
        fit_weights = crps_weights if self.weights == "crps" else log_weights
        shares = fit_weights(*_on_common_columns(averages, self._graded(first.y), self._known_order()), weights)
        self.estimators_, self.weights_ = [part.estimator for part in held_out], self._shared(shares)

    def _known_order(self):
        return self.classes if self._order is None else self._order

    def _shared(self, weights):
        return np.repeat(weights / weights.sum() / self._copies(), self._copies())

    def _named(self):
        if not self._has_names():
            return [("estimator", self.estimators)]
        for member in self.estimators:
            if not isinstance(member, (list, tuple)) or len(member) != 2:
                raise ValueError(
                    f"estimators must be an estimator or a list of (name, estimator) pairs, got {member!r} in the "
                    f"list; pass it with a name, such as ('first', {member!r})."
                )
        return self.estimators

    def _has_names(self):
        return isinstance(self.estimators, (list, tuple))

    def _is_prefit(self):
        return isinstance(self.cv, str) and self.cv == "prefit"

    def _copies(self):
        return 1 if self._is_prefit() else self.n_seeds

    def _seeded(self, named):
        """Return the members to fit: each as often as there are seeds."""
        if self._is_prefit():
            for _, estimator in named:
                check_is_fitted(estimator)
        if self._copies() == 1:
            return [estimator for _, estimator in named]
        # Members of different kinds share the seeds, so that they differ by their kind alone.
        first = seed_of(self.random_state)
        return [one for _, estimator in named for one in with_seeds(estimator, self.n_seeds, first)]

    def _check_parameters(self, estimators):
        check_parameters(self)
        for estimator in estimators:
            check_parameter("estimators", estimator, ESTIMATOR)
        if self._has_names():
            self.check_names([name for name, _ in self.estimators])
        for estimator in estimators:
            check_gives_distribution(estimator)
        if len({is_classifier(estimator) for estimator in estimators}) != 1:
            raise ValueError("estimators must be at least one and of one kind; GradedRegressor makes one a classifier.")
        check_one_order(estimators)
        self._check_weights(len(estimators))

    def _check_weights(self, n_members):
        if isinstance(self.weights, str):
            if self.weights not in _WEIGHTS:
                raise ValueError(f"weights must be one of {_WEIGHTS} or a number for each, got {self.weights!r}.")
            return
        try:
            weights = np.asarray(self.weights, dtype=float)
        except (TypeError, ValueError):
            weights = np.empty(0)
        if weights.shape != (n_members,) or not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any():
            raise ValueError(
                f"weights must be one of {_WEIGHTS} or {n_members} numbers of at least 0 and not all 0, got "
                f"{self.weights!r}."
            )

    def forecast(self, X):
        """Predict once with each member and return all that follows from it.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        Forecast
            Of the averaged probabilities or distributions; decided as the first member does, or as the first that was
            given the order of the grades.
        """
        check_is_fitted(self, "estimators_")
        # Members of weight 0 need not be asked.
        voters = [(one, weight) for one, weight in zip(self.estimators_, self.weights_, strict=True) if weight > 0]
        forecasts = [forecast_of(one, X) for one, _ in voters]
        weights = [weight for _, weight in voters]
        return self._decided(Forecast.average(forecasts, weights, getattr(self, "classes_", None)))

    def _leader(self):
        members = self.__dict__["estimators_"] if "estimators_" in self.__dict__ else [one for _, one in self._named()]
        # Names of grades tell no order, so a member that was given one leads those that sort them.
        return next((one for one in members if given_order(one) is not None), members[0])


def _on_common_columns(forecasts, y, order):
    """Return the probabilities of all members on the same classes or points, the targets' columns and the widths."""
    # Pooled, the parts are put on all columns; taken apart again, there is one for each member.
    pooled = Forecast.concatenate(forecasts, order)
    below, _ = pooled.columns_of(np.tile(y, len(forecasts)))
    pmf = pooled.pmf.reshape(len(forecasts), len(y), -1)
    n_columns = pmf.shape[2]
    widths = np.ones(n_columns - 1) if pooled.is_of_classes else np.diff(pooled.distribution.grid)
    return pmf, below[: len(y)] + 1, widths
