"""Orders of grades that are names: found in a target, kept in row selections, never contradicted."""

import numpy as np
import pandas as pd
import pytest

from skerosion.grades import as_ordered, name_of, one_order, order_of, plain_values

SEVERITY = ["none", "mild", "severe"]
ORDERED = pd.Categorical(["severe", "none"], categories=SEVERITY, ordered=True)


@pytest.mark.parametrize("y", [ORDERED, pd.Series(ORDERED, index=[5, 9]), pd.DataFrame({"y": ORDERED})], ids=type)
def test_an_ordered_categorical_tells_its_order(y):
    assert order_of(y).tolist() == SEVERITY
    assert plain_values(y).tolist() == ["severe", "none"]


@pytest.mark.parametrize(
    "y",
    [["severe", "none"], np.array([2, 0]), pd.Series(["a", "b"]), pd.Categorical(["a", "b"]), pd.DataFrame({"y": [1]})],
    ids=str,
)
def test_anything_else_has_none(y):
    assert order_of(y) is None
    assert plain_values(y) is y


def test_a_target_with_gaps_stays_a_categorical():
    gap = pd.Categorical(["severe", None], categories=SEVERITY, ordered=True)
    assert plain_values(gap) is gap


def test_a_target_gets_its_order_back():
    again = as_ordered(np.array(["mild", "none"]), order_of(ORDERED))
    assert order_of(again).tolist() == SEVERITY
    assert order_of(again.iloc[[1]]).tolist() == SEVERITY
    assert as_ordered([1, 2], None) == [1, 2]


def test_two_orders_must_be_one():
    assert one_order(None, None) is None
    assert one_order(None, SEVERITY) == one_order(SEVERITY, None) == SEVERITY
    assert one_order([*SEVERITY, "lost"], SEVERITY).tolist() == [*SEVERITY, "lost"]
    with pytest.raises(ValueError, match="classes and y must have one order.*'mild', 'none'"):
        one_order(["mild", "none", "severe"], SEVERITY)


@pytest.mark.parametrize(
    ("value", "name"),
    [(2, "2"), (2.0, "2"), ("2.0", "2"), (0.5, "0.5"), (" mild ", "mild"), ("nan", "nan")],
)
def test_what_a_grade_is_called(value, name):
    assert name_of(value) == name
