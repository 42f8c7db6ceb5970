"""Compiled code trusts what it is given: a file in which sizes or places were changed is refused before it is used."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from skerosion import load_estimator, save_estimator
from skerosion.experiments import EstimatorFileError
from skerosion.experiments.file_format._known_classes import Classes
from skerosion.experiments.file_format._nodes import NodeWriter
from skerosion.experiments.file_format._objects import NodeReader

X = np.random.default_rng(0).normal(size=(60, 3))
Y = np.tile([0, 1, 2], 20)


def changed(estimator, of_class, **parts):
    """Read an estimator after something of its first object of a class was changed, arrays by a function."""
    writer = NodeWriter(Classes())
    root = writer.value(estimator, "estimator")
    state = next(node["state"] for node in writer.nodes if node.get("class", "").endswith(f".{of_class}"))
    for name, change in parts.items():
        if not callable(change):
            state[name] = change
            continue
        (place,) = state[name]
        array = change(writer.arrays[writer.nodes[place]["member"]].copy())
        writer.arrays[f"arrays/of_{name}"], writer.nodes[place] = array, {"is": "array", "member": f"arrays/of_{name}"}
    return NodeReader(Classes(), writer.arrays, "file").read(writer.nodes, root)


def refused(estimator, of_class, **parts):
    assert changed(estimator, of_class) is not None
    with pytest.raises(EstimatorFileError, match=r"node \d+ \(object "):
        changed(estimator, of_class, **parts)


def put(place, value):
    """A function that puts a value at a place of an array."""

    def change(array):
        array[place] = value
        return array

    return change


TREE_CHANGES = {
    "a child beyond the nodes": {"left_child": put(0, 10**6)},
    "a child before its parent": {"right_child": put(0, 0)},
    "a child of two parents": {"left_child": put(0, 2), "right_child": put(0, 2)},
    "a negative child": {"right_child": put(0, -5)},
    "a feature beyond the columns": {"feature": put(0, 3)},
    "a negative feature": {"feature": put(0, -7)},
    "fields of two lengths": {"threshold": lambda array: array[:-1]},
    "no nodes": {
        name: lambda array: array[:0]
        for name in ("left_child", "right_child", "feature", "threshold", "impurity", "n_node_samples")
    },
    "values of fewer nodes": {"values": lambda array: array[:-1]},
    "values of more classes": {"values": lambda array: np.repeat(array, 2, axis=2)},
    "values of another dtype": {"values": lambda array: array.astype("float32")},
    "values in another order": {"values": lambda array: np.asfortranarray(np.repeat(array, 2, axis=1))},
}


@pytest.mark.parametrize("changes", TREE_CHANGES.values(), ids=TREE_CHANGES)
def test_trees_that_are_none_are_refused(changes):
    refused(DecisionTreeClassifier(max_depth=3, random_state=0).fit(X, Y), "Tree", **changes)


def test_trees_of_more_columns_than_rows_have_are_refused():
    refused(DecisionTreeClassifier(random_state=0).fit(X, Y), "DecisionTreeClassifier", n_features_in_=2)
    refused(RandomForestClassifier(2, random_state=0).fit(X, Y), "RandomForestClassifier", n_features_in_=2)


BOOSTING_CHANGES = {
    "a child beyond the nodes": {"left": put(0, 10**6)},
    "a child before its parent": {"right": put(0, 0)},
    "a feature beyond the columns": {"feature_idx": put(0, 3)},
    "a category": {"is_categorical": put(0, 1)},
    "fields of two lengths": {"value": lambda array: array[:-1]},
}


@pytest.fixture(scope="module")
def boosting():
    return HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5).fit(X, Y)


@pytest.mark.parametrize("changes", BOOSTING_CHANGES.values(), ids=BOOSTING_CHANGES)
def test_boosted_trees_that_are_none_are_refused(changes, boosting):
    refused(boosting, "TreePredictor", **changes)


def test_boosting_over_other_columns_is_refused(boosting):
    refused(boosting, "HistGradientBoostingClassifier", n_features_in_=2)
    refused(boosting, "HistGradientBoostingClassifier", _preprocessor="one that drops columns")


def test_boosting_of_categories_is_refused_when_it_is_written(tmp_path):
    frame = pd.DataFrame({"number": X[:, 0], "site": pd.Categorical(np.tile(["a", "b", "c"], 20))})
    fitted = HistGradientBoostingClassifier(max_iter=2, categorical_features="from_dtype").fit(frame, Y)
    with pytest.raises(TypeError, match="trees that split categories; encode them before, such as with OneHotEncoder"):
        save_estimator(fitted, tmp_path / "one.skerosion")


@pytest.fixture(scope="module")
def stages():
    return GradientBoostingClassifier(n_estimators=2, max_depth=2).fit(X, Y)


@pytest.mark.parametrize("parts", [{"n_features_in_": 2}, {"estimators_": None}, {"init_": "nothing"}])
def test_stages_that_are_none_are_refused(parts, stages):
    refused(stages, "GradientBoostingClassifier", **parts)


def test_stages_that_add_to_fewer_columns_are_refused(stages):
    refused(stages, "DummyClassifier", class_prior_=lambda array: array[:1])


def test_stages_of_two_classes_predict_the_same():
    fitted = GradientBoostingClassifier(n_estimators=2, loss="exponential").fit(X, Y == 1)
    again = changed(fitted, "GradientBoostingClassifier")
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_a_start_of_ones_own_is_refused_when_it_is_written(tmp_path):
    fitted = GradientBoostingClassifier(n_estimators=1, init=DecisionTreeClassifier(max_depth=1)).fit(X, Y)
    with pytest.raises(TypeError, match="an init of its own; leave init=None"):
        save_estimator(fitted, tmp_path / "one.skerosion")


NEIGHBOUR_CHANGES = {
    "more columns": {"n_features_in_": 4},
    "fewer rows": {"n_samples_fit_": 10},
    "rows of fewer columns": {"_fit_X": lambda array: array[:, :2].copy()},
    "a class beyond all": {"_y": put(0, 3)},
    "a negative class": {"_y": put(0, -1)},
    "fewer targets": {"_y": lambda array: array[:-1]},
}


@pytest.mark.parametrize("algorithm", ["brute", "kd_tree"])
@pytest.mark.parametrize("changes", NEIGHBOUR_CHANGES.values(), ids=NEIGHBOUR_CHANGES)
def test_neighbours_that_are_not_there_are_refused(changes, algorithm):
    refused(KNeighborsClassifier(3, algorithm=algorithm).fit(X, Y), "KNeighborsClassifier", **changes)


COLOURS = np.array([["a"], ["b"], ["b"], ["c"], ["c"], ["c"]] * 10, dtype=object)
ENCODERS = {
    "plain": (OneHotEncoder(), COLOURS),
    "numbers with a gap": (OneHotEncoder(), np.array([[1.0], [3.0], [np.nan]])),
    "dropped": (OneHotEncoder(drop="first"), COLOURS),
    "dropped where there are two": (OneHotEncoder(drop="if_binary"), np.column_stack([COLOURS, COLOURS == "a"])),
    "rare": (OneHotEncoder(min_frequency=15, handle_unknown="infrequent_if_exist"), COLOURS),
    "rare and dropped": (OneHotEncoder(max_categories=2, drop="first"), COLOURS),
}


@pytest.mark.parametrize(("encoder", "rows"), ENCODERS.values(), ids=ENCODERS)
def test_encoders_come_back(encoder, rows, tmp_path):
    fitted = encoder.fit(rows)
    again = load_estimator(save_estimator(fitted, tmp_path / "one.skerosion"))
    np.testing.assert_array_equal(again.transform(rows).toarray(), fitted.transform(rows).toarray())


def tampered(encoder, rows, **attributes):
    """A fitted encoder whose attributes were changed afterwards."""
    fitted = encoder.fit(rows)
    vars(fitted).update(attributes)
    return fitted


NUMBERS = np.arange(9.0)[:, np.newaxis]
ENCODER_CHANGES = {
    "fewer columns": tampered(OneHotEncoder(), NUMBERS, _n_features_outs=[1]),
    "columns of more features": tampered(OneHotEncoder(), NUMBERS, _n_features_outs=[9, 1]),
    "columns that are added": tampered(OneHotEncoder(), NUMBERS, _n_features_outs=np.array([9])),
    "numbers in no order": tampered(OneHotEncoder(), NUMBERS, categories_=[np.arange(9.0)[::-1]]),
    "a dropped one before all": tampered(OneHotEncoder(drop="first"), NUMBERS, _drop_idx_after_grouping=np.array([-1])),
    "a dropped one after all": tampered(OneHotEncoder(drop="first"), NUMBERS, _drop_idx_after_grouping=np.array([9])),
    "rare ones beyond all": tampered(
        OneHotEncoder(max_categories=2), NUMBERS, _default_to_infrequent_mappings=[np.arange(9) + 5]
    ),
    "rare ones without a code": tampered(
        OneHotEncoder(max_categories=2), NUMBERS, _default_to_infrequent_mappings=[None]
    ),
    "a code without rare ones": tampered(OneHotEncoder(max_categories=2), NUMBERS, _infrequent_indices=[None]),
}


@pytest.mark.parametrize("encoder", ENCODER_CHANGES.values(), ids=ENCODER_CHANGES)
def test_encoders_without_a_column_for_each_code_are_refused(encoder, tmp_path):
    with pytest.raises(EstimatorFileError, match="OneHotEncoder"):
        load_estimator(save_estimator(encoder, tmp_path / "one.skerosion"))


def test_an_encoder_within_another_part_is_checked(tmp_path):
    fitted = KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf").fit(X)
    fitted._encoder._n_features_outs = [1, 1, 1]
    with pytest.raises(EstimatorFileError, match="OneHotEncoder"):
        load_estimator(save_estimator(fitted, tmp_path / "one.skerosion"))


def test_thresholds_that_are_none_are_refused(tmp_path):
    fitted = IsotonicRegression().fit(X[:, 0], Y)
    fitted.y_thresholds_ = fitted.y_thresholds_[:-1]
    with pytest.raises(EstimatorFileError, match="IsotonicRegression"):
        load_estimator(save_estimator(fitted, tmp_path / "one.skerosion"))
