"""The table of a folder of images: what the names of its folders and files say of each image."""

import os
import re
import warnings
from collections import Counter

import pandas as pd

from skerosion._counted import counted

from ._picture_files import images_below

_A_FOLDER_A_GRADE = "{grade}/*"
_TOKEN = re.compile(r"\{(?P<field>\w+)(:(?P<width>\d+))?\}|(?P<any>\*)|(?P<text>[^{}*]+)")
_NAMED = 3  # files that a message names


def tabulate_images(folder, pattern=None, on_problem="error"):
    """Make a table of the images in a folder, of what their names say.

    Parameters
    ----------
    folder : str or path-like
    pattern : str, default=None
        How the images are named from `folder` on: ``"{grade}/{patient}_*.png"``. What stands in braces becomes a column
        of that name; ``*`` is anything; ``{side:1}`` is one character. A field holds none of the characters that
        separate fields in its part of the pattern, so that no name can be read in two ways. An ending that is left out
        is that of any image. None is ``"{grade}/*"``, a folder per grade.
    on_problem : {"error", "report"}, default="error"
        "report" leaves out images of other names, and warns.

    Returns
    -------
    table : DataFrame of text
        Column path, which starts with `folder`, and a column for each field; in the order of a reader, x2 before x10.

    Raises
    ------
    ValueError
        Where there is no image, the pattern cannot be read, or images are named otherwise.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skerosion.datasets import tabulate_images
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("p01_left_2.png", "p01_right_0.png"):
    ...         pathlib.Path(folder, name).touch()
    ...     tabulate_images(folder, "{patient}_{side}_{grade}.png").drop(columns="path").to_dict("list")
    {'patient': ['p01', 'p01'], 'side': ['left', 'right'], 'grade': ['2', '0']}
    """
    if on_problem not in ("error", "report"):
        raise ValueError(f"on_problem must be 'error' or 'report', got {on_problem!r}")
    folder = os.fspath(folder)
    named = _compiled(_A_FOLDER_A_GRADE if pattern is None else pattern)
    images = images_below(folder)
    found = {image: named.fullmatch(image) for image in images}
    others = [image for image, match in found.items() if match is None]
    if others:
        _tell_others(others, images, pattern, on_problem)
    lines = [{"path": os.path.join(folder, image), **match.groupdict()} for image, match in found.items() if match]
    return pd.DataFrame(lines, columns=["path", *named.groupindex], dtype=object)


def _tell_others(others, images, pattern, on_problem):
    """Say which images are not named as the pattern says."""
    more = ", ..." if len(others) > _NAMED else ""
    what = "in a folder per grade" if pattern is None else f"named as pattern={pattern!r} says"
    message = f"{len(others)} of {counted(len(images), 'image')} not {what}: {', '.join(others[:_NAMED])}{more}."
    if on_problem == "report" and len(others) < len(images):
        warnings.warn(f"{message} They are left out.", UserWarning, stacklevel=3)
        return
    raise ValueError(f"{message} {_advice(others[0]) if pattern is None else _RULE}")


_RULE = (
    "Fields hold none of the characters between fields; * is anything. Correct the pattern, or pass "
    "on_problem='report' to leave these images out."
)


def _advice(image):
    """Return how to say what the names mean of which this image has one."""
    depth = image.count("/")
    folders = {0: "", 1: "{grade}/"}.get(depth, "*/" * (depth - 1) + "{grade}/")
    name = "*" if depth > 1 else "{patient}_{side}_{grade}.png" if not depth else "{patient}_*"
    return f"Say with pattern= what their folders and names mean, such as pattern='{folders}{name}'."


def _compiled(pattern):
    """Return the regular expression of a pattern."""
    *folders, file = pattern.replace("\\", "/").split("/")
    stem, dot, ending = file.rpartition(".")
    if not dot or not re.fullmatch(r"\w+|\*", ending):
        stem, ending = file, "*"
    fields = [match["field"] for match in _TOKEN.finditer(pattern) if match["field"]]
    wrong = [name for name, count in Counter(fields).items() if count > 1 or name == "path" or not name.isidentifier()]
    if not fields or wrong:
        got = f"{wrong[0]!r} in {pattern!r}" if wrong else repr(pattern)
        raise ValueError(f"pattern must name fields, each once and none of them path, as {{grade}}; got {got}.")
    parts = [_expression(part, pattern) for part in (*folders, stem)]
    return re.compile("/".join(parts) + (r"\.\w+" if ending == "*" else rf"(?i:\.{re.escape(ending)})"))


def _expression(part, pattern):
    """Return the expression of a folder's or a file's name."""
    tokens = list(_TOKEN.finditer(part))
    if "".join(token[0] for token in tokens) != part or not part:
        raise ValueError(f"pattern must have its fields in braces, as {{grade}} or {{side:1}}, got {pattern!r}.")
    for first, second in zip(tokens, tokens[1:], strict=False):
        if not any(token["text"] or token["width"] for token in (first, second)):
            raise ValueError(
                f"pattern must have something between {first[0]} and {second[0]}, or the number of characters of one, "
                f"as {{side:1}}, got {pattern!r}."
            )
    between = {mark for token in tokens for mark in token["text"] or "" if not mark.isalnum()}
    one = f"[^/{''.join(map(re.escape, sorted(between)))}]"
    return "".join(_of_token(token, one) for token in tokens)


def _of_token(token, one):
    if token["text"]:
        return re.escape(token["text"])
    if token["any"]:
        return "[^/]*"
    return f"(?P<{token['field']}>{one}{{{token['width']}}})" if token["width"] else f"(?P<{token['field']}>{one}+)"
