"""Plain data becomes nodes and comes back equal, type for type; what cannot be is an error on both sides."""

import pathlib
from collections import OrderedDict

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skerosion.experiments import EstimatorFileError
from skerosion.experiments.file_format._known_classes import Classes
from skerosion.experiments.file_format._nodes import NodeWriter
from skerosion.experiments.file_format._objects import NodeReader

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.binary(max_size=9),
    hnp.arrays(hnp.scalar_dtypes(), (1,)).map(lambda array: array[0]),
)
KEYS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=9)
)
DTYPES = st.one_of(hnp.scalar_dtypes(), hnp.unicode_string_dtypes(min_len=1), hnp.byte_string_dtypes(min_len=1))
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
DATA = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4).map(OrderedDict)
        | st.sets(KEYS, max_size=4)
    ),
    max_leaves=12,
)


def round_trip(thing, classes=None):
    classes = Classes() if classes is None else classes
    writer = NodeWriter(classes)
    root = writer.value(thing, "thing")
    return NodeReader(classes, writer.arrays, "file").read(writer.nodes, root)


def assert_same(first, second):
    """Equal, and of equal types all the way down."""
    assert type(first) is type(second)
    if isinstance(first, np.ndarray):
        assert first.dtype == second.dtype and first.shape == second.shape
        assert first.dtype.kind == "O" or first.tobytes() == second.tobytes()
    elif isinstance(first, dict):
        assert [*map(repr, first)] == [*map(repr, second)]
        for one, other in zip(first.values(), second.values(), strict=True):
            assert_same(one, other)
    elif isinstance(first, (list, tuple)):
        for one, other in zip(first, second, strict=True):
            assert_same(one, other)
    elif isinstance(first, np.generic):
        assert first.dtype == second.dtype and first.tobytes() == second.tobytes()
    elif isinstance(first, (set, frozenset)):
        assert sorted(map(repr, first)) == sorted(map(repr, second))
    else:
        assert repr(first) == repr(second)


@given(DATA)
def test_plain_data_comes_back(thing):
    assert_same(round_trip(thing), thing)


@pytest.mark.parametrize(
    "thing",
    [
        -0.0,
        2**200,
        np.array(["ab", None, 1.5, True], dtype=object).reshape(2, 2),
        np.array(7.0),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(4, dtype=">i2"),
        np.array(["2020-01-01", "NaT"], dtype="datetime64[D]"),
        np.array([1.5, -2.0], dtype=ml_dtypes.bfloat16),
        np.dtype("float32"),
        np.dtype(object),
        np.float64,
        object,
        slice(1, None, 2),
        range(1, 6, 2),
        frozenset({1, 2}),
        pathlib.Path("weights") / "vgg.h5",
        "\ud800 \x00 ü",
    ],
    ids=repr,
)
def test_rarer_kinds_come_back(thing):
    again = round_trip(thing)
    assert_same(again, thing)
    if isinstance(thing, np.ndarray):
        assert again.flags.f_contiguous == thing.flags.f_contiguous


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.PCG64, np.random.Philox, np.random.SFC64])
def test_generators_go_on_where_they_were(kind):
    for make in (np.random.Generator, np.random.RandomState):
        generator = make(kind(3))
        generator.normal(size=3)
        again = round_trip(generator)
        assert again.normal(size=5).tolist() == generator.normal(size=5).tolist()


def test_shared_parts_stay_shared():
    part = [np.arange(3)]
    first, second, array = round_trip([part, part, part[0]])
    assert first is second and array is first[0]


def test_nodes_name_only_nodes_before_them():
    writer = NodeWriter(Classes())
    writer.value([[[1.5, (2,)]], {"a": [3]}], "thing")
    for place, node in enumerate(writer.nodes):
        named = [
            value[0] for part in node.values() if isinstance(part, list) for value in part if isinstance(value, list)
        ]
        assert all(number < place for number in named)


def _cyclic():
    thing = []
    thing.append(thing)
    return thing


def _deep():
    thing = []
    for _ in range(3000):
        thing = [thing]
    return thing


