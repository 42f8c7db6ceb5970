import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skerosion import CNNClassifier
from skerosion.experiments import SearchPlan, StudyPlan, Training, transfer_trainings
from skerosion.inspection import Embedder

EMBEDDED = make_pipeline(Embedder(CNNClassifier()), LogisticRegression())


def test_tables_have_the_strategies_and_transfers_of_a_task():
    plan = StudyPlan(transfer=tuple(transfer_trainings("vgg:knees/classifier.skerosion")))
    assert [name for task, name in plan.pairs() if task == "classifier"] == [
        "original", "oversampled", "class_weights", "balanced_decision", "vgg_knees_classifier",
    ]  # fmt: skip
    assert plan.titles()["vgg_knees_classifier"] == "vgg, knees/classifier"
    assert len(plan.trainings()) == 8


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (StudyPlan(tasks=("ranker",)), "tasks must be among"),
        (StudyPlan(strategies=("smote",)), "strategies must be among"),
        (StudyPlan(sizes=(0.5, 0.5)), "sizes must be three shares"),
        (StudyPlan(parameters={"grid": "auto"}), "must not hold 'grid'"),
        (StudyPlan(tasks=("regressor",), strategies=("balanced_decision",)), "strategies must hold one of a task"),
        (StudyPlan(transfer=(Training("classifier", "original"),)), "names of their own, got 'original' twice"),
        (StudyPlan(transfer=(Training("classifier", "a", start=("regressor", "b")),)), "start of the training 'a'"),
        (StudyPlan(transfer=(Training("classifier", "a", parameters={"epoch": 1}),)), "Did you mean 'epochs'"),
        (StudyPlan(transfer=(Training("classifier", "a", strategy="balanced_decision"),)), "strategies must be"),
        (
            SearchPlan(strategies=("balanced_decision",), estimators={"lr": LogisticRegression()}),
            "strategies must hold one that an estimator can take, .*: lr, balanced decision: has no balanced decision",
        ),
        (
            StudyPlan(estimators={"cnn": "CNNClassifier", "embedded": EMBEDDED}),
            "estimators of a study must be single networks, .*, got Pipeline for 'embedded'; a search compares any",
        ),
    ],
)
def test_impossible_plans_say_why(plan, message):
    with pytest.raises(ValueError, match=message):
        plan.check()


def test_single_settings_change_a_plan():
    assert SearchPlan(seed=3).changed({"folds": 2, "tasks": ("classifier",)}) == SearchPlan(
        seed=3, folds=2, tasks=("classifier",)
    )
    with pytest.raises(TypeError, match="settings must be fields of StudyPlan, .*got 'sead'. Did you mean 'seed'?"):
        StudyPlan().changed({"sead": 1})
