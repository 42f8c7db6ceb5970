"""Estimators as plain data: what a file of settings or of candidates says, and what every run writes down."""

import difflib
import inspect

from ._quiet import load_estimators
from ._source_names import parameters_in_source
from .file_format import known_types


def make_estimator(described, seed=0):
    """Make an estimator of its description.

    Parameters
    ----------
    described : dict
        ``type``, the name of a class of `skerosion.estimators`, and its parameters. A parameter that is such a dict
        itself is an estimator within. Steps of a ``Pipeline``, the ``Embedder`` and the estimators of scikit-learn
        whose files :func:`save_estimator` writes have their names too.
    seed : int, default=0
        Goes to every ``random_state`` that is not given.

    Returns
    -------
    estimator

    Raises
    ------
    ValueError
        For a description without a type, and for an unknown type.

    Examples
    --------
    >>> from skerosion.experiments import make_estimator
    >>> inner = {"type": "OrdinalClassifier", "head": "beta", "schedule": "cosine"}
    >>> make_estimator({"type": "AugmentedForecaster", "estimator": inner}, seed=3)
    AugmentedForecaster(estimator=OrdinalClassifier(head='beta', random_state=3,
                                                    schedule='cosine'),
                        random_state=3)
    """
    check_described(described)
    load_estimators()
    return seeded(_built(described), seed)


def seeded(estimator, seed):
    """Give a seed to every ``random_state``, of the estimator and of those within, that has none."""
    parameters = estimator.get_params().items()
    free = [name for name, value in parameters if name.split("__")[-1] == "random_state" and value is None]
    return estimator.set_params(**dict.fromkeys(free, seed))


def check_described(described):
    """Find what is wrong with the names in a description, without loading what fits.

    Parameters
    ----------
    described : dict
        As :func:`make_estimator` takes it.

    Raises
    ------
    ValueError
        For a description without a type, an unknown type, and parameters that a class has not.

    Examples
    --------
    >>> from skerosion.experiments import check_described
    >>> check_described({"type": "CNNClassifier", "epoch": 3})
    Traceback (most recent call last):
    ...
    ValueError: CNNClassifier must be given parameters that it has, got 'epoch'. Did you mean 'epochs'? ...
    """
    if not isinstance(described, dict) or "type" not in described:
        raise ValueError(f"estimator must be a dict with a type, such as 'OrdinalClassifier', got {described!r}.")
    for each in _descriptions_in(described):
        _check_names(each["type"], _full_name(each["type"]), each)


def named_parameters(described):
    """Every parameter of a described estimator and of those within.

    Parameters
    ----------
    described : dict

    Returns
    -------
    set of str
    """
    return {name for each in _descriptions_in(described) for name in _parameters_of(_full_name(each["type"]))}


def _descriptions_in(value):
    """A description and those within it, the outermost first."""
    if isinstance(value, list):
        return [each for part in value for each in _descriptions_in(part)]
    if not isinstance(value, dict) or "type" not in value:
        return []
    return [value, *(each for part in value.values() for each in _descriptions_in(part))]


def _full_name(name):
    known = known_types()
    if not isinstance(name, str) or name not in known:
        own = [each for each, full in known.items() if full.startswith("skerosion.estimators.")]
        raise ValueError(
            f"type of an estimator must be a name that is known, got {name!r:.60}.{_near(name, known)} "
            f"Names are {', '.join(own)}, and those of scikit-learn, such as 'LogisticRegression'."
        )
    return known[name]


def _parameters_of(full):
    """Names of the parameters of a class; those of this package are read from its source."""
    if full.startswith("skerosion."):
        return parameters_in_source(full)
    return list(inspect.signature(_found(full)).parameters)


def _found(full):
    from .file_format import Classes  # loads scikit-learn, which names of this package's classes do not need

    return Classes().find(full)


def _built(value):
    """Return an estimator for a description, and everything else with the descriptions within it built."""
    if isinstance(value, list):
        return [_built(part) for part in value]
    if not isinstance(value, dict) or "type" not in value:
        return value
    kind = _found(_full_name(value["type"]))
    return kind(**{name: _built(part) for name, part in value.items() if name != "type"})


def _check_names(name, full, parameters):
    """Raise ValueError for parameters that a class has not, and for a text where an estimator has to be."""
    known = _parameters_of(full)
    for each, given in parameters.items():
        if each not in (*known, "type"):
            raise ValueError(
                f"{name} must be given parameters that it has, got {each!r}.{_near(each, known)} It has "
                f"{', '.join(known)}."
            )
        if each in ("estimator", "detector", "grader") and isinstance(given, str):
            raise ValueError(f'{each} of {name} must be described, such as {{"type": "{given}"}}, got {given!r}.')


def _near(name, known):
    """A hint at the name that was meant, upper and lower case apart."""
    lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(str(name).lower(), lower, 1)
    return f" Did you mean {lower[near[0]]!r}?" if near else ""


def describe_estimator(estimator, *, defaults=False):
    """Describe an estimator as :func:`make_estimator` reads it: its type, and the parameters that are not the defaults.

    Parameters
    ----------
    estimator : estimator
    defaults : bool, default=False
        Whether to name the parameters that are at their defaults too.

    Returns
    -------
    dict

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.experiments import describe_estimator
    >>> describe_estimator(LogisticRegression(C=0.5))
    {'type': 'LogisticRegression', 'C': 0.5}
    """
    usual = {name: each.default for name, each in inspect.signature(type(estimator)).parameters.items()}
    own = {
        name: _described(value)
        for name, value in estimator.get_params(deep=False).items()
        if defaults or not _same(value, usual.get(name, inspect.Parameter.empty))
    }
    return {"type": type(estimator).__name__} | own


def _same(value, default):
    return value is default or (type(value) is type(default) and repr(value) == repr(default))


def _described(value):
    """Return the descriptions of estimators, in lists too; everything else as it is."""
    if isinstance(value, (list, tuple)):
        return [_described(part) for part in value]
    return describe_estimator(value) if hasattr(value, "get_params") and not isinstance(value, type) else value
