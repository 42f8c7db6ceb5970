"""Boxes that are rather wrong: beyond the film, of another size or turn than the hand's others, on the wrong hand."""

import numpy as np
import pandas as pd

from ._hand_axes import phalanx

_SIZE = 1.35  # times the length that the other fingers tell
_TURN = {"1": 90, "": 30}  # degrees off the middle of a hand; a thumb may stand away
_WHOLE = 0.95


def find_suspicious(table):
    """Say of each box what is odd about it.

    Parameters
    ----------
    table : DataFrame
        That of ``JointCrops``.

    Returns
    -------
    Series of str
        In line with the table: "" where nothing is odd.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skerosion.datasets import crop_joints
    >>> from skerosion.datasets.joints import find_suspicious
    >>> rows = {"mcp2": (60, 90), "pip2": (60, 50), "mcp5": (20, 95), "pip5": (18, 62), "wrist": (40, 190)}
    >>> columns = ["image", "side", "joint", "x", "y"]
    >>> points = pd.DataFrame([("a", "R", joint, *place) for joint, place in rows.items()], columns=columns)
    >>> data = crop_joints({"a": np.zeros((220, 100), "uint8")}, points)
    >>> find_suspicious(data.table).iloc[0]
    'joints lie in the order of a left hand or foot'
    """
    odd = pd.DataFrame({"beyond": _beyond(table)}, index=table.index)
    limbs = table.groupby(["image", "side"], sort=False)
    for name, find in (("size", _size), ("turn", _turn), ("order", _order)):
        odd[name] = pd.concat([find(rows) for _, rows in limbs]) if len(table) else ""
    return odd.apply(lambda row: "; ".join(filter(None, row)), axis=1) if len(table) else pd.Series(dtype=object)


def _beyond(table):
    shares = table["box_inside"]
    return [f"{1 - share:.0%} of the box is beyond the film" if share < _WHOLE else "" for share in shares]


def _size(rows):
    """Lengths of fingers against those that the hand's others tell, by the mean proportions of hands."""
    known = rows["length"].where(rows["length"] > 0)
    relative = np.log(known / rows["joint"].map(phalanx))
    times = np.exp(relative - relative.median())
    told = [f"{time:.1f} times the length of the hand's others" if _is_far(time) else "" for time in times]
    return pd.Series(told, index=rows.index)


def _is_far(times):
    return times > _SIZE or times < 1 / _SIZE


def _turn(rows):
    turns = np.exp(1j * np.deg2rad(rows["axis"].astype(float)))
    if not rows["axis"].notna().any():
        return pd.Series("", index=rows.index)
    middle = np.nanmedian(turns.to_numpy().real) + 1j * np.nanmedian(turns.to_numpy().imag)
    off = np.rad2deg(np.angle(turns / middle)) if abs(middle) else 0 * rows["axis"]
    most = rows["joint"].str.extract(r"(1)$")[0].fillna("").map(_TURN)
    told = [f"turned {degrees:.0f} degrees from the hand" if abs(degrees) > limit else ""
            for degrees, limit in zip(off, most, strict=True)]  # fmt: skip
    return pd.Series(told, index=rows.index)


def _order(rows):
    """The row from the second to the fifth joint runs to the left of a left hand's axis, and without a turn back."""
    told = pd.Series("", index=rows.index)
    for kind in ("mcp", "mtp"):
        row = rows[rows["joint"].str.fullmatch(f"{kind}[2-5]")].sort_values("joint")
        if len(row) < 2 or not row["axis"].notna().any():
            continue
        turn = np.deg2rad(row["axis"].astype(float).median())
        across = row["x"] * np.cos(turn) + row["y"] * np.sin(turn)
        steps = np.diff(across)
        mirrored = "mirrored" in rows and bool(rows["mirrored"].eq(True).iloc[0])
        side = "left" if (across.iloc[-1] < across.iloc[0]) ^ mirrored else "right"
        if (np.sign(steps) != np.sign(across.iloc[-1] - across.iloc[0])).any():
            told[row.index] = "joints do not lie in their order"
        elif rows["side"].iloc[0] not in ("", side):
            told[:] = f"joints lie in the order of a {side} hand or foot"
    return told
