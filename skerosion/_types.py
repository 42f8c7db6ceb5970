"""Types of parameters that recur, as editors and type checkers see them."""

from collections.abc import Callable as Callable
from collections.abc import Mapping as Mapping
from collections.abc import Sequence as Sequence
from os import PathLike
from typing import Any as Any

from numpy.random import RandomState
from numpy.typing import ArrayLike as ArrayLike

Bins = str | ArrayLike | None
"""How numbers fall into grades."""

Grid = str | ArrayLike | None
"""The thresholds of a distribution."""

Groups = ArrayLike | None
"""The patient of each row."""

Labels = ArrayLike | None
"""Grades in their order."""

FilePath = str | PathLike
"""A file or folder."""

Seed = int | RandomState | None
"""Where random numbers come from."""

Sizes = Sequence[int]
"""Numbers of pixels, filters or units."""

Weights = ArrayLike | None
"""A weight for each row."""
