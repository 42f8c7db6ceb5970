"""Parameter checks with one wording, for the rooms that share them.

An estimator, a sampler or a splitter has a table of rules, ``_rules``: for each parameter the alternatives that its
value may be, or a function that raises for a wrong one. ``check_parameters`` reads it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

_LARGEST = 2**31 - 1


class ParameterError(ValueError, TypeError):
    """A parameter that breaks its rule, by its type or its value; callers may catch it as either."""


@dataclass(frozen=True)
class Whole:
    """Integers in a range, Python's or NumPy's; True and False do not count as integers."""

    least: int
    most: int = _LARGEST

    def accepts(self, value):
        """Tell whether a value follows the rule."""
        return is_whole(value) and self.least <= value <= self.most

    def __str__(self):
        upper = "" if self.most >= _LARGEST else f" and at most {self.most}"
        return f"an integer of at least {self.least}{upper}"


@dataclass(frozen=True)
class Number:
    """Finite numbers in a range, Python's or NumPy's; True and False do not count as numbers.

    What is in the range only by digits that the 32 bits of a network drop, such as 1 - 1e-12 below 1, is not in it.
    """

    low: float
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    says: str = ""

    def accepts(self, value):
        """Tell whether a value follows the rule."""
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
            return False
        try:
            with np.errstate(over="ignore", under="ignore"):
                return all(map(self._holds, (float(value), float(np.float32(value)))))
        except OverflowError:
            return False

    def _holds(self, value):
        above = value > self.low if self.open_low else value >= np.float32(self.low) or value >= self.low
        below = value < self.high if self.open_high else value <= self.high or value <= np.float32(self.high)
        return math.isfinite(value) and above and below

    def __str__(self):
        if self.says:
            return self.says
        lower = f"above {self.low:g}" if self.open_low else f"of at least {self.low:g}"
        if math.isinf(self.high):
            return f"a finite number {lower}"
        return f"a number {lower} and {'below' if self.open_high else 'at most'} {self.high:g}"


_ANY_NUMBER = Number(-math.inf)


@dataclass(frozen=True)
class Choice:
    """One of several texts."""

    names: tuple

    def accepts(self, value):
        """Tell whether a value follows the rule."""
        return isinstance(value, str) and value in self.names

    def __str__(self):
        return repr(self.names[0]) if len(self.names) == 1 else f"one of {self.names}"


@dataclass(frozen=True)
class Flag:
    """True or False: a text such as "no" would count as true."""

    def accepts(self, value):
        """Tell whether a value follows the rule."""
        return isinstance(value, (bool, np.bool_))

    def __str__(self):
        return "True or False"


@dataclass(frozen=True)
class Sizes:
    """A sequence of positive integers, in their order."""

    def accepts(self, value):
        """Tell whether a value follows the rule."""
        ordered = isinstance(value, (list, tuple, range)) or (isinstance(value, np.ndarray) and value.ndim == 1)
        return ordered and all(is_whole(size) and 0 < size <= _LARGEST for size in value)

    def __str__(self):
        return "a sequence of positive integers"


@dataclass(frozen=True)
class Kind:
    """Objects of some types, or with some methods; the words say what they are."""

    says: str
    types: tuple = ()
    methods: tuple = ()

    def accepts(self, value):
        """Tell whether a value follows the rule."""
        if isinstance(value, self.types):
            return True
        has_all = all(callable(getattr(value, name, None)) for name in self.methods)
        return bool(self.methods) and has_all and not isinstance(value, (type, str, bytes))

    def __str__(self):
        return self.says


FUNCTION = Kind("a function of the step", methods=("__call__",))
WEIGHT_OF_GRADE = Kind("a dict of grade -> weight", types=(Mapping,))
ESTIMATOR = (Kind("an estimator, made by calling its class", methods=("fit", "get_params")),)
SPLITTER = Kind("a splitter", methods=("split",))
SHARE = Number(0, 1, open_low=True, open_high=True, says="a share between 0 and 1")
_GENERATOR = Kind("a numpy.random.RandomState", types=(np.random.RandomState, type(np.random)))
# A seed of NumPy's old generators, as scikit-learn draws with, has 32 bits.
SEED = (None, Whole(0, 2**32 - 1), _GENERATOR)


def is_whole(value):
    """Tell whether a value is an integer and no truth value."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def checked_later(value):
    """Leave a parameter to what checks it together with the data, before anything is trained."""


