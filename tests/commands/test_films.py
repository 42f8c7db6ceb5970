"""DICOM films on the command line: their table, and that nothing which is handed on tells whose they are."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

pytest.importorskip("pydicom")

from skerosion.commands import app
from tests.dicom_films import KEY, limb, write_film

pytestmark = pytest.mark.once
PLANTED = {
    "PatientName": "Canaryname^Cara",
    "PatientBirthDate": "19410203",
    "AccessionNumber": "CANARYACC77",
    "InstitutionName": "Canary Hospital",
    "StudyInstanceUID": "1.2.826.0.1.3680043.99.1",
    "SeriesInstanceUID": "1.2.826.0.1.3680043.99.2",
    "StudyDate": "20180304",
    "StudyDescription": "canary study",
}
CANARIES = ["canary", "CANARY", "Canary", "19410203", "1941-02-03", "3680043.99", "20180304", "2018-03-04"]


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """Eighteen films of nine patients, with canaries wherever a name can be, and their table in the same folder."""
    root = tmp_path_factory.mktemp("clinic")
    folder, key = root / "CANARYfolder", root / "key.txt"
    key.write_bytes(KEY)
    rng = np.random.default_rng(0)
    for number in range(18):
        pixels = limb(bone=1500 + 400 * (number % 3)) + rng.integers(0, 200, (24, 20)).astype(np.uint16)
        told = PLANTED | {"PatientID": f"CANARYid{number // 2}", "SOPInstanceUID": f"1.2.826.0.1.3680043.99.3.{number}"}
        write_film(folder / f"canary{number}", pixels, WindowCenter=2000, WindowWidth=4000, **told)
    write_film(folder / "canary_negative", PresentationLUTShape="INVERSE", **PLANTED, PatientID="CANARYid0")
    return root


@pytest.fixture(scope="module")
def table(clinic):
    out = clinic / "CANARYfolder" / "films.csv"
    done = run("table", clinic / "CANARYfolder", "--key", clinic / "key.txt", "--out", out, "--on-problem", "report")
    assert done.exit_code == 0, done.output
    assert "18 films of 9 patients" in done.stderr and "keep it with the films" in done.stderr
    assert "contradictory polarity: 1" in done.stderr and "body_part of 19: HAND (19)" in done.stderr
    assert "skerosion search" in done.stdout and "--group patient" in done.stdout
    frame = pd.read_csv(out, dtype=str)
    assert set(frame["window"]) == {"LINEAR 2000/4000 (1 of 1)"} and frame["path"].str.match(r"canary\d+$").all()
    frame.assign(grade=[number % 3 for number in range(18)]).to_csv(out, index=False)
    return out


def test_without_a_key_the_line_that_makes_one_is_told(clinic, tmp_path):
    for arguments in (
        ("table", clinic / "CANARYfolder", "--out", tmp_path / "t.csv"),
        ("table", clinic / "CANARYfolder", "--key", tmp_path / "key.txt", "--out", tmp_path / "t.csv"),
        ("predict", "synthetic", clinic),
    ):
        done, told = run(*arguments), "--key must be a file that exists" if "--key" in arguments else "--key must name"
        assert done.exit_code == 2 and "secrets.token_hex(32)" in done.stderr and told in done.stderr
    assert not (tmp_path / "t.csv").exists()


def test_a_table_without_names_of_its_films_is_refused(clinic, tmp_path):
    plain = tmp_path / "plain.csv"
    plain.write_text(f"path,grade\n{clinic / 'CANARYfolder' / 'canary0'},1\n")
    done = run("predict", "synthetic", plain, "--image", "path")
    assert done.exit_code == 2 and "must have a column 'film'" in done.stderr


@pytest.mark.parametrize("option", ["--pattern", "--image", "--group", "--sheet"])
def test_what_headers_say_is_not_said_otherwise(clinic, tmp_path, option):
    out = tmp_path / "t.csv"
    done = run("table", clinic / "CANARYfolder", "--key", clinic / "key.txt", option, "x", "--out", out)
    assert done.exit_code == 2 and f"{option} must be left out" in done.stderr


def contents(folder):
    """Every file below a folder: its name, and its bytes, of archives unpacked."""
    for path in folder.rglob("*"):
        yield path, path.name.encode()
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((path, archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            yield path, path.read_bytes()


@pytest.mark.slow
def test_nothing_that_is_handed_on_tells_whose_films_they_are(clinic, table, tmp_path):
    lost = table.with_name("lost.csv")
    frame = pd.read_csv(table, dtype=str)
    frame.loc[3, "path"] = "canary_gone"
    frame.loc[4, "path"] = "films.csv"
    frame.to_csv(lost, index=False)
    of_table = ["--image", "path", "--group", "patient"]
    small = ["--set", "filters=[4]", "--set", "convolutions=1", "--set", "dense_units=[4]", "--epochs", "1"]
    search = ["search", lost, *of_table, "--target", "grade", "--grade", "--folds", "2", "--size", "16"]
    settings = tmp_path / "settings.json"
    reading = {"image": "path", "target": "grade", "group": "patient", "size": 16, "window": "range"}
    network = {"type": "CNNClassifier", "filters": [4], "convolutions": 1, "dense_units": [4], "epochs": 1}
    settings.write_text(json.dumps({"reading": reading, "estimator": network}))
    out = tmp_path / "handed on"
    out.mkdir()
    grader = out / "grader.skerosion"
    commands = [
        [*search, "--strategies", "original", "--out", out / "search", "--on-problem", "report", "--pictures", *small],
        ["train", settings, table, "--out", grader],
        [
            *["study", table, *of_table, "--target", "grade", "--grade", "--size", "16", "--window", "range", *small],
            *["--sizes", "0.4,0.3,0.3", "--transfer", "none", "--strategies", "original", "--tasks", "classifier"],
            *["--out", out / "study", "--no-figures"],
        ],
        ["predict", grader, lost, *of_table, "--keep", "all", "--out", out / "predictions.csv", "--pictures"],
        ["predict", grader, clinic / "CANARYfolder" / "canary1", "--key", clinic / "key.txt", "--out", out / "one.csv"],
        ["evaluate", grader, table, *of_table, "--target", "grade", "--no-robustness", "--out", out / "evaluation"],
    ]
    for command in commands:
        done = run(*command)
        assert done.exit_code == 0, (command, done.output, done.exception)
    searched = [(path, canary, text) for path, text in contents(out) for canary in CANARIES]
    assert len({path.suffix for path, _, _ in searched}) >= 8
    assert not {(path, canary) for path, canary, text in searched if canary.encode() in text}
    names = set(frame["film"])
    for file in ("predictions.csv", "one.csv", "search/predictions/classifier_original.csv"):
        written = pd.read_csv(out / file)
        assert set(written["film"]) <= names and len(written), file
    assert set(pd.read_csv(out / "search" / "excluded.csv")["path"]) == set(frame["film"].iloc[[3, 4]])
