"""The figures of a search show its predictions and its tables."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from skerosion.experiments import SearchPlan
from skerosion.report._scored_figures import make_displays
from skerosion.report._scored_files import make_tables
from tests.brightness_estimator import run_search


@pytest.fixture
def displays(result):
    return make_displays(result, make_tables(result))


def test_marks_of_the_strategies_are_those_of_the_tables(displays, result):
    tables = make_tables(result)
    for task, column in (("classifier", "class-normalised accuracy"), ("regressor", "CRPS in points")):
        rows = {row: cells[column] for row, _, cells in tables[task].rows if column in cells}
        assert displays[f"strategies_{task}"].scores[column] == rows
    assert set(displays["strategies_classifier"].floors) == {"floor: commonest", "floor: always 1"}


def test_pyplot_keeps_none_of_them(result):
    before = plt.get_fignums()
    displays = make_displays(result, make_tables(result))
    assert plt.get_fignums() == before and all(display.figure_.axes for display in displays.values())


def test_matrices_count_the_predictions(displays, result):
    prediction = result.predictions["classifier", "oversampled"].prediction
    matrix = displays["confusion_classifier"].matrices["oversampled"]
    assert np.diag(matrix).sum() == (prediction == result.grades).sum() and matrix.sum() == len(prediction)


def test_one_strategy_of_the_decision_is_enough(estimators, joints, tmp_path):
    plan = SearchPlan(tasks=("classifier",), strategies=("balanced_decision",), folds=2)
    result = run_search(*joints, out=tmp_path, plan=plan, progress=False, say=lambda message: None)
    drawn = make_displays(result, make_tables(result))
    assert list(drawn["reliability_classifier"].curves) == ["original"]
    assert not {"pit_regressor", "prediction_against_truth", "strategies_regressor"} & set(drawn)


def test_percentages_are_drawn_in_their_unit(estimators, joints, tmp_path):
    rows, grades, patients = joints
    plan = SearchPlan(tasks=("regressor",), folds=2, kind="percent")
    percent = 50.0 * grades
    result = run_search(rows, percent, patients, out=tmp_path, plan=plan, progress=False, say=lambda message: None)
    drawn = make_displays(result, make_tables(result))
    assert drawn["labels"].ax_.get_xlabel() == "percent eroded"
    assert drawn["prediction_against_truth"].kind == "hexbin"
    assert drawn["cdfs_original"].target_name == "percent eroded"


@pytest.mark.slow
def test_very_many_grades_are_not_drawn_one_by_one(displays, result, monkeypatch):
    monkeypatch.setattr("skerosion.report._scored_figures.MOST_GRADES", 2)
    assert "reliability_classifier" in displays
    assert "reliability_classifier" not in make_displays(result, make_tables(result))
