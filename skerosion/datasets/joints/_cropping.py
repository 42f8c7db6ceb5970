"""From films and the points on them to rows of joint images that can be fitted."""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from skerosion._counted import counted
from skerosion._types import Any, FilePath, Sequence
from skerosion._validation import Choice, Flag, Number, Whole, check_parameters
from skerosion.preprocessing import Augmentation

from .._image_table import ImageTable, targets
from .._rows import ImageRows
from .._table_lines import check_reading
from ..reading import ImageTableError, film_choices, listed, name_look_alikes, read_groups, read_target
from ._box_maps import MAP_COLUMNS
from ._boxed_points import box_points
from ._boxes import UNITS, rows_to_cut
from ._cut_crops import cut_crops
from ._film_list import FilmList, film_list
from ._film_overlay import map_on_film
from ._known_of_points import named_column, with_any, with_films, with_scores
from ._points_table import points_table
from ._readers_mean import one_reader

_RULES = {
    "size": (Whole(8, 2048),),
    "extent": (Number(0, open_low=True),),
    "unit": (Choice(UNITS),),
    "upright": (Flag(),),
    "mirror": (Flag(),),
    "min_score": (Number(0, 1),),
    "jitter": (Number(0),),
}


@dataclass(frozen=True, kw_only=True)
class JointCropper:
    """How a joint is cut out of its film: the settings of :func:`crop_joints`, as one value that can be kept.

    Parameters
    ----------
    size : int, default=150
        Pixels a side of the crop.
    extent : float, default=0.8
        Side of the box in units.
    unit : {"length", "box", "pixels", "mm"}, default="length"
        "length" is a length in the hand, so that no spacing is needed: from the metacarpophalangeal to the proximal
        joint of the finger; in the foot twice the mean distance of neighbouring metatarsophalangeal joints; of a knee
        from knee_medial to knee_lateral. "box" is the longer side of the box that came with the point, "pixels" are
        those of the film.
    upright : bool, default=True
        Turn the box along its finger; False takes it as the film lies. A joint that has no axis, such as a knee, is
        taken as the film lies unless its point has an angle.
    mirror : bool, default=True
        Show right joints mirrored, so that they look like left ones; on a film that lies the wrong way round, as a
        column "mirrored" of the films says, the left ones.
    min_score : float, default=0.0
        Points with a lower score are missing joints.
    jitter : float, default=0.0
        Standard deviation of a finder's errors, in units as `extent`, about .1 where the unit is a length in the hand.
        While something is trained on the crops, their boxes are moved by it in both directions, and turned and resized
        by as much of their side; never when something is predicted. Moved boxes are read from crops with a margin of
        three such errors, which are kept beside the others.
    joints : sequence of str, default=None
        Which to cut out. None takes those that the clinical vocabulary scores; where it scores none, such as of knees,
        all but points that only help to find an axis.

    Examples
    --------
    >>> from skerosion.datasets import JointCropper
    >>> JointCropper(size=96).extent
    0.8
    """

    size: int = 150
    extent: float = 0.8
    unit: str = "length"
    upright: bool = True
    mirror: bool = True
    min_score: float = 0.0
    jitter: float = 0.0
    joints: Sequence[str] | None = None

    def __post_init__(self):
        check_parameters(self, _RULES)
        if self.jitter > self.extent / 2:
            raise ValueError(f"jitter must be at most half of extent={self.extent:g}, got {self.jitter:g}.")

    @property
    def augmentation(self):
        """What the jitter is to images of these crops; None without one."""
        return Augmentation(jitter=self.jitter / self.extent) if self.jitter else None


