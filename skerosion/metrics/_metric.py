"""What a metric is, and where all are found: by name in scorers, tables and displays, by function in the bootstrap."""

import difflib
import inspect
import math
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from numbers import Real

READS = ("grades", "numbers", "distributions", "intervals")
"""What a metric can be told: decided grades, numbers, `GridDistribution`, or lower and upper ends."""

POINTS = ("mean", "median")
"""What number of a predicted distribution a metric of numbers can read in a table."""

TABLES = ("grades", "recalls", "values", "levels", "visits")
"""Where a metric can be a column: grades of a task, recalls of each grade, values of a task, values for each level of a
factor, scores of visits."""

_USUAL_TABLES = {"grades": ("grades", "recalls")}


@dataclass(frozen=True)
class Metric:
    """A metric with all that is to be known of it.

    Parameters
    ----------
    name : str
        By which scorers, tables and displays know it.
    title : str
        What tables and figures call it.
    function : callable
        ``function(y_true, y_pred)`` -> float. It may take ``labels``, the order of grades, and ``sample_weight``.
    reads : {"grades", "numbers", "distributions", "intervals"}
        What ``y_pred`` is.
    better : {"higher", "lower"}, float or None, default="higher"
        Which way is better; a number is the value to come near to, None says that no value is better by itself.
    sums : callable or None, default=None
        ``sums(y_true, y_pred, weights, **keywords)`` -> sums over rows, which make a bootstrap fast. Without it every
        resample calls the function.
    score : callable or None, default=None
        ``score(evaluation, sample_weight)`` -> float, where a scorer has to read a forecast in another way than
        `reads` says.
    meaning : str, default=""
        What a value says, in a line for those who read a table.
    point : {"mean", "median"}, default="median"
        The number of a distribution that a metric of numbers reads in tables.
    shown_in : tuple of str, default=()
        The tables that have it as a column, of ``"grades"``, ``"recalls"``, ``"values"``, ``"levels"`` (of a factor,
        such as the side) and ``"visits"``.

    Examples
    --------
    >>> from skerosion.metrics import Metric, list_metrics
    >>> missed = Metric("missed", "missed", lambda y_true, y_pred: (y_true != y_pred).mean(), "grades", "lower")
    >>> missed.loss(0.25), "quadratic_kappa" in list_metrics()
    (0.25, True)
    """

    name: str
    title: str
    function: Callable
    reads: str
    better: str | float | None = "higher"
    sums: Callable | None = None
    score: Callable | None = None
    meaning: str = ""
    point: str = "median"
    shown_in: tuple = ()

    def __post_init__(self):
        _check_name(self.name)
        if not callable(self.function):
            raise TypeError(f"function must be callable as function(y_true, y_pred), got {self.function!r}.")
        _check_reads(self.reads)
        if not (self.better in ("higher", "lower", None) or isinstance(self.better, Real)):
            raise ValueError(
                f"better must be 'higher', 'lower', a number to come near to or None, got {self.better!r}."
            )
        if self.point not in POINTS:
            raise ValueError(f"point must be one of {', '.join(POINTS)}, got {self.point!r}.")
        if not set(self.shown_in) <= set(TABLES):
            raise ValueError(f"shown_in must hold some of {', '.join(TABLES)}, got {self.shown_in!r}.")

    def takes(self, keyword):
        """Tell whether the function has a parameter of this name."""
        accepted = inspect.signature(self.function).parameters
        return keyword in accepted or any(each.kind is each.VAR_KEYWORD for each in accepted.values())

    def given(self, **keywords):
        """Return the function with those of the keywords that it takes and that are not None."""
        known = {name: value for name, value in keywords.items() if value is not None and self.takes(name)}
        return partial(self.function, **known) if known else self.function

    def loss(self, value):
        """Return what is the smaller, the better a value is; NaN where none is better than another."""
        return loss_of(self.better, value)


def loss_of(better, value):
    """Return what is the smaller, the better a value is.

    Examples
    --------
    >>> loss_of("higher", 0.8), loss_of("lower", 0.8), round(loss_of(0.9, 0.8), 1)
    (-0.8, 0.8, 0.1)
    """
    if better is None:
        return math.nan
    if isinstance(better, str):
        return value if better == "lower" else -value
    return abs(value - better)


def _check_name(name):
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"name must be a word of letters, digits and underscores, got {name!r}.")


def _check_reads(reads):
    if reads not in READS:
        raise ValueError(f"reads must be one of {', '.join(READS)}, got {reads!r}.")


_METRICS = {}
_BUILT_IN = []


