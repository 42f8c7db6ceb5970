"""Scorers by name for ``scoring=``: all scores from a single prediction, greater is always better."""

import difflib
from functools import partial

import numpy as np
from sklearn.metrics import accuracy_score, mean_absolute_error, mean_squared_error
from sklearn.utils.metadata_routing import MetadataRequest

from skerosion.forecasts import forecast_of_step, last_step
from skerosion.grades import bin_edges
from skerosion.metrics._checks import check_weights
from skerosion.metrics._crps import skill_of
from skerosion.metrics._evaluation import Evaluation
from skerosion.metrics._grades import (
    class_normalized_accuracy,
    linear_kappa,
    macro_mae,
    quadratic_kappa,
    within_one_accuracy,
)
from skerosion.metrics._weights import scoring_weights

__all__ = ["Scorers", "get_scorer", "list_scorers", "scorers"]


def _of_grades(metric, sign, evaluation, sample_weight):
    """Score grades in their order."""
    true, pred, labels = evaluation.grades
    return sign * metric(true, pred, labels=labels, sample_weight=sample_weight)


def _accuracy(evaluation, sample_weight):
    """Return the share of rows whose grade is right."""
    true, pred, _ = evaluation.grades
    return accuracy_score(true, pred, sample_weight=sample_weight)


def _of_numbers(metric, evaluation, sample_weight):
    """Score numbers by an error."""
    return -metric(*evaluation.numbers, sample_weight=sample_weight)


def _neg_crps(unit, evaluation, sample_weight):
    """Score distributions by their CRPS."""
    rows = evaluation.crps_rows(unit)
    return -np.average(rows, weights=check_weights(sample_weight, len(rows)))


def _crps_skill(evaluation, sample_weight):
    """Score distributions by their skill against the marginal distribution of the scored targets."""
    rows, reference = evaluation.crps_rows("normalized"), evaluation.reference_rows(sample_weight)
    weights = check_weights(sample_weight, len(rows))
    return skill_of(np.average(rows, weights=weights), np.average(reference, weights=weights))


_SCORES = {
    "accuracy": _accuracy,
    "class_normalized_accuracy": partial(_of_grades, class_normalized_accuracy, 1),
    "within_one_accuracy": partial(_of_grades, within_one_accuracy, 1),
    "quadratic_kappa": partial(_of_grades, quadratic_kappa, 1),
    "linear_kappa": partial(_of_grades, linear_kappa, 1),
    "neg_macro_mae": partial(_of_grades, macro_mae, -1),
    "neg_mae": partial(_of_numbers, mean_absolute_error),
    "neg_mse": partial(_of_numbers, mean_squared_error),
    "neg_crps": partial(_neg_crps, "normalized"),
    "neg_crps_points": partial(_neg_crps, "points"),
    "crps_skill": _crps_skill,
}
# A search maximises, so an error asked for by its plain name is the negated one too.
_ALIASES = {name.removeprefix("neg_"): name for name in _SCORES if name.startswith("neg_")}


def list_scorers():
    """Return the names that :func:`scorers` and :func:`get_scorer` know.

    Returns
    -------
    list of str
        Errors carry ``neg_``, as in scikit-learn; without it they are accepted and mean the same.

    Examples
    --------
    >>> from skerosion.metrics import list_scorers
    >>> [name for name in list_scorers() if "crps" in name]
    ['crps_skill', 'neg_crps', 'neg_crps_points']
    """
    return sorted(_SCORES)


def scorers(*names, bins=None, zero_threshold=0, labels=None):
    """Return one callable for ``scoring=`` that gives several scores from a single prediction.

    Parameters
    ----------
    *names : str
        Scores, see :func:`list_scorers`. Greater is better throughout: ``"neg_crps"`` is minus the CRPS, and so is
        its friendly form ``"crps"``, which only names the result otherwise.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        How a regressor's numbers fall into grades, for the scores of grades; None takes the ``bins`` of the
        estimator, and without those rounds to the nearest grade, where targets are integers. The number is the
        median of a predicted distribution, else the prediction. Classifiers predict grades and need none.
    zero_threshold : float, default=0
        With bins, predicted numbers up to here are grade 0: a continuous prediction is never exactly 0.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; None takes the ``classes`` of the estimator. Needed where grades are strings and the
        estimator does not know their order.

    Returns
    -------
    Scorers
        ``scorer(estimator, X, y_true, sample_weight=None)`` -> dict of name to float, for GridSearchCV with ``refit``
        set to one of the names, and for cross_validate. It pickles, and takes part in metadata routing:
        ``set_score_request(sample_weight=True)``. Weights that ride on :class:`ImageRows` weigh the training; as
        scikit-learn's own scorers, these weigh by them only where that was asked for, and say so where it was not.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.model_selection import cross_validate
    >>> from skerosion.metrics import scorers
    >>> y = [0, 1, 2, 3] * 3
    >>> scoring = scorers("class_normalized_accuracy", "within_one_accuracy", "crps")
    >>> results = cross_validate(DummyClassifier(strategy="prior"), [[0]] * 12, y, cv=3, scoring=scoring)
    >>> results["test_within_one_accuracy"]
    array([0.5, 0.5, 0.5])
    >>> results["test_crps"].round(3)
    array([-0.156, -0.156, -0.156])
    """
    return Scorers(names, bins=bins, zero_threshold=zero_threshold, labels=labels)


