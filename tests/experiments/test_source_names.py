"""Names of parameters in the source are those of the constructors."""

import inspect

import pytest

from skerosion.experiments import check_choices, check_described
from skerosion.experiments._source_names import parameters_in_source
from skerosion.experiments.file_format import Classes, known_types

OWN = [full for full in known_types().values() if full.startswith("skerosion.")]


@pytest.mark.parametrize("full", OWN)
def test_names_in_the_source_are_those_of_the_constructor(full):
    assert parameters_in_source(full) == list(inspect.signature(Classes().find(full)).parameters)


def test_classes_of_other_packages_have_no_names_here():
    assert parameters_in_source("sklearn.linear_model.Ridge") == []


@pytest.mark.parametrize(
    ("described", "message"),
    [
        ({"epochs": 3}, "must be a dict with a type"),
        ({"type": "Ridge", "alfa": 1}, "Ridge must be given parameters that it has, got 'alfa'. Did you mean 'alpha'"),
        ({"type": "Pipeline", "steps": [["a", {"type": "Rigde"}]]}, "got 'Rigde'. Did you mean 'Ridge'"),
        ({"type": "ForecastEnsemble", "estimators": {"type": "CNNClassifier", "epoch": 1}}, "Did you mean 'epochs'"),
    ],
)
def test_wrong_names_in_a_description_are_told(described, message):
    with pytest.raises(ValueError, match=message):
        check_described(described)


def test_parameters_may_be_of_any_estimator_within():
    within = {"type": "ForecastEnsemble", "n_seeds": 2, "estimators": {"type": "OrdinalClassifier", "head": "corn"}}
    check_choices(["classifier"], ["original"], {"epochs": 1, "n_seeds": 3, "C": 2}, {"a": within, "b": "LinearSVC"})
    with pytest.raises(ValueError, match="got 'epoch'. Did you mean 'epochs'"):
        check_choices(["classifier"], None, {"epoch": 1}, {"a": within})
    with pytest.raises(ValueError, match="strategies must be a list of names, got 'original'"):
        check_choices(["classifier"], "original")
