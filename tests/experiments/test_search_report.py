"""Everything a search leaves, with estimators that need no network."""

import errno
import json
import shutil

import numpy as np
import pandas as pd
import pytest

from skerosion.experiments import SavedEstimator, SearchPlan, SearchStopped, load_saved, search_strategies
from skerosion.experiments._saved_estimator import version_message


@pytest.mark.slow
def test_folder_holds_all_that_is_promised(illustrated):
    out = illustrated[0].out
    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file() and path.parent.name != "fits"}
    expected = {"plan.json", "settings.json", "tables.md", "report.html", "report.json"}
    expected |= {"classifier.skerosion", "regressor.skerosion"}
    expected |= {f"tables/{name}.csv" for name in ("classifier", "regressor", "difference", "recall", "outliers")}
    expected |= {f"tables/checklist_{name}.csv" for name in ("claim", "tripod_ai")}
    expected |= {f"predictions/{task}_{strategy}.csv" for task, strategy in illustrated[0].result.predictions}
    expected |= {f"predictions/regressor_{name}_cdf.npz" for name in ("original", "oversampled", "class_weights")}
    figures = ["labels", "strategies_classifier", "confusion_classifier", "reliability_classifier"]
    figures += ["strategies_regressor", "prediction_against_truth", "pit_regressor"]
    figures += [f"cdfs_{name}" for name in ("original", "oversampled", "class_weights")]
    figures += ["training_classifier", "training_regressor", "neighbors", "outliers"]
    expected |= {f"figures/{name}.{suffix}" for name in figures for suffix in ("png", "pdf")}
    assert names == expected


@pytest.fixture
def again(finished, estimators, joints, plan, tmp_path):
    """A copy of the search's folder, and a function that runs the same search there without drawing its figures."""
    shutil.copytree(finished[0].out, tmp_path, dirs_exist_ok=True)

    def run(figures=False):
        quiet = {"progress": False, "say": lambda message: None, "figures": figures}
        search_strategies(*joints, out=tmp_path, plan=plan, **quiet)
        return estimators.fits

    return tmp_path, run


def test_second_call_writes_the_same_report_without_training(again):
    out, run = again
    before = {
        path: path.read_bytes() for path in [*out.glob("tables/*.csv"), out / "tables.md", out / "regressor.skerosion"]
    }
    assert run() == 0
    assert {path: path.read_bytes() for path in before} == before


def test_each_step_after_the_fits_is_told_as_it_begins(again, joints, plan):
    said = []
    search_strategies(*joints, out=again[0], plan=plan, say=said.append, figures=False)
    begun = [message for message in said if message.endswith(" ...")]
    assert [message.partition(" ")[0] for message in begun] == ["Making", "Looking", "Writing", "Looking", "Looking"]


@pytest.mark.parametrize("damage", ["gone", "cut short"])
def test_lost_winner_is_fitted_again(again, damage):
    out, run = again
    winner = out / "classifier.skerosion"
    if damage == "gone":
        winner.unlink()
    else:
        winner.write_bytes(winner.read_bytes()[:100])
    assert run() == 1
    assert load_saved(winner).task == "classifier"


def test_full_disk_while_writing_the_report_keeps_all_fits(again, monkeypatch):
    def fail(tables, out, *, heading):
        raise OSError(errno.ENOSPC, "No space left on device", str(out))

    monkeypatch.setattr("skerosion.experiments._search.write_tables", fail)
    with pytest.raises(SearchStopped, match="The disk is full.*12 of 12 fits are finished and stay"):
        again[1]()


@pytest.mark.parametrize(
    ("step", "doing"),
    [
        ("make_tables", "making the tables and their intervals"),
        ("write_figures", "drawing the figures"),
        ("refit_winners", "fitting the winners on all rows"),
    ],
)
def test_error_after_the_fits_names_its_phase_and_promises_nothing(again, monkeypatch, step, doing):
    def fail(*given, **named):
        raise ValueError("labels disagree.")

    monkeypatch.setattr(f"skerosion.experiments._search.{step}", fail)
    with pytest.raises(SearchStopped, match=f"Stopped while {doing} by ValueError: labels disagree. 12 of") as stopped:
        again[1](figures=step == "write_figures")
    assert "goes on" not in str(stopped.value)


def test_winners_are_chosen_by_their_columns(finished):
    tables, winners = finished[0].tables, finished[0].winners
    values = {
        name: cells["class-normalised accuracy"][0]
        for name, kind, cells in tables["classifier"].rows
        if kind == "strategy"
    }
    assert values[winners["classifier"]["strategy"].replace("_", " ")] == max(values.values())
    values = {name: cells["CRPS"][0] for name, kind, cells in tables["regressor"].rows if kind == "strategy"}
    assert values[winners["regressor"]["strategy"].replace("_", " ")] == min(values.values())
    assert sum("Winner" in message for message in finished[1]) == 2


