"""Weights of grades: the closed form, its weighted and tempered forms, and dicts that must be complete."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.utils.class_weight import compute_sample_weight

from skerosion.imbalance import class_weights_of, row_weights

GRADES = st.lists(st.integers(0, 4), min_size=1, max_size=40)


def test_balanced_is_n_over_k_times_the_count():
    assert class_weights_of([0, 0, 0, 1], "balanced") == pytest.approx({0: 4 / (2 * 3), 1: 4 / (2 * 1)})


@given(GRADES)
def test_balanced_rows_weigh_what_scikit_learn_says(grades):
    assert_allclose(row_weights(grades, "balanced"), compute_sample_weight("balanced", grades))


@given(GRADES, st.floats(0, 2))
def test_the_mean_weight_of_a_row_is_one(grades, power):
    assert_allclose(row_weights(grades, "balanced", power).mean(), 1)


@given(GRADES)
def test_every_grade_weighs_the_same_in_all(grades):
    weights = row_weights(grades, "balanced")
    totals = np.bincount(grades, weights=weights)[np.unique(grades)]
    assert_allclose(totals, totals[0])


@given(GRADES, st.data())
def test_sample_weights_count_as_repeated_rows_do(grades, data):
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(grades), max_size=len(grades))))
    times[0] = 1
    repeated = class_weights_of(np.repeat(grades, times), "balanced", 0.7)
    assert class_weights_of(grades, "balanced", 0.7, sample_weight=times) == pytest.approx(repeated)


@given(GRADES)
def test_balancing_what_is_balanced_changes_nothing(grades):
    weights = row_weights(grades, "balanced")
    assert_allclose(row_weights(grades, "balanced", sample_weight=weights), 1)


def test_power_tempers_the_ratio():
    full, half, none = (class_weights_of([0, 0, 0, 0, 1], "balanced", power) for power in (1, 0.5, 0))
    assert full[1] / full[0] == pytest.approx(4)
    assert half[1] / half[0] == pytest.approx(2)
    assert none == pytest.approx({0: 1, 1: 1})


def test_a_dict_is_taken_as_it_stands():
    assert class_weights_of(["low", "high"], {"low": 1, "high": 3.0, "absent": 9}) == {"low": 1.0, "high": 3.0}
    assert class_weights_of([0.0, 1.0], {0: 1, 1: 4}, power=0.5) == {0: 1.0, 1: 2.0}
    assert class_weights_of([0, 1], {0: 0, 1: 0.5}) == {0: 0.0, 1: 0.5}


def test_no_spec_weighs_all_alike():
    assert_allclose(row_weights([0, 0, 1], None), 1)


def test_texts_of_json_are_numbers_where_grades_are():
    assert class_weights_of([0, 1], {"0": 1, "1.0": 4}) == {0: 1.0, 1: 4.0}
    with pytest.raises(ValueError, match=r"\[1\] missing.*and names \['mild', None\], which no row has"):
        class_weights_of([0, 1], {"0": 1, "mild": 2, None: 3})


def test_a_grade_missing_from_a_dict_is_named():
    with pytest.raises(
        ValueError, match=r"must name every grade.*\[2\] missing, got \{0: 1.0, 1: 1.0\}\. Add a weight"
    ):
        class_weights_of([0, 1, 2], {0: 1.0, 1: 1.0})


def test_a_row_of_weight_zero_is_not_counted():
    assert class_weights_of([0, 1, 2], {0: 1.0, 1: 1.0}, sample_weight=[1, 1, 0]) == {0: 1.0, 1: 1.0}
    assert_allclose(row_weights([0, 0, 1, 2], "balanced", sample_weight=[1, 1, 1, 0]), [0.75, 0.75, 1.5, 0])


@pytest.mark.parametrize(
    "options, message",
    [
        ({"spec": "balance"}, "class_weight must be 'balanced'.*got 'balance'"),
        ({"spec": [1, 2]}, r"class_weight must be 'balanced'.*got \[1, 2\]"),
        ({"spec": {0: -1, 1: 1}}, "at least 0"),
        ({"spec": {0: np.nan, 1: 1}}, "finite"),
        ({"spec": {0: None, 1: 1}}, "finite"),
        ({"spec": "balanced", "power": -1}, "power must be a finite number of at least 0, got -1"),
        ({"spec": "balanced", "power": np.inf}, "power must be"),
        ({"spec": "balanced", "sample_weight": [1, -1]}, "Negative values"),
        ({"spec": "balanced", "sample_weight": [0, 0]}, "at least one non-zero"),
        ({"spec": "balanced", "sample_weight": [1]}, "sample_weight.shape"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        class_weights_of([0, 1], **options)


def test_numbers_may_be_texts_as_in_a_file_of_json():
    assert class_weights_of([0, 1, 1], {"0": 2, "1": 3}) == {0: 2, 1: 3}
    assert class_weights_of(["0", "1"], {"0": 2, "1": 3}) == {"0": 2, "1": 3}


def test_weights_of_no_grade_are_named_where_one_is_missing():
    with pytest.raises(ValueError, match=r"\[3\] missing, .* names \[33\], which no row has"):
        class_weights_of([0, 3], {0: 1, 33: 9})


def test_rows_weigh_what_the_power_leaves_of_their_weights():
    grades = [0, 0, 0, 0, 1]
    weights = row_weights(grades, "balanced", 0.5)
    assert_allclose(weights, [class_weights_of(grades, "balanced", 0.5)[grade] for grade in grades])
    assert_allclose(weights[4] / weights[0], 2)
    assert_allclose(row_weights(grades, "balanced", 0), 1)
