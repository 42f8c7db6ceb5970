"""What a point is called: the clinical vocabulary where it has a word, the text that was given elsewhere."""

import functools
import re

from skerosion.clinical import SIDES, joint_name

_SIDE_WORDS = {"left": "left", "l": "left", "right": "right", "r": "right"}
_FINGERS = {"thumb": "1", "index": "2", "middle": "3", "ring": "4", "little": "5", "small": "5", "pinky": "5"}
# The thumb's metacarpophalangeal joint goes by MP, and places of the wrist by W1, W2, ... in tables of scores.
_ALIASES = {"mp": "mcp1", "mp1": "mcp1", **{f"w{number}": f"wrist{number}" for number in range(1, 7)}}


@functools.lru_cache(maxsize=4096)
def point_name(name, side=""):
    """Return side and joint of a point's name.

    Parameters
    ----------
    name : str
        Such as ``"Left MCP-2"``, ``"MP"`` (the thumb's), ``"PIP index"`` or ``"knee"``.
    side : str, default=""
        The side of a name that does not tell it: left, right, L, R, or "" where nobody knows.

    Returns
    -------
    side : {"left", "right", ""}
    joint : str
        The word of ``skerosion.clinical`` where the joint is scored, otherwise the name in small letters: points such
        as ``"dip2"`` help to find an axis, and a knee is a joint too.

    Raises
    ------
    ValueError
        For a name that is empty, and for two sides.

    Examples
    --------
    >>> from skerosion.datasets.joints import point_name
    >>> point_name("R_PIP1"), point_name("MP", "left"), point_name("MCP index"), point_name("Knee L")
    (('right', 'ip1'), ('left', 'mcp1'), ('', 'mcp2'), ('left', 'knee'))
    """
    words = [_FINGERS.get(word, word) for word in re.split(r"[^a-z0-9]+", str(name).lower()) if word]
    sides = {_SIDE_WORDS[word] for word in words if word in _SIDE_WORDS} | ({_side(side)} - {""})
    rest = "_".join(word for word in words if word not in _SIDE_WORDS)
    rest = re.sub(r"(?<=[a-z])_(?=\d)", "", rest)
    if not rest or len(sides) > 1:
        raise ValueError(f"joint must name one point of one side, got {name!r} with side={side!r}.")
    return next(iter(sides), ""), _scored_name(_ALIASES.get(rest, rest))


def _side(side):
    word = str(side).strip().lower()
    if word and word not in _SIDE_WORDS:
        raise ValueError(f"side must be one of {SIDES}, L, R or empty, got {side!r}.")
    return _SIDE_WORDS.get(word, "")


def _scored_name(name):
    try:
        return joint_name(name)
    except ValueError:
        return name