@pytest.mark.parametrize(
    ("thing", "match"),
    [
        (_cyclic(), "holds itself"),
        (_deep(), "nested too deeply"),
        ([print], r"thing\[0\] is <built-in function print>, which is code"),
        ({"a": lambda: 0}, r"thing\['a'\] is .*code"),
        (Classes, "is <class .*code"),
        (object(), "builtins.object|code"),
        ({(1, 2): 3}, r"key \(1, 2\)"),
        (2**5000, "thing"),
        (1j, "thing"),
        (np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]), "array of"),
        (np.ma.array([1, 2]), "MaskedArray"),
    ],
)
def test_what_is_no_plain_data_is_refused(thing, match):
    with pytest.raises(TypeError, match=match):
        NodeWriter(Classes()).value(thing, "thing")


LIST = {"is": "list", "items": []}


@pytest.mark.parametrize(
    ("nodes", "root"),
    [
        ([{"is": "list", "items": [[0]]}], [0]),
        ([LIST, {"is": "list", "items": [[2]]}], [1]),
        ([LIST], [1]),
        ([LIST], [-1]),
        ([LIST], [True]),
        ([LIST], [0, 0]),
        ([LIST], {"is": "list"}),
        ([LIST, {"is": "set", "items": [[0]]}], [1]),
        ([{"is": "dict", "keys": ["a", "a"], "values": [1, 2]}], [0]),
        ([{"is": "dict", "keys": ["a"], "values": []}], [0]),
        ([{"is": "list", "items": [], "more": 1}], [0]),
        ([{"is": "list"}], [0]),
        ([{"is": "reduce", "items": []}], [0]),
        ([{}], [0]),
        ([[]], [0]),
        ({}, [0]),
        (None, [0]),
        ([{"is": "array", "member": "arrays/9.npy"}], [0]),
        ([{"is": "array", "member": "arrays/0.npy", "as": "object"}], [0]),
        ([{"is": "type", "name": "eval"}], [0]),
        ([{"is": "dtype", "text": "i4,O"}], [0]),
        ([{"is": "scalar", "dtype": "|O", "hex": "0" * 16}], [0]),
        ([{"is": "scalar", "dtype": "<f8", "hex": "00"}], [0]),
        ([{"is": "objects", "shape": [10**12], "items": [1]}], [0]),
        ([{"is": "objects", "shape": [-1], "items": [1]}], [0]),
        ([{"is": "dict", "keys": ["bit_generator"], "values": ["os"]}, {"is": "Generator", "state": [0]}], [1]),
        ([{"is": "object", "class": "os.system", "state": {}}], [0]),
        ([{"is": "object", "class": "builtins.eval", "state": {}}], [0]),
        ([{"is": "object", "class": "sklearn.svm.SVC", "state": {}}], [0]),
        ([{"is": "object", "class": ["sklearn.linear_model.Ridge"], "state": {}}], [0]),
        ([{"is": "object", "class": "sklearn.linear_model.Ridge", "state": {"__class__": 1}}], [0]),
        ([{"is": "object", "class": "sklearn.linear_model.Ridge", "state": []}], [0]),
        ([{"is": "object", "class": "skerosion.training.Phase", "state": {"trainable": 1.5}}], [0]),
        ([{"is": "object", "class": "skerosion.training.Phase", "state": {"unknown": 1}}], [0]),
        (
            [
                {
                    "is": "object",
                    "class": "skerosion.training.ProgramKey",
                    "state": {"spec": 1, "optimizer": '{"module": "os"}'},
                }
            ],
            [0],
        ),
        ([{"is": "object", "class": "skerosion.estimators.CNNClassifier", "state": {"optimizer": "os.system"}}], [0]),
        ([{"is": "range", "parts": [0, 10**9, 1]}], [0]),
        ([{"is": "range", "parts": [0, 10**30, 1]}], [0]),
        ([{"is": "object", "class": "sklearn.pipeline.Pipeline", "state": {"memory": "folder"}}], [0]),
        ([{"is": "object", "class": "sklearn.compose.ColumnTransformer", "state": {"n_jobs": 10**6}}], [0]),
    ],
)
def test_made_up_nodes_are_refused(nodes, root):
    with pytest.raises(EstimatorFileError, match="^file cannot be read as an estimator: "):
        NodeReader(Classes(), {"arrays/0.npy": np.zeros(2)}, "file").read(nodes, root)


def test_parts_shared_without_bounds_are_refused():
    nodes = [{"is": "tuple", "items": []}]
    nodes += [{"is": "tuple", "items": [[place], [place]]} for place in range(60)]
    with pytest.raises(EstimatorFileError, match="shared too many times"):
        NodeReader(Classes(), {}, "file").read(nodes, [60])
