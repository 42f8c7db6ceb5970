"""From films to scores: a row a joint, a score a visit, and no grades for films unlike the training."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from PIL import Image

from skerosion import RauForecaster
from skerosion.datasets import JointCropper, crop_joints, write_films
from skerosion.experiments import DEGRADATIONS, SavedEstimator, evaluate, grade_films
from skerosion.experiments._graded_films import film_views
from skerosion.experiments._learned_plans import learn_plan
from skerosion.experiments._trained_films import describe_films
from skerosion.forecasts import forecast_of
from skerosion.grades import Target
from skerosion.localization import JointLocalizer
from tests.brightness_estimator import BrightnessEstimator

pytestmark = pytest.mark.once
PERCENT = Target("percent", tuple(range(6)), "as tests say")
WHOSE = {"group": "patient_id", "visit": "visit"}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """Two patients with two visits each, a film a hand: (folder, table of films, points)."""
    folder = tmp_path_factory.mktemp("clinic")
    kinds = {"labels": {0: 0.5, 20: 0.3, 80: 0.2}, "missing": 0.3, "both_sides": 0.0, "size": 256}
    files = write_films(folder, 2, min_visits=2, max_visits=2, random_state=3, **kinds)
    return folder, pd.read_csv(files.films, dtype={"patient_id": str}), pd.read_csv(files.points)


@pytest.fixture(scope="module")
def crops(clinic):
    """The joints of the clinic, as an estimator is trained on them."""
    folder, films, points = clinic
    return crop_joints(films, points, size=16, target="percent", group="patient_id", root=folder)


@pytest.fixture(scope="module")
def saved(crops):
    """A regressor of percentages, with what its file tells."""
    pipeline = Pipeline([("estimator", BrightnessEstimator(task="regressor").fit(crops.X, crops.y))])
    return SavedEstimator.of(pipeline, "regressor", "trained", PERCENT, crops.X, {}, shown=describe_films(crops))


def grade(saved, clinic, films=None, points=None, **settings):
    folder, known, given = clinic
    films = known if films is None else films
    return grade_films(saved, films, given if points is None else points, root=folder, **(WHOSE | settings))


@pytest.fixture(scope="module")
def graded(saved, clinic):
    return grade(saved, clinic)


def test_each_joint_has_the_grades_that_its_crop_has(graded, saved, crops):
    known = graded.joints[graded.joints["reason"] == ""]
    assert known.index.tolist() == crops.table.index.tolist()
    forecast = forecast_of(saved.pipeline, crops.X)
    np.testing.assert_allclose(known["mean"], forecast.distribution.mean())
    np.testing.assert_allclose(known[["interval_low", "interval_high"]], forecast.distribution.interval(0.9))
    assert known[["side", "joint"]].equals(crops.table[["side", "joint"]])


def test_missing_joints_are_rows_with_their_reason(graded, clinic):
    gone = graded.joints[graded.joints["reason"] != ""]
    _, _, points = clinic
    lost = points[~points["visible"] & points["joint"].isin(gone["joint"])]
    assert len(gone) == len(lost) > 0 and set(gone["reason"]) == {"missing"}
    assert gone["prediction"].isna().all() and not gone["counted"].any()
    assert graded.films["n_missing"].sum() == len(gone)
    assert graded.visits["n_missing"].sum() == len(gone)


def test_the_score_of_a_visit_is_38_times_the_mean_of_its_expected_grades(graded):
    known = graded.joints[graded.joints["counted"]]
    grades = sum(grade * known[f"p_{grade}"] for grade in range(6))
    by_visit = grades.groupby([known["patient"], known["visit"]])
    np.testing.assert_allclose(graded.visits["rau"], 38 * by_visit.mean().to_numpy())
    assert graded.visits["n_joints"].tolist() == by_visit.size().tolist()
    assert (graded.visits["rau_low"] <= graded.visits["rau"]).all()


def test_changes_are_since_the_visit_before_and_beside_what_noise_does(graded):
    visits = graded.visits
    first = visits["visit"] == 0
    assert visits.loc[first, "change"].isna().all() and (visits.loc[~first, "since"] == 0).all()
    np.testing.assert_allclose(visits.loc[~first, "change"], visits["rau"].diff()[~first])
    assert (visits.loc[~first, "smallest_detectable"] > 0).all()


def test_a_joint_on_two_films_of_a_visit_counts_once(saved, clinic, graded):
    folder, films, points = clinic
    twice = films.iloc[[0]].assign(path="films/again.png")
    Image.open(folder / films["path"][0]).save(folder / "films/again.png")
    copied = points[points["image"] == films["path"][0]].assign(image="films/again.png")
    again = grade(saved, clinic, pd.concat([films, twice]), pd.concat([points, copied], ignore_index=True))
    assert len(again.joints) > len(graded.joints)
    pd.testing.assert_frame_equal(again.visits, graded.visits)


def test_what_joints_have_in_common_widens_the_interval(saved, clinic, graded):
    common = RauForecaster(correlation=0.5, visit_correlation=0.5, recalibrate=False)
    forecast = forecast_of(saved.pipeline, graded.crops.X)
    columns = [graded.crops.table[name].to_numpy() for name in ("percent", "patient_id", "visit")]
    fitted = common.fit(forecast.distribution, *columns)
    wide = grade(saved, clinic, rau=fitted)
    np.testing.assert_allclose(wide.visits["rau"], graded.visits["rau"])
    assert (
        np.ptp(wide.visits[["rau_low", "rau_high"]], axis=1) > np.ptp(graded.visits[["rau_low", "rau_high"]], axis=1)
    ).all()
    assert any("independent" in note for note in graded.notes) and not wide.notes
    with pytest.raises(ValueError, match="rau must be of bins='ratingen'"):
        grade(saved, clinic, rau=RauForecaster(bins=None))
    with pytest.raises(ValueError, match="rau must be a fitted RauForecaster"):
        grade(saved, clinic, rau=saved.pipeline)


@pytest.fixture(scope="module")
def read_before():
    """Joints of 40 patients with a visit each as ``joints.csv`` tells them, all of which a reader has read."""
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.full(6, 0.5), 800)
    grades = (rng.uniform(size=(800, 1)) > shares.cumsum(axis=1)).sum(axis=1).clip(0, 5)
    frame = pd.DataFrame(shares, columns=[f"p_{grade}" for grade in range(6)])
    patients = np.repeat(np.arange(40), 20)
    return frame.assign(patient=patients, visit=0, counted=True, reader=20 * grades).astype(str)


def test_a_plan_names_the_joints_that_a_person_must_read(saved, clinic, graded, read_before):
    plan, notes = learn_plan(saved, read_before, within=15)
    assert (plan.error, plan.n_patients_, notes) == (15, 20, [])
    planned = grade(saved, clinic, plan=plan)
    joints, visits = planned.joints, planned.visits
    known = joints[joints["counted"]]
    of_plan = plan.joints_to_read(
        planned.forecast.distribution, *(graded.crops.table[name].to_numpy() for name in ("patient_id", "visit"))
    )
    assert known["read"].tolist() == of_plan.tolist() and joints.loc[~joints["counted"], "read"].isna().all()
    assert (
        visits["n_read"].tolist()
        == known["read"].astype(int).groupby([known["patient"], known["visit"]]).sum().tolist()
    )
    assert "at least 90 % of a new patient's visits is within 15 points" in planned.notes[0]
    assert "read" not in graded.joints and not any("independent" in note for note in planned.notes)


def test_too_few_patients_mean_reading_all_joints(saved, clinic, read_before):
    few = read_before[read_before["patient"].astype(int) < 10]
    with_gap = few.assign(reader=few["reader"].where(few.index != 0, ""))
    plan, notes = learn_plan(saved, with_gap)
    assert plan.reads_all_ and any("1 visit of the plan's table left out" in note for note in notes)
    planned = grade(saved, clinic, plan=plan)
    assert planned.joints.loc[planned.joints["counted"], "read"].all()
    assert planned.visits["n_read"].equals(planned.visits["n_joints"])
    assert "Joints to read: all of them. " in planned.notes[0] and "too few for level=0.9" in planned.notes[0]


def test_what_is_no_plan_is_refused(saved, clinic, read_before):
    with pytest.raises(ValueError, match="plan must be a fitted ReadingPlan"):
        grade(saved, clinic, plan=saved.pipeline)
    with pytest.raises(ValueError, match="got none called reader"):
        learn_plan(saved, read_before.drop(columns="reader"))
    with pytest.raises(ValueError, match="2 patients or more .* got 1"):
        learn_plan(saved, read_before[read_before["patient"] == "0"])
    with pytest.raises(ValueError, match="within must be"):
        learn_plan(saved, read_before, within=0)
    of_grades = replace(saved, target=Target("grade", tuple(range(3)), "as tests say"))
    with pytest.raises(ValueError, match="no Ratingen scores"):
        learn_plan(of_grades, read_before)


def test_a_negative_is_refused_and_the_other_films_are_graded(saved, clinic, graded):
    folder, films, points = clinic
    Image.fromarray(255 - np.asarray(Image.open(folder / films["path"][0]))).save(folder / "films/negative.png")
    films = films.replace({"path": {films["path"][0]: "films/negative.png"}})
    points = points.replace({"image": {points["image"][0]: "films/negative.png"}})
    refused = grade(saved, clinic, films, points)
    assert (refused.films["refused"] != "").tolist() == [True] + [False] * (len(films) - 1)
    assert "negative" in refused.films["refused"][0]
    mine = refused.joints["film"] == "films/negative.png"
    assert set(refused.joints.loc[mine, "reason"]) <= {"unlike the training", "missing"}
    np.testing.assert_allclose(refused.joints.loc[~mine, "mean"], graded.joints.loc[~mine, "mean"])
    noted = grade(saved, clinic, films, points, outside="note")
    assert "negative" in noted.films["note"][0] and (noted.films["refused"] == "").all()
    assert noted.films["n_joints"].tolist() == graded.films["n_joints"].tolist()


def test_joints_are_cut_out_as_in_the_training_or_refused(saved, clinic):
    with pytest.raises(ValueError, match="cropper must cut joints out as .* extent=0.8, got extent=0.5"):
        grade(saved, clinic, cropper=JointCropper(extent=0.5))
    few = grade(saved, clinic, cropper=JointCropper(joints=["mcp2"]))
    assert set(few.joints["joint"]) == {"mcp2"}


class Finder:
    """Finds the points that are known, and calls one film mirrored."""

    def __init__(self, points, mirrored):
        self.points, self.mirrored = points, mirrored

    def predict(self, X, sides=None):
        self.sides = sides
        return self.points.assign(mirrored=self.points["image"] == self.mirrored)


def test_found_points_are_graded_like_given_ones(saved, clinic, graded):
    folder, films, points = clinic
    finder, sides = Finder(points, films["path"][1]), films["side"].str.upper().str[0]
    told = films.assign(side=sides.where(films.index > 0, None))
    found = grade_films(saved, told, finder=finder, root=folder, **WHOSE)
    pd.testing.assert_frame_equal(found.joints, graded.joints)
    assert finder.sides == [None, *films["side"][1:]]
    assert found.films["note"].tolist()[1] == "shows the other side than it is told to show"
    for given in ({}, {"finder": finder, "points": points}):
        with pytest.raises(ValueError, match="points must be given, or a finder="):
            grade_films(saved, films, root=folder, **given)


def test_films_without_points_and_films_that_cannot_be_read_are_noted(saved, clinic, graded):
    folder, films, points = clinic
    (folder / "films/broken.png").write_bytes(b"no film")
    more = pd.concat([films, films.iloc[[0]].assign(path="films/broken.png")], ignore_index=True)
    found = grade_films(saved, more, finder=Finder(points, ""), root=folder, **WHOSE)
    pd.testing.assert_frame_equal(found.joints, graded.joints)
    assert found.films["note"].tolist() == [""] * len(films) + ["cannot be read"]
    few = grade(saved, clinic, points=points[points["image"] != films["path"][2]])
    assert few.films.loc[few.films["note"] != "", ["film", "note"]].values.tolist() == [
        [films["path"][2], "has no points"]
    ]


def test_grades_that_are_no_ratingen_scores_give_the_worst_and_the_mean(clinic, crops):
    grades = (crops.y > 10).astype(int)
    pipeline = Pipeline([("estimator", BrightnessEstimator().fit(crops.X, grades))])
    saved = SavedEstimator(pipeline, "classifier", "trained", Target.decide(grades), (16, 16, 1), {})
    graded = grade(saved, clinic)
    known = graded.joints[graded.joints["counted"]]
    means = known["p_1"].groupby([known["patient"], known["visit"]]).mean()
    np.testing.assert_allclose(graded.visits["mean"], means)
    assert "rau" not in graded.visits and graded.visits["worst"].isin([0, 1]).all()


def test_a_quarter_of_the_joints_of_a_film_is_marked_as_doubtful_even_where_all_are_alike(graded):
    alike = replace(graded, joints=graded.joints.assign(doubt=1.0))
    for view in film_views(alike).values():
        marked = [box["kind"] == "doubtful" for box in view.boxes]
        assert sum(marked) == len(marked) // 4 > 0


def test_without_patients_and_visits_joints_alone_are_graded(saved, clinic, graded):
    alone = grade(saved, clinic, group=None, visit=None)
    assert not len(alone.visits) and "group=" in alone.notes[0]
    assert alone.joints["mean"].equals(graded.joints["mean"])
    with pytest.raises(ValueError, match="visit='when' must be a column of the films"):
        grade(saved, clinic, visit="when")


def test_an_evaluation_of_cropped_joints_tells_what_errors_of_their_boxes_cost(saved, crops):
    report = evaluate({"grader": saved}, crops, say=lambda text: None)
    names = [name for name, _, _ in report.tables["robustness_regressor"].rows]
    assert names[-1] == "grader, boxes moved as by a finder" and len(names) == 1 + len(DEGRADATIONS)
    few = evaluate({"grader": saved}, crops, say=lambda text: None, robustness={"black": np.zeros_like})
    assert [name for name, _, _ in few.tables["robustness_regressor"].rows] == ["grader, black"]


@pytest.mark.slow
def test_a_trained_localizer_finds_the_joints_that_are_graded(saved, clinic):
    folder, films, points = clinic
    pictures = {path: folder / path for path in films["path"]}
    localizer = JointLocalizer(size=64, epochs=2, random_state=0, verbose=0).fit(pictures, points)
    found = grade_films(saved, films, finder=localizer, root=folder, outside="note", **WHOSE)
    assert len(found.joints) >= 10 * len(films) and found.joints["film"].isin(films["path"]).all()
    assert set(found.joints["reason"]) <= {"", "not found", "no axis", "no length", "outside the film"}
