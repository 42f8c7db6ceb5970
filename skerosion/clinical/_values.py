"""Clinical numbers of any container: read, checked against what they can be, and handed back in the same container.

Scalars, sequences, arrays, Series and DataFrames come in; None, NaN, ``pd.NA`` and masked values are missing and become
NaN.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Scale:
    """What one clinical number can be.

    Parameters
    ----------
    name : str
        Name of the parameter, for the message.
    low, high : float
        Smallest and largest value.
    unit : str, default=""
        Unit, for the message.
    whole : bool, default=False
        Whether it counts something.
    above : bool, default=False
        Whether `low` itself is excluded.
    advice : str, default=""
        What to do about a value that breaks the rule.

    Examples
    --------
    >>> Scale("crp", 0, np.inf, "mg/L").read([3, None])
    array([ 3., nan])
    """

    name: str
    low: float
    high: float
    unit: str = ""
    whole: bool = False
    above: bool = False
    advice: str = ""

    @property
    def rule(self):
        """What a value must be, in words."""
        unit = f" {self.unit}" if self.unit else ""
        if self.whole:
            return f"be a whole number from {self.low:g} to {self.high:g}{unit}"
        if np.isfinite(self.high):
            return f"lie between {self.low:g} and {self.high:g}{unit}"
        return f"be above {self.low:g}{unit}" if self.above else f"be {self.low:g}{unit} or above"

    def read(self, values):
        """Return the values as float64 in their shape, missing ones as NaN.

        Parameters
        ----------
        values : float, array-like, Series or DataFrame

        Returns
        -------
        ndarray of float64

        Raises
        ------
        ValueError
            Where a value is not a number or not on the scale; the message names it and its row.
        """
        numbers = as_numbers(values, self.name)
        low_enough = numbers > self.low if self.above else numbers >= self.low
        fits = low_enough & (numbers <= self.high) & np.isfinite(numbers)
        if self.whole:
            fits &= numbers == np.rint(numbers)
        wrong = np.flatnonzero(~(fits | np.isnan(numbers)))
        if len(wrong):
            count = f" ({len(wrong)} of {numbers.size} values)" if numbers.size > 1 else ""
            advice = f"; {self.advice}" if self.advice else ""
            raise ValueError(
                f"{self.name} must {self.rule}, got {numbers.flat[wrong[0]]:g}{place_of(values, wrong[0])}{count}"
                f"{advice}."
            )
        return numbers


def as_numbers(values, name):
    """Return values as float64, missing ones as NaN; text is refused, even text that looks like a number."""
    if isinstance(values, np.ma.MaskedArray):
        return values.astype(float).filled(np.nan)
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return array.astype(float)
    missing = np.asarray(pd.isna(array))
    if array.dtype.kind == "O":
        text = [isinstance(value, (str, bytes)) for value in array.flat]
    else:
        text = np.ones(array.size, dtype=bool)  # strings, dates
    if not np.any(text):
        return np.where(missing, np.nan, array).astype(float)
    wrong = int(np.argmax(text))
    value = array.flat[wrong]
    value = value.item() if isinstance(value, np.str_) else value
    raise ValueError(
        f"{name} must hold numbers, got {value!r}{place_of(values, wrong)}; "
        "convert the column first, as with pandas.to_numeric(column, errors='coerce')."
    )


def place_of(values, position):
    """Name the row (and column) of a value by its position in the flattened values, "" for a scalar."""
    shape = np.shape(values)
    if not shape:
        return ""
    place = tuple(int(number) for number in np.unravel_index(position, shape))
    if isinstance(values, pd.DataFrame):
        return f" in row {values.index[place[0]]!r}, column {values.columns[place[1]]!r}"
    if isinstance(values, pd.Series):
        return f" in row {values.index[place[0]]!r}"
    return f" in row {place[0]}" if len(place) == 1 else f" at position {place}"


def read_together(*pairs):
    """Read values that belong together and find the container of the result.

    Parameters
    ----------
    *pairs : (Scale, values)
        Scalars and arrays broadcast by NumPy's rules. Series and DataFrames must have the same rows and columns.

    Returns
    -------
    numbers : list of ndarray of float64
    container : Series, DataFrame or None
        A container with the labels of the result.
    """
    numbers = [scale.read(values) for scale, values in pairs]
    labelled = [(scale.name, values) for scale, values in pairs if isinstance(values, (pd.Series, pd.DataFrame))]
    if not labelled:
        return numbers, None
    first, container = labelled[0]
    for name, values in labelled[1:]:
        if not _same_labels(values, container):
            raise ValueError(
                f"{name} and {first} must have the same rows, got a {_describe(values)} and a {_describe(container)} "
                "with other labels; take both from one table, or align them first with pandas' reindex."
            )
        if isinstance(container, pd.Series) and values.name != container.name:
            container = container.rename(None)  # as pandas names the sum of two Series
    _check_shape(numbers, container, [scale.name for scale, _ in pairs])
    return numbers, container


def like(container, values):
    """Return values in a container: labels of a Series or DataFrame, a Python number for a scalar, else the array."""
    if isinstance(container, pd.Series):
        return pd.Series(values, index=container.index, name=container.name)
    if isinstance(container, pd.DataFrame):
        return pd.DataFrame(values, index=container.index, columns=container.columns)
    return values if np.ndim(values) else np.asarray(values).item()


def labels_like(container, codes, names):
    """Return ordered labels by their number, -1 for missing: categorical in pandas, else object with None."""
    codes = np.asarray(codes)
    if isinstance(container, pd.Series):
        return like(container, pd.Categorical.from_codes(codes, names, ordered=True))
    if isinstance(container, pd.DataFrame):
        columns = [pd.Categorical.from_codes(column, names, ordered=True) for column in codes.T]
        frame = pd.DataFrame(dict(enumerate(columns)), index=container.index)
        return frame.set_axis(container.columns, axis="columns")
    return like(None, np.array([*names, None], dtype=object)[codes])


def _same_labels(values, container):
    return values.ndim == container.ndim and all(
        mine.equals(other) for mine, other in zip(values.axes, container.axes, strict=True)
    )


def _describe(values):
    return f"{type(values).__name__} of shape {values.shape}"


def _check_shape(numbers, container, names):
    shapes = [array.shape for array in numbers]
    try:
        fits = np.broadcast_shapes(*shapes) == container.shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"{', '.join(names)} must have the shape {container.shape} of the {type(container).__name__} among them or "
            f"be scalars, got the shapes {', '.join(map(str, shapes))}."
        )
