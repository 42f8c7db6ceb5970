import pytest

from skerosion.experiments import StudyPlan, Training, transfer_trainings


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
        (StudyPlan(tasks=("regressor",), strategies=("balanced_decision",)), "no task knows these strategies"),
        (StudyPlan(transfer=(Training("classifier", "original"),)), "names of their own, got 'original' twice"),
        (StudyPlan(transfer=(Training("classifier", "a", start=("regressor", "b")),)), "start of the training 'a'"),
        (StudyPlan(transfer=(Training("classifier", "a", parameters={"epoch": 1}),)), "Did you mean 'epochs'"),
        (StudyPlan(transfer=(Training("classifier", "a", strategy="balanced_decision"),)), "strategies must be"),
    ],
)
def test_impossible_plans_say_why(plan, message):
    with pytest.raises(ValueError, match=message):
        plan.check()
