"""Images are found by name, by content or below a folder, in the order of a reader."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skerosion.datasets.reading import image_paths
from skerosion.datasets.reading._picture_files import in_natural_order


@pytest.fixture
def folder(tmp_path):
    for name in ("p10.png", "P2.JPG", "sub/p1.tif", "sub/deep/p3.bmp", ".hidden.png", ".cache/p4.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_all_images_below_a_folder_count_in_natural_order(folder):
    found = [os.path.relpath(path, folder) for path in image_paths([folder])]
    assert found == ["P2.JPG", "p10.png", os.path.join("sub", "deep", "p3.bmp"), os.path.join("sub", "p1.tif")]


def test_images_and_folders_keep_the_order_they_are_named_in(folder):
    places = [folder / "sub", "gone.png", folder / "p10.png"]
    assert [os.path.basename(path) for path in image_paths(places)] == ["p3.bmp", "p1.tif", "gone.png", "p10.png"]


def test_picture_is_told_by_its_content_and_a_table_by_neither(folder):
    Image.new("L", (4, 4)).save(folder / "export", format="png")
    (folder / "BMI.txt").write_text("BM,path\n1,a.png\n")
    assert image_paths([folder / "export"]) == [str(folder / "export")]
    assert image_paths([folder / "BMI.txt"]) is None


def test_table_beside_images_and_folder_without_any_are_errors(folder):
    with pytest.raises(ValueError, match=r"one table, or images.* got 2 of them, of which 'labels.csv' is no image"):
        image_paths(["labels.csv", folder])
    (folder / "empty").mkdir()
    with pytest.raises(ValueError, match=r"folder must hold images \(.png, .*\), got no file at all in .*empty"):
        image_paths([folder / "empty"])


@given(st.lists(st.text("ab01²/.", min_size=1), unique=True).flatmap(lambda names: st.permutations(names)))
def test_any_names_have_one_order(names):
    assert sorted(names, key=in_natural_order) == sorted(sorted(names), key=in_natural_order)
