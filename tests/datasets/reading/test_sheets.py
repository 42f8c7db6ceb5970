"""Spreadsheets are read as CSV files of the same sheet are: text, with the zeros that a cell shows."""

import datetime
import sys
import zipfile

import pytest
from PIL import Image

from skerosion.datasets import load_image_table, read_text_table

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def book(tmp_path):
    """Write sheets, each a list of lines, and return the file."""

    def write(**sheets):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, lines in sheets.items():
            sheet = made.create_sheet(title)
            for line in lines:
                sheet.append(line)
                for cell in sheet[sheet.max_row]:
                    if isinstance(cell.value, int) and cell.column == 1:
                        cell.number_format = "000"
        made.save(tmp_path / "scores.xlsx")
        return tmp_path / "scores.xlsx"

    return write


def test_cells_are_the_text_they_show(book):
    day, moment = datetime.date(2017, 3, 1), datetime.datetime(2017, 3, 1, 12, 30)
    lines = [
        ["who", "kl", "age", "day", "seen", "ok"],
        [7, 2.0, 61.5, day, moment, True],
        [12, None, "NA", None, "", False],
    ]
    assert read_text_table(book(scores=lines)).to_dict("list") == {
        "who": ["007", "012"],
        "kl": ["2", ""],
        "age": ["61.5", "NA"],
        "day": ["2017-03-01", ""],
        "seen": ["2017-03-01 12:30:00", ""],
        "ok": ["True", "False"],
    }


def test_a_sheet_is_a_table_of_images(book, tmp_path):
    for grade in range(3):
        Image.new("L", (8, 8), 90 * grade).save(tmp_path / f"{grade}.png")
    lines = [["who", "file", "kl"], [7, "0.png", 0], [7, "1.png", 1], [], [8, "2.png", 2], [None, None, None]]
    data = load_image_table(book(scores=lines, empty=[]), image="file", target="kl", group="who")
    assert data.y.tolist() == [0, 1, 2] and data.groups.tolist() == ["007", "007", "008"]


def test_the_sheet_that_is_meant_is_asked_for(book):
    path = book(left=[["a"], ["1"]], right=[["b"], ["2"]])
    with pytest.raises(ValueError, match="has 2 sheets: 'left', 'right'"):
        read_text_table(path)
    assert read_text_table(path, sheet="right").to_dict("list") == {"b": ["2"]}
    with pytest.raises(ValueError, match="sheet must be one of 'left', 'right', got 'middle'"):
        read_text_table(path, sheet="middle")


def test_what_is_of_text_files_is_refused(book):
    with pytest.raises(ValueError, match="sep and encoding are of a CSV file, got ';' and None"):
        read_text_table(book(scores=[["a"], ["1"]]), sep=";")


def test_texts_of_a_sheet_may_have_decimal_commas_beside_its_numbers(book):
    path = book(scores=[["file", "kl"], ["0.png", "1,5"], ["1.png", 2.5]])
    assert read_text_table(path, decimal=",")["kl"].tolist() == ["1.5", "2.5"]


def test_openpyxl_is_named_where_it_is_missing(book, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ValueError, match=r"pip install 'skerosion\[excel\]', or save the sheet as CSV"):
        read_text_table(book(scores=[["a"], ["1"]]))


def test_damage_and_other_zip_files_are_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("labels.csv", "a,b")
    with pytest.raises(ValueError, match="it is a zip file"):
        read_text_table(tmp_path / "other.zip")
    with zipfile.ZipFile(tmp_path / "damaged.xlsx", "w") as file:
        file.writestr("xl/workbook.xml", "<no")
    with pytest.raises(ValueError, match="cannot be read as a spreadsheet"):
        read_text_table(tmp_path / "damaged.xlsx")
