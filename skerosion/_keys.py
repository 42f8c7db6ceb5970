"""Keys: what names a patient, a visit or an image is text, and the same text however it was stored."""

import re
import unicodedata
from decimal import Decimal
from numbers import Integral, Number

import numpy as np
import pandas as pd

_INVISIBLE = "\ufeff\u200b\u200e\u200f\x00"  # marks that spreadsheets and concatenated files leave at a text's ends
_ENDS = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")
# Small letters, but alike where they or their capitals look alike.
_SAME_SHAPE = str.maketrans("авекмнорстухіјѕαβεζηικμνορτυχ", "abekmhopctyxijsabezhikmnoptyx")
_JOINERS = "\u034f" + "".join(map(chr, range(0xFE00, 0xFE10)))  # nothing of which is seen, and yet are no formats
_EXACT = 2**53  # from here on floats skip whole numbers


def as_keys(values, name="groups"):
    """Return values as an array of text, "" for missing ones.

    Text loses the blanks at its ends and keeps everything else: ``"007"`` is not ``"7"`` and ``"NA"`` is a name. Whole
    numbers become their digits, also where they are stored as floats, as pandas does with a column that has a gap.
    Equal text in another form of Unicode, as another operating system writes it, is one key.

    Parameters
    ----------
    values : array-like of shape (n,)
        Text or numbers; None, NaN and blanks name nothing.
    name : str, default="groups"
        What to call the values in a message.

    Returns
    -------
    keys : ndarray of str, shape (n,)

    Raises
    ------
    ValueError
        Where the values are not one-dimensional, numbers have lost digits before they came here, or numbers and text
        are mixed such that one patient can have two names.

    Examples
    --------
    >>> from skerosion._keys import as_keys
    >>> as_keys(["P1 ", "007", 12.0, None]).tolist()
    ['P1', '007', '12', '']
    """
    array = values.to_numpy() if isinstance(values, (pd.Series, pd.Index)) else values
    if isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in "iuU":
        return _stripped(list(map(str, array.tolist())))
    # Through objects: a list of integers with a gap would become floats, which lose digits.
    cells = _one_dimensional(array, name)
    texts = [_written(cell, name) for cell in cells]
    _refuse_two_spellings(cells, texts, name)
    return _stripped(texts)


