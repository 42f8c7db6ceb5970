"""Scores of classes: sets up to any threshold are neighbours, and each score is what its name says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.promises import SCORES, coverage_frame, sets_within, thresholds_by_kind
from skerosion.promises._conformity import ranked_scores, window_scores, within


@st.composite
def probabilities(draw):
    """Probabilities of a few rows, zeros among them."""
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    weights = np.random.default_rng(draw(st.integers(0, 10**6))).integers(0, 5, (n, k)).astype(float)
    weights[:, 0] += weights.sum(axis=1) == 0
    return weights / weights.sum(axis=1, keepdims=True)


def runs(inside):
    edges = np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(int), axis=1)
    return (edges == 1).sum(axis=1)


@pytest.mark.parametrize("name", SCORES)
@given(pmf=probabilities(), threshold=st.floats(0, 3))
def test_up_to_any_threshold_there_is_no_gap(name, pmf, threshold):
    scores = SCORES[name](pmf)
    assert (runs(within(scores, threshold)) <= 1).all()
    assert (runs(sets_within(scores, threshold)) == 1).all()


@given(pmf=probabilities(), threshold=st.floats(0, 1.5), seed=st.integers(0, 100))
def test_thresholds_by_class_leave_no_gap_and_only_add(pmf, threshold, seed):
    scores = window_scores(pmf)
    thresholds = threshold * np.random.default_rng(seed).uniform(size=pmf.shape[1])
    filled = sets_within(scores, thresholds)
    assert (runs(filled) == 1).all() and (filled >= within(scores, thresholds)).all()


@given(pmf=probabilities())
def test_ranked_scores_are_those_of_the_definition(pmf):
    cdf, classes = np.cumsum(pmf, axis=1), np.arange(pmf.shape[1])
    expected = [((cdf - (classes >= k)) ** 2)[:, :-1].sum(axis=1) for k in classes]
    np.testing.assert_allclose(ranked_scores(pmf), np.transpose(expected), atol=1e-12)


@given(pmf=probabilities(), level=st.floats(0, 0.99))
def test_windows_of_a_probability_are_the_shortest_that_hold_more(pmf, level):
    inside = sets_within(window_scores(pmf), level)
    for row, chosen in zip(pmf, inside, strict=True):
        widths = [w for w in range(1, len(row) + 1) if np.convolve(row, np.ones(w), "valid").max() > level + 1e-9]
        assert chosen.sum() <= min(widths, default=len(row))


def test_one_mode_gives_the_shortest_window_itself():
    inside = sets_within(window_scores(np.array([[0.05, 0.2, 0.5, 0.15, 0.1]])), 0.8)
    assert inside.tolist() == [[False, True, True, True, False]]


def test_a_kind_of_too_few_patients_is_never_excluded():
    found = thresholds_by_kind(np.arange(30.0), np.arange(30), np.repeat([0, 1], [22, 8]), 3, 0.9)
    assert found.tolist() == [20.0, np.inf, np.inf]


def test_rows_of_a_patient_count_once_in_each_kind():
    scores, patients = np.r_[np.zeros(100), np.arange(1, 20)], np.r_[np.zeros(100, dtype=int), np.arange(1, 20)]
    assert thresholds_by_kind(scores, patients, np.zeros(119, dtype=int), 1, 0.9)[0] == 18.0


def test_coverage_by_patient_wants_all_rows_of_a_patient():
    sets, at, patients = np.eye(2, dtype=bool)[[0, 0, 1]], np.array([0, 1, 1]), np.array([0, 0, 1])
    told = {"calibrated": [9, 9, 9], "coverage": 0.9}
    by = {name: coverage_frame(sets, at, patients, [0, 1], guarantee=name, **told) for name in ("row", "patient")}
    assert by["row"]["coverage"].tolist() == [0.75, 1.0, 0.5] and by["patient"]["coverage"][0] == 0.5
