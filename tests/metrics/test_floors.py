"""Floors: those of the published label histogram, and constants learnt on another part."""

import numpy as np
import pytest

from skerosion.metrics import constant_grades, crps, grade_floors, marginal_cdf, value_floors

# Labels in percent of the published joints, in steps of 5, as counts of 10,000.
COUNTS = [6828, 1576, 717, 189, 200, 44, 80, 21, 50, 16, 38, 10, 35, 10, 26, 5, 22, 4, 16, 3, 112]
LABELS = np.repeat(np.arange(0, 101, 5), COUNTS)


def test_grades_of_the_published_histogram():
    floors = grade_floors(LABELS, bins="ratingen")
    assert list(floors) == list(range(6))
    assert floors[0]["accuracy"] == pytest.approx(0.6828, abs=1e-3)
    for grade, scores in floors.items():
        assert scores["class_normalized_accuracy"] == pytest.approx(1 / 6)
        assert scores["within_one_accuracy"] == pytest.approx((3 if 0 < grade < 5 else 2) / 6)
        assert scores["macro_mae"] == pytest.approx(np.abs(np.arange(6) - grade).mean())


def test_values_of_the_published_histogram():
    floors = value_floors(LABELS)
    # The published shares are rounded to two digits.
    assert floors["most frequent"]["mae"] == floors["median"]["mae"] == pytest.approx(5.11, abs=0.02)
    assert floors["mean"]["mse"] == pytest.approx(209.6, abs=1)
    assert floors["marginal distribution"]["crps"] == pytest.approx(0.0432, abs=2e-4)
    points = floors["marginal distribution"]["crps_points"]
    assert points == pytest.approx(101 * floors["marginal distribution"]["crps"])
    assert points < floors["median"]["mae"]


def test_constants_come_from_the_reference():
    assert list(grade_floors([0, 1, 2, 2], reference=[1, 1, 2])) == [1, 2]
    assert list(grade_floors([0, 10, 50], reference=[0, 30], bins="ratingen")) == [0, 2]
    floors = value_floors([0.0, 10.0], reference=[10, 10, 40], grid=[0, 10, 40])
    assert floors["mean"] == {"mae": 15.0, "mse": 250.0}
    assert floors["median"]["mae"] == 5
    assert floors["marginal distribution"]["crps_points"] == pytest.approx(np.mean([10 + 30 / 9, 30 / 9]))


def test_constants_of_a_scale_are_the_commonest_and_the_middle_grade():
    scale = ["none", "doubtful", "mild", "some", "severe"]
    assert constant_grades(["severe", "none", "severe"], scale) == ("severe", "mild")
    assert constant_grades([1, 3], range(4)) == (1, 2)  # of two as common the first


def test_weight_two_equals_the_row_twice():
    y, weights = np.array([0, 5, 10, 100]), np.array([3, 2, 1, 1])
    repeated = np.repeat(y, weights)
    weighted = value_floors(y, reference=repeated, sample_weight=weights)
    for name, scores in value_floors(repeated).items():
        assert weighted[name] == pytest.approx(scores)
    weighted = grade_floors(y, bins="ratingen", sample_weight=weights)
    for grade, scores in grade_floors(repeated, bins="ratingen").items():
        assert weighted[grade] == pytest.approx(scores)


def test_strings_need_their_order():
    floors = grade_floors(["none", "none", "severe"], labels=["none", "mild", "severe"])
    assert floors["none"]["within_one_accuracy"] == 0.5 and floors["severe"]["macro_mae"] == 1.0
    with pytest.raises(ValueError, match="labels must list the grades in their order"):
        grade_floors(["none", "mild"])
    with pytest.raises(ValueError, match="bins"):
        grade_floors([0.5, 1.7])


def test_floors_of_numbers_take_the_grid_that_is_given_and_percentages_otherwise():
    y = np.array([0.0, 10, 30])
    marginal = np.array([[1, 2, 3]]) / 3
    expected = crps(y, np.tile(marginal, (3, 1)), grid=[0, 10, 30], unit="points")
    assert value_floors(y, grid=[0, 10, 30])["marginal distribution"]["crps_points"] == pytest.approx(expected)
    of_percent = value_floors(y)["marginal distribution"]
    assert of_percent == value_floors(y, grid=np.arange(101))["marginal distribution"]


def test_a_reference_that_is_none_is_named():
    with pytest.raises(ValueError, match="^reference must"):
        value_floors([0.0, 1.0], reference=["a"])


def test_the_marginal_distribution_is_scored_on_the_grid_that_is_given():
    y, grid = np.array([0.0, 1, 1, 3, 10]), np.arange(11)
    for given, used in ((grid, grid), (None, np.arange(101))):
        found = value_floors(y, grid=given)["marginal distribution"]
        assert found["crps"] == pytest.approx(crps(y, marginal_cdf(y, used), grid=used))
