"""The schema of settings is that of the constructors: what it allows can be made, what it forbids cannot."""

import pytest
from typer.testing import CliRunner

from skerosion.experiments import PRESETS, make_estimator, settings_schema
from skerosion.networks import list_heads

pytestmark = pytest.mark.once


TYPES = {"string": str, "integer": int, "number": (int, float), "array": (list, tuple), "object": dict}
TYPES |= {"boolean": bool, "null": type(None)}


def flaws(value, form, schema):
    """What a description has that its form lacks, and the other way round; enough of JSON Schema for this one."""
    if "$ref" in form:
        form = schema["$defs"][form["$ref"].rsplit("/", 1)[1]]
    if "const" in form:
        return [] if value == form["const"] else [value]
    if "anyOf" in form:
        names = [each["$ref"].rsplit("/", 1)[1] for each in form["anyOf"] if "$ref" in each]
        own = value.get("type") if isinstance(value, dict) else None
        return flaws(value, schema["$defs"][own], schema) if own in names else []
    if not isinstance(value, dict) or "properties" not in form:
        kinds = form.get("type", list(TYPES))
        fits = isinstance(value, tuple(TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)))
        return [] if fits and value in form.get("enum", [value]) else [value]
    unknown = set(value) - set(form.get("properties", {})) if form.get("additionalProperties") is False else set()
    either = [set(each["required"]) for each in form.get("oneOf", ())]
    needed = set(form.get("required", ())) | (
        set() if any(each <= set(value) for each in either) else set().union(*either[:1])
    )
    missing = needed - set(value)
    inner = [flaw for name in set(value) & set(form.get("properties", {}))
             for flaw in flaws(value[name], form["properties"][name], schema)]  # fmt: skip
    return [*unknown, *missing, *inner]


def settings(estimator):
    return {"reading": {"image": "path", "target": "grade"}, "estimator": estimator}


HEADS = [{"type": "OrdinalClassifier", "head": head} for head in ("coral", "corn", "beta")]
RECIPES = [PRESETS["best"]["estimators"]["best"], {"type": "CNNClassifier", **PRESETS["fast"]["parameters"]}]


@pytest.mark.parametrize("described", [*HEADS, *RECIPES, {"type": "CRPSRegressor"}, {"type": "LogisticRegression"}])
def test_every_example_fits_and_can_be_made(described):
    schema = settings_schema()
    assert flaws(settings(described), schema, schema) == []
    assert type(make_estimator(described)).__name__ == described["type"]


@pytest.mark.parametrize(
    ("wrong", "flaw"),
    [
        (settings({"type": "CNNClassifier", "epoch": 3}), "epoch"),
        (settings({"type": "GradedRegressor", "estimator": {"type": "CRPSRegressor", "hed": 1}}), "hed"),
        (settings({"type": "CNNClassifier", "epochs": "30"}), "30"),
        (settings({"type": "CNNClassifier", "schedule": "cosin"}), "cosin"),
        (settings({"type": "OrdinalClassifier", "head": "linear"}), "linear"),
        (settings({"type": "CNNClassifier", "filters": 4}), 4),
        ({"reading": {"image": "path"}, "estimator": {"type": "CNNClassifier"}}, "target"),
        ({"reading": {"image": "path", "target": "grade"}}, "estimator"),
    ],
)
def test_mistakes_do_not_fit(wrong, flaw):
    schema = settings_schema()
    assert flaws(wrong, schema, schema) == [flaw]


def test_defaults_and_kinds_are_those_of_the_constructor():
    form = settings_schema()["$defs"]["CNNClassifier"]["properties"]
    assert form["epochs"]["default"] == 25 and form["epochs"]["type"] == "integer"
    assert form["epochs"]["description"].startswith("int. Passes over the training rows")
    assert form["patience"]["type"] == ["integer", "null"] and form["filters"]["type"] == "array"
    assert form["schedule"]["enum"] == ["constant", "cosine"]
    assert {each["head"] for each in HEADS} <= set(list_heads())


def test_train_prints_it():
    import json

    from skerosion.commands import app

    done = CliRunner().invoke(app, ["train", "--schema"])
    assert done.exit_code == 0 and json.loads(done.stdout) == settings_schema()
