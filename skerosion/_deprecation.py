"""How a promised name or parameter goes: a warning for one minor version, then it is gone."""

import functools
import warnings
from collections.abc import Callable
from typing import Any


def deprecated(instead: str, *, gone_in: str) -> Callable[[Callable], Callable]:
    """Make a decorator for a function that will go.

    Parameters
    ----------
    instead : str
        What to call now, as the warning says it.
    gone_in : str
        The minor version without it.

    Returns
    -------
    callable

    Examples
    --------
    >>> import warnings
    >>> from skerosion._deprecation import deprecated
    >>> @deprecated("crps", gone_in="0.9")
    ... def mean_crps(y):
    ...     return 0.5
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     value = mean_crps([1])
    >>> value, str(caught[0].message)
    (0.5, 'mean_crps is deprecated and will be gone in skerosion 0.9: use crps.')
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def warning(*args: Any, **kwargs: Any) -> Any:
            _warn(function.__name__, instead, gone_in)
            return function(*args, **kwargs)

        return warning

    return decorate


def renamed_parameters(*, gone_in: str, **new_names: str) -> Callable[[Callable], Callable]:
    """Make a decorator that still takes parameters, given by name, under their old names.

    Parameters
    ----------
    gone_in : str
        The minor version without the old names.
    **new_names : str
        ``old="new"`` for each.

    Returns
    -------
    callable
        Keeps the signature, so that it can decorate the constructor of an estimator.

    Examples
    --------
    >>> import warnings
    >>> from skerosion._deprecation import renamed_parameters
    >>> @renamed_parameters(alpha="coverage", gone_in="0.9")
    ... def interval(coverage=0.9):
    ...     return coverage
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     value = interval(alpha=0.5)
    >>> value, str(caught[0].message)
    (0.5, 'alpha of interval is deprecated and will be gone in skerosion 0.9: use coverage.')
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def renaming(*args: Any, **kwargs: Any) -> Any:
            for old in new_names.keys() & kwargs.keys():
                if new_names[old] in kwargs:
                    raise TypeError(f"{function.__qualname__} got {old} and {new_names[old]}: give the second alone.")
                _warn(f"{old} of {function.__qualname__}", new_names[old], gone_in)
                kwargs[new_names[old]] = kwargs.pop(old)
            return function(*args, **kwargs)

        return renaming

    return decorate


def _warn(what: str, instead: str, gone_in: str) -> None:
    message = f"{what} is deprecated and will be gone in skerosion {gone_in}: use {instead}."
    warnings.warn(message, FutureWarning, stacklevel=3)
