"""Intraclass correlations against a published table, an analysis of variance, and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f_oneway

from skerosion.metrics import intraclass_correlation
from skerosion.metrics._intraclass import correlation_of

SHROUT_AND_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_published_table_has_its_published_correlations():
    assert intraclass_correlation(SHROUT_AND_FLEISS, "one-way") == pytest.approx(0.166, abs=5e-4)
    assert intraclass_correlation(SHROUT_AND_FLEISS, "two-way") == pytest.approx(0.290, abs=5e-4)


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=3, max_size=8))
def test_one_way_is_the_ratio_of_an_analysis_of_variance(votes):
    ratio = f_oneway(*map(np.array, votes)).statistic if any(len(set(each)) > 1 for each in votes) else None
    if ratio is not None and np.isfinite(ratio):
        assert intraclass_correlation(votes, "one-way") == pytest.approx((ratio - 1) / (ratio + 2), abs=1e-9)


def test_one_way_takes_any_number_of_readings():
    """The mean squares of Donner's review, with each image's readings written out; one that nobody read counts none."""
    readings = [[1, 2], [2, 3, 5], [6, 6], [4]]
    votes = [[1, None, 2], [2, 3, 5], [None, 6, 6], [None, None, None], [4, None, None]]
    sizes, means = np.array([len(each) for each in readings]), np.array([np.mean(each) for each in readings])
    between = (sizes * (means - np.concatenate(readings).mean()) ** 2).sum() / 3
    within = sum(np.square(np.subtract(each, np.mean(each))).sum() for each in readings) / 4
    usual = sizes.mean() - sizes.var(ddof=1) / sizes.sum()
    expected = (between - within) / (between + (usual - 1) * within)
    assert intraclass_correlation(votes, "one-way") == pytest.approx(expected)


def test_two_way_takes_the_images_that_all_have_read():
    expected = intraclass_correlation(SHROUT_AND_FLEISS)
    assert intraclass_correlation([*SHROUT_AND_FLEISS, [9, None, 1, 1]], "two-way") == pytest.approx(expected)


@pytest.mark.parametrize("design", ["one-way", "two-way"])
def test_votes_that_are_all_the_same_have_no_correlation(design):
    assert np.isnan(intraclass_correlation([[1, 1], [1, 1]], design))


def test_a_higher_reader_is_an_error_one_way_and_counts_less_than_noise_two_ways():
    truth = np.tile(np.arange(6), 20)
    shifted = np.column_stack([truth, truth + 1])
    assert intraclass_correlation(shifted) == pytest.approx(truth.var(ddof=1) / (truth.var(ddof=1) + 0.5))
    assert intraclass_correlation(shifted, "one-way") < intraclass_correlation(shifted)


@pytest.mark.parametrize(
    ("votes", "design", "message"),
    [
        ([["a", "b"], ["b", "a"]], "two-way", "votes must be numbers"),
        ([[1, None], [None, 2]], "one-way", "two rows at least that several readers graded"),
        ([[1, None], [1, 2]], "one-way", "got 2 rows"),
        ([[1, 2], [None, 2]], "two-way", "got 2 rows"),
        ([[1, 2, None], [2, None, 3], [None, 4, 4]], "two-way", "got 3 rows"),
        ([[1, 2], [2, 2]], "three-way", "design must be"),
    ],
)
def test_what_has_no_correlation_is_refused(votes, design, message):
    with pytest.raises(ValueError, match=message):
        intraclass_correlation(votes, design)


def test_two_rows_that_all_have_read_are_needed_however_many_others_there_are():
    votes = np.array([[0, 1, np.nan], [1, np.nan, 2], [np.nan, 0, 0], [1, 1, 2]])
    assert np.isnan(correlation_of(votes, "two-way")) and np.isfinite(correlation_of(votes, "one-way"))
