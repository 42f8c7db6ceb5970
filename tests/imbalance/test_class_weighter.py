"""Weights of rows by their grade, multiplied into what the rows weigh already."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.class_weight import compute_sample_weight

from skerosion.datasets import ImageRows
from skerosion.imbalance import ClassWeighter


def test_balanced_weights_of_rows_without_weights(pixels, grades):
    step = ClassWeighter()
    rows, y = step.fit_resample(pixels, grades)
    assert_allclose(rows.sample_weight, compute_sample_weight("balanced", grades))
    assert step.class_weight_ == pytest.approx({0: 12 / 21, 1: 12 / 9, 2: 12 / 6})
    assert_array_equal(step.sample_indices_, np.arange(12))
    assert_array_equal(y, grades)


def test_weights_of_a_dict_multiply_those_of_the_rows(pixels, grades):
    weights = np.linspace(0.5, 2, 12)
    rows = ImageRows(pixels, sample_weight=weights)
    weighted, _ = ClassWeighter({0: 1, 1: 2, 2: 5}).fit_resample(rows, grades)
    assert_allclose(weighted.sample_weight, weights * np.array([1, 2, 5])[grades])


def test_balanced_counts_the_weights_that_rows_carry(pixels, grades):
    rows = ImageRows(pixels, sample_weight=np.linspace(0.5, 2, 12))
    weighted, _ = ClassWeighter().fit_resample(rows, grades)
    assert_allclose(np.bincount(grades, weights=weighted.sample_weight), rows.sample_weight.sum() / 3)


def test_balancing_twice_changes_nothing(pixels, grades):
    once, _ = ClassWeighter().fit_resample(pixels, grades)
    twice, _ = ClassWeighter().fit_resample(once, grades)
    assert_allclose(twice.sample_weight, once.sample_weight)


def test_power_is_passed_on(pixels, grades):
    step = ClassWeighter(power=0.5).fit(pixels, grades)
    assert step.class_weight_[2] / step.class_weight_[0] == pytest.approx(np.sqrt(7 / 2))


def test_a_missing_grade_is_named(pixels, grades):
    with pytest.raises(ValueError, match=r"\[2\] missing"):
        ClassWeighter({0: 1, 1: 2}).fit_resample(pixels, grades)


def test_a_single_grade_stays_as_it_is(pixels):
    rows, _ = ClassWeighter().fit_resample(pixels, np.ones(12, dtype=int))
    assert_array_equal(rows.sample_weight, 1)


@pytest.mark.parametrize("parameters", [{"class_weight": "even"}, {"class_weight": None}, {"power": -0.5}, {"bins": 1}])
def test_parameters_that_are_refused(pixels, grades, parameters):
    (name,) = parameters
    with pytest.raises(ValueError, match=f"{name} must be .*, got"):
        ClassWeighter(**parameters).fit_resample(pixels, grades)
