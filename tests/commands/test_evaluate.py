"""The command `evaluate`: files of estimators and a labelled table in, a folder with a report out."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.experiments import SavedEstimator, make_pipeline
from skerosion.grades import Target
from tests.brightness_estimator import make_joints, use_brightness


def evaluate(*arguments):
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A table of new joints, and two files of estimators that were fitted on others."""
    folder = tmp_path_factory.mktemp("new")
    rows, grades, patients = make_joints()
    for row, pixels in enumerate(rows.read()):
        Image.fromarray(pixels[..., 0]).save(folder / f"{row}.png")
    files = [f"{row}.png" for row in range(len(grades))]
    frame = pd.DataFrame({"file": files, "kl": grades, "who": patients, "sex": np.where(patients % 2, "f", "m")})
    frame.assign(other=np.where(patients % 3, grades, 1)).to_csv(folder / "test.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        # Drawing, and forests for shortcuts, take seconds, and are looked at where the package evaluates.
        patch.setattr("skerosion.experiments._pages.measure_shortcuts", lambda *arguments: None)
        patch.setattr("skerosion.experiments._evaluate.write_figures", lambda *arguments: [])
        target = Target.decide(grades)
        for seed, (name, size) in enumerate({"one": 8, "two": 8, "large": 16}.items()):
            pipeline = make_pipeline("classifier", "original", target).fit(*make_joints(seed=seed + 3)[:2])
            SavedEstimator(pipeline, "classifier", "original", target, (size, size, 1), {}).save(
                folder / f"{name}.skerosion"
            )
        yield folder


NAMED = ("--image", "file", "--target", "kl", "--group", "who")


def test_files_and_a_table_make_a_report(folder, tmp_path):
    files = (folder / "one.skerosion", folder / "two.skerosion", folder / "test.csv")
    (tmp_path / "card.json").write_text('{"CLAIM 5": "looks back"}')
    page = ("--card", tmp_path / "card.json", "--mute", "label_shift,shortcuts", "--pictures")
    told = evaluate(*files, *NAMED, "--by", "sex", "--second-reader", "other", *page, "--out", tmp_path / "out")
    assert told.exit_code == 0, told.output
    table = pd.read_csv(tmp_path / "out" / "tables" / "classifier.csv")
    assert table.iloc[:, 0].unique().tolist()[:2] == ["one", "two"]
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"report.html", "settings.json", "tables.md"}
    tables = {path.name for path in (tmp_path / "out" / "tables").iterdir()}
    assert tables >= {"agreement.csv", "by_classifier.csv", "difference.csv", "robustness_classifier.csv"}
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "looks back" in text and "Muted by whoever ran this: shortcuts" in text
    assert "the worst; the tables" in text and (tmp_path / "out" / "figures" / "cases_worst_classifier.png").exists()
    again = evaluate(*files, *NAMED, "--out", tmp_path / "out")
    assert again.exit_code and "--force" in again.output
    assert evaluate(*files, *NAMED, "--out", tmp_path / "out", "--force", "--no-robustness").exit_code == 0
    assert not (tmp_path / "out" / "figures" / "cases_worst_classifier.png").exists()
    for name in ("agreement", "robustness_classifier"):  # nobody asked for them this time
        assert not (tmp_path / "out" / "tables" / f"{name}.csv").exists()


def test_how_often_a_table_was_scored_is_noted_beside_it_and_told(folder, tmp_path):
    asked = (folder / "test.csv", *NAMED, "--no-robustness", "--force", "--out", tmp_path / "out")
    note = folder / "test.csv.scored.json"
    note.unlink(missing_ok=True)
    assert "scored" not in evaluate(folder / "one.skerosion", *asked, "--no-note").stderr and not note.exists()
    assert "before" not in evaluate(folder / "one.skerosion", *asked).stderr and note.exists()
    assert "These rows were scored once before" in evaluate(folder / "two.skerosion", *asked).stderr
    settings = json.loads((tmp_path / "out" / "settings.json").read_text())
    assert settings["scored before"] == 1 and settings["estimators"]["two"]["digest"]
    assert "scored 1 time before" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    note.unlink()


def test_estimators_that_read_images_otherwise_are_evaluated_alone(folder, tmp_path):
    files = (folder / "one.skerosion", folder / "large.skerosion", folder / "test.csv")
    told = evaluate(*files, *NAMED, "--out", tmp_path / "out")
    assert told.exit_code and "must read images alike" in told.output and not (tmp_path / "out").exists()
    assert (
        "one, which reads 8 x 8 pixels in grey, and large, which reads 16 x 16" in told.output
        and "{" not in told.output
    )


def test_patients_to_recalibrate_on_are_counts(folder, tmp_path):
    files = (folder / "one.skerosion", folder / "test.csv", *NAMED, "--out", tmp_path / "out")
    for text in ("many", "1000", "2.5"):
        told = evaluate(*files, "--adapt", text)
        assert told.exit_code and "--adapt must" in told.output and not (tmp_path / "out" / "report.html").exists()


def test_a_file_that_is_not_there_is_told_before_anything_is_read(folder, tmp_path):
    told = evaluate(folder / "three.skerosion", folder / "test.csv", *NAMED, "--out", tmp_path / "out")
    assert told.exit_code and "three.skerosion" in told.output
