"""What an estimator's file tells of the films that its images were cut from, and which other films are unlike them."""

import numpy as np
import pandas as pd

from skerosion.clinical import FOOT_JOINTS, HAND_JOINTS
from skerosion.datasets.joints import CUT, JointCrops

from ._image_facts import SIDE, compare_images

_PARTS = ("hand", "foot", "knee", "wrist")
_PART_OF = dict.fromkeys(HAND_JOINTS, "hand") | dict.fromkeys(FOOT_JOINTS, "foot") | {"knee": "knee"}
_MARGIN = 0.25  # of the range of what was trained on, by which films may lie outside of it
_NEGATIVE = -0.5  # of the usual likeness to the common pattern
_COARSE = 2.0  # times as few pixels a crop as it was trained on


def describe_films(data):
    """Return what a table tells of the films that its images are of, as far as it does.

    Parameters
    ----------
    data : ImageTable

    Returns
    -------
    dict
        ``joint``, ``body_part`` and ``view``, the values there are, the body part also from names of joints;
        ``box_side``, the shortest side of a box in pixels of its film; and ``cropper``, how joints were cut out.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets import ImageTable
    >>> from skerosion.experiments._trained_films import describe_films
    >>> table = pd.DataFrame({"joint": ["mcp2", "pip2"], "view": ["PA", "PA"], "box_side": [40.0, 31.5]})
    >>> describe_films(ImageTable(None, None, None, table, None, ""))
    {'joint': ['mcp2', 'pip2'], 'body_part': ['hand'], 'view': ['PA'], 'box_side': 31.5}
    """
    table, told = data.table, {}
    if table is None:
        return told
    told |= {name: values for name in ("joint", "body_part", "view") if (values := _values(table, name))}
    if "box_side" in table and pd.api.types.is_numeric_dtype(table["box_side"]):
        told["box_side"] = round(float(table["box_side"].min()), 2)
    cropper = _cropper(data)
    return told | ({"cropper": cropper} if cropper else {})


def _cropper(data):
    """How joints were cut out, of crops or of the table that they were written with; None where nobody says."""
    if isinstance(data, JointCrops):
        return {name: getattr(data.cropper, name) for name in CUT}
    kinds = data.table[list(CUT)].drop_duplicates() if set(CUT) <= set(data.table) else ()
    if len(kinds) != 1:
        return None
    extent, unit, *flags = kinds.iloc[0]
    return {"extent": float(extent), "unit": str(unit)} | {
        name: str(flag).lower() == "true" for name, flag in zip(CUT[2:], flags, strict=True)
    }


def _values(table, name):
    """The values of a column in a spelling that can be compared, without empty ones."""
    if name == "body_part":
        return sorted(set(_body_parts(table)) - {""})
    spelt = _text(table, name).str.upper() if name == "view" else _text(table, name)
    return sorted(set(spelt) - {""})


def _body_parts(table):
    """The body part of each row: that of its joint, or what its film says."""
    of_joint = _text(table, "joint").map(_PART_OF).fillna("")
    said = _text(table, "body_part").str.lower().map(_short)
    return of_joint.where(of_joint != "", said)


def _short(text):
    """A body part out of texts such as HAND_LEFT."""
    return next((part for part in _PARTS if part in text), text)


def _text(table, name):
    if name not in table:
        return pd.Series("", index=table.index)
    return table[name].fillna("").astype(str).str.strip()


def unlike_trained(saved, crops):
    """Return why films are unlike those that an estimator was trained on.

    Parameters
    ----------
    saved : SavedEstimator
    crops : JointCrops
        Cut out of the films.

    Returns
    -------
    dict of str to str
        Film, as ``crops.table["image"]`` names it -> what is unlike. Of what the file does not tell nothing is said.
    """
    facts = _facts(crops, _looks_of(saved))
    found = {}
    for image, rows in crops.table.groupby("image", sort=False).indices.items():
        table = crops.table.iloc[rows]
        reasons = [*_wrong_part(saved, table), *_too_coarse(saved, table)]
        reasons += [] if facts is None else _unlike(facts.iloc[rows].median(), _looks_of(saved))
        if reasons:
            found[image] = "; ".join(reasons)
    return found


def cutting_of(saved):
    """Return the settings by which the joints were cut out that an estimator was trained on; empty where unknown."""
    told = {"joints": saved.images.get("joint"), **saved.images.get("cropper", {})}
    return {name: told[name] for name in ("joints", *CUT) if told.get(name) is not None}


def _wrong_part(saved, table):
    for name, said in (("body_part", "body part"), ("view", "view")):
        trained, seen = saved.images.get(name), _values(table, name)
        if trained and seen and not set(seen) <= set(trained):
            yield f"{said} {', '.join(seen)}, trained on {', '.join(map(str, trained))}"


def _too_coarse(saved, table):
    size = saved.image_shape[0]
    least = min(float(saved.images.get("box_side", size)), size) / _COARSE
    side = float(table["box_side"].median())
    if side < least:
        yield f"boxes of {side:.0f} pixels of the film, of which {least:.0f} are the least"


def _looks_of(saved):
    """What the file tells of how its images look; None where it tells nothing that can be compared."""
    looks = saved.images.get("looks", {})
    whole = len(looks.get("pattern", ())) == SIDE**2
    return looks if whole and all(len(looks.get(name, ())) == 3 for name in ("mean", "spread", "likeness")) else None


def _facts(crops, looks):
    return None if looks is None else compare_images(crops.X, looks["pattern"])


def _unlike(facts, looks):
    """What is unlike of the median crop of a film."""
    for name, said in (("mean", "brightness"), ("spread", "contrast")):
        low, high = _range(looks[name])
        if not low <= facts[name] <= high:
            lowest, _, highest = looks[name]
            yield f"{said} {facts[name]:.2f}, trained on {lowest:.2f} to {highest:.2f} of white"
    usual = looks["likeness"][1]
    if facts["likeness"] < min(_range(looks["likeness"])[0], usual / 2):
        negative = facts["likeness"] < _NEGATIVE * usual
        yield f"it looks like {'a negative' if negative else 'none'} of what was trained on"


def _range(quantiles):
    low, _, high = np.asarray(quantiles, dtype=float)
    return low - _MARGIN * (high - low), high + _MARGIN * (high - low)
