"""The size of images for which nobody names one: their own, or a chosen one that is said."""

import numpy as np
import pytest

from skerosion.datasets import FileSource
from skerosion.datasets.reading._sizes import chosen_size


@pytest.fixture
def write(save):
    """Write black images of some sizes and return their paths."""
    return lambda sizes: [save(f"{number}.png", np.zeros(size, "uint8")) for number, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "chosen", "said"),
    [
        ([(16, 20)] * 3, (16, 20), ""),
        ([(900, 700)] * 2, (900, 700), ""),
        ([(16, 32), (32, 64), (64, 128)], (32, 64), "3 sizes, from 16x32 to 64x128.*no proportions by more than 10 %"),
        ([(16, 20), (20, 16), (40, 40)], (20, 20), "20x20, which changes the proportions of 2 of 3 .* by 25 % at most"),
        ([(16, 16)] * 9 + [(60, 20)], (16, 16), "2 sizes.*of 1 of 10 by more than 10 %, by 200 % at most"),
        ([(800, 900), (1200, 1000), (2000, 1400)], (512, 427), "their median, shrunk to 512 pixels, 512x427"),
        ([(1, 1), (1, 3000)], (1, 512), "shrunk to 512 pixels"),
    ],
)
def test_one_size_is_taken_and_of_several_the_median(write, sizes, chosen, said):
    paths = write(sizes)
    size, note = chosen_size(paths)
    assert size == chosen and bool(note) == bool(said)
    if said:
        with pytest.warns(UserWarning, match=f"(?s){said}.* Pass image_shape= for another"):
            assert FileSource(paths).image_shape == (*chosen, 1)


def test_the_order_of_files_does_not_matter(write):
    paths = write([(16, 20), (20, 16), (40, 40), (8, 9)])
    assert chosen_size(paths) == chosen_size(paths[::-1])


def test_what_cannot_be_read_has_no_say(write, tmp_path):
    (tmp_path / "text.png").write_text("no image")
    assert chosen_size([tmp_path / "text.png", tmp_path / "gone.png", *write([(7, 9)])]) == ((7, 9), "")
    with pytest.raises(ValueError, match="cannot read the image .*text.png"):
        chosen_size([tmp_path / "text.png", tmp_path / "gone.png"])
