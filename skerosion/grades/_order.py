"""The order of grades that are names: where a target brings it along, and how it is handed on."""

import numpy as np
import pandas as pd


def order_of(y):
    """Return the grades of an ordered Categorical from the lowest to the highest, None for any other target.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        A target; Series, Categorical or DataFrame of one column may be ordered.

    Returns
    -------
    ndarray of shape (n_grades,) or None
        All categories, whether a row has them or not.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.grades import order_of
    >>> order_of(pd.Categorical(["mild"], categories=["none", "mild"], ordered=True)).tolist()
    ['none', 'mild']
    >>> order_of(["mild", "none"]) is None
    True
    """
    kind = y.dtypes.iloc[0] if isinstance(y, pd.DataFrame) and y.shape[1] == 1 else getattr(y, "dtype", None)
    if not isinstance(kind, pd.CategoricalDtype) or not kind.ordered:
        return None
    return np.array(kind.categories.tolist())


def as_ordered(y, order):
    """Return a target as a Series that knows the order of its grades; as it is where there is none.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
    order : array-like of shape (n_grades,) or None
    """
    return y if order is None else pd.Series(pd.Categorical(y, categories=list(order), ordered=True))


def plain_values(y):
    """Return a Categorical as an array of its values, which NumPy would make one of objects; anything else as it is."""
    if order_of(y) is None or np.asarray(pd.isna(y)).any():
        return y
    return np.array(np.ravel(y).tolist())


def is_number(grades):
    """Whether grades are numbers, which tell their order themselves."""
    return np.asarray(grades).dtype.kind in "biuf"


def one_order(given, found):
    """Return the order of grades from the parameter ``classes`` and from the target, which must not contradict it."""
    if given is None or found is None:
        return found if given is None else given
    given, found = np.asarray(given), np.asarray(found)
    if given[np.isin(given, found)].tolist() != found[np.isin(found, given)].tolist():
        raise ValueError(
            f"classes and y must have one order of the grades, got classes={given.tolist()} and an ordered Categorical "
            f"with {found.tolist()}; leave classes out, or give it the same."
        )
    return given


def name_of(value):
    """Return what a grade is called: text without outer blanks, a whole number without a point.

    Examples
    --------
    >>> from skerosion.grades import name_of
    >>> name_of(" mild"), name_of(2.0), name_of("0.50")
    ('mild', '2', '0.5')
    """
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if np.isfinite(number) and number == int(number) else str(number)


def check_order(order):
    """Return the names of grades in their order, refusing what is not a list of at least two different ones."""
    if isinstance(order, str) or np.ndim(order) != 1 or len(order) < 2:
        raise ValueError(f"order must list at least two grades, from the lowest to the highest, got {order!r}.")
    names = [name_of(grade) for grade in order]
    if len(set(names)) < len(names) or not all(names):
        raise ValueError(f"order must name each grade once, from the lowest to the highest, got {names}.")
    return names
