"""Constructors made of annotated attributes are those that scikit-learn and people who derive classes expect."""

import inspect

import pytest
from sklearn.base import clone

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, OrdinalClassifier

NETWORKS = [CNNClassifier, OrdinalClassifier, CNNRegressor, CRPSRegressor]


@pytest.mark.once
@pytest.mark.parametrize("network", NETWORKS)
def test_every_parameter_is_described_ruled_and_keyword_only(network):
    parameters = inspect.signature(network).parameters
    assert set(parameters) == set(network._rules)
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert all(f"\n{name} : " in inspect.cleandoc(network.__doc__) for name in parameters)


@pytest.mark.once
@pytest.mark.parametrize("network", NETWORKS)
def test_a_constructor_assigns_and_does_nothing_else(network):
    given = {name: object() for name in inspect.signature(network).parameters}
    assert vars(network(**given)) == given
    assert vars(clone(network(epochs=3)))["epochs"] == 3


@pytest.mark.once
def test_a_misspelt_parameter_is_named():
    with pytest.raises(TypeError, match=r"CNNClassifier.__init__\(\) got an unexpected keyword argument 'epoch'"):
        CNNClassifier(epoch=3)
    with pytest.raises(TypeError, match="positional argument"):
        CNNClassifier("vgg")


@pytest.mark.once
def test_a_class_of_ones_own_adds_a_parameter_or_writes_its_constructor():
    class Deeper(CNNClassifier):
        depth: int = 2
        found_: int

    class Fixed(CNNClassifier):
        def __init__(self, *, epochs=1):
            super().__init__(epochs=epochs, filters=(4,))

    assert Deeper(depth=3).get_params()["depth"] == 3 and "found_" not in Deeper._get_param_names()
    assert Fixed._get_param_names() == ["epochs"] and Fixed().filters == (4,)


@pytest.mark.once
def test_defaults_are_no_attributes_of_a_class():
    assert not hasattr(CNNClassifier, "backbone") and not hasattr(CNNRegressor(), "classes")
