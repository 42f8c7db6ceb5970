"""Votes of several readers: their form, and the grade that stands for them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.grades import checked_votes, median_vote

CELLS = st.one_of(st.integers(0, 5), st.none())


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_the_median_is_the_lower_one_of_what_was_said(rows):
    medians = median_vote(checked_votes(rows))
    for row, median in zip(rows, medians, strict=True):
        said = [vote for vote in row if vote is not None]
        expected = np.quantile(said, 0.5, method="inverted_cdf") if said else np.nan
        assert np.array_equal(median, expected, equal_nan=True)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_names_have_the_median_of_their_places_in_the_order(rows):
    order = ["f", "b", "e", "a", "d", "c"]
    named = [[None if vote is None else order[vote] for vote in row] for row in rows]
    numbers = median_vote(checked_votes(rows))
    expected = [None if np.isnan(number) else order[int(number)] for number in numbers]
    assert median_vote(checked_votes(np.array(named, dtype=object)), order).tolist() == expected


def test_names_need_an_order():
    with pytest.raises(ValueError, match="order must list the grades"):
        median_vote(checked_votes([["mild", "none"]]))


def test_what_is_no_vote_is_missing():
    frame = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [np.nan, 2.5]})
    assert np.array_equal(checked_votes(frame), [[1, np.nan], [np.nan, 2.5]], equal_nan=True)
    assert checked_votes([["mild", None], ["", "none"]]).tolist() == [["mild", None], [None, "none"]]


@pytest.mark.parametrize("votes", [[1, 2], np.zeros((2, 0)), [[np.inf, 1]]])
def test_what_cannot_be_votes_is_refused(votes):
    with pytest.raises(ValueError, match="votes must"):
        checked_votes(votes)
