"""Synthetic finger joints with erosions: the stand-in for joint-level labels, which no public data set has."""

from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from PIL import Image

from skerosion._spreadsheet_cells import write_csv
from skerosion._types import Any, FilePath, Seed
from skerosion._validation import Number, Whole, check_parameter

from ._patients import JOINT_NAMES, draw_roster, first_seed
from ._render import draw_joint, draw_joint_mask

_ENDINGS = {"png": ".png", "jpeg": ".jpg"}
_PART = 1000  # images that a process draws before it asks for more


@dataclass(frozen=True, repr=False)
class JointImages:
    """Synthetic joints as `make_joint_images` returns them; entry i of each array is about joint i.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, size, size)
        Grey levels.
    percent : ndarray of int64, shape (n,)
        Percentage of eroded joint surface.
    patients : ndarray of int64, shape (n,)
        Patient of each joint: the groups of a split.
    visits : ndarray of int64, shape (n,)
        Visit of the patient, from 0; the joints of a visit share one radiograph's exposure.
    joints : ndarray of str, shape (n,)
        Name of the joint, as ``"left_mcp2"``.
    masks : ndarray of bool, shape (n, size, size), or None
        Eroded pixels.
    surfaces : ndarray of bool, shape (n, size, size), or None
        The joint surface before any damage. ``(masks & surfaces)`` holds ``percent`` of its pixels.

    Examples
    --------
    >>> from skerosion.datasets import make_joint_images
    >>> make_joint_images(40, size=16, random_state=0)
    JointImages(40 synthetic joints of 16x16, 2 patients, 0 to 100 percent eroded)
    """

    images: np.ndarray
    percent: np.ndarray
    patients: np.ndarray
    visits: np.ndarray
    joints: np.ndarray
    masks: np.ndarray | Any = None
    surfaces: np.ndarray | Any = None

    def __len__(self):
        return len(self.images)

    def __repr__(self):
        n, height, width = self.images.shape
        return (
            f"JointImages({n} synthetic joints of {height}x{width}, {len(np.unique(self.patients))} patients, "
            f"{self.percent.min()} to {self.percent.max()} percent eroded)"
        )


def make_joint_images(
    n_joints: int = 1000,
    *,
    size: int = 150,
    joints_per_patient: int = 17,
    labels: Any = "thesis",
    random_state: Seed = None,
    return_mask: bool = False,
) -> JointImages:
    """Make synthetic radiographs of finger joints with erosions.

    Two bone ends, a wider base above a rounded head, lie in soft tissue with a dark joint space between them; often
    oblique, with a neighbouring finger or a black margin at the side, exposed from nearly black to washed out. Erosions
    bite the labelled share out of the joint surface. They are drawn, not measured: figures obtained on them say
    something about a method, nothing about patients.

    Parameters
    ----------
    n_joints : int, default=1000
        Number of images.
    size : int, default=150
        Side of the square images in pixels, 16 at least. A seed shows the same joints at any size.
    joints_per_patient : float, default=17
        Joints of a patient on average; counts are log-normal with a median of 13 and at most 77 for an average of 17.
        The last patient has what is left.
    labels : {"thesis"} or mapping of int to float, default="thesis"
        Share of the joints by percentage of eroded surface, in any unit: ``{0: 1, 20: 1, 100: 1}`` is a third of each.
        ``"thesis"`` is the histogram of the 102,265 registry joints of [1]_, from 68.28 % without erosion over
        0.03 % at 95 to 1.12 % at 100. Each percentage gets its share to the nearest joint.
    random_state : int, RandomState instance or None, default=None
        Seed; the same seed gives the same patients, labels and pixels.
    return_mask : bool, default=False
        Whether to return the eroded pixels and the joint surface as well.

    Returns
    -------
    joints : JointImages
        Images, percentages, patients, visits and joint names, and with `return_mask` masks and surfaces.

    See Also
    --------
    write_joint_images : The same joints as files with a table, for any number of them.

    Notes
    -----
    The joint surface is the band of bone below the articular contour of both bone ends, 0.06 of half an image side
    thick before zooming (1.25 pixels at least): of the head the arc of 72 degrees to each side of its axis, of the base
    all between its two corners. A joint of p percent has p percent of the pixels of this band eroded, to the nearest
    pixel and one pixel at least; bites go deeper than the band, so the mask has more pixels than the eroded surface.

    Damage follows a Gaussian copula: half the variance of its normal score belongs to the patient, 42 % to the joint
    over all visits. Two thirds of the variance of every measure of the anatomy belong to the patient. Exposure belongs
    to the visit.

    References
    ----------
    .. [1] J. Rohrbach, project thesis on the automated scoring of bone erosions, ZHAW, 2017.

    Examples
    --------
    >>> from skerosion.datasets import make_joint_images
    >>> joints = make_joint_images(200, size=32, random_state=0, return_mask=True)
    >>> joints.images.shape, joints.images.dtype
    ((200, 32, 32), dtype('uint8'))
    >>> worst = joints.percent.argmax()
    >>> bool((joints.masks[worst] | ~joints.surfaces[worst]).all())
    True
    """
    seed, roster = _draw_set(n_joints, size, joints_per_patient, labels, random_state)
    images = np.empty((n_joints, size, size), dtype=np.uint8)
    masks, surfaces = np.empty((2, *images.shape), dtype=bool) if return_mask else (None, None)
    for row in range(n_joints):
        images[row] = draw_joint(seed, roster, row, size)
        if return_mask:
            masks[row], surfaces[row] = draw_joint_mask(seed, roster, row, size)
    names = np.array(JOINT_NAMES)[roster.joints]
    return JointImages(images, roster.percent, roster.patients, roster.visits, names, masks, surfaces)


