"""``skerosion predict``: every line is kept, patients get rows of their own, and images need no table."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion import CNNClassifier, CRPSRegressor, ImageRows
from skerosion.commands import app
from skerosion.experiments import SavedEstimator
from skerosion.experiments.file_format import _known_classes
from skerosion.grades import Target
from tests.brightness_estimator import BrightnessEstimator

pytestmark = pytest.mark.once
OF_DISTRIBUTIONS = ["mean", "median", "interval_low", "interval_high"]


def run(*arguments, width=80):
    return CliRunner().invoke(app, ["predict", *map(str, arguments)], env={"COLUMNS": str(width)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of 12 images of 6 patients, two graders of three grades, and a table with what goes wrong."""
    folder = tmp_path_factory.mktemp("films")
    grades = np.tile([0, 1, 2], 4)
    images = (60 * grades[:, None, None] + np.random.default_rng(0).integers(0, 60, (12, 16, 16))).astype("uint8")
    for number, image in enumerate(images):
        path = folder / "films" / ("old" if number % 4 == 0 else "") / f"p{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    small = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "verbose": 0, "random_state": 0}
    for task, network in (("classifier", CNNClassifier(**small)), ("regressor", CRPSRegressor(grid="auto", **small))):
        fitted = network.fit(images, grades)
        SavedEstimator(fitted, task, "trained", Target.decide(grades), (16, 16, 1), {}).save(
            folder / f"{task}.skerosion"
        )
    (folder / "films" / "broken.png").write_bytes(b"no image")
    table = "file,who,age\nfilms/p3.png,B,007\nfilms/p1.png,A,\nfilms/broken.png,A,61\n,B,61\ngone.png,C,\n"
    (folder / "new.csv").write_text(table + "films/p3.png,B,61\nfilms/p2.png,,NA\n")
    return folder


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_every_row_of_the_table_is_kept_in_its_order(folder, tmp_path, task):
    estimator, table, out = folder / f"{task}.skerosion", folder / "new.csv", tmp_path / "out.csv"
    done = run(estimator, table, "--image", "file", "--out", out)
    assert done.exit_code == 0, done.output
    assert "Predictions of 4 of 7 images are in" in done.stderr and "3 of 7 rows cannot be used" in done.stderr
    assert "row 5 (films/p3.png) that of row 0" in done.stderr
    written = pd.read_csv(out, keep_default_na=False)
    assert list(written) == ["path", "prediction", "p_0", "p_1", "p_2", *OF_DISTRIBUTIONS, "reason"]
    assert written["path"].tolist() == [line.split(",")[0] for line in table.read_text().splitlines()[1:]]
    reasons = [reason.partition(":")[0] for reason in written["reason"]]
    assert reasons == ["", "", "unreadable file", "no image named", "missing file", "", ""]
    assert ((written["prediction"] == "") == (written["reason"] != "")).all()
    known = written[written["reason"] == ""].drop(columns=["path", "reason"]).astype(float)
    np.testing.assert_allclose(known[["p_0", "p_1", "p_2"]].sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(known["p_1"] + 2 * known["p_2"], known["mean"], atol=1e-4)
    assert known.iloc[0].equals(known.iloc[2])


def test_unusable_rows_stop_it_where_that_is_asked_for(folder, tmp_path):
    arguments = [folder / "classifier.skerosion", folder / "new.csv", "--image", "file", "--out", tmp_path / "out.csv"]
    failed = run(*arguments, "--on-problem", "error")
    assert failed.exit_code == 2 and "gone.png" in failed.stderr and "--on-problem report" in failed.stderr
    assert not (tmp_path / "out.csv").exists()


def test_columns_are_kept_as_they_are_written(folder, tmp_path):
    arguments = [folder / "classifier.skerosion", folder / "new.csv", "--image", "file", "--out", tmp_path / "out.csv"]
    assert run(*arguments, "--keep", "all").exit_code == 0
    written = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    assert list(written)[:4] == ["path", "who", "age", "prediction"]
    assert written["age"].tolist() == ["007", "", "61", "61", "", "61", "NA"]
    again = run(*arguments, "--keep", "all")
    assert again.exit_code == 2 and "overwrite it with --force" in again.stderr
    assert run(*arguments, "--keep", "age", "--force").exit_code == 0
    assert list(pd.read_csv(tmp_path / "out.csv"))[:3] == ["path", "age", "prediction"]
    misspelt = run(*arguments, "--keep", "aeg", "--force")
    assert misspelt.exit_code == 2 and "--keep aeg must be one column" in misspelt.stderr


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_patients_have_a_file_of_their_own(folder, tmp_path, task):
    arguments = [folder / f"{task}.skerosion", folder / "new.csv", "--image", "file", "--group", "who"]
    done = run(*arguments, "--out", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    assert "Rows of 3 patients are in" in done.stderr and "out_patients.csv" in done.stderr
    assert "taken as independent" in done.stderr and "--correlation tells how alike" in done.stderr
    assert "1 row without a patient is in no patient's row" in done.stderr
    images, patients = (pd.read_csv(tmp_path / name) for name in ("out.csv", "out_patients.csv"))
    assert patients["who"].tolist() == ["B", "A", "C"]
    assert patients["n_images"].tolist() == [3, 2, 1] and patients["n_predicted"].tolist() == [1, 1, 0]
    # Each has one image that counts, so that its worst and its mean are those of the image.
    assert patients["mean"].tolist()[:2] == images["mean"].tolist()[:2]
    np.testing.assert_allclose(patients["p_worst_2"][:2], images["p_2"][:2], atol=1e-5)
    assert patients.iloc[2].drop(["who", "n_images", "n_predicted"]).isna().all()
    sheets = (tmp_path / "out_patients.html").read_text(encoding="utf-8")
    assert [f"who {name}</h2>" in sheets for name in "ABC"] == [True] * 3 and "<img" not in sheets
    again = run(*arguments, "--out", tmp_path / "out_patients.csv")
    assert again.exit_code == 2
    (tmp_path / "out.csv").unlink()
    kept = run(*arguments, "--out", tmp_path / "out.csv")
    assert kept.exit_code == 2 and "out_patients.csv already exists" in kept.stderr.replace("\n", " ")


def test_images_are_on_the_sheets_where_they_are_asked_for(folder, tmp_path):
    arguments = [folder / "classifier.skerosion", folder / "new.csv", "--image", "file", "--pictures"]
    alone = run(*arguments, "--out", tmp_path / "out.csv")
    assert alone.exit_code == 2 and "--pictures must be left out without --out and --group" in alone.stderr
    assert run(*arguments, "--group", "who", "--out", tmp_path / "out.csv").exit_code == 0
    shown = pd.read_csv(tmp_path / "out.csv").dropna(subset=["prediction", "who"])
    sheets = (tmp_path / "out_patients.html").read_text(encoding="utf-8")
    assert sheets.count('<img src="data:image/png;base64,') == len(shown) > 0


def test_correlation_is_checked_and_widens_the_mean(folder, tmp_path):
    lines = ["file,who", *(f"films/p{number}.png,A" for number in (1, 2, 3))]
    (folder / "one.csv").write_text("\n".join(lines))
    arguments = [folder / "regressor.skerosion", folder / "one.csv", "--image", "file", "--out", tmp_path / "out.csv"]
    widths = []
    for correlation in (0, 1):
        done = run(*arguments, "--group", "who", "--correlation", correlation, "--force")
        assert done.exit_code == 0 and ("taken as independent" in done.stderr) == (correlation == 0)
        patient = pd.read_csv(tmp_path / "out_patients.csv").iloc[0]
        widths.append(patient["mean_high"] - patient["mean_low"])
    assert widths[1] > widths[0]
    wrong = run(*arguments, "--group", "who", "--correlation", 2, "--force")
    assert wrong.exit_code == 2 and "--correlation must lie between 0 (independent)" in wrong.stderr
    alone = run(*arguments, "--correlation", 0.5, "--force")
    assert alone.exit_code == 2 and "--correlation must be left out without --group" in alone.stderr


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_an_image_is_printed_with_grade_and_interval(folder, task, width, monkeypatch):
    monkeypatch.chdir(folder)
    done = run(f"{task}.skerosion", "films/p1.png", "films/broken.png", width=width)
    assert done.exit_code == 0, done.output
    heading, _, first, second, *rest = (line for line in done.stdout.splitlines() if line.strip())
    assert heading.split() == ["path", *(["value"] if task == "regressor" else []), "grade", "p", "90", "%"]
    assert first.split()[0] == "films/p1.png" and second.split()[0] == "films/broken.png"
    assert max(map(len, (heading, first, second))) <= width
    assert rest[0].startswith("No prediction for row 1 (films/broken.png): unreadable file: ")


def test_table_of_patients_is_printed_below_that_of_images(folder):
    done = run(folder / "classifier.skerosion", folder / "new.csv", "--image", "file", "--group", "who", width=60)
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["who", "images", "worst", "90", "%", "mean", "90", "%"] in lines
    assert [line[:4] for line in lines[-4:-1]] == [["B", "1", "of", "3"], ["A", "1", "of", "2"], ["C", "0", "of", "1"]]


def test_folder_is_taken_with_those_below_in_natural_order(folder, tmp_path):
    done = run(folder / "classifier.skerosion", folder / "films", "--out", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    assert "Found 13 images; those in folders below a folder count too." in done.stderr
    names = [path.removeprefix(f"{folder}/films/") for path in pd.read_csv(tmp_path / "out.csv")["path"]]
    assert names == ["broken.png", "old/p0.png", "old/p4.png", "old/p8.png"] + [
        f"p{number}.png" for number in (1, 2, 3, 5, 6, 7, 9, 10, 11)
    ]


def test_many_images_are_printed_as_csv(folder):
    images = [folder / "films" / "p1.png"] * 21
    done = run(folder / "classifier.skerosion", *images)
    assert done.exit_code == 0, done.output
    printed = pd.read_csv(io.StringIO(done.stdout))
    assert len(printed) == 21 and "p_2" in printed
    (folder / "many.csv").write_text("file,who\n" + "films/p1.png,A\n" * 21)
    both = run(folder / "classifier.skerosion", folder / "many.csv", "--image", "file", "--group", "who")
    assert both.exit_code == 2 and "--out must name a file where there are two tables" in both.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{}/new.csv"], "--image must name the column of"),
        (["{}/films", "--group", "who"], "--group must be left out without a table"),
        (["{}/films", "{}/new.csv"], "must be one table, or images and folders of images"),
        (["{}/new.csv", "--image", "file", "--group", "whom"], "--group whom must be one column of the table"),
        (["{}/new.csv", "--image", "file", "--interval", "90"], "--interval must be a share between 0 and 1"),
    ],
)
def test_mistakes_are_told(folder, arguments, message):
    done = run(folder / "classifier.skerosion", *(argument.format(folder) for argument in arguments))
    assert done.exit_code == 2 and message in done.stderr.replace("\n", " ")


@pytest.fixture
def joints(tmp_path_factory, monkeypatch):
    """Images of 4 joints at a visit of each of 24 patients, read by a person, and a grader of the grades 0 to 5."""
    own = f"{BrightnessEstimator.__module__}.BrightnessEstimator"
    monkeypatch.setattr(_known_classes, "_KNOWN", _known_classes._KNOWN | {own})
    folder = tmp_path_factory.mktemp("joints")
    grades = np.tile(np.arange(6), 16)
    noise = np.random.default_rng(0).integers(0, 40, (96, 16, 16))
    images = (40 * grades[:, None, None] + noise).astype("uint8")
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{number}.png")
    fitted = BrightnessEstimator(task="classifier").fit(ImageRows(images), grades)
    SavedEstimator(fitted, "classifier", "trained", Target.decide(grades), (16, 16, 1), {}).save(
        folder / "grader.skerosion"
    )
    table = pd.DataFrame({"file": [f"{number}.png" for number in range(96)], "who": np.repeat(np.arange(24), 4)})
    table.assign(day=0, said=grades).to_csv(folder / "new.csv", index=False)
    return folder


def test_images_that_a_person_must_read_are_named(joints, tmp_path):
    named = [joints / "grader.skerosion", joints / "new.csv", "--image", "file", "--group", "who"]
    assert run(*named, "--keep", "day,said", "--out", tmp_path / "known.csv").exit_code == 0
    plan = ["--plan", tmp_path / "known.csv", "--reader", "said", "--visit", "day"]
    done = run(*named, *plan, "--level", "0.8", "--out", tmp_path / "out.csv", width=400)
    assert done.exit_code == 0, done.output
    assert "Joints to read: the score of at least 80 % of a new patient's visits is within 5 points" in done.stderr
    written = pd.read_csv(tmp_path / "out.csv")
    assert written["read"].dtype == bool and "day" in written
    sheet = (tmp_path / "out_patients.html").read_text()
    assert "to be read" in sheet and "Joints to read: " in sheet
    for extra, message in (((), "--visit must name"), (("--visit", "no"), "must be a column of the table")):
        wrong = run(*named, *plan[:4], *extra, "--out", tmp_path / "no.csv", width=400)
        assert wrong.exit_code == 2 and message in wrong.stderr, wrong.stderr
    wrong = run(*named, "--plan", tmp_path / "none.csv", "--visit", "day", "--out", tmp_path / "no.csv", width=400)
    assert wrong.exit_code == 2 and "--plan must be a file that exists" in wrong.stderr, wrong.stderr
