"""The forms in which programs write points, a file each: its name is what `load_points` calls the format.

A form has a KIND ("json", "table", "text" or "xml"), `is_like(content)`, which tells its own files, and
`read(content, options)`, which returns one dict a point. What it reads is in pixels with the centre of the first one at
(0, 0): where a program has its corner there, the form takes half a pixel off.
"""

import importlib
import pkgutil
from dataclasses import dataclass

CORNER = 0.5
"""How far the centre of the first pixel is from its corner, where many programs have (0, 0)."""


@dataclass(frozen=True)
class PointOptions:
    """What a file does not tell of its points.

    Parameters
    ----------
    image : str
        The film of all points, where the file names none.
    joints : sequence of str, default=None
        Names of points that are numbered.
    size : (H, W), default=None
        Of the film, where points are shares of its sides.
    mm_per_pixel : (row, column), default=None
        Where points are in millimetres.
    """

    image: str
    joints: tuple | None = None
    size: tuple | None = None
    mm_per_pixel: tuple | None = None

    def name_of(self, number):
        """The joint with a number from 0."""
        if self.joints is None or not 0 <= number < len(self.joints):
            raise ValueError(
                f"joints must name every numbered point in its order, got {self.joints} and a point number {number}"
            )
        return self.joints[number]


def find_formats():
    """All forms by name.

    Returns
    -------
    dict of str to module

    Examples
    --------
    >>> from skerosion.datasets.joints.formats import find_formats
    >>> list(find_formats())
    ['arise', 'coco', 'cvat', 'datumaro', 'labelme', 'napari', 'plain', 'shs_net', 'slicer', 'yolo']
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def box_centre(left, top, right, bottom):
    """A box about a point, from its edges, which lie between pixels."""
    middle = {"x": (left + right) / 2 - CORNER, "y": (top + bottom) / 2 - CORNER}
    return middle | {"width": abs(right - left), "height": abs(bottom - top)}