@dataclass(frozen=True, eq=False, repr=False)
class JointCrops(ImageTable):
    """What :func:`crop_joints` returns: an image table of joints that knows where on its film each lies.

    Attributes
    ----------
    X, y, groups, message, notes
        As of ``ImageTable``.
    table : DataFrame
        One row a joint in line with X, indexed by the row of the points: the columns of the points, box_side (pixels
        of the film), box_angle (degrees clockwise), box_mirrored, box_inside (share of the box on the film), length,
        the map as a0, a1, a2, b0, b1, b2, and what the table of the films says.
    excluded : DataFrame
        The joints without a crop: row, path (of the film, as the points name it), reason, detail, side, joint.
    cropper : JointCropper
        The settings.
    films : FilmList
        All films, those without a joint among them.
    """

    cropper: JointCropper
    films: FilmList

    @property
    def maps(self):
        """The affine map of each crop, (n, 2, 3): its pixel (u, v) lies at a0 u + a1 v + a2, b0 u + b1 v + b2."""
        return self.table[list(MAP_COLUMNS)].to_numpy().reshape(-1, 2, 3)

    def on_film(self, values, image):
        """Draw maps of the crops, such as those of attention, back on their film.

        Parameters
        ----------
        values : array-like of shape (n, h, w)
            A map for each row, of any resolution, over the whole crop.
        image : str
            The film, as ``table["image"]`` names it.

        Returns
        -------
        values : ndarray of float32, shape (H, W)
            In line with the film's pixels: NaN beside the boxes, the larger value where two overlap.
        """
        values = np.asarray(values)
        if values.ndim != 3 or len(values) != len(self.table):
            raise ValueError(f"values must be a map for each of {len(self.table)} crops, got shape {values.shape}.")
        rows = np.flatnonzero(self.table["image"] == image)
        if not len(rows):
            raise ValueError(f"image must be a film with crops, got {image!r}.")
        shape = self.films.size(self.films.places([image])[0])
        drawn = [map_on_film(values[row], self.maps[row], self.cropper.size, shape) for row in rows]
        return np.fmax.reduce(drawn)

    def __repr__(self):
        return f"JointCrops({_summary(self.X, self.table)}, {len(self.excluded)} missing)"


