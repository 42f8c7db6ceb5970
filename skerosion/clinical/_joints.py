"""The names of the scored joints: sides, aliases, and the columns of the registry that hold them."""

import difflib
import re
import unicodedata

import numpy as np
import pandas as pd

from skerosion.clinical._values import like, place_of

SIDES = ("left", "right")

#: Joints of a hand in the order of the registry's columns ``hand_left_1`` to ``hand_left_10``: proximal
#: interphalangeal (pip; the thumb has one interphalangeal joint, ip1) and metacarpophalangeal (mcp) joints.
HAND_JOINTS = ("pip5", "mcp5", "pip4", "mcp4", "pip3", "mcp3", "mcp2", "pip2", "mcp1", "ip1")

#: Joints of a foot: metatarsophalangeal (mtp) joints and the interphalangeal joint of the great toe (toe_ip1). Which
#: of them ``foot_left_1`` to ``foot_left_5`` are is not published; from the little to the great toe, as in the hand.
FOOT_JOINTS = ("mtp5", "mtp4", "mtp3", "mtp2", "toe_ip1")

# The Rau score counts four places of each wrist, which a table may name or number.
WRIST = ("wrist", "radius", "ulna", "scaphoid", "lunate", "wrist1", "wrist2", "wrist3", "wrist4")
_JOINTS = (*HAND_JOINTS, *FOOT_JOINTS, *WRIST)
_ALIASES = {
    "pip1": "ip1", "ip": "ip1", "thumb_ip": "ip1", "thumb_ip1": "ip1",
    "toe_ip": "toe_ip1", "hallux_ip": "toe_ip1", "ip_hallux": "toe_ip1", "great_toe_ip": "toe_ip1",
    "hallux_ip1": "toe_ip1", "great_toe_ip1": "toe_ip1", "big_toe_ip": "toe_ip1", "big_toe_ip1": "toe_ip1",
    "navicular": "scaphoid", **{f"wrist_{place}": place for place in WRIST[1:5]}, "wrist_navicular": "scaphoid",
}  # fmt: skip
_COLUMNS = {
    f"{part}_{side}_{number}": f"{side}_{joint}"
    for part, joints in (("hand", HAND_JOINTS), ("foot", FOOT_JOINTS))
    for side in SIDES
    for number, joint in enumerate(joints, 1)
}
_SIDE_WORDS = {"left": "left", "l": "left", "right": "right", "r": "right"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_ROMAN_NUMBER = re.compile(rf"(mcp|pip|mtp|ip|wrist|)({'|'.join(_ROMAN)})")


def joint_name(name: str, side: str | None = None) -> str:
    """Return the one name of a joint that goes by several.

    Parameters
    ----------
    name : str, array-like of str or Series
        Names such as ``"MCP2"``, ``"MCP II"``, ``"pip1"`` (the thumb's ``"ip1"``), ``"Left MTP-3"``, ``"hallux IP"``,
        ``"wrist"`` and its four places (``"radius"``, ``"ulna"``, ``"scaphoid"``, ``"lunate"``, or ``"wrist 1"`` to
        ``"wrist 4"``), or columns of the registry such as ``"hand_left_10"``. Missing values stay missing.
    side : {"left", "right"}, default=None
        The side of names that do not tell it.

    Returns
    -------
    str, ndarray of object or Series
        Names such as ``"left_mcp2"``, without the side where it is unknown.

    Raises
    ------
    ValueError
        Where a name is not a scored joint, or tells another side than `side`.

    Examples
    --------
    >>> from skerosion.clinical import joint_name
    >>> joint_name("PIP1", side="left"), joint_name("right mtp-3"), joint_name("hand_left_2")
    ('left_ip1', 'right_mtp3', 'left_mcp5')
    >>> joint_name(["pip1", None])
    array(['ip1', None], dtype=object)
    """
    if side not in (None, *SIDES):
        raise ValueError(f"side must be one of {SIDES} or None, got {side!r}.")
    container = name if isinstance(name, pd.Series) else None
    given = np.asarray(name, dtype=object)
    missing = np.asarray(pd.isna(given))
    named = np.empty(given.shape, dtype=object)
    for position, value in enumerate(given.flat):
        named.flat[position] = None if missing.flat[position] else _one_name(value, side, place_of(name, position))
    return like(container, named)


def registry_columns():
    """Return the joint of each column of the registry's main table, in its order.

    Returns
    -------
    dict of str to str
        ``{"hand_left_1": "left_pip5", ..., "hand_right_10": "right_ip1", "foot_left_1": "left_mtp5", ...}``.

    Examples
    --------
    >>> from skerosion.clinical import registry_columns
    >>> columns = registry_columns()
    >>> len(columns), columns["hand_left_1"], columns["hand_right_10"]
    (30, 'left_pip5', 'right_ip1')
    """
    return dict(_COLUMNS)


def _one_name(name, side, place):
    words = [word for word in re.split(r"[^a-z0-9]+", unicodedata.normalize("NFKC", str(name)).lower()) if word]
    words = _COLUMNS.get("_".join(words), "_".join(words)).split("_")
    sides = {_SIDE_WORDS[word] for word in words if word in _SIDE_WORDS}
    told = sides | ({side} if side else set())
    if len(told) > 1:
        raise ValueError(f"name must tell one side, got {name!r}{place} with side={side!r}.")
    joint = "_".join(_with_digits(word) for word in words if word not in _SIDE_WORDS)
    joint = re.sub(r"(?<=[a-z])_(?=\d)", "", joint)  # "mcp 2" and "mcp2" are one
    joint = _ALIASES.get(joint, joint)
    if joint not in _JOINTS:
        raise ValueError(f"name must be a scored joint, got {name!r}{place}. {_hint(joint)}")
    return "_".join([*told, joint])


def _with_digits(word):
    """Write the Roman number of a finger, alone or after the joint's name, with digits: "ii" and "mcpii"."""
    head, numeral = _ROMAN_NUMBER.fullmatch(word).groups() if _ROMAN_NUMBER.fullmatch(word) else (word, "")
    return head + _ROMAN.get(numeral, "")


def _hint(joint):
    """Say which joints there are; a name is suggested for the same finger only."""
    if joint.startswith("cmc"):
        return "Carpometacarpal joints are not scored; the joints at the base of the fingers are mcp1 to mcp5."
    kind, number = re.fullmatch(r"(.*?)(\d*)", joint).groups()
    same_number = [name for name in [*_JOINTS, *_ALIASES] if re.search(r"\d*$", name).group() == number]
    of_kind = [name for name in _JOINTS if name.rstrip("12345") == kind]
    close = [] if of_kind else difflib.get_close_matches(joint, same_number, n=1, cutoff=0.85)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Joints: {', '.join(of_kind or (*HAND_JOINTS, *FOOT_JOINTS, 'wrist'))}."
