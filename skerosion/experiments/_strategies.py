"""The strategies against imbalance, by name: what each puts before the estimator and which fits it needs.

A strategy is a name in a table, a step in a pipeline and a rule for reading the fit's probabilities:

================= ========================================= =============================================
strategy          step before the estimator                 grade decided on
================= ========================================= =============================================
original          none                                      the largest probability
oversampled       `AugmentingOverSampler`, the thesis' (b)  the largest probability
class_weights     `ClassWeighter("balanced")`, (c)          the largest probability
balanced_decision none: the fits of ``original`` are reused the largest after division by training shares
================= ========================================= =============================================
"""

import difflib
import re
from collections.abc import Mapping

from skerosion._validation import check_parameters as check_by_rules

from ._descriptions import check_described, named_parameters
from ._quiet import load_estimators
from ._source_names import parameters_in_source

TASKS = ("classifier", "regressor")
"""The tasks of a search, in the order of its tables."""

STRATEGIES = {
    "classifier": ("original", "oversampled", "class_weights", "balanced_decision"),
    "regressor": ("original", "oversampled", "class_weights"),
}
"""The strategies of each task, in the order of its table."""

NETWORKS = {"classifier": "CNNClassifier", "regressor": "CRPSRegressor"}
"""The class of each task's estimator."""

BALANCED = "balanced_decision"

ALL_STRATEGIES = STRATEGIES["classifier"]
"""Those of any task: the regressor has none of its own."""

RESERVED = {
    "decision": "the strategy balanced_decision decides so",
    "class_weight": "the strategy class_weights weighs grades",
    "grid": "the target decides it",
    "bins": "the target decides them",
    "classes": "the target decides them (order=)",
    "image_shape": "images are read at the table's size (size=)",
    "random_state": "each fold has a seed of its own (seed=)",
    "callbacks": "the progress bar is one, and fits must be the same when repeated",
    "verbose": "one progress bar shows all fits",
    "warm_start": "every fit starts anew",
}
"""Parameters of the estimators that a search sets itself, and why."""


def chosen_strategies(task, names=None):
    """Strategies of a task among the names asked for.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    names : sequence of str or None, default=None
        Strategies to keep; None keeps all.

    Returns
    -------
    tuple of str
        In the order of the task's table. Empty when the task knows none of the names.

    Examples
    --------
    >>> from skerosion.experiments._strategies import chosen_strategies
    >>> chosen_strategies("regressor", ["class_weights", "original", "balanced_decision"])
    ('original', 'class_weights')
    """
    check_names("tasks", [task], TASKS)
    if names is None:
        return STRATEGIES[task]
    check_names("strategies", names, ALL_STRATEGIES)
    return tuple(name for name in STRATEGIES[task] if name in names)


def strategy_steps(task, strategies=None):
    """Each row that a task has by some strategies: its name, the strategy that it is of, and its own step or None.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    strategies : sequence of str, mapping or None, default=None
        Names of strategies; or name -> ``"passthrough"``, the name of a strategy, or a step of one's own, which has
        ``fit_resample``. None takes all strategies.

    Returns
    -------
    list of (str, str, object)

    Examples
    --------
    >>> from skerosion import ClassWeighter
    >>> from skerosion.experiments._strategies import strategy_steps
    >>> strategy_steps("regressor", {"plain": "passthrough", "mine": ClassWeighter("balanced")})
    [('plain', 'original', None), ('mine', 'original', ClassWeighter())]
    """
    if not isinstance(strategies, Mapping):
        return [(name, name, None) for name in chosen_strategies(task, strategies)]
    rows = [_strategy_step(name, step) for name, step in strategies.items()]
    return [row for row in rows if row[1] in STRATEGIES[task]]


def _strategy_step(name, step):
    if not re.fullmatch(r"\w[\w.+-]*", str(name)):
        raise ValueError(f"strategies must have names of letters, digits, '_' and '-', got {name!r}.")
    strategy = "original" if step == "passthrough" or not isinstance(step, str) else step
    check_names("strategies", [strategy], ALL_STRATEGIES)
    own = None if isinstance(step, str) else step
    if own is not None and not hasattr(own, "fit_resample"):
        raise TypeError(
            f"strategies must hold steps that have fit_resample, 'passthrough' or names of strategies, got {own!r} for "
            f"{name!r}."
        )
    if (name in ALL_STRATEGIES or is_balanced(name) or is_balanced(strategy)) and (own is not None or name != strategy):
        raise ValueError(f"strategies must keep the name {name!r} for the strategy of that name, got {step!r} for it.")
    return name, strategy, own


def check_names(parameter, names, known):
    """Raise ValueError for the first name that is not known, with the nearest that is."""
    if isinstance(names, str):
        raise ValueError(f"{parameter} must be a list of names, got {names!r}; write [{names!r}] for one.")
    if not names:
        raise ValueError(f"{parameter} must name at least one of {', '.join(known)}, got none.")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{parameter} must be among {', '.join(known)}, got {name!r}.{hint}")