def unique_keys(values, name="groups"):
    """Return the different keys and the number of each value's key.

    The order is by length, then by text, so that plain whole numbers stand in the order of numbers.

    Parameters
    ----------
    values : array-like of shape (n,)
        As for :func:`as_keys`.
    name : str, default="groups"
        What to call the values in a message.

    Returns
    -------
    keys : ndarray of str, shape (n_keys,)
    number : ndarray of int64, shape (n,)
        ``keys[number]`` are the keys of the values.

    Examples
    --------
    >>> from skerosion._keys import unique_keys
    >>> keys, number = unique_keys([10, 2, 2, 1])
    >>> keys.tolist(), number.tolist()
    (['1', '2', '10'], [2, 1, 1, 0])
    """
    keys, number = np.unique(as_keys(values, name), return_inverse=True)
    order = np.argsort(np.char.str_len(keys), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return keys[order], place[number]


def look_alikes(keys):
    """Return pairs of different keys that a reader may take for one.

    They differ only by what is not seen, or is written in several ways: case, leading zeros, blanks, dashes and
    underscores, invisible characters, 7.0 for 7, 1,234 for 1234, quotes that spreadsheets add, Greek or Cyrillic
    letters of a Latin letter's shape.

    Parameters
    ----------
    keys : array-like of str
        As :func:`as_keys` returns them.

    Examples
    --------
    >>> from skerosion._keys import look_alikes
    >>> look_alikes(["P07", "p7", "P8", "P07", "8.0", "8"])
    [('P07', 'p7'), ('8.0', '8')]
    """
    seen, pairs = {}, []
    for key in dict.fromkeys(map(str, keys)):
        earlier = [seen.setdefault(form, key) for form in _normal_forms(key)]
        pairs += [(other, key) for other in dict.fromkeys(earlier) if other != key]
    return pairs


def keys_for(splitter, keys):
    """Return keys as a splitter should get them.

    scikit-learn's own splitters number groups in the order of text, where "10" comes before "2"; the numbers that
    :func:`unique_keys` gives keep what a seed draws for whole numbers. Other splitters may know patients by name.

    Parameters
    ----------
    splitter : splitter
    keys : ndarray of str, shape (n,), or None

    Returns
    -------
    ndarray of shape (n,) or None

    Examples
    --------
    >>> from sklearn.model_selection import GroupKFold
    >>> from skerosion._keys import keys_for
    >>> keys_for(GroupKFold(2), ["10", "2", "2"])
    array([1, 0, 0])
    """
    if keys is None or not type(splitter).__module__.startswith("sklearn."):
        return keys
    return unique_keys(keys)[1]


def _normal_forms(key):
    """Return what is left of a key without what a reader does not see or would not heed: the same for look-alikes.

    What separates numbers stays, as one dash: 1-12 and 11-2 are two patients. A blank between digits may separate them,
    or thousands, hence two forms.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold())
    plain = "".join(map(_visible, plain)).strip("='\"\u2018\u2019\u201c\u201d ").translate(_SAME_SHAPE)
    forms = (re.sub(r"\s", "", plain), re.sub(r"(?<=\d)\s+(?=\d)", "-", plain))
    return dict.fromkeys(map(_by_value, forms))


def _visible(character):
    """Return a character of a normal form: one dash, one blank, one kind of digits, nothing where nothing is seen."""
    kind = unicodedata.category(character)
    if character in _INVISIBLE or kind == "Cf" or character in _JOINERS:
        return ""
    if kind == "Pd" or character in "_\u2212":
        return "-"
    return str(unicodedata.decimal(character)) if kind == "Nd" else character


def _by_value(form):
    """Return a form with numbers as their value, and dashes only where they part numbers."""
    form = re.sub(r"(?<!\d)-+|-+(?!\d)|\s", "", form)
    form = re.sub(r"-+", "-", form)
    if re.fullmatch(r"\d{1,3}(,\d{3})+", form):
        form = form.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?e\+?\d{1,2}", form) and (value := Decimal(form)) == value.to_integral_value():
        form = str(int(value))
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"^\+?(\d+)[.,]0+$", r"\1", form).removeprefix("+"))


def _one_dimensional(values, name):
    """Return the values as a list of Python objects."""
    if isinstance(values, (str, bytes)) or not np.iterable(values):
        raise ValueError(f"{name} must be a list or an array with one value for each row, got {values!r:.80}")
    if getattr(values, "ndim", 1) != 1:
        raise ValueError(f"{name} must have one dimension, got the shape {values.shape}")
    return list(pd.Series(list(values), dtype=object))


def _written(value, name):
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple, dict, set, np.ndarray)):
        raise ValueError(f"{name} must have one text or number for each row, got {value!r:.80}; join them to one text")
    if pd.isna(value):
        return ""
    if isinstance(value, Number) and not isinstance(value, (Integral, complex)) and value == value // 1:
        return _whole(value, name)
    return str(pd.Timestamp(value) if isinstance(value, np.datetime64) else value)


def _whole(value, name):
    if isinstance(value, (float, np.floating)) and abs(value) >= _EXACT:
        raise ValueError(
            f"{name} must be text or integers, got the number {float(value)!r}, which as a floating-point "
            "number has lost digits. Read it as text, such as pandas.read_csv(..., dtype=str), or as integers"
        )
    return str(int(value))


def _refuse_two_spellings(cells, texts, name):
    """Refuse numbers beside digits that are text: pandas leaves both where it reads a long file piece by piece."""
    numbers = {text for cell, text in zip(cells, texts, strict=True) if not isinstance(cell, (str, bytes))} - {""}
    if not numbers:
        return
    for text in {text for cell, text in zip(cells, texts, strict=True) if isinstance(cell, (str, bytes))}:
        plain = text.strip().lstrip("0") or "0"
        if plain in numbers and text.strip() != plain:
            raise ValueError(
                f"{name} must be text throughout, got the number {plain} beside the text {text!r}, which may be the "
                "same: pandas guesses piece by piece. Read the column as text: pandas.read_csv(..., dtype=str)"
            )


def _stripped(texts):
    """Return texts without blanks at their ends and in one form of Unicode, as an array no wider than they are."""
    if all(map(str.isascii, texts)):
        return np.array([text.strip() for text in texts], dtype=str)
    return np.array([unicodedata.normalize("NFC", _ENDS.sub("", text)) for text in texts], dtype=str)
