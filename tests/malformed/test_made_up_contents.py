"""Files that are well formed and say anything at all, with every digest right: read, or told in one line."""

import io
import json
import pathlib
import tempfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skerosion.experiments.file_format._container import describe_array, write_container
from skerosion.experiments.file_format._manifest import read_parts
from tests.malformed.judging import judge
from tests.malformed.readers import CONFIG, POINTS, SCORED, SETTINGS, samples_of

pytestmark = pytest.mark.once

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
SCALARS |= st.sampled_from(
    [-1, 2**70, 1e308, "1e999", "=1", "../..", "\x00", "\x1b[31m", "nan", "CNNClassifier", "__class__"]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FEW = settings(max_examples=8)
WIDE = settings(max_examples=400, suppress_health_check=list(HealthCheck))


def places_in(value, path=()):
    """Return the path of every part of a value, itself first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, part in inner for place in places_in(part, (*path, name)))]


@st.composite
def changed(draw, value, most=2):
    """A value with some of its parts replaced by anything, gone, or moved to where others are."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, most))):
        path = draw(st.sampled_from(places_in(value)))
        if not path:
            return draw(ANYTHING)
        owner = _at(value, path[:-1])
        kind = draw(st.sampled_from(["replace", "remove", "move"]))
        if kind == "remove":
            del owner[path[-1]]
        else:
            other = _at(value, draw(st.sampled_from(places_in(value))))
            owner[path[-1]] = draw(ANYTHING) if kind == "replace" else json.loads(json.dumps(other))
    return value


def _at(value, path):
    for name in path:
        value = value[name]
    return value


def judged(reader, name, content):
    """What is unclear of a content in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, name)
        path.write_bytes(content)
        return judge(reader, path)


JSONS = {("options", "a.json"): CONFIG, ("settings", "a.json"): SETTINGS, ("notes", "a.scored.json"): SCORED}
JSONS |= {("candidates", "a.json"): {"one": SETTINGS["estimator"], "two": {"type": "LogisticRegression", "C": 0.5}}}
JSONS |= {("reports", "report.json"): json.loads(samples_of("reports")["report.json"])}
JSONS |= {("points", name): json.loads(samples_of("points")[name]) for name in POINTS if name.endswith(".json")}


@pytest.mark.parametrize(("reader", "name"), JSONS)
@FEW
@given(data=st.data())
def test_json_that_says_anything(reader, name, data):
    value = data.draw(changed(JSONS[reader, name]))
    assert judged(reader, name, json.dumps(value).encode("utf-8", "surrogatepass")) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("reader", "name"), JSONS)
@WIDE
@given(data=st.data())
def test_json_that_says_anything_at_length(reader, name, data):
    value = data.draw(changed(JSONS[reader, name], most=4))
    assert judged(reader, name, json.dumps(value).encode("utf-8", "surrogatepass")) == ""


CELLS = st.text(max_size=9) | st.sampled_from(
    ["", "nan", "-", "1e999", "-1e308", '"', "'=1", "\ufeff", "\x00", "\r", "9" * 400]
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=5)


@FEW
@given(TABLES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_tables_that_say_anything(rows, mark, encoding):
    text = "\n".join(mark.join(cells) for cells in rows).encode(encoding, "replace")
    assert judged("tables", "labels.csv", text) == ""


@pytest.mark.parametrize("name", [name for name in POINTS if name.endswith((".csv", ".txt"))])
@FEW
@given(data=st.data())
def test_tables_of_points_that_say_anything(name, data):
    mark = " " if name.endswith(".txt") else ","
    rows = [line.split(mark) for line in samples_of("points")[name].decode().splitlines()]
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
    text = "\n".join(mark.join(cells) for cells in rows)
    assert judged("points", name, text.encode("utf-8", "replace")) == ""


def remade(content, change):
    """The file of an estimator with its manifest and arrays changed, and every digest right."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "one.skerosion")
        path.write_bytes(content)
        manifest, arrays = read_parts(path)
    manifest, arrays = change(manifest, arrays)
    manifest["members"] = {name: describe_array(array) for name, array in arrays.items()}
    file = io.BytesIO()
    write_container(file, manifest, arrays)
    return file.getvalue()


def finite(value):
    """Anything as the file of an estimator may say it: it knows no NaN."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None)


def made_up_estimators(data, name, most):
    def change(manifest, arrays):
        for part in data.draw(st.sampled_from([["nodes"], ["about"], ["root"], ["nodes", "about"]])):
            manifest[part] = finite(data.draw(changed(manifest[part], most)))
        if not isinstance(manifest["about"], dict):
            manifest["about"] = {}
        if data.draw(st.booleans()):
            one, other = (data.draw(st.sampled_from(sorted(arrays))) for _ in range(2))
            arrays[one], arrays[other] = arrays[other], arrays[one]
        return manifest, arrays

    return remade(samples_of("estimators")[name], change)


@pytest.mark.parametrize("name", ["network.skerosion", "forest.skerosion"])
@FEW
@given(data=st.data())
def test_estimators_that_say_anything(name, data):
    assert judged("estimators", name, made_up_estimators(data, name, most=1)) == ""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["network.skerosion", "forest.skerosion"])
@WIDE
@given(data=st.data())
def test_estimators_that_say_anything_at_length(name, data):
    assert judged("estimators", name, made_up_estimators(data, name, most=3)) == ""
