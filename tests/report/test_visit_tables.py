import numpy as np
import pandas as pd
import pytest

from skerosion.clinical import ratingen, rau_score
from skerosion.metrics import correlation
from skerosion.report import final_lines


@pytest.mark.slow
def test_true_scores_are_those_of_the_labels(registry_study):
    result, visits = registry_study.result, registry_study.tables.frames["visits"]
    rows = result.parts["test"]
    table = result.data.table.iloc[rows].assign(grade=ratingen(result.y[rows]))
    for visit in visits.itertuples():
        joints = table[(table["patient_id"] == visit.patient_id) & (table["date"] == visit.date)]
        score, n_joints = rau_score(joints["grade"].to_numpy())
        assert visit.rau == pytest.approx(score) and visit.n_joints == n_joints
    assert len(visits) == table[["patient_id", "date"]].drop_duplicates().shape[0]


def test_expected_scores_are_those_of_the_expected_grades(registry_study):
    result, chosen = registry_study.result, registry_study.tables.chosen
    predictions = result.part("test").predictions["classifier", chosen["classifier"]]
    values = np.full(len(result.y), np.nan)
    values[result.parts["test"]] = predictions.probabilities @ predictions.classes
    expected = rau_score(result.data.wide(values).dropna(how="all")).score
    visits = registry_study.tables.frames["visits"]
    np.testing.assert_allclose(visits["classifier"], expected, rtol=1e-5)
    assert (visits["classifier low"] <= visits["classifier"]).all()
    assert (visits["classifier"] <= visits["classifier high"]).all()


def test_independent_joints_have_the_narrower_intervals(registry_study):
    table = registry_study.tables.scores["test_rau"]
    for task in ("classifier", "regressor"):
        both = [f"{task}, {form} joints" for form in ("independent", "correlated")]
        narrow, wide = (table.value(name, "width") for name in both)
        assert narrow <= wide
        assert table.value(both[0], "MAE of the Rau score") == pytest.approx(
            table.value(both[1], "MAE of the Rau score"), abs=0.1
        )


def test_activity_is_correlated_with_the_labels(registry_study):
    labelled = registry_study.tables.frames["labelled_visits"]
    known = labelled[["rau", "DAS28-ESR"]].dropna()
    table = registry_study.tables.scores["das28"]
    assert table.value("labels, all visits", "DAS28-ESR") == pytest.approx(np.corrcoef(known.T)[0, 1])


def test_joints_are_told_apart_by_part_side_and_type(registry_study):
    names = [name.split(" (")[0] for name, _, _ in registry_study.tables.scores["test_regressor_by"].rows]
    assert names == [
        "part: foot", "part: hand", "side: left", "side: right", "joint type: IP", "joint type: MCP",
        "joint type: MTP", "joint type: PIP", "joint type: toe IP",
    ]  # fmt: skip


def test_outliers_are_sorted_by_how_much_healthier_they_are_labelled(registry_study):
    outliers = registry_study.tables.frames["outliers"]
    assert outliers["against_neighbors"].is_monotonic_increasing and len(outliers) == 50
    assert set(outliers["path"]) <= set(registry_study.result.data.table["path"])


def test_weights_repeat_rows_in_a_correlation():
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(6, 2)))
    times = np.array([2, 1, 3, 1, 1, 2])
    repeated = frame.loc[np.repeat(np.arange(6), times)]
    assert correlation(frame[0], frame[1], times) == pytest.approx(repeated.corr().iloc[0, 1])
    assert np.isnan(correlation(frame[0], np.zeros(6)))


def test_what_is_learned_of_few_visits_is_a_note_of_the_run(registry_study):
    tables = registry_study.tables
    assert tables.visits.notes and all("patients are the least to learn from" in each for each in tables.visits.notes)
    assert set(tables.visits.notes) <= set(final_lines(tables, registry_study.result.plan.titles()))
    assert set(tables.visits.notes) <= set(tables.scores["test_rau"].notes)