def check_names(classes):
    """Raise where `classes` are not a list of grades; None stands for those of the targets."""
    if classes is not None and (isinstance(classes, (str, dict, set)) or np.ndim(classes) != 1 or len(classes) < 2):
        raise ParameterError(
            "classes must name at least two classes in a list, from the lowest to the highest, got "
            f"{_shortened(classes)}; None takes the grades of the training rows."
        )
    if classes is not None and len(set(np.asarray(classes).tolist())) < len(classes):
        raise ParameterError(f"classes must name each grade once, from the lowest to the highest, got {classes!r}.")


def numbers_for(name, check):
    """Return a rule for a list of numbers, such as edges: one that refuses texts and truth values, then asks `check`.

    NumPy would make numbers of both. None and a text by itself go to `check` as they are.
    """

    def rule(values):
        if values is not None and not isinstance(values, str):
            flat = np.asarray(values, dtype=object).ravel()
            if not all(_ANY_NUMBER.accepts(value) or _is_not_finite(value) for value in flat):
                raise ParameterError(f"{name} must hold numbers, got {_shortened(values)}.")
        check(values)

    return rule


def _is_not_finite(value):
    return isinstance(value, (float, np.floating)) and not math.isfinite(value)


def check_parameters(owner, rules=None, names=None):
    """Raise for the first parameter that breaks its rule.

    Parameters
    ----------
    owner : object
        With a parameter as attribute for each name.
    rules : dict of str to rule, default=None
        None takes ``owner._rules``.
    names : sequence of str or None, default=None
        The parameters to look at, None for all.

    Raises
    ------
    ParameterError
        Which is a ValueError and a TypeError; it says parameter, rule and value.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from skerosion._validation import Sizes, Whole, check_parameters
    >>> check_parameters(SimpleNamespace(filters=4, epochs=2), {"epochs": (Whole(1),), "filters": (Sizes(),)})
    Traceback (most recent call last):
        ...
    skerosion._validation.ParameterError: filters must be a sequence of positive integers, got 4; write (4,) for one.
    """
    rules = owner._rules if rules is None else rules
    for name in rules if names is None else names:
        check_parameter(name, getattr(owner, name), rules[name])


def check_parameter(name, value, rule):
    """Raise where a value breaks its rule: a function that raises itself, or a tuple of alternatives."""
    if callable(rule):
        rule(value)
    elif not any(value is None if one is None else one.accepts(value) for one in rule):
        raise ParameterError(f"{name} must be {_in_words(rule)}, got {_shortened(value)}{_hint(value, rule)}.")


def _in_words(rule):
    *first, last = map(str, rule)
    return f"{', '.join(first)} or {last}" if first else last


def _shortened(value):
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _hint(value, rule):
    """Return what to write instead, for what is wrong by its form alone."""
    if any(isinstance(one, Sizes) for one in rule) and is_whole(value) and value > 0:
        return f"; write ({value},) for one"
    takes_numbers = any(isinstance(one, (Whole, Number)) for one in rule)
    if takes_numbers and isinstance(value, str) and _is_number(value):
        return "; write the number without quotes"
    return "; write it without a decimal point" if _is_whole_float(value, rule) else ""


def _is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_whole_float(value, rule):
    if not isinstance(value, (float, np.floating)) or not float(value).is_integer():
        return False
    return any(isinstance(one, Whole) and one.accepts(int(value)) for one in rule)


def check_image_shape(image_shape, *, name="image_shape", channels=1):
    """Return `image_shape` as (H, W, C) of Python integers.

    Parameters
    ----------
    image_shape : int, (H, W) or (H, W, C)
        A single number is the side of a square.
    name : str, default="image_shape"
        Name of the parameter, for the message.
    channels : int, default=1
        The number of channels where `image_shape` does not give one.

    Returns
    -------
    shape : tuple of int
        (H, W, C).

    Examples
    --------
    >>> from skerosion._validation import check_image_shape
    >>> check_image_shape(64), check_image_shape((32, 48), channels=3)
    ((64, 64, 1), (32, 48, 3))
    """
    sides = (image_shape,) * 2 if is_whole(image_shape) else image_shape
    try:
        shape = tuple(sides)
    except TypeError:
        shape = ()
    shape = shape + (channels,) if len(shape) == 2 else shape
    if len(shape) != 3 or not all(is_whole(n) and 0 < n <= _LARGEST for n in shape):
        raise ValueError(
            f"{name} must be a positive integer, (height, width) or (height, width, channels), "
            f"got {_shortened(image_shape)}"
        )
    return tuple(int(n) for n in shape)
