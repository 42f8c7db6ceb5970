"""``skerosion grade``: from a folder of DICOM films to tables and pages that name nobody."""

import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from typer.testing import CliRunner

from skerosion import RauForecaster, save_estimator
from skerosion.commands import app
from skerosion.datasets import crop_joints, write_films
from skerosion.experiments import SavedEstimator
from skerosion.experiments._trained_films import describe_films
from skerosion.experiments.file_format import _known_classes
from skerosion.forecasts import forecast_of
from skerosion.grades import Target
from tests.brightness_estimator import BrightnessEstimator

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", autouse=True)
def known():
    """The estimator may stand in files, as one of the package's may."""
    with pytest.MonkeyPatch.context() as patch:
        names = {f"{BrightnessEstimator.__module__}.BrightnessEstimator"}
        patch.setattr(_known_classes, "_KNOWN", _known_classes._KNOWN | names)
        yield


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """DICOM films of two patients, their points and tables, a key, and the files of a grader and a RauForecaster."""
    pytest.importorskip("pydicom")
    folder = tmp_path_factory.mktemp("clinic")
    kinds = {"labels": {0: 0.5, 20: 0.3, 80: 0.2}, "both_sides": 1.0, "size": 256, "image_format": "dicom"}
    files = write_films(folder, 2, min_visits=2, max_visits=2, random_state=3, **kinds)
    (folder / "key.txt").write_text("a key of sixteen bytes, or more")
    data = crop_joints(files.films, files.points, size=16, target="percent", group="patient_id")
    regressor = BrightnessEstimator(task="regressor").fit(data.X, data.y)
    percent = Target("percent", tuple(range(6)), "as tests say")
    fitted = Pipeline([("estimator", regressor)])
    told = {"card": {"limits": "Drawings."}, "shown": describe_films(data)}
    SavedEstimator.of(fitted, "regressor", "trained", percent, data.X, {}, **told).save(folder / "grader.skerosion")
    rau = RauForecaster(correlation=0.3, visit_correlation=0.3, recalibrate=False)
    whose = (data.table[name].to_numpy() for name in ("patient_id", "visit"))
    rau.fit(forecast_of(fitted, data.X).distribution, data.y, *whose)
    save_estimator(rau, folder / "rau.skerosion")
    return folder


def run(folder, *arguments):
    named = [folder / "grader.skerosion", folder / "films", "--points", folder / "points.csv", *arguments]
    return CliRunner().invoke(app, ["grade", *map(str, named)], env={"COLUMNS": "200"})


def test_a_folder_of_films_becomes_scores_and_pages_that_name_nobody(clinic, tmp_path):
    done = run(clinic, "--key", clinic / "key.txt", "--rau", clinic / "rau.skerosion", "--out", tmp_path / "graded")
    assert done.exit_code == 0, done.output
    assert "joints of 4 films." in done.stderr and "Limits: Drawings." in done.stderr
    joints, visits, films = (pd.read_csv(tmp_path / "graded" / f"{name}.csv") for name in ("joints", "visits", "films"))
    assert len(joints) == joints["counted"].sum() + joints["reason"].notna().sum()
    assert visits["n_joints"].sum() == films["n_joints"].sum() == joints["counted"].sum()
    assert visits.groupby("patient").size().tolist() == [2, 2] and visits["change"].notna().sum() == 2
    page = (tmp_path / "graded" / "grades.html").read_text()
    assert page.count('<figure class="film">') == 4 and "not a medical device" in page
    planted = pd.read_csv(clinic / "films.csv", dtype=str)
    secrets = {*planted["sop_iuid"], *planted["date"], str(clinic / "films"), "Synthetic^"}
    for path in (tmp_path / "graded").iterdir():
        assert not [secret for secret in secrets if secret in path.read_text()], path.name


def test_what_is_missing_or_too_much_is_said_before_films_are_read(clinic, tmp_path):
    out = ("--out", tmp_path / "graded")
    keyless = run(clinic, *out)
    assert (
        keyless.exit_code == 2 and "--key must name a file" in keyless.stderr and "secrets.token_hex" in keyless.stderr
    )
    both = run(clinic, "--finder", "finder.skerosion", *out)
    assert both.exit_code == 2 and "--points must be given, or a --finder that finds them" in both.stderr
    assert not (tmp_path / "graded").exists()


def test_films_of_a_table_are_renamed_by_the_key_too(clinic, tmp_path):
    named = [clinic / "grader.skerosion", clinic / "films.csv", "--points", clinic / "points.csv", "--no-pictures"]
    named += ["--group", "patient_id", "--visit", "visit", "--joints", "mcp2"]
    done = [
        CliRunner().invoke(app, ["grade", *map(str, [*named, "--out", tmp_path / name, *key])])
        for name, key in (("plain", ()), ("renamed", ("--key", clinic / "key.txt")))
    ]
    assert [each.exit_code for each in done] == [0, 0], done[0].output
    assert "--key renames them" in done[0].stderr and "--key renames them" not in done[1].stderr
    plain, renamed = (pd.read_csv(tmp_path / name / "joints.csv") for name in ("plain", "renamed"))
    assert plain["film"].str.endswith(".dcm").all() and renamed["film"].str.fullmatch(r"[0-9a-f]{16}").all()
    assert plain["mean"].equals(renamed["mean"])


def test_pictures_are_left_out_and_nothing_is_overwritten(clinic, tmp_path):
    key = ("--key", clinic / "key.txt", "--out", tmp_path / "graded")
    assert run(clinic, *key, "--no-pictures", "--joints", "mcp2,mcp3").exit_code == 0
    page = (tmp_path / "graded" / "grades.html").read_text()
    assert "data:image" not in page and "Not given" in page
    assert set(pd.read_csv(tmp_path / "graded" / "joints.csv")["joint"]) == {"mcp2", "mcp3"}
    again = run(clinic, *key)
    assert again.exit_code == 2 and "--force" in again.stderr


def test_joints_to_read_stand_in_the_tables_and_on_the_page(clinic, tmp_path):
    whose = ("--key", clinic / "key.txt", "--no-pictures", "--joints", "mcp2,mcp3,mcp4")
    assert run(clinic, *whose, "--out", tmp_path / "first").exit_code == 0
    known = pd.read_csv(tmp_path / "first" / "joints.csv")
    known.assign(reader=known["mean"].round()).to_csv(tmp_path / "read.csv", index=False)
    done = run(clinic, *whose, "--plan", tmp_path / "read.csv", "--read-within", "8", "--out", tmp_path / "graded")
    assert done.exit_code == 0, done.output
    assert "Joints to read: all of them. 1 patient is too few for --level 0.9" in done.stderr
    joints, visits = (pd.read_csv(tmp_path / "graded" / f"{name}.csv") for name in ("joints", "visits"))
    assert joints.loc[joints["counted"], "read"].all() and visits["n_read"].equals(visits["n_joints"])
    page = (tmp_path / "graded" / "grades.html").read_text()
    assert "Joints to read" in page and "6 of 6" in page
    alone = run(clinic, *whose, "--level", "0.8", "--out", tmp_path / "other")
    assert alone.exit_code == 2 and "--level must be left out without --plan" in alone.stderr
