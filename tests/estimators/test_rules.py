"""One mechanism checks the parameters of all estimators, samplers, splitters and transformers."""

import inspect

import numpy as np
import pytest
from imblearn.under_sampling import RandomUnderSampler
from sklearn.model_selection import KFold

from skerosion import (
    AugmentedForecaster,
    AugmentingOverSampler,
    CalibratedForecaster,
    ClassWeighter,
    CNNClassifier,
    CNNRegressor,
    ConformalForecaster,
    ContextForecaster,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    OrdinalClassifier,
    RauForecaster,
    RowSampler,
    TwoLevelClassifier,
)
from skerosion._validation import Choice, Flag, Number, ParameterError, Sizes, Whole, check_parameters, checked_later
from skerosion.model_selection import GroupTrainValidationTestSplit

pytestmark = pytest.mark.once

OWNERS = [
    *(kind() for kind in (CNNClassifier, OrdinalClassifier, CRPSRegressor, CNNRegressor)),
    *(
        kind(CNNClassifier())
        for kind in (AugmentedForecaster, CalibratedForecaster, ConformalForecaster, ContextForecaster)
    ),
    ForecastEnsemble([("a", CNNClassifier())]),
    GradedRegressor(CRPSRegressor()),
    TwoLevelClassifier(CNNClassifier(), CNNClassifier()),
    AugmentingOverSampler(),
    ClassWeighter(),
    RowSampler(RandomUnderSampler()),
    GroupTrainValidationTestSplit(),
    RauForecaster(),
]
NEVER = [float("nan"), float("inf"), float("1e400"), -float("inf"), 10**400, -1, "3", "nan", b"3", {}, [[]], object()]


def cases():
    for owner in OWNERS:
        for name, rule in type(owner)._rules.items():
            yield pytest.param(owner, name, rule, id=f"{type(owner).__name__}-{name}")


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: type(owner).__name__)
def test_no_parameter_hides_a_method(owner):
    assert not [name for name in type(owner)._rules if callable(getattr(type(owner), name, None))]


def with_value(owner, name, value):
    """Return another owner with one parameter changed, without asking it."""
    changed = type(owner).__new__(type(owner))
    changed.__dict__.update(owner.__dict__ | {name: value})
    return changed


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: type(owner).__name__)
def test_every_parameter_has_a_rule(owner):
    parameters = set(inspect.signature(type(owner).__init__).parameters) - {"self"}
    assert set(type(owner)._rules) == parameters
    check_parameters(owner)


@pytest.mark.parametrize(("owner", "name", "rule"), [*cases()])
def test_what_can_never_be_right_is_named(owner, name, rule):
    """Booleans are not numbers and numbers are not booleans; None is for those alone whose rule says so."""
    if rule is checked_later:
        return
    numeric = not callable(rule) and any(isinstance(one, (Whole, Number)) for one in rule)
    flag = not callable(rule) and any(isinstance(one, Flag) for one in rule)
    wrong = list(NEVER) + ([True, np.True_] if numeric and not flag else []) + ([1, 0] if flag and not numeric else [])
    if name in ("weights", "backbone", "optimizer"):
        wrong = [value for value in wrong if not isinstance(value, (str, dict))]
    if name in ("class_weight", "augmentation", "sampling_strategy", "phases"):
        wrong = [value for value in wrong if not isinstance(value, dict)]
    if name == "cv":
        wrong = [value for value in wrong if not isinstance(value, list)]
    for value in wrong:
        with pytest.raises((ValueError, TypeError), match=name) as raised:
            check_parameters(with_value(owner, name, value))
        assert "got" in str(raised.value) and len(str(raised.value)) < 1200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"filters": 4}, r"filters must be a sequence of positive integers, got 4; write \(4,\) for one"),
        ({"filters": (4, 8.0)}, r"filters must be .*, got \(4, 8.0\)"),
        ({"dense_units": {8}}, "dense_units must be a sequence"),
        ({"dense_units": (True,)}, "dense_units must be a sequence"),
        ({"epochs": "5"}, "epochs must be an integer of at least 1, got '5'; write the number without quotes"),
        ({"epochs": 5.0}, "epochs must be an integer of at least 1, got 5.0; write it without a decimal point"),
        ({"epochs": True}, "epochs must be an integer of at least 1, got True"),
        ({"learning_rate": 1e-50}, "learning_rate must be a finite number above 0"),
        ({"learning_rate": 1e39}, "learning_rate must be a finite number above 0"),
        ({"dropout": 1 - 1e-12}, "dropout must be a number of at least 0 and below 1"),
        ({"reset_head": "False"}, "reset_head must be True or False, got 'False'"),
        ({"optimizer": "adamm"}, "optimizer must be one of .*'adam'.*, got 'adamm'"),
        ({"dtype_policy": "float31"}, "dtype_policy must be one of .*'mixed_float16'.*, got 'float31'"),
        ({"callbacks": print}, r"callbacks must be a list .*write \[MyCallback\] for one"),
        ({"random_state": True}, "random_state must be None"),
        ({"weights": 3}, "weights must be None, 'imagenet', a file or a fitted estimator"),
        ({"validation_split": 0}, "validation_split must be None, a share between 0 and 1 or a splitter, got 0"),
        ({"augmentation": {"zoom": True}}, "zoom must be a number"),
        ({"phases": [{"epochs": 1.5}]}, "epochs must be None or an integer of at least 1, got 1.5"),
    ],
)
def test_the_message_says_what_to_write(changes, message):
    with pytest.raises(ParameterError, match=message):
        CNNClassifier(**changes).fit(np.zeros((4, 16, 16), np.uint8), [0, 1, 0, 1])


def test_a_size_that_no_memory_holds_is_refused():
    with pytest.raises(ParameterError, match="resize must ask for 67,108,864 pixels at most .*, got 1000000"):
        check_parameters(CNNClassifier(resize=10**6), names=("resize",))


def test_scalars_and_arrays_of_numpy_are_numbers():
    check_parameters(
        CNNClassifier(
            epochs=np.int8(3),
            dropout=np.float16(0.5),
            learning_rate=np.float32(0.01),
            filters=np.array([4, 8]),
            dense_units=[np.uint8(3)],
            verbose=np.bool_(True),
            validation_split=KFold(3),
            random_state=np.random.RandomState(0),
        )
    )


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        (Whole(2, 5), [2, 5, np.int64(3)], [1, 6, 2.0, True, None, "2"]),
        (Number(0, 1), [0, 1, 0.5, np.float32(1)], [-1e-9, 1.1, float("nan"), False, "0.5", None, 1j]),
        (Number(0, 0.9), [0.9, np.float32(0.9), np.float64(0.9)], [0.91]),
        (Choice(("a", "b")), ["a"], ["c", "", None, 0, ["a"]]),
        (Flag(), [True, np.False_], [0, 1, "yes", None]),
        (Sizes(), [(), [3], (4, np.int16(2)), range(1, 3), np.array([1])], [3, "3", (0,), (1.0,), {3}, None, [None]]),
    ],
)
def test_rules_accept_what_they_say(rule, right, wrong):
    assert all(rule.accepts(value) for value in right)
    assert not any(rule.accepts(value) for value in wrong)
