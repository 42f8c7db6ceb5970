"""Shared parameter checks."""

import numpy as np
import pytest

from skerosion._validation import check_image_shape


@pytest.mark.parametrize(
    ("given", "channels", "expected"),
    [
        (64, 1, (64, 64, 1)),
        (np.int64(8), 3, (8, 8, 3)),
        ((32, 48), 1, (32, 48, 1)),
        ([32, 48, 3], 1, (32, 48, 3)),
        (np.array([4, 5]), 1, (4, 5, 1)),
    ],
)
def test_image_shapes_are_completed(given, channels, expected):
    shape = check_image_shape(given, channels=channels)
    assert shape == expected and all(type(side) is int for side in shape)


@pytest.mark.parametrize("given", [0, -1, 1.5, "64", None, (), (1,), (1, 2, 3, 4), (0, 4), (4, 2.5), True, (4, True)])
def test_what_is_no_shape_is_refused(given):
    with pytest.raises(ValueError, match=r"size must be a positive integer, .*, got "):
        check_image_shape(given, name="size")
