"""Saved estimators on labelled patients: scores, floors, subgroups, readers and the page."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score, cohen_kappa_score

from skerosion.datasets import ImageTable, as_image_rows
from skerosion.experiments import DEGRADATIONS, SavedEstimator, evaluate, make_pipeline, marks_of
from skerosion.grades import Target
from skerosion.metrics import group_bootstrap_difference
from tests.brightness_estimator import make_joints, use_brightness

TARGET = Target.decide([0, 1, 2])


def fitted(task):
    """A saved estimator of other joints than those of `data`."""
    rows, grades, patients = make_joints(seed=1)
    pipeline = make_pipeline(task, "original", TARGET).fit(rows.with_groups(patients), grades)
    return SavedEstimator(pipeline, task, "original", TARGET, (8, 8, 1), {})


def second_reader(grades):
    """Another reader, who is one grade off in every fourth image and read no other but every fifth."""
    off = np.where(np.arange(len(grades)) % 4 == 0, np.where(grades == 2, 1, grades + 1), grades)
    return pd.Series(off).mask(np.arange(len(grades)) % 5 == 0)


@pytest.fixture(scope="module")
def data():
    rows, grades, patients = make_joints()
    patients = patients.astype(str)
    table = pd.DataFrame({"sex": np.where(np.arange(len(grades)) % 6 < 3, "f", "m"), "other": second_reader(grades)})
    return ImageTable(rows.with_groups(patients), grades, patients, table, None, "")


@pytest.fixture(scope="module")
def evaluated(data, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        graders = {"grader": fitted("classifier"), "values": fitted("regressor")}
        said = []
        out = tmp_path_factory.mktemp("evaluated")
        yield evaluate(graders, data, out=out, by=["sex"], second_reader="other", say=said.append), graders, said


def test_scores_are_those_of_the_predictions(evaluated, data):
    report, graders, _ = evaluated
    prediction = graders["grader"].pipeline[-1].forecast(data.X).prediction
    table = report.tables["classifier"]
    assert table.value("grader", "accuracy") == pytest.approx(accuracy_score(data.y, prediction))
    commonest = np.bincount(data.y).argmax()
    assert table.value("floor: commonest", "accuracy") == pytest.approx(np.mean(data.y == commonest))


def test_subgroups_are_scored_alone(evaluated, data):
    report, graders, _ = evaluated
    prediction, women = (
        graders["grader"].pipeline[-1].forecast(data.X).prediction,
        (data.table["sex"] == "f").to_numpy(),
    )
    name = f"sex: f ({women.sum()})"
    assert report.tables["by_classifier"].value(name, "accuracy") == pytest.approx(
        accuracy_score(data.y[women], prediction[women])
    )


@pytest.mark.parametrize("name", ["exposure x 0.7", "polarity inverted", "JPEG of quality 30"])
def test_what_changed_images_cost_is_what_direct_predictions_say(evaluated, data, name):
    report, graders, _ = evaluated
    changed = DEGRADATIONS[name](data.X.read())
    plain, other = (graders["grader"].pipeline[-1].forecast(rows) for rows in (data.X, as_image_rows(changed)))
    table = report.tables["robustness_classifier"]
    drop = accuracy_score(data.y, other.prediction) - accuracy_score(data.y, plain.prediction)
    assert table.value(f"grader, {name}", "accuracy") == pytest.approx(drop)
    interval = group_bootstrap_difference(
        accuracy_score, data.y, other.prediction, plain.prediction, data.groups, n_resamples=100, random_state=0
    )
    cells = next(cells for row, _, cells in table.rows if row == f"grader, {name}")
    assert cells["accuracy"][1:] == pytest.approx(tuple(interval))
    ranked = [
        (np.subtract(each.probabilities.cumsum(axis=1), data.y[:, None] <= [0, 1, 2]) ** 2) for each in (other, plain)
    ]
    assert cells["CRPS in grades"][0] == pytest.approx(np.subtract(*(each.sum(axis=1).mean() for each in ranked)))


def test_changes_of_images_are_ones_own_or_none(estimators, data):
    grader, quiet = fitted("classifier"), {"say": lambda text: None}
    report = evaluate(grader, data, robustness={"black": np.zeros_like}, **quiet)
    ((name, _, cells),) = report.tables["robustness_classifier"].rows
    assert name == "estimator, black" and cells["quadratic kappa"][0] < 0
    assert "robustness_classifier" not in evaluate(grader, data, robustness=False, **quiet).tables


def test_agreement_is_that_of_scikit_learn_on_what_both_read(evaluated, data):
    report, graders, _ = evaluated
    read = data.table["other"].notna().to_numpy()
    other = data.table["other"][read].astype(int)
    prediction = graders["grader"].pipeline[-1].forecast(data.X).prediction
    frame = report.frames["agreement"].set_index(["who", "measure"])
    for who, grades in {"reference": data.y, "classifier, grader": prediction}.items():
        kappa = cohen_kappa_score(other, grades[read], weights="quadratic")
        assert frame.loc[(who, "quadratic kappa"), "value"] == pytest.approx(kappa, abs=1e-4)
        apart = np.abs(other - grades[read])
        assert frame.loc[(who, "same grade"), "value"] == pytest.approx(np.mean(apart == 0), abs=1e-4)
        assert frame.loc[(who, "at most one grade apart"), "value"] == pytest.approx(np.mean(apart <= 1), abs=1e-4)
    assert frame.loc[("reference", "quadratic kappa"), "images"] == read.sum()
    assert (frame["low"] <= frame["value"]).all() and (frame["value"] <= frame["high"]).all()


def test_the_folder_holds_what_the_report_says(evaluated):
    report, _, said = evaluated
    names = {path.relative_to(report.out).as_posix() for path in report.out.rglob("*") if path.is_file()}
    assert "reaches" in (report.out / "report.html").read_text(encoding="utf-8")  # the check for shortcuts is fed
    assert {"report.html", "tables.md", "tables/agreement.csv", "predictions/classifier_grader.csv"} <= names
    page = (report.out / "report.html").read_text(encoding="utf-8")
    assert "Report of an evaluation" in page and "same grade where the second reader says 1" in page
    assert json.loads((report.out / "settings.json").read_text())["estimators"].keys() == {"grader", "values"}
    assert [text.startswith("Against the floors") for text in said if not text.endswith(" ...")] == [True, True]


def test_nothing_is_fitted_nor_written_unasked(estimators, data, monkeypatch, tmp_path):
    grader = fitted("classifier")
    fits = estimators.fits
    monkeypatch.chdir(tmp_path)
    report = evaluate(grader, data, say=lambda text: None)
    assert estimators.fits == fits and report.out is None and not list(tmp_path.iterdir())


@pytest.fixture
def quick(monkeypatch):
    """Neither figures nor forests, which take seconds: `evaluated` has them."""
    monkeypatch.setattr("skerosion.experiments._evaluate.write_figures", lambda *arguments: [])
    monkeypatch.setattr("skerosion.experiments._pages.measure_shortcuts", lambda *arguments: None)


def test_an_earlier_result_is_replaced_only_if_asked_and_then_wholly(estimators, data, quick, tmp_path):
    grader, told = fitted("classifier"), {"say": lambda text: None, "robustness": False, "out": tmp_path}
    (tmp_path / "classifier.skerosion").write_text("an estimator of somebody")
    evaluate({"first": grader}, data, second_reader="other", **told)
    with pytest.raises(FileExistsError, match="out must be a folder without an earlier result"):
        evaluate({"second": grader}, data, **told)
    assert [path.name for path in (tmp_path / "predictions").iterdir()] == ["classifier_first.csv"]
    evaluate({"second": grader}, data, force=True, **told)
    assert [path.name for path in (tmp_path / "predictions").iterdir()] == ["classifier_second.csv"]
    assert not (tmp_path / "tables" / "agreement.csv").exists() and (tmp_path / "classifier.skerosion").exists()
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(FileExistsError, match="no folder of a search or a study"):
        evaluate({"second": grader}, data, force=True, **told)


def test_what_was_trained_on_is_found(estimators, data, quick, tmp_path):
    said, told = [], {"robustness": False, "force": True, "out": tmp_path}
    others, grades, patients = make_joints(seed=1)
    images = np.concatenate([others.read(), data.X.read([3])])
    known = ImageTable(as_image_rows(images), [*grades, 0], [*(f"p{each}" for each in patients), "p"], None, None, "")
    report = evaluate(fitted("classifier"), data, trained=known, say=said.append, **told)
    assert "0 patients and 1 image of the table in it" in said[1]
    pair = report.frames["audit"].iloc[0]
    assert (pair["kind"], pair["row a"], pair["row b"]) == ("identical", len(grades), 3)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "0 patients were trained on" in page and "1 pair of images identical" in page
    evaluate(fitted("classifier"), data, say=said.append, **told)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "evaluate(trained=), the table that was trained on" in page
    for word in ("best strategy", "strategy of the user", "Chosen strategy", "other strategy"):
        assert word not in page
    assert "The estimator, estimator, is " in page and "nothing was chosen" in page


def test_marks_and_the_card_of_an_estimator_are_told(estimators, data, quick, tmp_path):
    said, card = [], {"limits": "Drawn joints."}
    saved = replace(fitted("classifier"), marks=marks_of(data.X[:12]), card=card)
    evaluate({"grader": saved}, data, say=said.append, robustness=False, out=tmp_path)
    seen = f"grader was trained on 12 of these {len(data.y)} images"
    assert said[1].startswith(seen)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert seen in page and "grader: Limits: Drawn joints." in page
    told = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))["estimators"]["grader"]
    assert told["card"] == card and "marks" not in told
    assert told["parameters"]["type"] == type(saved.pipeline[-1]).__name__


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_percentages_and_named_grades_are_evaluated_alike(estimators, data, task):
    """The grades themselves, as names, and as percentages that fall into them, give the same scores of grades."""
    rows, grades, patients = make_joints(seed=1)
    told = {"say": lambda text: None, "robustness": False, "second_reader": "reader"}
    forms = {
        "grades": (TARGET, lambda each: each),
        "names": (Target.decide(pd.Categorical(["none", "mild", "severe"], NAMES, ordered=True)), np.array(NAMES).take),
        "percent": (Target.decide([0, 20, 40], "percent"), lambda each: 20.0 * each),
    }
    found = {}
    for form, (target, write) in forms.items():
        fitted_on = target.training_target(task, target.values(write(grades)))
        pipeline = make_pipeline(task, "original", target).fit(rows.with_groups(patients), fitted_on)
        table = pd.DataFrame(
            {"reader": write(np.where(data.table["other"].isna(), 0, data.table["other"]).astype(int))}
        )
        saved = SavedEstimator(pipeline, task, "original", target, (8, 8, 1), {})
        of_form = ImageTable(data.X, write(data.y), data.groups, table, None, "")
        found[form] = evaluate(saved, of_form, **told)
    tables, frames = ({form: get(each) for form, each in found.items()} for get in (recalls, agreements))
    if task == "classifier":
        assert tables["names"] == tables["percent"] == tables["grades"]
    assert tables["names"] == tables["grades"] and frames["names"] == frames["grades"]
    assert "same grade where the second reader says mild" in found["names"].frames["agreement"]["measure"].tolist()
    assert "same grade where the second reader says 2" in found["percent"].frames["agreement"]["measure"].tolist()


def test_grades_are_told_where_percentages_are_known(estimators, data):
    rows, grades, patients = make_joints(seed=1)
    target = Target.decide([0, 20, 40], "percent")
    pipeline = make_pipeline("classifier", "original", target).fit(rows.with_groups(patients), grades)
    saved = SavedEstimator(pipeline, "classifier", "original", target, (8, 8, 1), {})
    said = {1: [], 20: []}
    for factor, told in said.items():
        evaluate(saved, replace(data, y=factor * data.y), robustness=False, say=told.append)
    assert "as if they were grades" in said[1][1] and "as if they were grades" not in " ".join(said[20])


class Named(ClassifierMixin, BaseEstimator):
    """A classifier of names that was given their order, or none."""

    def __init__(self, classes=None):
        self.classes = classes

    def fit(self, X, y):
        self.classes_ = np.array(sorted(set(y)) if self.classes is None else self.classes)
        return self

    def predict_proba(self, X):
        return np.eye(3)[np.arange(len(X)) % 3]

    def predict(self, X):
        return self.classes_[np.arange(len(X)) % 3]


def test_names_of_grades_need_the_order_that_the_estimator_was_given(data):
    named = replace(data, y=np.array(NAMES)[data.y])
    told = {"robustness": False, "say": lambda text: None}
    report = evaluate(Named(NAMES).fit(None, NAMES), named, **told)
    expected = accuracy_score(data.y, np.arange(len(data.y)) % 3)
    assert report.tables["classifier"].value("estimator", "accuracy") == pytest.approx(expected)
    with pytest.raises(ValueError, match=r"must know the order of its grades, got .*names.*classes=\[\.\.\.\]"):
        evaluate(Named().fit(None, NAMES), named, **told)


NAMES = ["none", "mild", "severe"]


def recalls(report):
    """Recalls of the estimator's grades without what they are called."""
    ((_, _, cells), *_) = report.tables["recall"].rows
    return list(cells.values())[:3]


