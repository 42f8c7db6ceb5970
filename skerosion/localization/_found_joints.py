"""What a finder says about a film: its points, how sure it is, and whose side it saw."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SURE = 0.5
"""The score from which a point, or a side, counts as found."""


@dataclass(frozen=True)
class FoundJoints:
    """The joints that were found on one film.

    Attributes
    ----------
    points : DataFrame
        A row a side and joint: image, side, joint, x, y (pixels of the film), visible, reason and score.
    score : float
        Mean score of the points of the least sure side, 0 to 1; of the likeliest side where none was found.
    side : {"left", "right", "both", ""}
        What the picture shows; empty where nothing was found, and for points that have no side.
    mirrored : bool
        Whether it shows the other side than the one that was told: the film lies the wrong way round, or its tag is
        wrong. The points then bear the told side.
    """

    points: pd.DataFrame
    score: float
    side: str
    mirrored: bool = False


def shown_sides(scores, sides, told=None):
    """Return which sides a film shows, the side that each is told to be, and whether these differ.

    Parameters
    ----------
    scores : ndarray of shape (sides,)
        Mean scores of the sides' points.
    sides : tuple of str
    told : {"left", "right", "both"}, default=None
        What the film's tag says.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.localization._found_joints import shown_sides
    >>> shown_sides(np.array([0.1, 0.9]), ("left", "right"), "left")
    ([1], ['left'], True)
    """
    if not told or len(sides) == 1:
        shown = np.flatnonzero(scores >= SURE).tolist()
        return shown, [sides[number] for number in shown], False
    if told == "both":
        return [0, 1], list(sides), False
    best = int(np.argmax(scores))
    return [best], [told], sides[best] != told


def named(shown, sides):
    """Return the word for the sides that a film shows."""
    return "both" if len(shown) > 1 else "".join(sides[number] for number in shown)
