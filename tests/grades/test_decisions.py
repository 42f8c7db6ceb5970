"""Decisions: each rule is the best one for what it is named after, by trying all classes."""

import numpy as np
import pytest

from skerosion.grades import balanced_probabilities, decide

PROBABILITIES = np.random.default_rng(0).dirichlet(np.full(5, 0.7), 50)
DISTANCES = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))


@pytest.mark.parametrize(("decision", "costs"), [("absolute", DISTANCES), ("quadratic", DISTANCES**2)])
def test_costs_are_smallest_where_they_are_expected_to_be(decision, costs):
    expected = [min(range(5), key=lambda chosen: row @ costs[:, chosen]) for row in PROBABILITIES]
    assert decide(PROBABILITIES, decision, None).tolist() == expected
    assert decide(PROBABILITIES, costs.tolist(), None).tolist() == expected


def test_a_row_of_costs_is_a_true_class():
    """To choose class 1 where 0 is true costs nothing, and to choose class 0 where 1 is true all there is."""
    assert decide(np.array([[0.9, 0.1]]), [[0, 0], [9, 0]], None).tolist() == [1]


def test_the_median_is_the_best_for_absolute_errors_and_forgives_rounding():
    np.testing.assert_array_equal(decide(PROBABILITIES, "median", None), decide(PROBABILITIES, "absolute", None))
    assert decide(np.array([[0.1] * 3 + [0.2, 0.5 - 1e-9], [0.1, 0.4 - 1e-9, 0.5, 0, 0]]), "median", None).tolist() == [
        3,
        1,
    ]


def test_balanced_takes_the_shares_of_training_out():
    shares = np.array([0.6, 0.2, 0.1, 0.1, 0.0])
    raised = PROBABILITIES[:, :4] / shares[:4]
    np.testing.assert_array_equal(decide(PROBABILITIES, "balanced", shares), raised.argmax(axis=1))
    np.testing.assert_array_equal(decide(PROBABILITIES, "argmax", shares), PROBABILITIES.argmax(axis=1))


def test_balanced_probabilities_are_those_of_grades_as_frequent_as_each_other():
    shares = np.array([0.6, 0.2, 0.1, 0.1])
    raised = PROBABILITIES[:, :4] / shares
    balanced = balanced_probabilities(PROBABILITIES[:, :4], shares)
    np.testing.assert_allclose(balanced, raised / raised.sum(axis=1, keepdims=True))
    np.testing.assert_array_equal(balanced, balanced_probabilities(PROBABILITIES[:, :4], np.tile(shares, (50, 1))))


def test_a_grade_that_was_never_trained_has_no_probability_unless_it_is_the_only_one():
    rows = [[0.5, 0.25, 0.25], [0, 0, 1]]
    assert balanced_probabilities(rows, [0.9, 0.1, 0]).tolist() == [pytest.approx([1 / 5.5, 4.5 / 5.5, 0]), [0, 0, 1]]
    assert balanced_probabilities([[0.5, 0.5]], [1, 0]).tolist() == [[1, 0]]


@pytest.mark.parametrize("decision", ["mean", [[0, 1], [1, 0]], [[0, np.nan]] * 2, np.full((5, 5), "1"), None])
def test_other_decisions_are_refused(decision):
    with pytest.raises(ValueError, match="decision must be one of "):
        decide(PROBABILITIES, decision, None)
