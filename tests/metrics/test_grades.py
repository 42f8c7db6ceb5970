"""Metrics of grades: the published confusion matrix, scikit-learn where it has the same, ranks and weights."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, mean_absolute_error

from skerosion.metrics import class_normalized_accuracy, linear_kappa, macro_mae, quadratic_kappa, within_one_accuracy

CONFUSION = np.array(
    [
        [8570, 3476, 854, 198, 59, 129],
        [1621, 2031, 1267, 318, 60, 72],
        [13, 63, 149, 140, 32, 26],
        [1, 7, 41, 81, 30, 17],
        [0, 1, 20, 31, 33, 13],
        [0, 1, 23, 78, 63, 93],
    ]
)
METRICS = [class_normalized_accuracy, within_one_accuracy, quadratic_kappa, linear_kappa, macro_mae]
GRADES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


def rows_of(confusion):
    true, pred = np.indices(confusion.shape)
    return np.repeat(true.ravel(), confusion.ravel()), np.repeat(pred.ravel(), confusion.ravel())


def test_published_confusion_matrix():
    y_true, y_pred = rows_of(CONFUSION)
    assert class_normalized_accuracy(y_true, y_pred) == pytest.approx(0.4217, abs=5e-5)
    assert within_one_accuracy(y_true, y_pred) == pytest.approx(0.8174, abs=5e-5)
    assert quadratic_kappa(y_true, y_pred) == pytest.approx(0.4813, abs=5e-5)


def test_confusion_as_weights_gives_the_same():
    true, pred = (grid.ravel() for grid in np.indices(CONFUSION.shape))
    y_true, y_pred = rows_of(CONFUSION)
    for metric in METRICS:
        assert metric(true, pred, sample_weight=CONFUSION.ravel()) == pytest.approx(metric(y_true, y_pred))


def test_constant_grade_is_the_floor():
    y_true = rows_of(CONFUSION)[0]
    for grade in range(6):
        constant = np.full_like(y_true, grade)
        assert class_normalized_accuracy(y_true, constant) == pytest.approx(1 / 6)
        assert within_one_accuracy(y_true, constant) == pytest.approx((3 if 0 < grade < 5 else 2) / 6)
        assert quadratic_kappa(y_true, constant) == pytest.approx(0)


@given(GRADES)
def test_without_tolerance_it_is_the_balanced_accuracy(pairs):
    true, pred = np.array(pairs).T
    seen = np.isin(pred, true)
    assert class_normalized_accuracy(true, pred) == pytest.approx(
        np.mean([(pred == true)[true == grade].mean() for grade in np.unique(true)])
    )
    if seen.all() and len(set(true)) > 1:
        assert class_normalized_accuracy(true, pred) == pytest.approx(balanced_accuracy_score(true, pred))


@given(GRADES)
def test_tolerance_only_helps_and_kappas_mirror(pairs):
    true, pred = np.array(pairs).T
    scores = [class_normalized_accuracy(true, pred, tolerance) for tolerance in range(6)]
    assert scores == sorted(scores) and scores[-1] == 1
    both = [np.concatenate([true, [0, 5]]), np.concatenate([pred, [0, 5]])]
    for kappa in (quadratic_kappa, linear_kappa):
        assert kappa(*both) == pytest.approx(kappa(*both[::-1]))
        assert kappa(*both) == pytest.approx(kappa(5 - both[0], 5 - both[1]))


@given(GRADES, st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_weight_two_equals_the_row_twice_and_zero_no_row(pairs, weights):
    # The two rows at the ends keep both kappas defined.
    true, pred = np.array([*pairs, (0, 0), (5, 5)]).T
    weights = np.array([*weights[: len(pairs)], 1, 2])
    rows = np.repeat(np.arange(len(true)), weights)
    for metric in METRICS:
        assert metric(true, pred, sample_weight=weights) == pytest.approx(metric(true[rows], pred[rows]))


def test_kappas_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    true, pred = rng.integers(0, 5, (2, 300))
    assert quadratic_kappa(true, pred) == pytest.approx(cohen_kappa_score(true, pred, weights="quadratic"))
    assert linear_kappa(true, pred) == pytest.approx(cohen_kappa_score(true, pred, weights="linear"))


def test_missing_grades_keep_their_place():
    true, pred = [0, 0, 1, 5], [0, 1, 1, 1]
    scale = list(range(6))
    assert within_one_accuracy(true, pred) == pytest.approx(2 / 3)
    for metric in METRICS:
        assert metric(true, pred) == pytest.approx(metric(true, pred, labels=scale))
    assert quadratic_kappa(true, pred) != pytest.approx(cohen_kappa_score(true, pred, weights="quadratic"))


def test_macro_mae_averages_over_true_grades():
    assert macro_mae([0, 0, 0, 4], [0, 0, 0, 2]) == 1
    assert macro_mae([0, 0, 0, 4], [0.5, 0, 1, 3.5]) == pytest.approx(0.5)
    y_true, y_pred = rows_of(CONFUSION)
    each = [mean_absolute_error(y_true[y_true == grade], y_pred[y_true == grade]) for grade in range(6)]
    assert macro_mae(y_true, y_pred) == pytest.approx(np.mean(each))
    assert macro_mae(y_true.astype(np.float32), y_pred.astype(float)) == pytest.approx(np.mean(each))


def test_strings_count_by_the_order_of_labels():
    scale = ["none", "mild", "severe"]
    true, pred = ["none", "none", "severe", "mild"], ["mild", "none", "none", "severe"]
    numbers = [scale.index(grade) for grade in true], [scale.index(grade) for grade in pred]
    for metric in METRICS:
        assert metric(true, pred, labels=scale) == pytest.approx(metric(*numbers))
        assert metric(pd.Series(true), np.array(pred, dtype=object), labels=scale) == pytest.approx(metric(*numbers))
    assert class_normalized_accuracy(true, pred) == class_normalized_accuracy(true, pred, labels=scale)


@pytest.mark.parametrize("metric", METRICS[1:])
def test_strings_without_their_order_are_refused(metric):
    with pytest.raises(ValueError, match="labels must list the grades in their order"):
        metric(["a", "b"], ["a", "a"])


def test_levels_five_apart_count_as_steps_of_labels_and_are_warned_of_without():
    levels = [0, 5, 10, 15]
    true, pred = [0, 5, 10, 15], [5, 5, 15, 5]
    assert within_one_accuracy(true, pred, labels=levels) == pytest.approx(3 / 4)
    with pytest.warns(UserWarning, match=r"grades \[0, 5, 10, 15\]... are never 1 apart"):
        assert within_one_accuracy(true, pred) == pytest.approx(1 / 4)


def test_two_levels_are_no_scale_with_gaps_and_of_many_the_first_are_named():
    assert within_one_accuracy([0, 5], [5, 5]) == 0.5
    assert within_one_accuracy([0, 5, 10], [0, 6, 10]) == 1
    with pytest.warns(UserWarning, match=r"grades \[10, 20, 30, 40\]... are never 1 apart"):
        within_one_accuracy([10, 20, 30, 40, 50], [10, 20, 30, 40, 50])


def test_a_scale_has_up_to_a_thousand_grades():
    assert within_one_accuracy([0, 999], [1, 999]) == 1
    with pytest.raises(ValueError, match="where integers span 1000 or more, got -1..999"):
        within_one_accuracy([-1, 999], [0, 999])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [0, 1, 2]), "rows must agree in number: y_true has 2, y_pred has 3"),
        (([], []), "at least one row"),
        (([0, 1], [0, 1.5]), "y_pred must hold grades, got 1.5: turn numbers into grades"),
        (([0, np.nan], [0, 1]), "y_true must hold grades"),
        (([0, 1], [0, 1], -1), "tolerance must be an integer of at least 0, got -1"),
        (([0, 1], [0, 1], 0.5), "tolerance must be an integer"),
        (([0, 1], [0, 1], True), "tolerance must be an integer"),
        (([0, 1], [0, 7], 0, [0, 1]), r"labels must hold all grades of y_pred, got (np.int64.)?7.?, not in \[0, 1\]"),
        (([0, 1], [0, 1], 0, [0, 1, 1]), "labels must list each grade once"),
        (([0, 1], [0, 1], 0, None, [1, -1]), "sample_weight must be finite, not negative"),
        (([0, 5000], [0, 1], 1), "labels must list the grades where integers span 1000 or more, got 0..5000"),
    ],
)
def test_errors_name_parameter_rule_and_value(arguments, message):
    with pytest.raises(ValueError, match=message):
        class_normalized_accuracy(*arguments)


def test_far_numbers_are_names_without_tolerance():
    assert class_normalized_accuracy([7, 123456], [7, 7]) == 0.5


def test_macro_mae_needs_grades_as_truth():
    with pytest.raises(ValueError, match="y_true must hold grades"):
        macro_mae([0.5, 1], [0, 1])


def test_hits_are_the_same_grade_unless_more_is_allowed():
    from skerosion.metrics._grades import grade_hits

    assert grade_hits([0, 1, 2], [0, 2, 0])[1].tolist() == [1, 0, 0]
    assert grade_hits([0, 1, 2], [0, 2, 0], 1)[1].tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: macro_mae([0, 1], [0.5]), "rows must agree in number: y_true has 2, y_pred has 1"),
        (lambda: quadratic_kappa([0, 3], [0, 1], labels=[0, 1]), "^labels must hold all grades of y_true, got "),
        (lambda: quadratic_kappa([0, 1], [0, 3], labels=[0, 1]), "^labels must hold all grades of y_pred, got "),
        (lambda: quadratic_kappa([0, 1], ["0", "1"]), "^labels must list the grades in their order"),
    ],
)
def test_what_cannot_be_compared_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("levels", [[0, 2, 4], [0, 5, 10, 15]])
def test_levels_that_are_never_one_apart_are_told(levels):
    with pytest.warns(UserWarning, match="are never 1 apart"):
        quadratic_kappa(levels, levels[::-1])


def test_categories_bring_their_order():
    order = ["none", "mild", "bad"]
    true, pred = (pd.Categorical(said, order, ordered=True) for said in (["none", "mild", "bad"], ["mild"] * 3))
    assert within_one_accuracy(true, pred) == 1


def test_predictions_that_are_no_numbers_are_named():
    with pytest.raises(ValueError, match="^y_pred"):
        macro_mae([0, 1], [np.nan, 1.0])
