import copy
import dataclasses

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix

from skerosion import metrics
from skerosion.forecasts import GridDistribution
from skerosion.report import ScoreTable, factor_tables
from skerosion.report._differences import difference_table
from skerosion.report._doubt import PatientBootstrap, ValueForecasts
from skerosion.report._floor_rows import floor_forecasts, floor_grades
from skerosion.report._format import to_markdown
from skerosion.report._score_tables import classifier_table, recall_table, regressor_table


def test_classifier_table_holds_the_metrics_of_the_package(result):
    table = classifier_table(result)
    for name, strategy in {"original": "original", "balanced decision": "balanced_decision"}.items():
        truth, prediction = result.grades, result.predictions["classifier", strategy].prediction
        expected = (
            accuracy_score(truth, prediction),
            metrics.class_normalized_accuracy(truth, prediction),
            metrics.within_one_accuracy(truth, prediction),
            metrics.quadratic_kappa(truth, prediction),
            metrics.macro_mae(truth, prediction),
        )
        assert [table.value(name, column) for column in table.columns] == pytest.approx(expected)


def test_regressor_table_holds_the_metrics_of_the_package(result):
    table = regressor_table(result)
    distribution = result.predictions["regressor", "oversampled"].distribution
    marginal = floor_forecasts(result)["floor: marginal CDF"].distribution.cdf
    expected = (
        metrics.crps(result.y, distribution),
        metrics.crps(result.y, distribution, unit="points"),
        metrics.crps_skill(result.y, distribution, reference_cdf=marginal),
        np.mean((distribution.mean() - result.y) ** 2),
        np.mean(np.abs(distribution.median() - result.y)),
        metrics.interval_coverage(result.y, distribution.interval(0.9)),
    )
    assert [table.value("oversampled", column) for column in table.columns] == pytest.approx(expected)


def test_points_are_the_normalised_crps_times_the_thresholds(result):
    table = regressor_table(result)
    for name, _, cells in table.rows:
        if "CRPS" in cells:
            assert table.value(name, "CRPS in points") == pytest.approx(3 * table.value(name, "CRPS"))


def test_every_value_lies_in_its_interval(result):
    for table in (classifier_table(result), regressor_table(result), recall_table(result)):
        for _, _, cells in table.rows:
            assert all(low <= value + 1e-12 and value <= high + 1e-12 for value, low, high in cells.values())


def test_floors_have_their_closed_forms(result):
    table = classifier_table(result)
    assert table.value("floor: commonest", "class-normalised accuracy") == pytest.approx(1 / 3)
    assert table.value("floor: always 1", "±1 class-normalised") == pytest.approx(1)
    assert table.value("floor: always 1", "quadratic kappa") == pytest.approx(0)
    values = regressor_table(result)
    assert values.value("floor: marginal CDF", "CRPS skill") == pytest.approx(0)
    # The CRPS of a point forecast on the grid is its absolute error.
    assert values.value("floor: median", "CRPS in points") == pytest.approx(
        values.value("floor: median", "MAE of the median")
    )


def test_floors_never_see_the_rows_they_predict(result):
    flipped = result.y.copy()
    test = result.folds[0].test
    flipped[test] = 2 - flipped[test]
    changed = dataclasses.replace(result, prepared=dataclasses.replace(result.prepared, y=flipped))
    for name, each in floor_forecasts(result).items():
        other = floor_forecasts(changed)[name]
        for part in ("mean", "median"):
            if getattr(each, part) is not None:
                np.testing.assert_array_equal(getattr(each, part)[test], getattr(other, part)[test])
    assert (floor_grades(result)["floor: commonest"][test] == floor_grades(changed)["floor: commonest"][test]).all()


def test_winners_are_compared_on_the_same_patients(result):
    tables = {"classifier": classifier_table(result), "regressor": regressor_table(result)}
    table = difference_table(result, tables)
    # The best floor first, then the other strategies.
    assert table.columns == ("class-normalised accuracy", "CRPS") and len(table.rows) == 4 + 3
    for name, kind, cells in table.rows:
        task, _, pair = name.partition(", ")
        winner, other = pair.split(" − ")
        ((column, (value, low, high)),) = cells.items()
        of_task = tables[task]
        assert kind == "difference" and winner == of_task.best(column)
        assert value == pytest.approx(of_task.value(winner, column) - of_task.value(other, column))
        assert low <= value <= high and (value <= 0 if column == "CRPS" else value >= 0)
    assert "Chosen strategy minus others" in to_markdown(table)


