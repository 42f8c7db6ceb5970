"""Scorers by name for ``scoring=``: all scores from a single prediction, greater is always better."""

import difflib
import inspect
from functools import partial

from sklearn import metrics as of_scikit_learn
from sklearn.utils.metadata_routing import MetadataRequest

from skerosion._types import Any, Bins, Labels
from skerosion.forecasts import forecast_of_step, last_step
from skerosion.grades import bin_edges
from skerosion.metrics._answers import Answered
from skerosion.metrics._evaluation import Evaluation
from skerosion.metrics._metric import Metric, find_metric, list_metrics, naming_own
from skerosion.metrics._weights import scoring_weights


def _by_metric(metric, evaluation, X, sample_weight):
    """Score by a metric of the table; an error counts negative."""
    if metric.score is not None:
        value = metric.score(evaluation, sample_weight)
    else:
        y_true, y_pred, labels = evaluation.read(metric.reads)
        with naming_own(metric.function):
            value = _weighted(metric.given(labels=labels), y_true, y_pred, sample_weight)
    return -value if metric.better == "lower" else value


def _by_function(function, evaluation, X, sample_weight):
    """Score by a user's function of targets and predictions as ``predict`` gives them."""
    return _weighted(function, evaluation.y_true, evaluation.forecast.prediction, sample_weight)


def _by_scorer(scorer, evaluation, X, sample_weight):
    """Score by a scorer, from the forecast there is; one of scikit-learn asks an estimator of others itself."""
    if isinstance(scorer, Scorer):
        weights = scoring_weights(X, sample_weight, scorer._sample_weight_request)
        scores = scorer._of_forecast(evaluation.step, evaluation.forecast, X, evaluation.y_true, weights)
        return scores[scorer.names[0]]
    settings = {} if sample_weight is None else {"sample_weight": sample_weight}
    return scorer(Answered.of(evaluation.step, evaluation.forecast), X, evaluation.y_true, **settings)


def _weighted(function, y_true, y_pred, sample_weight):
    """Call a metric, with weights where there are any; one that cannot weigh is told so."""
    if sample_weight is None:
        return function(y_true, y_pred)
    if "sample_weight" not in inspect.signature(function).parameters:
        raise ValueError(f"sample_weight needs a metric that accepts sample_weight, got {function!r}; leave it out.")
    return function(y_true, y_pred, sample_weight=sample_weight)


def _scores():
    """Return the scores by their names: a search maximises, so an error is called by what it is, negated."""
    found = [find_metric(name) for reads in ("grades", "numbers", "distributions") for name in list_metrics(reads)]
    signs = {"higher": "", "lower": "neg_"}
    return {signs[each.better] + each.name: each for each in found if each.better in signs}


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
    return sorted(_scores())


