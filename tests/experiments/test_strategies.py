import pytest

from skerosion import AugmentingOverSampler, ClassWeighter, CNNClassifier, CRPSRegressor
from skerosion.experiments import STRATEGIES, make_pipeline
from skerosion.experiments._strategies import RESERVED, check_parameters, chosen_strategies, task_parameters
from skerosion.grades import Target

PERCENT = Target.decide([0, 50, 100], "percent")
GRADE = Target.decide([0, 1, 2, 3])


def test_all_strategies_by_default():
    assert chosen_strategies("classifier") == STRATEGIES["classifier"]
    assert "balanced_decision" not in chosen_strategies("regressor")


def test_misspelt_strategy_is_an_error_with_the_nearest_name():
    with pytest.raises(ValueError, match="got 'oversample'. Did you mean 'oversampled'"):
        chosen_strategies("classifier", ["oversample"])


@pytest.mark.parametrize("strategy", STRATEGIES["classifier"])
def test_classifier_pipelines(strategy):
    pipeline = make_pipeline("classifier", strategy, PERCENT, parameters={"epochs": 3}, seed=7)
    estimator = pipeline[-1]
    assert isinstance(estimator, CNNClassifier)
    assert (estimator.epochs, estimator.random_state, estimator.verbose) == (3, 7, 0)
    assert estimator.decision == ("balanced" if strategy == "balanced_decision" else "argmax")


@pytest.mark.parametrize(("target", "bins", "points"), [(PERCENT, "ratingen", None), (GRADE, None, 4)])
def test_regressor_pipelines_know_how_the_target_falls_into_grades(target, bins, points):
    for strategy, step in {"oversampled": AugmentingOverSampler, "class_weights": ClassWeighter}.items():
        pipeline = make_pipeline("regressor", strategy, target)
        assert isinstance(pipeline[0], step) and pipeline[0].bins == bins
        assert isinstance(pipeline[-1], CRPSRegressor) and pipeline[-1].bins == bins
        assert (pipeline[-1].grid is None) if points is None else (len(pipeline[-1].grid) == points)


def test_original_has_no_step():
    assert make_pipeline("regressor", "original", GRADE)[0] == "passthrough"


@pytest.mark.parametrize("name", RESERVED)
def test_what_the_search_decides_is_no_parameter(name):
    with pytest.raises(ValueError, match=f"must not hold '{name}': "):
        check_parameters({"epochs": 3, name: None}, ["classifier", "regressor"])
    assert name in CRPSRegressor().get_params() or name in ("classes", "decision")


def test_misspelt_parameter_is_an_error_with_the_nearest_name():
    with pytest.raises(ValueError, match="got 'epoch'. Did you mean 'epochs'"):
        check_parameters({"epoch": 3}, ["classifier"])
    for head, tasks in (("sigmoid", ["classifier"]), ("corn", ["classifier", "regressor"])):
        with pytest.raises(ValueError, match=f"estimator='OrdinalClassifier', parameters={{'head': '{head}'}}"):
            check_parameters({"head": head}, tasks)
    check_parameters({"head": "corn"}, ["regressor"])


def test_parameter_of_one_task_goes_to_that_task():
    parameters = {"epochs": 3, "head": "sigmoid", "point": "median"}
    assert task_parameters("classifier", parameters) == {"epochs": 3}
    assert task_parameters("regressor", parameters) == parameters


def test_unknown_parameter_of_the_estimator_is_an_error():
    with pytest.raises(TypeError, match="epoch"):
        make_pipeline("classifier", "original", GRADE, parameters={"epoch": 3})