def test_single_strategy_is_compared_with_the_best_floor(result):
    predictions = {pair: each for pair, each in result.predictions.items() if pair[1] == "original"}
    alone = copy.copy(result)
    vars(alone)["predictions"] = predictions
    table = difference_table(alone, {"classifier": classifier_table(alone), "regressor": regressor_table(alone)})
    assert [name.split(" − ")[0] for name, _, _ in table.rows] == ["classifier, original", "regressor, original"]
    assert all(" − floor: " in name for name, _, _ in table.rows)


def test_recalls_are_the_diagonal_of_the_normalised_confusion_matrix(result):
    table = recall_table(result)
    prediction = result.predictions["classifier", "class_weights"].prediction
    diagonal = np.diag(confusion_matrix(result.grades, prediction, normalize="true"))
    recalls = [table.value("classifier, class weights", f"grade {grade}") for grade in result.target.classes]
    assert recalls == pytest.approx(diagonal)
    assert any(name.startswith("regressor, ") for name, _, _ in table.rows)


def test_intervals_are_wider_where_patients_are_right_or_wrong_as_a_whole():
    right = np.repeat([1, 1, 0, 0] * 5, 20)
    by_patient = PatientBootstrap(np.repeat(np.arange(20), 20), 400).score(accuracy_score, np.ones(400), right)
    by_row = PatientBootstrap(None, 400).score(accuracy_score, np.ones(400), right)
    assert by_patient[0] == by_row[0] == 0.5
    # Twenty independent patients instead of four hundred rows: the interval is the square root of twenty times as wide.
    ratio = (by_patient[2] - by_patient[1]) / (by_row[2] - by_row[1])
    assert ratio == pytest.approx(np.sqrt(20), rel=0.15)


def test_grade_in_too_few_patients_is_noted_once():
    bootstrap = PatientBootstrap([0, 0, 1, 1, 2, 2], 6)
    for _ in range(2):
        bootstrap.score(metrics.class_normalized_accuracy, [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1])
    assert sum("lack some grade" in note for note in bootstrap.notes) == 1


def test_forecasts_say_all_that_follows_from_a_distribution():
    forecasts = ValueForecasts.of(GridDistribution([0, 1, 2], [[0.5, 0.5, 1.0]]))
    assert forecasts.mean.tolist() == [1] and forecasts.median.tolist() == [0]
    assert forecasts.interval.tolist() == [[0, 2]]
    assert ValueForecasts(mean=np.zeros(1)).distribution is None


@pytest.mark.parametrize(
    ("column", "best"),
    [("accuracy", "high"), ("CRPS", "low"), ("macro MAE", "low"), ("90 % interval coverage", "middle")],
)
def test_best_row_depends_on_the_column(column, best):
    values = {"low": 0.2, "middle": 0.88, "high": 0.99}
    rows = [(name, "strategy", {column: (value, 0, 1)}) for name, value in values.items()]
    floor = {column: (0.9 if best == "middle" else -1 if best == "low" else 2, 0, 1)}
    assert ScoreTable("t", (column,), rows).best(column) == best
    beaten = ScoreTable("t", (column,), [*rows, ("floor", "floor", floor)])
    assert beaten.leading(column) == best and beaten.best(column) is None


def test_levels_of_few_patients_are_too_few_to_say(result):
    few = np.isin(result.groups, np.unique(result.groups)[:9])
    table = factor_tables(result, {"site": np.where(few, "b", "a")}, {"classifier": "original"})["classifier"]
    assert [name for name, _, _ in table.rows] == [f"site: a ({(~few).sum()})"]
    assert table.notes[0] == f"Too few to say, of fewer than 10 patients: site b ({few.sum()} images of 9)."


def test_too_few_patients_for_an_interval_are_told():
    assert PatientBootstrap(np.repeat(np.arange(10), 2), 20).notes == []
    (note,) = PatientBootstrap(np.repeat(np.arange(9), 2), 18).notes
    assert note.startswith("9 patients are too few for a good interval")
