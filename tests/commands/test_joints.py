"""The command `joints`: crops, their table and the sheet, and the search that it names."""

import shlex

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.datasets import load_image_table, write_films


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    return write_films(folder, 2, max_visits=1, size=128, missing=0.2, random_state=3)


def test_crops_are_written_with_their_table_and_sheet(films, tmp_path):
    out = tmp_path / "out of mine"
    options = ["--group", "patient_id", "--target", "percent", "--size", "24", "--out", out]
    done = run("joints", films.films, "--points", films.points, *options)
    assert done.exit_code == 0, done.output
    data = load_image_table(out / "crops.csv", image="path", target="percent", group="patient_id")
    points = pd.read_csv(films.points)
    graded = points[points["visible"] & points["percent"].notna()]
    assert len(data.X) == len(graded) and data.X.shape[1:] == (24, 24, 1) and np.asarray(data.X).std() > 5
    assert f"{len(graded)} crops are in" in done.stderr and "joints are missing: missing" in done.stderr
    assert (out / "joints.html").read_text().count("<article") == len(pd.read_csv(films.films))
    assert "--force" in run("joints", films.films, "--points", films.points, *options).stderr
    words = shlex.split(done.stdout)
    assert words[:3] == ["skerosion", "search", str(out / "crops.csv")] and words[-1] == str(out / "search")


def test_options_reach_the_crops(films, tmp_path):
    options = ["--joints", "mcp2,wrist", "--unit", "pixels", "--extent", "20", "--size", "16", "--out", tmp_path]
    done = run("joints", films.films, "--points", films.points, *options)
    assert done.exit_code == 0 and not done.stdout
    crops = pd.read_csv(tmp_path / "crops.csv")
    assert set(crops["joint"]) == {"mcp2", "wrist"} and set(crops["box_side"]) == {20}


def test_grades_may_stand_in_a_table_of_their_own_and_films_share_a_spacing(films, tmp_path):
    points, scores = pd.read_csv(films.points), tmp_path / "scores.csv"
    seen = points[points["visible"] & points["joint"].str.match("mcp|pip")].head(6)
    lines = [
        seen[["image", "side", "joint"]].assign(disease=disease, reader=reader, score=score)
        for disease, reader, score in (("erosion", "A", 1), ("erosion", "B", 3), ("JSN", "A", 4))
    ]
    pd.concat(lines).to_csv(scores, index=False)
    table = pd.read_csv(films.films).drop(columns="mm_per_pixel")
    table.to_csv(films.films.with_name("no_spacing.csv"), index=False)
    options = ["--scores", scores, "--disease", "erosion", "--unit", "mm", "--mm-per-pixel", "0.5", "--extent", "10"]
    where = ["--points", films.points, "--out", tmp_path / "out", "--size", "16", "--on-problem", "report"]
    done = run("joints", films.films.with_name("no_spacing.csv"), *where, *options)
    assert done.exit_code == 0, done.output
    crops = pd.read_csv(tmp_path / "out" / "crops.csv")
    assert set(crops["grade"]) == {1.0} and set(crops["box_side"]) == {20} and "--target grade" in done.stdout
    assert len(crops) <= len(seen) and len(crops)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--disease", "JSN"], "--disease must be left out without --scores"),
        (["--window", "wide"], "--window must be"),
        (["--unit", "mm", "--joints", "mcp9"], "--joints must name some of the points"),
        (["--format", "vott"], "--format must be one of"),
        (["--target", "kl"], "--target kl must be a column"),
        (["--size", "4"], "--size must be an integer of at least 8"),
    ],
)
def test_mistakes_are_lines_in_the_words_of_options(films, tmp_path, options, said):
    done = run("joints", films.films, "--points", films.points, "--out", tmp_path, *options)
    assert done.exit_code == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_nothing_that_is_handed_on_names_a_film_that_has_a_pseudonym(tmp_path):
    canary = "Meier_Anna_1961"
    (tmp_path / canary).mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 80)).astype("uint8")).save(
        tmp_path / canary / f"{canary}.png"
    )
    films, points = tmp_path / canary / "films.csv", tmp_path / "points.csv"
    pd.DataFrame({"path": [f"{canary}.png"], "film": ["f0a1"], "sop_iuid": [canary]}).to_csv(films, index=False)
    rows = [(canary, "L", "knee", 40, 40), (canary, "R", "knee", 400, 40), ("other " + canary, "R", "knee", 40, 40)]
    pd.DataFrame(rows, columns=["image", "side", "joint", "x", "y"]).to_csv(points, index=False)
    options = ["--unit", "pixels", "--extent", "30", "--on-problem", "report", "--out", tmp_path / "out"]
    done = run("joints", films, "--points", points, *options)
    assert done.exit_code == 0, done.output
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    told = b"".join(path.read_bytes() for path in files) + "".join(path.name for path in files).encode()
    assert len(files) == 4 and b"f0a1" in told and canary.encode() not in told
