"""Scores of joints by one or several readers, as a table that is joined to points by image, side and joint."""

import numpy as np
import pandas as pd

from skerosion._types import FilePath

from ..reading import read_text_table, says_no_number
from ._point_names import point_name
from ._readers_mean import KEYS
from .formats import arise

_ARISE = {"patient_id": "image", "hand": "side"}


def load_joint_scores(
    path: FilePath, *, target: str = "score", reader: str | None = None, disease: str | None = None
) -> pd.DataFrame:
    """Read scores of joints, a row a joint and reader.

    Parameters
    ----------
    path : str or path-like
        A table with the columns image, side, joint and `target`, or scores.csv of ARISE-2025: patient_id, hand, joint,
        finger, disease, score, expert_id.
    target : str, default="score"
        Column of the scores, numbers.
    reader : str, default=None
        Column of the reader; None takes expert_id or reader where there is one.
    disease : str, default=None
        What is scored, where a column disease tells several apart, such as erosion and JSN.

    Returns
    -------
    DataFrame
        One row a joint: image, side, joint, grade, and where there are readers each one's own in a column such as
        ``grade_2``. grade is their median, the lower of two middle ones, so that it stays on the scale. It is not
        called score, which in a table of points is that of a finder.

    Raises
    ------
    ValueError
        Where columns are missing, scores are no numbers, `disease` must be told, or a reader scores a joint twice.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skerosion.datasets import load_joint_scores
    >>> lines = ["patient_id,hand,joint,finger,disease,score,expert_id", "7,left,MCP,2,erosion,1,A"]
    >>> lines += ["7,left,MCP,2,erosion,3,B", "7,left,MCP,2,JSN,4,A"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "scores.csv")
    ...     _ = path.write_text("\\n".join(lines))
    ...     load_joint_scores(path, disease="erosion").to_dict("records")
    [{'image': '7', 'side': 'left', 'joint': 'mcp2', 'grade': 1.0, 'grade_A': 1.0, 'grade_B': 3.0}]
    """
    frame = _of_disease(read_text_table(path), disease)
    if set(_ARISE) <= set(frame.columns):
        frame = frame.assign(joint=[arise.joint_of(row) for row in frame.to_dict("records")]).rename(columns=_ARISE)
    reader = reader or next((name for name in ("expert_id", "reader") if name in frame.columns), None)
    _check_columns(frame, [*KEYS, target, *filter(None, [reader])])
    names = [point_name(*pair) for pair in zip(frame["joint"], frame["side"], strict=True)]
    known = pd.DataFrame(names, columns=["side", "joint"]).assign(image=frame["image"].str.strip().to_numpy())
    known = known.assign(score=_numbers(frame[target]), reader="" if reader is None else frame[reader].to_numpy())
    known = known[known["score"].notna()]
    twice = known.duplicated([*KEYS, "reader"])
    if twice.any():
        raise ValueError(f"path must hold one {target} a joint and reader, got {known[twice].iloc[0].to_dict()} again.")
    wide = known.pivot(index=KEYS, columns="reader", values="score")
    median = wide.quantile(0.5, axis=1, interpolation="lower").rename("grade")
    own = wide.add_prefix("grade_") if reader else wide.iloc[:, :0]
    return pd.concat([median, own], axis=1).reset_index()


def _of_disease(frame, disease):
    if "disease" not in frame.columns:
        return frame
    known = sorted(set(frame["disease"]))
    if disease is None and len(known) > 1 or disease is not None and disease not in known:
        raise ValueError(f"disease must be one of {', '.join(known)}, got {disease!r}.")
    return frame if disease is None else frame[frame["disease"] == disease]


def _check_columns(frame, needed):
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise ValueError(f"path must have the columns {', '.join(needed)}, got none called {', '.join(missing)}.")


def _numbers(column):
    gone = says_no_number(column)
    numbers = pd.to_numeric(column.where(~gone), errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~gone & ~np.isfinite(numbers))
    if len(wrong):
        raise ValueError(f"{column.name} must hold numbers, got {column.iloc[wrong[0]]!r} in row {wrong[0]}.")
    return numbers
