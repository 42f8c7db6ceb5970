"""What is told of training in bfloat16, from made-up forecasts."""

import _knees
import mixed_precision
import numpy as np
import pytest

from skerosion import ImageRows


@pytest.fixture
def part():
    images = np.zeros((40, 16, 16), "uint8")
    return _knees.Part(ImageRows(images, groups=np.arange(40) // 2), np.arange(40) % 5)


def test_patients_are_held_out_whole(part):
    training, held_out = mixed_precision.split(part)
    assert len(held_out.y) == 8 and not set(training.groups) & set(held_out.groups)
    assert len(mixed_precision.split(part, 20)[0].y) == 16


@pytest.mark.filterwarnings("ignore:the metric is 1 for all patients")
def test_differences_are_those_of_bfloat16_to_float32(part, monkeypatch):
    monkeypatch.setattr(_knees, "RESAMPLES", 40)
    sure, unsure = np.eye(5)[part.y], np.full((40, 5), 0.2)
    fits = {
        "float32": [({"probabilities": unsure}, {"epoch": 2.0})] * 2,
        "mixed_bfloat16": [({"probabilities": sure}, {"epoch": 1.0})] * 2,
    }
    told = mixed_precision.tell(fits, part, 20, timed=True)
    assert "2 seeds, 40 knees of 20 patients" in told and "quadratic kappa +1.000" in told and "CRPS -0.800" in told
    assert "1.0 s in mixed_bfloat16 and 2.0 s in float32" in told
    assert "no times are told" in mixed_precision.tell(fits, part, 20, timed=False)


@pytest.mark.parametrize(("flags", "has"), [("fpu avx512_bf16", True), ("fpu avx512f", False)])
def test_the_processor_is_asked(tmp_path, flags, has):
    (tmp_path / "cpuinfo").write_text(f"flags : {flags}\n")
    assert mixed_precision.has_bfloat16(tmp_path / "cpuinfo") == has
    assert not mixed_precision.has_bfloat16(tmp_path / "none")