def test_winner_is_saved_with_what_predicting_needs(finished, joints):
    saved = load_saved(finished[0].out / "classifier.skerosion")
    assert saved.image_shape == (8, 8, 1) and saved.target.kind == "grade"
    assert saved.pipeline[-1].callbacks is None
    forecast = saved.pipeline[-1].forecast(joints[0])
    assert forecast.probabilities.shape == (60, 3)
    assert version_message(saved) == ""


def test_settings_repeat_the_search(finished):
    settings = json.loads((finished[0].out / "settings.json").read_text())
    assert settings["plan"]["seed"] == 0 and settings["plan"]["folds"] == 2
    assert settings["data"]["rows"] == 60 and settings["data"]["patients"] == 20
    assert sum(settings["data"]["grades"].values()) == 60
    assert {"python", "tensorflow", "skerosion"} <= set(settings["versions"])
    assert len(settings["fits"]) == 12 and all("seconds" in fit for fit in settings["fits"])
    assert settings["machine"]["cpu_count"] >= 1 and settings["device"]["devices"] == ["CPU"]
    # What is true of all fits is said once; defaults are written out, for versions that change them.
    assert not any("device" in fit or "versions" in fit for fit in settings["fits"])
    by_task = {each["task"]: each["estimator"] for each in settings["trainings"]}
    assert by_task["classifier"]["epochs"] == 2 and by_task["regressor"]["task"] == "regressor"
    assert set(settings["winners"]) == {"classifier", "regressor"}


def test_predictions_are_in_the_order_of_the_rows(finished, joints):
    out, result = finished[0].out, finished[0].result
    grades = pd.read_csv(out / "predictions" / "classifier_balanced_decision.csv")
    assert grades.truth.tolist() == joints[1].tolist() and grades.group.tolist() == joints[2].tolist()
    assert grades.prediction.tolist() == result.predictions["classifier", "balanced_decision"].prediction.tolist()
    np.testing.assert_allclose(grades[["p_0", "p_1", "p_2"]].sum(axis=1), 1, atol=1e-5)
    values = pd.read_csv(out / "predictions" / "regressor_original.csv")
    assert (values.interval_low <= values["median"]).all() and (values["median"] <= values.interval_high).all()
    archive = np.load(out / "predictions" / "regressor_original_cdf.npz")
    np.testing.assert_allclose(archive["cdf"], result.predictions["regressor", "original"].cdf, atol=1e-6)


def test_markdown_has_all_tables(finished):
    text = (finished[0].out / "tables.md").read_text()
    assert "Classifier: 60 images of 20 patients, out of fold, 2 folds by patient" in text
    assert (
        text.count("floor: ") == 5 + 2 + 2
        and "- macro MAE: how many grades" in text
        and "balanced decision" in text
        and "Recall of each grade" in text
    )


def test_winner_can_be_left_out(estimators, joints, plan, tmp_path):
    quiet = {"progress": False, "say": lambda message: None, "figures": False}
    finished = search_strategies(*joints, out=tmp_path, plan=plan, refit=False, **quiet)
    assert finished.winners == {} and not list(tmp_path.glob("*.skerosion"))


def test_grades_with_a_gap_reach_the_end(estimators, joints, tmp_path):
    rows, grades, patients = joints
    plan = SearchPlan(folds=2, kind="grade", parameters={"epochs": 1})
    grades = np.array([0, 1, 3])[grades]
    quiet = {"progress": False, "say": lambda message: None, "figures": False}
    finished = search_strategies(rows, grades, patients, out=tmp_path, plan=plan, **quiet)
    assert finished.result.target.grid.tolist() == [0, 1, 3]
    medians = finished.result.predictions["regressor", "original"].distribution.median()
    assert set(medians) <= {0, 1, 3}
    assert [column for column in finished.tables["recall"].columns if "grade " in column] == [
        "grade 0",
        "grade 1",
        "grade 3",
    ]
    assert set(finished.winners) == {"classifier", "regressor"}


def test_feature_vectors_are_not_read_from_a_table():
    saved = SavedEstimator(None, "classifier", "original", None, None, {})
    with pytest.raises(ValueError, match="fitted on feature vectors, not on images"):
        saved.reading()


def test_colour_and_bits_are_read_as_in_the_fit():
    saved = SavedEstimator(None, "classifier", "original", None, (32, 24, 3), {}, bits=12)
    assert saved.reading() == {"size": (32, 24), "channels": 3, "bits": 12}


def test_changed_versions_are_named():
    saved = SavedEstimator(None, "classifier", "original", None, None, {"numpy": "0.1", "python": "2.7"})
    assert "numpy 0.1 (now " in version_message(saved) and "python 2.7" in version_message(saved)
