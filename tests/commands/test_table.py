"""The command `table`: what it writes is what the search that it names reads."""

import shlex

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.experiments import SearchStopped


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@pytest.fixture
def knees(tmp_path):
    """Twelve images of four patients, a folder for each of three grades."""
    for grade in range(3):
        for patient in range(4):
            path = tmp_path / "knees" / str(grade) / f"p{patient:02d}_left.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (8, 8), 50 * grade + patient).save(path)
    return tmp_path / "knees"


@pytest.fixture
def searched(monkeypatch):
    """What a search is given, without one."""
    given = {}

    def stop(found, /, **named):
        given.update(shape=found.X.shape, y=found.y, groups=found.groups)
        raise SearchStopped("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    return given


def search(done, tmp_path, monkeypatch):
    """Run the search that a table names."""
    monkeypatch.chdir(tmp_path)
    _, *words = shlex.split(done.stdout)
    assert "enough" in run(*words).stderr


@pytest.mark.parametrize(
    ("pattern", "groups"), [([], None), (["--pattern", "{grade}/{patient}_*"], [f"p{one:02d}" for one in range(4)] * 3)]
)
@pytest.mark.parametrize("out", ["table.csv", "tables of mine/table.csv"])
def test_the_search_that_it_names_reads_the_table(knees, tmp_path, monkeypatch, searched, pattern, groups, out):
    monkeypatch.chdir(tmp_path)
    done = run("table", "knees", "--out", out, *pattern)
    assert done.exit_code == 0, done.output
    assert f"12 images are in {out}: 0 (4), 1 (4), 2 (4)." in done.stderr
    assert ("No column names the patient" in done.stderr) == (groups is None)
    search(done, tmp_path, monkeypatch)
    assert searched["shape"] == (12, 8, 8, 1) and searched["y"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert (searched["groups"] is None) if groups is None else (searched["groups"].tolist() == groups)


def test_a_spreadsheet_of_windows_is_taken_over(knees, tmp_path, monkeypatch, searched):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "scores"
    book.active.append(["file", "kl", "id"])
    for path in sorted(knees.rglob("*.png")):
        book.active.append([str(path.relative_to(knees)).replace("/", "\\"), int(path.parent.name), 7])
    book.create_sheet("notes").append(["nothing"])
    book.save(knees / "scores.xlsx")
    options = ["--target", "kl", "--group", "id", "--out", tmp_path / "table.csv"]
    refused = run("table", knees / "scores.xlsx", *options)
    assert refused.exit_code == 2 and "has 2 sheets: 'scores', 'notes'" in refused.stderr
    done = run("table", knees / "scores.xlsx", "--sheet", "scores", *options)
    assert done.exit_code == 0, done.output
    assert pd.read_csv(tmp_path / "table.csv")["file"][0] == "knees/0/p00_left.png"
    search(done, tmp_path, monkeypatch)
    assert searched["groups"].tolist() == ["7"] * 12


@pytest.mark.parametrize(
    ("names", "order"),
    [(["0Normal", "10Severe", "2Mild"], "0Normal,2Mild,10Severe"), (["mild", "none"], "LOWEST,...,HIGHEST")],
)
def test_names_of_grades_are_ordered_where_that_is_plain(tmp_path, names, order):
    for name in names:
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "a.png").touch()
    done = run("table", tmp_path / "in", "--out", tmp_path / "table.csv")
    assert shlex.split(done.stdout)[-2:] == ["--order", order]
    assert ("write them into --order" in done.stderr) == ("LOWEST" in order)


def test_what_a_search_will_ask_is_said(tmp_path):
    for grade in (0, 40, 80):
        (tmp_path / "in" / str(grade)).mkdir(parents=True)
        (tmp_path / "in" / str(grade) / "a.png").touch()
    done = run("table", tmp_path / "in", "--out", tmp_path / "table.csv")
    assert done.exit_code == 0 and "A search will ask: " in done.stderr and "--percent" in done.stderr


def test_images_of_other_names_are_left_out_when_told(knees, tmp_path):
    (knees / "stray.png").touch()
    refused = run("table", knees, "--out", tmp_path / "table.csv")
    assert refused.exit_code == 2 and "1 of 13 images" in refused.stderr and not (tmp_path / "table.csv").exists()
    done = run("table", knees, "--out", tmp_path / "table.csv", "--on-problem", "report")
    assert done.exit_code == 0 and "stray.png" in done.stderr and len(pd.read_csv(tmp_path / "table.csv")) == 12


def test_neither_an_earlier_table_nor_the_source_is_overwritten(knees, tmp_path):
    out = tmp_path / "table.csv"
    out.write_text("mine")
    assert "--force" in run("table", knees, "--out", out).stderr and out.read_text() == "mine"
    out.write_text("path,grade\nx.png,1\n")
    done = run("table", out, "--out", out, "--force")
    assert done.exit_code == 2 and "must be another file" in done.stderr


def test_a_pattern_without_the_grade_and_a_table_without_rows_say_what_is_missing(knees, tmp_path):
    done = run("table", knees, "--pattern", "{who}/{patient}_{side}.png", "--out", tmp_path / "table.csv")
    assert done.exit_code and "--pattern must hold a field for the grade, {grade}" in done.output
    assert "(--target side)" in done.output
    header = tmp_path / "header.csv"
    header.write_text("path,grade\n", encoding="utf-8")
    done = run("table", header, "--out", tmp_path / "table.csv")
    assert done.exit_code and "at least one row, got a header alone" in done.output and "header.csv" in done.output
