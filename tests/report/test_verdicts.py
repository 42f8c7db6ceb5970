"""The best strategy beside the best floor: what is said, and that one below it is neither bold, fitted nor saved."""

import copy
import dataclasses
import json

import numpy as np
import pytest

from skerosion.experiments import SearchPlan, search_strategies
from skerosion.report import ScoreTable
from skerosion.report._differences import difference_table
from skerosion.report._doubt import PatientBootstrap
from skerosion.report._format import cell_texts, to_markdown
from skerosion.report._score_tables import classifier_table, recall_table, regressor_table
from skerosion.report._verdicts import Verdict, verdicts_of


def table(value, floor, column="accuracy"):
    rows = [("ours", "strategy", {column: (value, 0, 1)}), ("floor: mean", "floor", {column: (floor, 0, 1)})]
    return ScoreTable("t", (column,), rows)


@pytest.mark.parametrize(
    ("column", "value", "floor", "bold"),
    [
        ("accuracy", 0.6, 0.5, True),
        ("accuracy", 0.5, 0.5, False),
        ("accuracy", 0.4, 0.5, False),
        ("CRPS", 0.04, 0.05, True),
        ("CRPS", 0.06, 0.05, False),
        ("90 % interval coverage", 0.8, 0.9, False),
        ("90 % interval coverage", 0.89, 0.8, True),
    ],
)
def test_only_what_beats_the_floors_is_bold(column, value, floor, bold):
    made = table(value, floor, column)
    assert made.leading(column) == "ours" and made.best_floor(column) == "floor: mean"
    assert made.best(column) == ("ours" if bold else None)
    assert ("**" in to_markdown(made).split("\n", 1)[1]) == bold


def test_interval_that_is_not_known_is_said_so():
    made = ScoreTable("t", ("CRPS",), [("ours", "strategy", {"CRPS": (0.0, np.nan, np.nan)})])
    assert cell_texts(made, "CRPS", (0.0, np.nan, np.nan)) == ("0.000", "(no interval)")


def test_verdict_is_the_paired_difference_to_the_best_floor(result):
    tables = {"classifier": classifier_table(result), "regressor": regressor_table(result)}
    for task, verdict in verdicts_of(result, tables).items():
        column, sign = verdict.column, {"classifier": 1, "regressor": -1}[task]
        assert verdict.value == tables[task].value(verdict.row, column)
        assert verdict.gain == pytest.approx(sign * (verdict.value - verdict.floor_value))
        assert verdict.low <= verdict.gain <= verdict.high and verdict.beats
        floors = [name for name, kind, cells in tables[task].rows if kind == "floor" and column in cells]
        assert sign * verdict.floor_value == max(sign * tables[task].value(name, column) for name in floors)


@pytest.mark.parametrize(
    ("gain", "low", "high", "said"),
    [
        (0.2, 0.1, 0.3, "ours (accuracy 0.5) beats floor: mean (0.3) by 0.2 (95 % interval 0.1 to 0.3)"),
        (0.2, -0.1, 0.3, "is 0.2 better than floor: mean (0.3), which may be chance (95 % interval -0.1 to 0.3)"),
        (0.0, -0.1, 0.1, "does not beat floor: mean (0.3): it is as good"),
        (-0.2, -0.3, -0.1, "does not beat floor: mean (0.3): it is 0.2 worse"),
    ],
)
def test_verdict_says_all_there_is(gain, low, high, said):
    verdict = Verdict("classifier", "o", "ours", "accuracy", 0.5, "floor: mean", 0.3, gain, low, high)
    assert said in verdict.text and verdict.beats == (gain > 0) and verdict.shown == (low > 0)
    shown = "which the interval shows" if low > 0 else "which may be chance by the interval"
    assert verdict.against_floor == (f"better than floor: mean, {shown}" if gain > 0 else "not better than floor: mean")


def test_recalls_above_the_floor_of_one_grade_are_not_all_that_counts(result):
    table = recall_table(result)
    floors = {name: cells for name, kind, cells in table.rows if kind == "floor"}
    assert floors and all(set(cells) == {"class-normalised accuracy", "quadratic kappa"} for cells in floors.values())


def test_another_metric_chooses(result):
    by_kappa = copy.copy(result)
    vars(by_kappa)["plan"] = dataclasses.replace(result.plan, choose_by=("quadratic_kappa", "mae"))
    tables = {"classifier": classifier_table(result), "regressor": regressor_table(result)}
    verdicts = verdicts_of(by_kappa, tables)
    assert {task: each.column for task, each in verdicts.items()} == {
        "classifier": "quadratic kappa", "regressor": "MAE of the median",
    }  # fmt: skip
    for task, each in verdicts.items():
        assert each.row == tables[task].leading(each.column)
        assert each.gain == pytest.approx(abs(each.value - each.floor_value))
    assert difference_table(by_kappa, tables).columns == ("quadratic kappa", "MAE of the median")


@pytest.mark.parametrize("names", [["accuracy", "macro_mae"], ["interval_coverage"], ["correlation"], ["mae", "crps"]])
def test_what_cannot_choose_is_refused(names):
    with pytest.raises(ValueError, match="choose_by must name one metric per task, .*quadratic_kappa.* got"):
        SearchPlan(choose_by=names).check()


def test_a_misspelt_metric_to_choose_by_is_told():
    with pytest.raises(ValueError, match="choose_by must be one of .*, got 'quadratic_kapa'; did you mean"):
        SearchPlan(choose_by=["quadratic_kapa"]).check()


def test_floor_has_no_doubt_where_a_strategy_has():
    truth, patients = np.tile([0, 1], 10), np.repeat(np.arange(10), 2)
    bootstrap = PatientBootstrap(patients, 20)
    from skerosion.metrics import class_normalized_accuracy

    assert bootstrap.score(class_normalized_accuracy, truth, np.zeros(20, int), floor=True) == (0.5, 0.5, 0.5)
    value, low, high = bootstrap.score(class_normalized_accuracy, truth, truth)
    assert value == high == 1 and low == pytest.approx(0.025**0.1)


@pytest.fixture
def hopeless(estimators, joints, tmp_path):
    """A search whose targets have nothing to do with the images, and what it said."""
    rows, grades, patients = joints
    rng, said = np.random.default_rng(3), []
    (tmp_path / "classifier.skerosion").write_bytes(b"earlier")
    grades = rng.permutation(np.repeat([0, 1, 2], [len(grades) - 16, 8, 8]))
    plan = SearchPlan(tasks=("classifier",), strategies=("original",), folds=2)
    quiet = {"progress": False, "say": said.append, "figures": False}
    return search_strategies(rows, grades, patients, out=tmp_path, plan=plan, **quiet), said


def test_strategy_below_the_floor_is_no_winner(hopeless):
    report, said = hopeless
    assert report.winners == {} and not list(report.out.glob("fits/winner*"))
    (line,) = [text for text in said if text.startswith("No winner, classifier: original")]
    assert "does not beat floor: " in line and "neither fitted on all rows nor saved" in line
    assert "classifier.skerosion is of an earlier search" in line
    assert (report.out / "classifier.skerosion").read_bytes() == b"earlier"
    settings = json.loads((report.out / "settings.json").read_text())
    assert settings["winners"] == {} and settings["against_floors"]["classifier"]["gain"] <= 0
    rows = [name for name, _, _ in report.tables["difference"].rows]
    assert rows == [f"classifier, original − {settings['against_floors']['classifier']['floor']}"]
    assert "| original | 0." in to_markdown(dataclasses.replace(report.tables["classifier"], columns=("accuracy",)))
