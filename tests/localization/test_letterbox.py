"""Films as squares: in proportion, in the middle, and places that find their way back."""

import numpy as np
import pytest
from PIL import Image

from skerosion.datasets import as_image_rows
from skerosion.localization._letterbox import film_pixels, films_in, letterboxed


@pytest.mark.parametrize("shape", [(90, 60), (60, 90), (64, 64)])
def test_a_spot_of_the_film_lies_where_its_place_says(shape):
    film = np.full(shape, 20, dtype=np.uint8)
    film[40:46, 30:36] = 220
    square, box = letterboxed(film, 32)
    mass = square[..., 0].astype(float) * (square[..., 0] > 100)
    rows, columns = np.indices((32, 32))
    found = np.array([(mass * columns).sum(), (mass * rows).sum()]) / mass.sum()
    assert np.allclose(box.shares([32.5, 42.5]) * 32 - 0.5, found, atol=0.3)


def test_places_and_shares_are_inverse():
    _, box = letterboxed(np.zeros((50, 80), dtype=np.uint8), 32)
    places = np.random.default_rng(0).uniform(-10, 90, (5, 4, 2))
    assert np.allclose(box.places(box.shares(places)), places)


def test_exposure_is_stretched_and_kind_of_pixels_does_not_matter():
    film = np.random.default_rng(0).integers(0, 256, (40, 30)).astype(np.uint8)
    dark = (film // 2 + 10).astype(np.uint8)
    squares = [letterboxed(each, 16)[0][:, 2:14].astype(int) for each in (film, dark, film / 255)]
    assert abs(squares[0] - squares[1]).max() <= 6 and abs(squares[0] - squares[2]).max() <= 3


def test_films_come_as_arrays_files_and_dicts(tmp_path):
    film = np.arange(48, dtype=np.uint8).reshape(6, 8)
    Image.fromarray(film).save(tmp_path / "a.png")
    assert (film_pixels(tmp_path / "a.png") == film).all() and (film_pixels(film[..., None]) == film).all()
    rows = as_image_rows([tmp_path / "a.png"], image_shape=(3, 3, 1))
    assert (film_pixels(films_in(rows)[0]) == film).all()  # at its own size
    assert films_in({"a": film})[0] is film and films_in(np.array([["x.png"], ["y.png"]])) == ["x.png", "y.png"]
    with pytest.raises(ValueError, match="X must hold grey films"):
        film_pixels(np.zeros((4, 4, 3)))
