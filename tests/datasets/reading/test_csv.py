"""CSV files: every cell is the text that stands there, under its own name, or the file is refused by name."""

import bz2
import gzip
import lzma
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from skerosion.datasets import tabulate_images
from skerosion.datasets.reading._csv import read_text_table
from skerosion.datasets.reading._table_columns import says_no_number, with_numbers

PLAIN = "path,patient\n0.png,007\n1.png,NA\n"
READ = {"path": ["0.png", "1.png"], "patient": ["007", "NA"]}


@pytest.fixture
def read(tmp_path):
    """Write text (or bytes) into a file and read it as a table, {name: cells}."""

    def write_and_read(content, written="utf-8", **options):
        (tmp_path / "labels.csv").write_bytes(content if isinstance(content, bytes) else content.encode(written))
        return read_text_table(tmp_path / "labels.csv", **options).to_dict("list")

    return write_and_read


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"], ids=lambda name: name
)
def test_encodings_that_are_plain_are_found_out(read, encoding):
    assert read(PLAIN.replace("NA", "Jürgen"), encoding) == {**READ, "patient": ["007", "Jürgen"]}


def test_other_encodings_are_asked_for_and_can_be_given(read):
    text = PLAIN.replace("NA", "Jürgen")
    with pytest.raises(
        ValueError, match=r"labels.csv' is not written in utf-8: byte 0xfc in line 3.*encoding='cp1252'"
    ):
        read(text, "latin-1")
    for encoding in ("latin-1", "cp1252"):
        assert read(text, encoding, encoding=encoding)["patient"] == ["007", "Jürgen"]
    with pytest.raises(ValueError, match="encoding must be one that Python knows, .* got 'latin-99'"):
        read(text, encoding="latin-99")


@pytest.mark.parametrize("mark", list(",;\t|"))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_plain_separators_are_found_out(read, mark, end):
    assert read(PLAIN.replace(",", mark).replace("\n", end)) == READ


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        ("path;kl;age, years\n0.png;1;61,5\n", {}, {"path": ["0.png"], "kl": ["1"], "age, years": ["61,5"]}),
        ("path,a;b\n0.png,1\n", {}, {"path": ["0.png"], "a;b": ["1"]}),
        ("sep=;\r\npath;kl\r\n0.png;1\r\n", {}, {"path": ["0.png"], "kl": ["1"]}),
        ("path:kl\n0.png:1\n", {"sep": ":"}, {"path": ["0.png"], "kl": ["1"]}),
        ("path\tkl,x\n0.png\t1,2\n", {"sep": "tab"}, {"path": ["0.png"], "kl,x": ["1,2"]}),
        ("path\tkl\n0.png\t1\n", {"sep": "\\t"}, {"path": ["0.png"], "kl": ["1"]}),
        (' path , kl\n0.png, "a, b"\n', {}, {"path": ["0.png"], "kl": ["a, b"]}),
        ("path\n0.png\n\n1.png\n", {}, {"path": ["0.png", "1.png"]}),
        ('path,note\n0.png,"two\nlines"\n', {}, {"path": ["0.png"], "note": ["two\nlines"]}),
        ("path,kl,\n0.png,1,\n", {}, {"path": ["0.png"], "kl": ["1"]}),
        ("path,kl\n0.png,1,\n", {}, {"path": ["0.png"], "kl": ["1"]}),
        (",path\n5,0.png\n", {}, {"Unnamed: 0": ["5"], "path": ["0.png"]}),
        ("p,x,p\n1,2,3\n", {}, {"p (column 1)": ["1"], "x": ["2"], "p (column 3)": ["3"]}),
        ("path,kl\n,\n", {}, {"path": [""], "kl": [""]}),
    ],
)
def test_tables_are_read_as_they_are_meant(read, content, options, expected):
    assert read(content, **options) == expected


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", {}, "labels.csv' is empty"),
        ("\n \n", {}, "labels.csv' is empty"),
        ("path,kl,patient\n0.png,1\n", {}, "labels.csv': line 2 has 2 fields, the header has 3"),
        ("path,kl\n0.png,1\n\n1.png,2,3\n", {}, "line 4 has 3 fields, the header has 2"),
        ("path,kl\n1,0.png,1\n2,1.png,2\n", {}, "every line has one field more than the header"),
        ('path,kl\n0.png,"1\n1.png,2\n', {}, "line 3 cannot be read.*a quote that is not closed"),
        ("path,kl\n0.png,\0\n", {}, "is not text in utf-8: it has a zero byte in line 2"),
        (PLAIN, {"sep": ";;"}, "sep must be one character, such as ';', or 'tab', got ';;'"),
        (PLAIN, {"sep": ""}, "sep must be one character"),
        (PLAIN, {"sep": 1}, "sep must be one character"),
        (PLAIN, {"sep": ";"}, "got ';', by which it has one column '.*,.*'; sep=',' takes it apart"),
        (b"PK\x03\x04\x14\0", {}, "must be a CSV file with one row per image, it is a zip file"),
        (b"PAR1\x15\0", {}, "it is a Parquet file; read it with pandas"),
        (b"\x80\x04\x95\0\0", {}, "it is a file of arrays or of Python objects"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], {}, "cannot be unpacked"),
        (PLAIN.encode("utf-16")[:-1], {}, "is not written in utf-16"),
    ],
)
def test_what_is_no_table_is_refused_by_name(read, content, options, message):
    with pytest.raises(ValueError, match=message):
        read(content, **options)