def write_joint_images(
    folder: FilePath,
    n_joints: int = 1000,
    *,
    size: int = 150,
    joints_per_patient: int = 17,
    labels: Any = "thesis",
    random_state: Seed = None,
    image_format: str = "png",
    n_jobs: int | None = None,
):
    """Write synthetic joints as image files with a table of their labels, one at a time in each process.

    The joints are those of `make_joint_images` with the same arguments. The table appears last, so a folder with a
    table is complete; an earlier table is removed first and images of the same name are overwritten.

    Parameters
    ----------
    folder : str or path-like
        Where to write ``labels.csv`` and the folder ``images``; made where missing.
    n_joints, size, joints_per_patient, labels, random_state
        As for `make_joint_images`.
    image_format : {"png", "jpeg"}, default="png"
        PNG keeps the pixels, JPEG (quality 95) is about what a registry holds.
    n_jobs : int, default=None
        Number of processes, as for joblib: None is one, -1 one per core. The files are the same for any number.

    Returns
    -------
    table : pathlib.Path
        The CSV, with the columns path (relative to `folder`), patient_id, visit, joint and percent.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from skerosion.datasets import write_joint_images
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pd.read_csv(write_joint_images(folder, 3, size=16, random_state=0))
    >>> list(table.columns)
    ['path', 'patient_id', 'visit', 'joint', 'percent']
    >>> table.path[0]
    'images/0000000.png'
    """
    if image_format not in _ENDINGS:
        raise ValueError(f"image_format must be one of {sorted(_ENDINGS)}, got {image_format!r}.")
    seed, roster = _draw_set(n_joints, size, joints_per_patient, labels, random_state)
    folder = Path(folder)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    table = folder / "labels.csv"
    table.unlink(missing_ok=True)
    parts = [range(start, min(start + _PART, n_joints)) for start in range(0, n_joints, _PART)]
    joblib.Parallel(n_jobs=n_jobs)(
        joblib.delayed(_write_images)(folder, seed, roster, part, size, image_format) for part in parts
    )
    columns = {
        "path": [_name(row, image_format) for row in range(len(roster))],
        "patient_id": roster.patients,
        "visit": roster.visits,
        "joint": np.array(JOINT_NAMES)[roster.joints],
        "percent": roster.percent,
    }
    return write_csv(table, pd.DataFrame(columns))


def _name(row, image_format):
    return f"images/{row:07d}{_ENDINGS[image_format]}"


def _write_images(folder, seed, roster, part, size, image_format):
    options = {"quality": 95} if image_format == "jpeg" else {}
    for row in part:
        image = Image.fromarray(draw_joint(seed, roster, row, size))
        image.save(folder / _name(row, image_format), format=image_format, **options)


def _draw_set(n_joints, size, joints_per_patient, labels, random_state):
    """Check the arguments and draw the seed of all images and the roster."""
    check_parameter("n_joints", n_joints, (Whole(1),))
    check_parameter("size", size, (Whole(16),))
    check_parameter("joints_per_patient", joints_per_patient, (Number(1),))
    seed = first_seed(random_state)
    return seed, draw_roster(n_joints, joints_per_patient, labels, np.random.default_rng((seed, 0)))
