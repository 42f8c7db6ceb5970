"""What commands say of a processor that computes in bfloat16, whatever processor runs the tests."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import _processor, app, search, study

pytestmark = pytest.mark.once

LINE = "This processor has avx512_bf16: with {} networks may train in little more than half the time"


@pytest.fixture
def on_processor(tmp_path, monkeypatch):
    """A function that runs a command, without its work, on a processor with these flags."""
    for number in range(8):
        Image.fromarray(np.full((16, 16), 20 * number, np.uint8)).save(tmp_path / f"{number}.png")
    rows = [f"{number}.png,{number % 2},{number}" for number in range(8)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,kl,who", *rows]))
    monkeypatch.setattr(search, "search_table", lambda *args, **options: None)
    monkeypatch.setattr(study, "study_table", lambda *args, **options: None)
    monkeypatch.setattr("skerosion.experiments.train_table", lambda *args, **options: None)
    monkeypatch.setattr(_processor, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(_processor.shutil, "which", lambda name: None)

    def run(flags, command, *options):
        (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : fpu {flags}\n")
        table = ["labels.csv"] if command == "train" else ["labels.csv", "--image", "file", "--target", "kl"]
        table += [] if command == "train" else ["--group", "who"]
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(app, [command, *options, *table, "--out", "new.skerosion"])
        assert done.exit_code == 0, done.output
        return done.stderr

    return run


@pytest.mark.parametrize("command", ["search", "study"])
def test_the_possibility_and_its_price_are_named(on_processor, command):
    said = on_processor("avx512_bf16", command)
    assert LINE.format("--set dtype_policy=mixed_bfloat16") in said
    assert "compare their scores first. Training is in float32 now." in said
    assert "bf16" not in on_processor("avx512f", command)
    assert "bf16" not in on_processor("avx512_bf16", command, "--set", "dtype_policy=mixed_bfloat16")


def test_training_names_the_setting(on_processor, tmp_path):
    reading = {"image": "file", "target": "kl", "group": "who", "size": 16}
    described = {"type": "OrdinalClassifier", "epochs": 1}
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"reading": reading, "estimator": described}))
    assert LINE.format('"dtype_policy": "mixed_bfloat16" in the settings') in on_processor(
        "avx512_bf16", "train", str(settings)
    )
    settings.write_text(json.dumps({"reading": reading, "estimator": described | {"dtype_policy": "float32"}}))
    assert "bf16" not in on_processor("avx512_bf16", "train", str(settings))


def test_a_gpu_and_a_system_that_does_not_tell_are_silent(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(_processor, "CPUINFO", tmp_path / "none")
    _processor.say_of_bfloat16(_processor.BY_OPTION, {})
    (tmp_path / "cpuinfo").write_text("flags : amx_bf16")
    monkeypatch.setattr(_processor, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(_processor.shutil, "which", lambda name: name)
    _processor.say_of_bfloat16(_processor.BY_OPTION, {})
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(_processor.shutil, "which", lambda name: None)
    _processor.say_of_bfloat16(_processor.BY_OPTION, [{"estimator": {}}])
    assert "amx_bf16" in capsys.readouterr().err