def crop_joints(
    films: Any,
    points: Any,
    cropper: JointCropper | None = None,
    *,
    target: str | None = None,
    scores: Any = None,
    group: str | None = None,
    image: str = "path",
    spacing: str = "mm_per_pixel",
    root: FilePath | None = None,
    order: Any = None,
    bits: int | None = None,
    window: Any = None,
    polarity: str | None = None,
    on_problem: str = "error",
    cache_mb: float = 128,
    cache_dir: FilePath | None = None,
    **settings: Any,
) -> JointCrops:
    """Cut the joints out of films, each by one affine map that samples the full film once.

    Films that are files stay in their files: crops are read when a batch asks for them and kept as other images are.

    Parameters
    ----------
    films : path-like, DataFrame, ImageTable, dict or list
        A table (CSV file or DataFrame) with a column of paths, what a loader of images returned, a dict from names to
        paths or arrays (H, W) of uint8, or a list of paths.
    points : DataFrame or path-like
        Where the joints are, as ``load_points`` returns it: image, side, joint, x, y and more. A film goes by its name
        in `films`, by its file's name, or by that without its ending. Of several readers the median counts.
    cropper : JointCropper, default=None
        Size of the crops, extent of the boxes and so on; None takes the defaults, with the changes of `settings`.
    target : str, default=None
        Column of the grades: of `scores`, of the points, or of the films. A joint that has none on any film, such as a
        wrist that only helps to find axes, is not cut out unless `joints` names it.
    scores : DataFrame, default=None
        Grades by image, side and joint, as ``load_joint_scores`` returns them.
    group : str, default=None
        Column of the patient, of the films, of the points or of `scores`.
    image : str, default="path"
        Column of the films' paths.
    spacing : str, default="mm_per_pixel"
        Column of the films that says how many mm a pixel is; of use where the unit is mm.
    root : path-like, default=None
        Folder from which relative paths of a table start; None is that of the CSV file.
    order : sequence, default=None
        All grades from the lowest to the highest, as for ``load_image_table``.
    bits, window, polarity, cache_mb, cache_dir
        As for ``load_image_table``.
    on_problem : {"error", "report"}, default="error"
        What to do about films that cannot be read and joints without film, grade or patient. A joint that cannot be
        seen is no problem: it is a row of ``excluded`` with its reason.
    **settings
        Fields of :class:`JointCropper`.

    Returns
    -------
    JointCrops
        X, y, groups, table, excluded, message, maps.

    Raises
    ------
    ImageTableError
        Where there is a problem and `on_problem` is "error", and where no joint is left.
    ValueError
        Where columns or settings are not what they must be.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skerosion.datasets import crop_joints
    >>> film = np.zeros((200, 160), "uint8")
    >>> points = pd.DataFrame(
    ...     {"image": "p7", "joint": ["left mcp3", "left pip3"], "x": [80, 80], "y": [120, 70], "visible": [2, 0]}
    ... )
    >>> data = crop_joints({"p7": film}, points, size=32, unit="pixels", extent=40, upright=False)
    >>> data.X.shape, data.excluded[["joint", "reason"]].values.tolist()
    ((1, 32, 32, 1), [['pip3', 'not visible']])
    """
    cropper = replace(cropper or JointCropper(), **settings)
    check_reading(None, 1, on_problem, window=window, polarity=polarity)
    films = replace(film_list(films, image, root), bits=bits, choices=film_choices(window, polarity))
    boxed = box_points(_known(films, points, scores, target, cropper), films, spacing, cropper)
    findings = boxed.findings()
    y = None if target is None else read_target(named_column(boxed.table, target, "target"), findings, order)
    groups = None if group is None else read_groups(named_column(boxed.table, group, "group"), findings)
    reading = {"bits": bits, "window": window, "polarity": polarity, "cache_mb": cache_mb, "cache_dir": cache_dir}
    source, numbers = cut_crops(films, boxed, cropper, findings, reading)
    kept = np.array([row for row in range(len(boxed.table)) if row not in findings], dtype=np.int64)
    excluded = boxed.excluded(findings)
    if (len(findings) and on_problem == "error") or not len(kept):
        raise ImageTableError(_problem(findings, excluded, len(kept)), excluded)
    groups, y = None if groups is None else groups[kept], None if y is None else targets(y[kept])
    X = ImageRows(source, indices=numbers[kept], groups=groups, augmentation=cropper.augmentation)
    notes, table = _notes(films, boxed, X), boxed.table.iloc[kept]
    message = " ".join([f"Used: {_summary(X, table)}.", *notes, _counted(excluded)])
    if notes or len(findings):
        warnings.warn(message, UserWarning, stacklevel=2)
    return JointCrops(X, y, X.groups, table, excluded, message, notes=notes, cropper=cropper, films=films)


def _known(films, points, scores, target, cropper):
    """Return the points to be cut out, with what tables of films and scores say of them."""
    rows = rows_to_cut(one_reader(points_table(points)), cropper.joints)
    places = films.places(rows["image"])
    known = with_scores(with_films(rows, films.frame, places), scores)
    if target is None or cropper.joints is not None:
        return known
    return with_any(known, named_column(known, target, "target"))


def _problem(findings, excluded, left):
    """Say what is wrong and what to do."""
    advice = "Correct the tables, or pass on_problem='report' to go on without them." if left else "No joint is left."
    return f"{findings.message() if len(findings) else _counted(excluded)}\n{advice}"


def _summary(X, table):
    return f"{counted(len(X), 'joint')} of {counted(table['image'].nunique(), 'film')}"


def _counted(excluded):
    """Say how many joints are missing, by reason."""
    counts = [f"{reason} ({count})" for reason, count in excluded["reason"].value_counts().items()]
    joints = counted(len(excluded), "joint is", "joints are")
    return f"{joints} missing: {', '.join(counts)}." if counts else "No joint is missing."


def _notes(films, boxed, X):
    """Say what may not be meant: films without points, unused bits, and patients that look like one."""
    told = {*films.places(boxed.missing["path"]).tolist(), *boxed.places.tolist()}
    idle = [name for place, name in enumerate(films.names) if place not in told]
    without = f"{len(idle)} of {counted(len(films.names), 'film')} without points: {listed(idle)}." if idle else ""
    alike = "" if X.groups is None else name_look_alikes(X.groups)
    return tuple(filter(None, [without, getattr(X.source, "unused_bits", str)(), alike]))