def test_decimal_commas_become_points_where_they_are_told(read):
    content = b"path;grade;note;who\n0.png;1,5;a,b;1\n1.png;-,5;1,5 mm;\n2.png;12;1,2,3;2\n"
    found = read(content, decimal=",")
    assert found["grade"] == ["1.5", "-.5", "12"]
    assert found["note"] == ["a,b", "1,5 mm", "1,2,3"]
    assert read(content)["grade"] == read(content, decimal=".")["grade"] == ["1,5", "-,5", "12"]


@pytest.mark.parametrize("cell", [b"1.5", b"1.500", b"-.5"])
def test_a_point_beside_decimal_commas_may_separate_thousands(read, cell):
    with pytest.raises(ValueError, match=f"got '{cell.decode()}', whose point may separate thousands"):
        read(b"path;grade\n0.png;1,5\n1.png;" + cell + b"\n", decimal=",")


def test_a_decimal_mark_is_a_comma_or_a_point(read):
    with pytest.raises(ValueError, match="decimal must be ',' or '.', got ';'"):
        read(b"path,grade\n", decimal=";")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF"])
def test_a_picture_is_called_one(tmp_path, kind):
    Image.new("L", (8, 8)).save(tmp_path / "0.png", format=kind)
    with pytest.raises(ValueError, match="0.png' must be a CSV file with one row per image, it is a picture"):
        read_text_table(tmp_path / "0.png")


def test_words_that_begin_like_a_picture_are_words(read):
    assert read("BMI,path\n25,0.png\n") == {"BMI": ["25"], "path": ["0.png"]}


def test_a_folder_says_how_to_make_a_table_of_it(tmp_path, monkeypatch):
    for grade in ("0", "1"):
        (tmp_path / "knees" / grade).mkdir(parents=True)
        (tmp_path / "knees" / grade / f"{grade}.png").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="'knees' is a folder; .*names tell grade and patient") as error:
        read_text_table("knees")
    table = eval(str(error.value).partition("In Python, so does ")[2].rstrip("."), {"tabulate_images": tabulate_images})
    assert table["path"].tolist() == ["knees/0/0.png", "knees/1/1.png"] and table["grade"].tolist() == ["0", "1"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_cell_may_hold_a_picture_written_as_text(read):
    cell = "x" * 300_000
    assert read(f"path,pixels\na.png,{cell}\n".encode()) == {"path": ["a.png"], "pixels": [cell]}


def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "labels.csv")
    with pytest.raises(ValueError, match="is a pipe or a device"):
        read_text_table(tmp_path / "labels.csv")


@pytest.mark.parametrize("packing", [gzip, bz2, lzma], ids=lambda module: module.__name__)
def test_packed_files_are_read(read, packing):
    assert read(packing.compress(PLAIN.encode())) == READ


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_what_pandas_writes_is_read_again(tmp_path, rows):
    frame = pd.DataFrame(rows, columns=["path", "grade", "patient"])
    frame.to_csv(tmp_path / "labels.csv", index=False)
    again = read_text_table(tmp_path / "labels.csv")
    # A blank before a cell is how people write lists.
    assert again.to_numpy().tolist() == [[cell.lstrip(" ") for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2"], [1, 2]),
        (["1", ""], [1.0, np.nan]),
        (["1.5", "NA"], [1.5, np.nan]),
        (["True", "False"], [True, False]),
        (["", ""], [np.nan, np.nan]),
        (["007", "12"], ["007", "12"]),
        (["12345678901234567", "1"], ["12345678901234567", "1"]),
        (["1,5", "2"], ["1,5", "2"]),
        (["None", "NA"], ["None", "NA"]),
        (["inf", "1"], ["inf", "1"]),
        (["1_000", "2"], ["1_000", "2"]),
    ],
)
def test_other_columns_are_numbers_where_nothing_is_lost(cells, expected):
    found = with_numbers(pd.DataFrame({"column": cells}, dtype=object))["column"].tolist()
    np.testing.assert_equal(found, expected)
    assert list(map(type, found)) == list(map(type, expected))


def test_words_for_no_number():
    assert says_no_number(pd.Series(["", "NA", "n/a", "NaN", "None", "0", "none of it"], dtype=object)).sum() == 5
