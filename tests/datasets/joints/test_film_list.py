"""Films by whatever name points call them, and in whatever form they are handed in."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import load_image_table
from skerosion.datasets.joints import film_list

FILM = np.zeros((30, 20), np.uint8)


@pytest.fixture
def table(tmp_path):
    for name in ("a/x.png", "b/x.png", "b/y.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(FILM).save(tmp_path / name)
    frame = pd.DataFrame({"path": ["a/x.png", "b/x.png", "b/y.png"], "film": ["f1", "f2", "f3"], "age": [1, 2, 3]})
    frame.to_csv(tmp_path / "films.csv", index=False)
    return tmp_path / "films.csv"


@pytest.mark.parametrize(
    ("name", "place"),
    [("b/y.png", 2), ("y.png", 2), ("y", 2), ("y.jpeg", 2), ("C:\\films\\y.dcm", 2), ("f2", 1)]
    + [("x.png", -1), ("x", -1), ("a/x.png", 0), ("z", -1)],
)
def test_a_film_goes_by_its_name_its_pseudonym_and_its_files_name_where_one_has_it(table, name, place):
    assert film_list(table).places([name]).tolist() == [place]


def test_films_are_tables_loaded_ones_dicts_and_lists(table):
    folder = table.parent
    read = film_list(table)
    loaded = load_image_table(table, image="path", target=None)
    listed = film_list([folder / name for name in read.names])
    assert [film_list(loaded).pictures, listed.pictures] == [read.pictures] * 2
    assert read.frame["age"].tolist() == [1, 2, 3] and film_list(read) is read
    assert film_list({"p": FILM, "q": FILM[..., np.newaxis]}).sizes(np.array([1, -1])) == [(30, 20), None]
    assert read.shown == ["f1", "f2", "f3"] and listed.shown == listed.names
    assert read.small(0, 15).shape == film_list({"p": FILM}).small(0, 15).shape == (15, 10)


@pytest.mark.parametrize(
    ("films", "said"),
    [
        ([FILM], "films must be named"),
        ({"a": FILM, "b": "b.png"}, "all paths or all arrays"),
        ({"a": FILM / 2}, "grey arrays .* of uint8, got float64"),
        ({"a": np.zeros((4, 4, 3), np.uint8)}, r"of shape \(4, 4, 3\) for 'a'"),
        (pd.DataFrame({"path": ["a.png", "a.png"]}), "each film once in 'path', got 'a.png'"),
        (pd.DataFrame({"file": ["a.png"]}), "image='path' must be one column"),
    ],
)
def test_what_cannot_be_films_is_told(films, said):
    with pytest.raises(ValueError, match=said):
        film_list(films)


def test_a_film_that_is_gone_says_so_wherever_it_is_asked_for(table):
    films = film_list(table)
    (table.parent / "b/y.png").unlink()
    for ask in (films.size, lambda place: films.small(place, 10)):
        with pytest.raises((OSError, ValueError), match="y.png"):
            ask(2)
