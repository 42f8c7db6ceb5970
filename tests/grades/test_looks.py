"""What numbers look like: grades or scores among percentages, shares of 1, and what is no percentage."""

import numpy as np
import pytest

from skerosion.grades import are_shares, check_percentages, note_of_grades


@pytest.mark.parametrize("values", [[0, 1, 2, 3, 4, 5, 5, 0, 0, 0], [0] * 8 + [7, 20]])
def test_ten_whole_numbers_up_to_a_fifth_are_noted(values):
    said = f"joints: all 10 values are whole numbers from 0 to {max(values)}, "
    assert note_of_grades(values, "joints").startswith(said) and note_of_grades([*values, np.nan], "joints")
    assert note_of_grades(values[1:], "joints") == ""


@pytest.mark.parametrize(
    ("values", "shares"),
    [([0, 0.5, 1], True), ([0, 1], False), ([0, 0.5, 1.5], False), ([-0.1, 0.5], False), ([], False)],
)
def test_shares_lie_between_0_and_1(values, shares):
    assert are_shares(np.array(values)) is shares


@pytest.mark.parametrize(
    ("values", "got"),
    [
        ([100, -1], "from -1 to 100; list the"),
        ([100.5, 3], "from 3 to 100.5"),
        ([0, 0.5, 1], "from 0 to 1, as shares of"),
    ],
)
def test_numbers_that_are_no_percentages_are_refused(values, got):
    with pytest.raises(ValueError, match=f"must hold percentages where bins is 'ratingen', got numbers {got}"):
        check_percentages(values, "ratingen")
    check_percentages(values, [10, 50])  # any other scale


@pytest.mark.parametrize("values", [[0, 50.5, 100], [0.5, 20], [], [np.nan], np.array([0, 50.5, None], dtype=object)])
def test_percentages_and_gaps_are_left_alone(values):
    check_percentages(values, "ratingen")