def agreements(report):
    """What readers agree on, without what grades are called."""
    return report.frames["agreement"][["value", "low", "high", "images"]].values.tolist()


def test_mistakes_are_told(estimators, data):
    grader = fitted("classifier")
    of_two = replace(grader, target=Target.decide([0, 1]))
    with pytest.raises(ValueError, match="must grade the same target"):
        evaluate({"one": grader, "two": of_two}, data)
    with pytest.raises(ValueError, match="target must hold what the estimators know, 0, 1; got 2"):
        evaluate(of_two, data)
    with pytest.raises(ValueError, match="second_reader must be a column of the table, sex, other; got 'third'"):
        evaluate(grader, data, second_reader="third")
    for value, message in {
        "x": "numbers, as the target does, got 'x'",
        7: "what the estimators know, .*; got 7",
    }.items():
        odd = replace(data, table=data.table.assign(other=pd.Series(value, data.table.index, dtype=object)))
        with pytest.raises(ValueError, match=f"second_reader must hold {message}"):
            evaluate(grader, odd, second_reader="other")
    with pytest.raises(ValueError, match="group must tell patients apart, .* got one in all rows, 'p'"):
        evaluate(grader, replace(data, groups=np.full(len(data.y), "p")))
    with pytest.raises(ValueError, match="by must be left out where the patients are not known"):
        rows = replace(data, X=make_joints()[0], groups=None)
        evaluate(grader, rows, by=["sex"])
