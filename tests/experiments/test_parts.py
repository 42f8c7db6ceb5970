import numpy as np
import pytest

from skerosion.datasets import ImageRows
from skerosion.experiments._parts import split_parts


def rows_of(patients):
    return ImageRows(np.zeros((len(patients), 8, 8), np.uint8), groups=patients)


def test_patients_lie_in_one_part_and_parts_have_their_sizes():
    patients = np.random.default_rng(0).integers(0, 60, 1000)
    parts, message = split_parts(rows_of(patients), patients % 3, sizes=(0.7, 0.2, 0.1), seed=3)
    assert sorted(np.concatenate(list(parts.values()))) == list(range(1000)) and message == ""
    for name, share in {"train": 0.7, "validation": 0.2, "test": 0.1}.items():
        assert len(parts[name]) == pytest.approx(1000 * share, abs=20)
        others = np.concatenate([rows for other, rows in parts.items() if other != name])
        assert not set(patients[parts[name]]) & set(patients[others])


def test_grades_that_a_part_lacks_are_named():
    patients = np.repeat(np.arange(20), 5)
    parts, message = split_parts(rows_of(patients), (patients == 0).astype(int), sizes=(0.6, 0.2, 0.2), seed=0)
    assert message.count("has none of 1") == 2


def test_rows_without_patients_are_an_error():
    with pytest.raises(ValueError, match="needs the patient of each image.*(group=)"):
        split_parts(ImageRows(np.zeros((9, 8, 8), np.uint8)), np.arange(9), sizes=(0.7, 0.2, 0.1), seed=0)


def test_part_of_one_patient_is_an_error():
    with pytest.raises(ValueError, match="part must hold at least 2 patients, got 1"):
        split_parts(rows_of(np.repeat([0, 1, 2, 3], 5)), np.tile([0, 1], 10), sizes=(0.5, 0.25, 0.25), seed=0)