def scorers(*names: Any, bins: Bins = None, zero_threshold: float = 0, labels: Labels = None, **own: Any):
    """Return one callable for ``scoring=`` that gives several scores from a single prediction.

    Parameters
    ----------
    *names : str
        Scores, see :func:`list_scorers`, or scorers of scikit-learn such as ``"balanced_accuracy"``. Greater is better
        throughout: ``"neg_crps"`` is minus the CRPS, and so is its friendly form ``"crps"``, which only names the
        result otherwise.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        How a regressor's numbers fall into grades, for the scores of grades; None takes the ``bins`` of the
        estimator, and without those rounds to the nearest grade, where targets are integers. The number is the
        median of a predicted distribution, else the prediction. Classifiers predict grades and need none.
    zero_threshold : float, default=0
        With bins, predicted numbers up to here are grade 0: a continuous prediction is never exactly 0.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; None takes the ``classes`` of the estimator. Needed where grades are strings and the
        estimator does not know their order.
    **own : callable, Metric or str
        Scores under names of your own: ``metric(y_true, y_pred)`` of targets and predictions as ``predict`` gives them,
        whose greater values must be the better ones; a scorer ``scorer(estimator, X, y)``, such as
        :func:`sklearn.metrics.make_scorer` makes; a :class:`Metric`, whose errors are negated; or the name of a score.

    Returns
    -------
    Scorers
        ``scorer(estimator, X, y_true, sample_weight=None)`` -> dict of name to float, for GridSearchCV with ``refit``
        set to one of the names, and for cross_validate. Where scikit-learn wants a mapping it is one, of name to
        scorer, each of which forecasts anew: ``{"auc": "roc_auc", **scorers("quadratic_kappa")}``.

        It pickles, and takes part in metadata routing: ``set_score_request(sample_weight=True)``. Weights that ride on
        :class:`ImageRows` weigh the training; as scikit-learn's own scorers, these weigh by them only where that was
        asked for, and say so where it was not.

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
    >>> def never_too_high(y_true, y_pred):
    ...     return (y_pred <= y_true).mean()
    >>> scoring = scorers("quadratic_kappa", "balanced_accuracy", mine=never_too_high)
    >>> scoring(DummyClassifier(strategy="constant", constant=1).fit([[0]] * 12, y), [[0]] * 12, y)
    {'quadratic_kappa': 0.0, 'balanced_accuracy': 0.25, 'mine': 0.75}
    """
    return Scorers(names, bins=bins, zero_threshold=zero_threshold, labels=labels, own=own)


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

    def __init__(self, names, *, bins=None, zero_threshold=0, labels=None, own=None):
        own = own or {}
        if not (names or own):
            raise ValueError(f"names must hold at least one score, got none; there are {list_scorers()}.")
        self.names, self.own = (*names, *own), own
        self._scores = {name: _named(name) for name in names} | {name: _own(name, each) for name, each in own.items()}
        bin_edges(bins)
        self.bins, self.zero_threshold, self.labels = bins, zero_threshold, labels
        self._sample_weight_request = None

    def __call__(self, estimator, X, y_true, sample_weight=None):
        """Return the scores of a fitted estimator by name."""
        sample_weight = scoring_weights(X, sample_weight, self._sample_weight_request)
        step, X = last_step(estimator, X)
        return self._of_forecast(step, forecast_of_step(step, X), X, y_true, sample_weight)

    def _of_forecast(self, step, forecast, X, y_true, sample_weight):
        """Return the scores by name from the forecast there is."""
        evaluation = Evaluation(y_true, step, forecast, self.bins, self.zero_threshold, self.labels)
        return {name: float(score(evaluation, X, sample_weight)) for name, score in self._scores.items()}

    def keys(self):
        """Return the names, as a mapping has them."""
        return self._scores.keys()

    def __iter__(self):
        return iter(self._scores)

    def __getitem__(self, name):
        """Return the scorer of one name, see :func:`get_scorer`."""
        if name not in self._scores:
            raise KeyError(name)
        names, own = ((), {name: self.own[name]}) if name in self.own else ((name,), None)
        one = Scorer(names, bins=self.bins, zero_threshold=self.zero_threshold, labels=self.labels, own=own)
        return one.set_score_request(sample_weight=self._sample_weight_request)

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
        names = [repr(name) for name in self.names if name not in self.own]
        settings = {"bins": self.bins, "zero_threshold": self.zero_threshold, "labels": self.labels} | self.own
        return f"scorers({', '.join([*names, *(f'{name}={value!r}' for name, value in settings.items())])})"


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
        return "get_scorer" + super().__repr__().removeprefix("scorers")


def _named(name):
    """Return the score of a name: of the table, by its friendly form too, or a scorer of scikit-learn."""
    scores = _scores()
    friendly = {each.name: each for each in scores.values()}
    if metric := scores.get(name, friendly.get(name)):
        return partial(_by_metric, metric)
    others = of_scikit_learn.get_scorer_names()
    if name in others:
        return partial(_by_scorer, of_scikit_learn.get_scorer(name))
    hint = _hint(name, [*scores, *friendly, *others])
    raise ValueError(f"names must be scores that list_scorers() or scikit-learn names, got {name!r}; {hint}")


def _hint(name, known):
    """Return what helps where no score has a name."""
    if name in list_metrics():
        return "it is not a score: scores read grades, numbers or distributions, and higher or lower is better."
    close = difflib.get_close_matches(str(name), known)
    return f"did you mean {close[0]!r}?" if close else f"there are {list_scorers()}, and scikit-learn's."


def _own(name, given):
    """Return the score of a user: by a metric, a scorer, a function, or another name of a known one."""
    if isinstance(given, str):
        return _named(given)
    if isinstance(given, Metric):
        if given.better not in ("higher", "lower"):
            raise ValueError(f"{name} must be better when higher or lower to be a score, got better={given.better!r}.")
        return partial(_by_metric, given)
    if not callable(given):
        raise TypeError(f"{name} must be a callable, a Metric or the name of a score, got {given!r}.")
    return partial(_by_scorer if _is_scorer(given) else _by_function, given)


def _is_scorer(function):
    """Tell ``scorer(estimator, X, y)`` from ``metric(y_true, y_pred)`` by how many arguments it cannot do without."""
    if isinstance(function, Scorer):
        return True
    asked = inspect.signature(function).parameters.values()
    needed = [each for each in asked if each.default is each.empty and each.kind is not each.KEYWORD_ONLY]
    return len([each for each in needed if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]) >= 3
