"""The checks that metrics share: what passes comes out as numbers, what does not is named."""

import numpy as np
import pytest

from skerosion.metrics import check_confidence, check_same_length, check_targets
from skerosion.metrics._checks import check_weights


@pytest.mark.parametrize(
    ("given", "kind"),
    [([1, 2], float), ([True, False], float), (np.float32([0.5, 1]), np.float32), ([[1], [2]], float)],
)
def test_targets_are_numbers_of_one_dimension(given, kind):
    targets = check_targets(given)
    assert targets.dtype == kind and targets.tolist() == np.ravel(given).tolist()


@pytest.mark.parametrize(
    ("given", "rule"),
    [(["1"], "hold numbers, got <U1"), ([None], "hold numbers, got object"), ([1, np.inf], "be finite")],
)
def test_targets_that_are_none_are_named(given, rule):
    with pytest.raises(ValueError, match=f"^y_true must {rule}"):
        check_targets(given)
    with pytest.raises(ValueError, match=f"^reference must {rule}"):
        check_targets(given, "reference")


def test_lengths_are_told_by_name_and_what_is_left_out_has_none():
    assert check_same_length(y_true=[0, 1], weights=None, y_pred=[1, 1]) is None
    with pytest.raises(ValueError, match="rows must agree in number: y_true has 2, y_pred has 1"):
        check_same_length(y_true=[0, 1], weights=None, y_pred=[1])
    with pytest.raises(ValueError, match="^y_true and y_pred must hold at least one row, got none"):
        check_same_length(y_true=[], y_pred=[])


def test_weights_are_ones_where_none_are_given_and_may_be_zero_for_some():
    assert check_weights(None, 3).tolist() == [1.0, 1.0, 1.0]
    weights = check_weights([0, 2], 2)
    assert weights.tolist() == [0.0, 2.0] and weights.dtype == float


@pytest.mark.parametrize("given", [[1, -1], [0, 0], [1, np.inf], [1, np.nan]])
def test_weights_weigh(given):
    with pytest.raises(ValueError, match="sample_weight must be finite, not negative and not all zero"):
        check_weights(given, 2)


@pytest.mark.parametrize("given", [0, 1, -0.5, 95, "0.95", None])
def test_a_confidence_lies_between_0_and_1(given):
    with pytest.raises(ValueError, match=f"confidence must lie strictly between 0 and 1, got {given!r}"):
        check_confidence(given)


@pytest.mark.parametrize("given", [0.001, np.float32(0.5), 0.999])
def test_any_confidence_between_is_one(given):
    assert check_confidence(given) is None
