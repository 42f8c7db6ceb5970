"""A square box about each joint: how large, how far turned, whether mirrored, and which joints have none."""

import numpy as np
import pandas as pd

from skerosion.clinical import FOOT_JOINTS, HAND_JOINTS

from ._box_maps import box_maps, corners
from ._hand_axes import HELPERS, WRIST_PLACES, joint_frames
from ._point_names import point_name

SCORED = {*HAND_JOINTS, *FOOT_JOINTS, *WRIST_PLACES}
UNITS = ("length", "box", "pixels", "mm")
BOX_COLUMNS = ("box_side", "box_angle", "box_mirrored", "box_inside")


def rows_to_cut(points, joints=None):
    """Return the points that boxes are put about, with what the other points of their hand or foot tell.

    Parameters
    ----------
    points : DataFrame
        As ``points_table`` returns it, of one reader, with an index of its own for each row.
    joints : sequence of str, default=None
        The joints; None takes those that the clinical vocabulary scores, and where it scores none all but helpers.

    Returns
    -------
    DataFrame
        Those rows with two more columns: axis, the angle of the finger in degrees clockwise from up, or that of the
        table where it has one, and length in pixels; NaN where nothing tells them.

    Raises
    ------
    ValueError
        Where none of the joints is among the points.
    """
    measured = _measured(points)
    names = points["joint"]
    wanted = names.isin(SCORED) if joints is None else names.isin([point_name(joint)[1] for joint in joints])
    if joints is None and not wanted.any():
        wanted = ~names.isin(HELPERS)
    if not wanted.any():
        raise ValueError(f"joints must name some of the points, got {list(joints)} for {sorted(set(names))}.")
    return points.assign(**measured)[wanted]


def _measured(points):
    axis, length = (pd.Series(np.nan, index=points.index) for _ in range(2))
    seen = points[points["visible"]]
    for (_, side), rows in seen.groupby(["image", "side"], sort=False):
        frames = joint_frames(dict(zip(rows["joint"], rows[["x", "y"]].to_numpy(), strict=True)), side)
        ups = np.array([frames[joint].up for joint in rows["joint"]])
        axis[rows.index] = np.rad2deg(np.arctan2(ups[:, 0], -ups[:, 1]))
        length[rows.index] = [frames[joint].length for joint in rows["joint"]]
    return {"axis": points["angle"].where(points["angle"].notna(), axis), "length": length}


def find_boxes(points, films, mm_per_pixel, cropper):
    """Return the box of each point.

    Parameters
    ----------
    points : DataFrame
        As ``rows_to_cut`` returns it.
    films : list of (H, W)
        The size of each point's film; something else where there is no film, which is no matter of boxes.
    mm_per_pixel : Series or None
        Of the film of each point, NaN where nobody knows.
    cropper : JointCropper

    Returns
    -------
    boxes : DataFrame
        In line with the points: box_side in pixels of the film, box_angle, box_mirrored, box_inside (the share
        of the box that lies on the film), and reason ("" where there is a box) with its detail.
    maps : ndarray of shape (n, 2, 3)
        The affine map of each box.
    """
    boxes = pd.DataFrame({"box_side": cropper.extent * _units(points, mm_per_pixel, cropper.unit)})
    boxes["box_angle"] = _angles(points, cropper)
    boxes["box_mirrored"] = looks_right(points) & cropper.mirror
    ends = points[["x", "y"]], boxes["box_angle"], boxes["box_side"], boxes["box_mirrored"]
    maps = box_maps(*(each.to_numpy() for each in ends), cropper.size)
    boxes["box_inside"] = [_share_inside(each, film, cropper.size) for each, film in zip(maps, films, strict=True)]
    lines = zip(points.itertuples(), boxes.itertuples(), films, strict=True)
    reasons = [_reason(point, box, film, cropper) for point, box, film in lines]
    boxes["reason"], boxes["detail"] = (list(each) for each in zip(*reasons, strict=True))
    return boxes, maps


def looks_right(points):
    """Tell which joints look like right ones: those on a film that lies the wrong way round look like the others."""
    turned = points["mirrored"].eq(True) if "mirrored" in points else False
    return ((points["side"] == "right") ^ turned) & (points["side"] != "")


def _angles(points, cropper):
    """A box is turned as its finger is, or as the film lies where the joint has no axis that points could tell."""
    if not cropper.upright:
        return 0.0
    return points["axis"].where(points["axis"].notna() | points["joint"].isin(SCORED), 0.0)


def _units(points, mm_per_pixel, unit):
    """What one unit of a box's extent is, in pixels of the film."""
    if unit == "length":
        return points["length"]
    if unit == "box":
        return points[["width", "height"]].max(axis=1)
    known = 1.0 if unit == "pixels" else np.nan if mm_per_pixel is None else 1.0 / mm_per_pixel.astype(float)
    return pd.Series(known, index=points.index)


def _share_inside(matrix, film, size):
    """The share of a box that lies on the film, at a grid of its points."""
    if not np.isfinite(matrix).all() or not isinstance(film, tuple):
        return np.nan
    steps = (np.arange(16) + 0.5) / 16
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    first, right, _, below = corners(matrix, size)
    places = first + grid[:, :1] * (right - first) + grid[:, 1:] * (below - first)
    return float(np.mean(((places >= -0.5) & (places <= np.array(film[::-1]) - 0.5)).all(axis=1)))


def _reason(point, box, film, cropper):
    """Why a point has no box, and what is behind it."""
    if not isinstance(film, tuple):
        return "", ""
    if not point.visible:
        return point.reason, ""
    if point.score < cropper.min_score:
        return "low score", f"{point.score:.3g}, below {cropper.min_score:g}"
    if not (-0.5 <= point.x <= film[1] - 0.5 and -0.5 <= point.y <= film[0] - 0.5):
        return "outside the film", f"x {point.x:.1f} and y {point.y:.1f} on a film of {film[1]} x {film[0]} pixels"
    if not np.isfinite(box.box_angle):
        return "no axis", "the points that it takes are missing"
    if not box.box_side > 0:
        return _NO_SIZE[cropper.unit]
    return "", ""


_NO_SIZE = {
    "length": ("no length", "the points that it takes are missing"),
    "box": ("no box", "width and height are not given"),
    "mm": ("no spacing", "nobody says how many mm a pixel is"),
    "pixels": ("no size", ""),
}
