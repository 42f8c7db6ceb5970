"""What is wrong with a table is found without opening an image; tables of other libraries are tables, too."""

import os

import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import ImageTableError, check_image_table, load_image_table

COLUMNS = {"image": "path", "target": "grade"}


@pytest.fixture
def table(tmp_path):
    """Four images, three of which are there; none of the files is an image."""
    for number in range(3):
        (tmp_path / f"{number}.png").write_text("no image")
    (tmp_path / "labels.csv").write_text("path,grade\n" + "".join(f"{number}.png,{number}\n" for number in range(4)))
    return tmp_path / "labels.csv"


def test_missing_files_and_what_is_no_image_are_told_at_once(table):
    Image.new("L", (4, 4)).save(table.with_name("2.png"))
    with pytest.raises(ImageTableError, match="3 of 4 rows cannot be used") as told:
        check_image_table(table, **COLUMNS)
    assert told.value.excluded["reason"].tolist() == ["unreadable file", "unreadable file", "missing file"]
    assert "0.png, it is not a JPEG" in str(told.value)


def test_missing_files_are_left_out_without_opening_the_others(table):
    lines = check_image_table(table, on_problem="report", **COLUMNS)
    assert lines.usable().tolist() == [0, 1, 2] and lines.y.tolist() == [0, 1, 2, 3]


def test_files_that_are_named_twice_are_found_without_opening_them(table):
    table.write_text("path,grade\n0.png,0\n1.png,1\n./0.png,2\n")
    with pytest.raises(ImageTableError, match="same file as row 0, there with grade 0, here 2"):
        check_image_table(table, **COLUMNS)
    assert check_image_table(table, on_problem="report", **COLUMNS).usable().tolist() == [0, 1]


def test_where_all_files_were_looked_for_is_told(table, tmp_path):
    with pytest.raises(ImageTableError, match=f"start from {tmp_path / 'there'}; root= names another"):
        check_image_table(table, root=tmp_path / "there", on_problem="report", **COLUMNS)
    with pytest.raises(ImageTableError) as told:
        load_image_table(table, root=tmp_path / "there", **COLUMNS)
    assert "root= names another" in str(told.value)


def test_the_column_that_names_images_is_told_where_another_was_named(table):
    with pytest.raises(ImageTableError, match="The column 'path' names files of images: image='path' reads it"):
        check_image_table(table, image="grade", target="path")


@pytest.mark.skipif(os.sep != "/", reason="such paths are read on Windows")
def test_a_path_of_another_computer_is_told_as_that():
    frame = pd.DataFrame({"path": [r"C:\knees\0.png"], "grade": [0]})
    with pytest.raises(ImageTableError, match="is a path of Windows: .* name it in root="):
        check_image_table(frame, **COLUMNS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "grad"}, "Did you mean 'grade'"),
        ({"size": "x"}, "size must be"),
        ({"size": (8, 8, 3)}, "set channels=3 beside it"),
        ({"channels": 2}, "channels must be"),
        ({"on_problem": "go on"}, "on_problem must be"),
    ],
)
def test_what_is_wrong_is_told_as_the_loader_tells_it(table, options, message):
    for read in (check_image_table, load_image_table):
        with pytest.raises(ValueError, match=message):
            read(table, **COLUMNS | options)


def test_a_target_that_is_not_plain_asks(table):
    frame = pd.DataFrame({"path": [str(table.with_name(f"{number}.png")) for number in range(3)], "grade": [0, 5, 30]})
    check_image_table(frame, **COLUMNS)
    with pytest.raises(ValueError, match="the target could mean several things"):
        check_image_table(frame, kind="auto", **COLUMNS)


class Foreign:
    """A table of another library, as far as it hands itself over to pandas."""

    def __init__(self, columns, frame=None):
        self.columns, self._columns, self._frame = list(columns), columns, frame

    def to_pandas(self, **options):
        assert options == {"integer_object_nulls": True}
        if self._frame is None:
            raise ModuleNotFoundError("pyarrow")
        return self._frame

    def __getitem__(self, name):
        return pd.Series(self._columns[name], dtype=object)


def images(folder):
    paths = [str(folder / f"{number}.png") for number in range(3)]
    for number, path in enumerate(paths):
        Image.new("L", (8, 8), number).save(path)
    return {"path": paths, "grade": [0, 1, 2], "patient": [2**60 + 1, None, 7]}


def loaded(table):
    columns = COLUMNS | {"group": "patient"}
    with pytest.warns(UserWarning, match="no patient: 1"):
        data = load_image_table(table, on_problem="report", **columns)
    assert data.y.tolist() == [0, 2] and data.groups.tolist() == [str(2**60 + 1), "7"]


@pytest.mark.parametrize("hands_over", [True, False])
def test_tables_of_other_libraries_are_read(tmp_path, hands_over):
    columns = images(tmp_path)
    loaded(Foreign(columns, pd.DataFrame(columns, dtype=object) if hands_over else None))


def test_tables_of_polars_and_pyarrow_are_read(tmp_path):
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    loaded(polars.DataFrame(images(tmp_path)))
    loaded(pyarrow.table(images(tmp_path)))


def test_what_is_no_table_is_named():
    with pytest.raises(ValueError, match="DataFrame of pandas, polars or pyarrow, got a list"):
        load_image_table([["0.png", 1]], **COLUMNS)