def get_scorer(name, *, bins=None, zero_threshold=0, labels=None):
    """Return the scorer of one name, which gives a number.

    Parameters
    ----------
    name : str
        Score, see :func:`list_scorers`.
    bins, zero_threshold, labels
        As for :func:`scorers`.

    Returns
    -------
    Scorer
        ``scorer(estimator, X, y_true, sample_weight=None)`` -> float.

    Examples
    --------
    >>> from sklearn.dummy import DummyRegressor
    >>> from skerosion.metrics import get_scorer
    >>> regressor = DummyRegressor(strategy="constant", constant=30).fit([[0], [0]], [0, 50])
    >>> get_scorer("within_one_accuracy", bins="ratingen")(regressor, [[0], [0]], [0, 50])
    0.5
    """
    return Scorer((name,), bins=bins, zero_threshold=zero_threshold, labels=labels)


class Scorers:
    """Several scores of one forecast, see :func:`scorers`.

    Examples
    --------
    >>> from skerosion.metrics import scorers
    >>> scorers("quadratic_kappa", "mae", bins="ratingen")
    scorers('quadratic_kappa', 'mae', bins='ratingen', zero_threshold=0, labels=None)
    """

    def __init__(self, names, *, bins=None, zero_threshold=0, labels=None):
        if not names:
            raise ValueError(f"names must hold at least one score, got none; there are {list_scorers()}.")
        self.names = tuple(names)
        self._scores = {name: _SCORES[_known(name)] for name in self.names}
        bin_edges(bins)
        self.bins, self.zero_threshold, self.labels = bins, zero_threshold, labels
        self._sample_weight_request = None

    def __call__(self, estimator, X, y_true, sample_weight=None):
        """Return the scores of a fitted estimator by name."""
        sample_weight = scoring_weights(X, sample_weight, self._sample_weight_request)
        step, X = last_step(estimator, X)
        forecast = forecast_of_step(step, X)
        evaluation = Evaluation(y_true, step, forecast, self.bins, self.zero_threshold, self.labels)
        return {name: float(score(evaluation, sample_weight)) for name, score in self._scores.items()}

    def set_score_request(self, *, sample_weight):
        """Say whether weights are to weigh the scores: those routed through a search, or riding on the rows.

        Parameters
        ----------
        sample_weight : bool, str or None
            True to ask for them, False to score without, a string for another name. None refuses routed ones, and
            leaves out those that ride on :class:`ImageRows` with a warning.

        Returns
        -------
        self : Scorers
        """
        self._sample_weight_request = sample_weight
        return self

    def get_metadata_routing(self):
        """Return which metadata the scores ask for.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRequest
        """
        request = MetadataRequest(owner=self)
        request.score.add_request(param="sample_weight", alias=self._sample_weight_request)
        return request

    def __repr__(self):
        names = ", ".join(map(repr, self.names))
        return f"scorers({names}, bins={self.bins!r}, zero_threshold={self.zero_threshold!r}, labels={self.labels!r})"


class Scorer(Scorers):
    """One score of a forecast, as a number, see :func:`get_scorer`.

    Examples
    --------
    >>> from skerosion.metrics import get_scorer
    >>> get_scorer("neg_crps")
    get_scorer('neg_crps', bins=None, zero_threshold=0, labels=None)
    """

    def __call__(self, estimator, X, y_true, sample_weight=None):
        """Return the score of a fitted estimator."""
        return super().__call__(estimator, X, y_true, sample_weight)[self.names[0]]

    def __repr__(self):
        return "get_" + super().__repr__().replace("scorers", "scorer", 1)


def _known(name):
    """Return the name of a score without its friendly form, or tell what it may have been meant."""
    if name in _SCORES or name in _ALIASES:
        return _ALIASES.get(name, name)
    close = difflib.get_close_matches(str(name), [*_SCORES, *_ALIASES], n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {list_scorers()}; scikit-learn has its own."
    raise ValueError(f"names must be scores that list_scorers() names, got {name!r}; {hint}")
