"""The form of a file of settings as JSON Schema, made from the constructors themselves."""

import inspect
import json
import re

from ._known_classes import Classes, known_types
from ._quiet import load_estimators
from ._training_settings import PARTS


def settings_schema():
    """The form of the settings of a training, as `read_settings` and `make_estimator` take them.

    Returns
    -------
    dict
        JSON Schema (draft 2020-12). Parameters are those of the constructors, with their defaults and the kinds that
        their docstrings tell.

    Examples
    --------
    >>> from skerosion.experiments import settings_schema
    >>> schema = settings_schema()
    >>> schema["$defs"]["OrdinalClassifier"]["properties"]["head"]["default"]
    'corn'
    """
    load_estimators()
    own = {name: full for name, full in known_types().items() if full.startswith("skerosion.estimators.")}
    described = {name: _of_class(name, Classes().find(full)) for name, full in own.items()}
    others = {"description": "An estimator of scikit-learn by its name, such as LogisticRegression.", "type": "object"}
    others |= {"required": ["type"], "properties": {"type": {"not": {"enum": list(own)}}}}
    any_of = [*({"$ref": f"#/$defs/{name}"} for name in own), others]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of a training",
        "type": "object",
        "required": ["reading", "estimator"],
        "additionalProperties": False,
        "properties": {
            "reading": _of_reading(),
            "rows": {"type": "object", "description": "For some columns the values of the rows to train on."},
            "estimator": {"$ref": "#/$defs/estimator"},
        },
        "$defs": {"estimator": {"anyOf": any_of}} | described,
    }


def _of_reading():
    """How the table and its images are read."""
    kinds = dict.fromkeys(("size", "channels", "bits"), "integer") | {"order": "array"}
    properties = {name: {"type": kinds.get(name, "string")} for name in sorted(PARTS["reading"])}
    properties["kind"]["enum"] = ["auto", "percent", "grade"]
    return {
        "type": "object",
        "required": ["image", "target"],
        "additionalProperties": False,
        "properties": properties,
    }


def _of_class(name, kind):
    """The parameters of a constructor."""
    properties = {"type": {"const": name}}
    for each in inspect.signature(kind).parameters.values():
        properties[each.name] = _of_parameter(each, kind.__doc__ or "")
    needed = [each for each, form in properties.items() if each != "type" and "default" not in form]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n")[0],
        "required": ["type", *needed],
        "additionalProperties": False,
        "properties": properties,
    }


def _of_parameter(parameter, doc):
    """Kind and default of a parameter; one that holds estimators refers to their form."""
    told = re.search(rf"^ *{parameter.name} : (.+)$", doc, flags=re.MULTILINE)
    form = {"description": told[1]} if told else {}
    if parameter.default is not inspect.Parameter.empty:
        form["default"] = json.loads(json.dumps(parameter.default, default=str))
    elif parameter.name == "estimator":
        form["$ref"] = "#/$defs/estimator"
    return form
