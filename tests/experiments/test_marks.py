"""Marks find again what was trained on, take next to no stranger for it, and give no name away."""

import json

import numpy as np
import pytest

from skerosion import ImageRows
from skerosion.datasets import as_image_rows
from skerosion.experiments import known_by, marks_of


def rows_of(patients, first=0):
    """Two images of each patient, all of them different."""
    groups = np.repeat(np.asarray(patients, dtype=str), 2)
    numbers = np.arange(first, first + len(groups), dtype=np.int64)
    pixels = np.zeros((len(groups), 16, 16), np.uint8)
    pixels[:, 15, 0] = 255
    pixels[:, 0, :8] = numbers[:, None] >> np.arange(0, 64, 8) & 255
    return ImageRows(pixels, groups=groups)


TRAINED = rows_of([f"p{number}" for number in range(300)])
MARKS = json.loads(json.dumps(marks_of(TRAINED)))


def test_images_are_known_whatever_their_order_and_others_are_not():
    known = known_by(MARKS, TRAINED[[5, 3, 599]])
    assert known.images.tolist() == [True] * 3
    assert not known_by(MARKS, rows_of(range(400), first=5000)).images.any()


def test_an_image_with_one_other_pixel_is_another():
    pixels = TRAINED.read([0])
    pixels[0, 15, 15] = 200
    assert not known_by(MARKS, as_image_rows(pixels)).images.any()


def test_a_table_of_trained_patients_is_known_by_other_images():
    known = known_by(MARKS, rows_of([f"p{number}" for number in range(100, 150)], first=5000))
    assert known.patients == known.of_patients == 50 and known.patients_are_known
    assert known.message("grader") == ("grader was trained on 50 of these 50 patients: scores on them flatter it.")


def test_strangers_are_seldom_taken_for_trained_patients():
    tables = [rows_of([f"s{table}-{number}" for number in range(50)], first=5000) for table in range(40)]
    known = [known_by(MARKS, rows) for rows in tables]
    shares = [each.patients / each.of_patients for each in known]
    # Every twentieth stranger falls into a place that is taken: names that are tried out tell nothing.
    assert 0.02 < np.mean(shares) < 0.08 and not any(each.patients_are_known for each in known)
    assert {each.message("grader") for each in known} == {""}


def test_the_share_that_is_known_is_estimated():
    patients = [f"p{number}" for number in range(60)] + [f"stranger {number}" for number in range(140)]
    known = known_by(MARKS, rows_of(patients, first=5000))
    share = known.expected / known.of_patients
    assert (known.patients - known.expected) / (1 - share) == pytest.approx(60, abs=8)


def test_no_name_is_in_the_marks():
    names = ["Meier", "Rossi", "Favre"]
    text = json.dumps(marks_of(rows_of(names)))
    assert not any(name in text for name in names)


def test_equal_trainings_leave_equal_marks():
    assert marks_of(TRAINED[::-1]) == marks_of(TRAINED)


def test_many_images_are_marked_in_part(monkeypatch):
    monkeypatch.setattr("skerosion.experiments._marks.MOST_IMAGES", 10)
    marks = marks_of(TRAINED)
    assert len(marks["images"]) == 10 and known_by(marks, TRAINED).images.sum() == 10


def test_patients_of_feature_vectors_are_known():
    rows = as_image_rows(np.zeros((40, 3), np.float32), groups=np.repeat(np.arange(20).astype(str), 2))
    known = known_by(marks_of(rows), rows)
    assert known.patients == 20 and known.patients_are_known and not len(known.images)


def test_without_patients_there_are_images_alone():
    rows = as_image_rows(np.zeros((2, 16, 16), np.uint8))
    assert known_by(marks_of(rows), rows).message("it").startswith("it was trained on 2 of these 2 images")