def check_parameters(parameters, tasks):
    """Raise ValueError for a parameter that the search sets itself, that no estimator has, or of a wrong value.

    Examples
    --------
    >>> from skerosion.experiments._strategies import check_parameters
    >>> check_parameters({"epochs": 3, "head": "sigmoid"}, ["classifier", "regressor"])
    >>> check_parameters({"grid": "auto"}, ["regressor"])
    Traceback (most recent call last):
    ...
    ValueError: parameters must not hold 'grid': the target decides it.
    """
    _check_parameter_names(parameters, tasks)
    if "head" in parameters and "classifier" in tasks:
        _check_head(parameters["head"], tasks)
    for task in tasks if parameters else ():
        own = task_parameters(task, parameters)
        check_values(estimator_class(task)(**own), own)


def check_choices(tasks, strategies=None, parameters=None, estimators=None):
    """Find what a plan calls by a wrong name, before what fits is loaded.

    Parameters
    ----------
    tasks : sequence of str
    strategies : sequence of str or None, default=None
    parameters : dict or None, default=None
    estimators : dict or None, default=None
        Name -> description, or name of a class.

    Raises
    ------
    ValueError
        For a task, a strategy, a type of estimator or a parameter by a name that nothing has.

    Examples
    --------
    >>> from skerosion.experiments import check_choices
    >>> check_choices(["classifier"], parameters={"epoch": 3})
    Traceback (most recent call last):
    ...
    ValueError: parameters must be among augmentation, ..., got 'epoch'. Did you mean 'epochs'?
    """
    check_names("tasks", tasks, TASKS)
    if strategies is not None:
        check_names("strategies", strategies, ALL_STRATEGIES)
    described = [{"type": each} if isinstance(each, str) else each for each in (estimators or {}).values()]
    for each in described:
        check_described(each)
    if not described:
        return _check_parameter_names(parameters or {}, tasks)
    known = sorted(set().union(*map(named_parameters, described)))
    for name in parameters or {}:
        check_names("parameters", [name], known)


def _check_parameter_names(parameters, tasks):
    for name in parameters:
        if name in RESERVED:
            raise ValueError(f"parameters must not hold {name!r}: {RESERVED[name]}.")
    known = sorted({name for task in tasks for name in parameter_names(task)} - set(RESERVED))
    for name in set(parameters) - {"head"}:  # what becomes of a head says `_check_head`
        check_names("parameters", [name], known)


def _check_head(head, tasks):
    """Raise ValueError for a head that is meant for a task's classifier: those of a CDF are the regressor's."""
    load_estimators()
    from skerosion.networks import find_head, list_heads

    if "regressor" not in tasks or (head in list_heads() and find_head(head).gives == "probabilities"):
        raise ValueError(
            "parameters must not hold 'head' for the task's classifier, which ends in a softmax: search with "
            f"estimator='OrdinalClassifier', parameters={{'head': {head!r}}}."
        )


def check_values(estimator, names):
    """Raise ValueError for parameters of one of our estimators that break their rule, or do not go together."""
    rules = getattr(estimator, "_rules", {})
    check_by_rules(estimator, rules, [name for name in names if name in rules])
    if hasattr(estimator, "_check_recipe"):
        if estimator.phases is None and estimator.average_epochs > estimator.epochs:
            raise ValueError(
                f"epochs must be at least average_epochs, {estimator.average_epochs}, got {estimator.epochs}; average "
                f"fewer with parameters={{'average_epochs': {estimator.epochs}}}."
            )
        estimator._check_recipe()


def parameter_names(task):
    """Names of the parameters of a task's estimator."""
    return parameters_in_source(f"skerosion.estimators.{NETWORKS[task]}")


def task_parameters(task, parameters):
    """The parameters that a task's estimator has: ``head`` and ``point`` are the regressor's alone.

    Examples
    --------
    >>> from skerosion.experiments._strategies import task_parameters
    >>> task_parameters("classifier", {"epochs": 3, "point": "median"})
    {'epochs': 3}
    """
    known = parameter_names(task) if parameters else ()
    return {name: value for name, value in (parameters or {}).items() if name in known}


def estimator_class(task):
    """The class of a task's estimator."""
    load_estimators()
    from skerosion import estimators

    return getattr(estimators, NETWORKS[task])


def training_strategy(strategy):
    """The strategy whose fits this one reads: ``balanced_decision`` trains nothing of its own.

    Examples
    --------
    >>> from skerosion.experiments._strategies import training_strategy
    >>> training_strategy("balanced_decision"), training_strategy("corn_balanced_decision"), training_strategy("b")
    ('original', 'corn_original', 'b')
    """
    return f"{strategy.removesuffix(BALANCED)}original" if is_balanced(strategy) else strategy


def is_balanced(name):
    """Whether a row of the tables is the balanced decision, of the task's own network or of a named estimator."""
    return name.endswith(BALANCED)


def imbalance_step(strategy, *, bins, seed):
    """The pipeline step of a strategy: a sampler, a weighter or ``"passthrough"``."""
    from skerosion.imbalance import AugmentingOverSampler, ClassWeighter

    if strategy == "oversampled":
        return AugmentingOverSampler(bins=bins, random_state=seed)
    if strategy == "class_weights":
        return ClassWeighter("balanced", bins=bins)
    return "passthrough"