def register_metric(
    name: str,
    *,
    title: str | None = None,
    reads: str = "grades",
    better: str | float | None = "higher",
    sums: Callable | None = None,
    meaning: str = "",
    point: str = "median",
    shown_in: Sequence[str] | None = None,
):
    """Register a metric under a name that scorers, tables and displays accept.

    Tables show it after their own columns, ``scorers(name)`` scores by it, and
    :class:`~skerosion.plotting.StrategyComparisonDisplay` draws it.

    Parameters
    ----------
    name : str
        A word; registering a name again replaces the entry. Names of this package's metrics stay theirs.
    title : str or None, default=None
        What tables and figures call it; None takes the name with blanks for underscores.
    reads : {"grades", "numbers", "distributions", "intervals"}, default="grades"
        What the function is told beside the truth.
    better : {"higher", "lower"}, float or None, default="higher"
        Which way is better, see :class:`Metric`.
    sums : callable or None, default=None
        See :class:`Metric`.
    meaning : str, default=""
        What a value says, in a line; printed under the tables that show the metric.
    point : {"mean", "median"}, default="median"
        The number of a distribution that a metric of numbers reads in tables.
    shown_in : sequence of str or None, default=None
        The tables that have it as a column, see :class:`Metric`; None takes ``("grades", "recalls")`` where it reads
        grades, else ``("values", "levels")``.

    Returns
    -------
    callable
        A decorator that registers the function and returns it unchanged.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from skerosion.metrics import register_metric, scorers
    >>> @register_metric("overgraded", reads="grades", better="lower")
    ... def overgraded(y_true, y_pred):
    ...     return (y_pred > y_true).mean()
    >>> scoring = scorers("overgraded")
    >>> scoring(DummyClassifier(strategy="constant", constant=1).fit([[0]] * 4, [0, 0, 1, 1]), [[0]] * 4, [0, 0, 1, 2])
    {'overgraded': -0.5}
    """
    _check_name(name)
    if name in _BUILT_IN:
        raise ValueError(f"name must be one that this package has not taken, got {name!r}; it has {_BUILT_IN}.")
    shown = title or name.replace("_", " ")
    # Tables know columns by their titles: a second one would stand in the first one's place.
    if taken := [each.name for each in _METRICS.values() if each.title == shown and each.name != name]:
        raise ValueError(f"title must be one that no other metric has, got {shown!r}, which is that of {taken[0]!r}.")

    def decorate(function):
        tables = _USUAL_TABLES.get(reads, ("values", "levels")) if shown_in is None else tuple(shown_in)
        told = {"meaning": meaning, "point": point, "shown_in": tables}
        _METRICS[name] = Metric(name, shown, function, reads, better, sums, **told)
        return function

    return decorate


def add_built_in(*metrics):
    """File the metrics of this package, whose names nobody replaces."""
    _METRICS.update({metric.name: metric for metric in metrics})
    _BUILT_IN.extend(metric.name for metric in metrics)


def list_metrics(reads: str | None = None) -> list[str]:
    """Return the names of all metrics, this package's and registered ones.

    Parameters
    ----------
    reads : {"grades", "numbers", "distributions", "intervals"} or None, default=None
        What they are told; None takes all.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skerosion.metrics import list_metrics
    >>> list_metrics("distributions")
    ['crps', 'crps_points', 'crps_skill']
    """
    if reads is not None:
        _check_reads(reads)
    return sorted(name for name, metric in _METRICS.items() if reads in (None, metric.reads))


def find_metric(name, parameter="metric"):
    """Return the metric of a name; a ValueError of the parameter lists what there is. A `Metric` stays as it is."""
    if isinstance(name, Metric):
        return name
    if name in _METRICS:
        return _METRICS[name]
    longer = [known for known in _METRICS if str(name) and str(name) in known.split("_")]
    close = difflib.get_close_matches(str(name), _METRICS) or longer
    hint = f"did you mean {close[0]!r}?" if close else "register_metric adds another."
    raise ValueError(f"{parameter} must be one of {', '.join(list_metrics())}, got {name!r}; {hint}")


def metrics_of(table):
    """Return the metrics that a table shows, this package's first.

    Examples
    --------
    >>> from skerosion.metrics import metrics_of
    >>> [metric.name for metric in metrics_of("recalls")]
    ['class_normalized_accuracy', 'quadratic_kappa']
    """
    return [each for each in _METRICS.values() if table in each.shown_in]


def own_metrics():
    """Return the metrics that users have registered."""
    return [each for name, each in _METRICS.items() if name not in _BUILT_IN]


def add_own_metrics(metrics):
    """File metrics that another process knew, as `own_metrics` returned them there."""
    _METRICS.update({metric.name: metric for metric in metrics})


@contextmanager
def naming_own(function):
    """Name the metric of a user in an error that its function raises; those of this package speak for themselves."""
    try:
        yield
    except Exception as error:
        name = next((each.name for each in own_metrics() if each.function is plain(function)[0]), None)
        if name is None:
            raise
        raise ValueError(f"metric {name!r}, which you registered, raised {type(error).__name__}: {error}") from error


def better_by_title(title):
    """Return which way is better by the title of a metric; higher where no metric has it."""
    return next((metric.better for metric in _METRICS.values() if metric.title == title), "higher")


def builder_of(function):
    """Return what makes sums of a metric's function, None where nothing is known."""
    return next((each.sums for each in _METRICS.values() if each.sums and plain(each.function)[0] is function), None)


def plain(function):
    """Return a function without its partial, and the keywords of that; one with positional ones stays as it is."""
    if isinstance(function, partial) and not function.args:
        return function.func, function.keywords
    return function, {}
