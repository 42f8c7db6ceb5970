"""The form of a file of settings as JSON Schema, made from the constructors themselves."""

import inspect
import json
import re

from ._quiet import load_estimators
from ._training_settings import PARTS
from .file_format import Classes, known_types

WITHIN = ("estimator", "detector", "grader")
"""Parameters that hold an estimator."""

KINDS = {
    "None": "null",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "str": "string",
    "path": "string",
    "tuple": "array",
    "list": "array",
    "sequence": "array",
    "array-like": "array",
    r"\(H, W\)": "array",
    "dict": "object",
    "splitter": "object",
    "estimator": "object",
}
"""Words of docstrings and what they are in JSON; what has no word here, such as a function, JSON cannot hold."""


def settings_schema():
    """The form of the settings of a training, as `read_settings` and `make_estimator` take them.

    Returns
    -------
    dict
        JSON Schema (draft 2020-12). Parameters are those of the constructors, with their defaults and what their
        docstrings tell.

    Examples
    --------
    >>> from skerosion.experiments import settings_schema
    >>> schema = settings_schema()
    >>> schema["$defs"]["OrdinalClassifier"]["properties"]["head"]["default"]
    'corn'
    """
    load_estimators()
    known = sorted(known_types().items())
    own = {name: full for name, full in known if full.startswith("skerosion.estimators.")}
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
    kinds = dict.fromkeys(("channels", "bits"), "integer") | {
        "order": "array",
        "readers": "array",
        "size": ["integer", "array"],
    }
    kinds["window"] = ["integer", "string"]
    properties = {name: {"type": kinds.get(name, "string")} for name in sorted(PARTS["reading"])}
    properties["kind"]["enum"] = ["auto", "percent", "grade"]
    properties["polarity"]["enum"] = ["photometric", "shape"]
    return {
        "type": "object",
        "required": ["image"],
        "oneOf": [{"required": ["target"]}, {"required": ["readers"]}],
        "additionalProperties": False,
        "properties": properties,
    }


def _of_class(name, kind):
    """The parameters of a constructor."""
    properties = {"type": {"const": name}}
    for each in inspect.signature(kind).parameters.values():
        properties[each.name] = _of_parameter(each, kind.__doc__ or "")
    if "head" in properties:
        properties["head"]["enum"] = _ordinal_heads()
    needed = [each for each, form in properties.items() if each != "type" and "default" not in form]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n")[0],
        "required": ["type", *needed],
        "additionalProperties": False,
        "properties": properties,
    }


def _of_parameter(parameter, doc):
    """Kind, default and description of a parameter, as the docstring tells them."""
    told, words = _told(parameter.name, doc)
    form = {"description": words} if words else {}
    form |= _of_kinds(told)
    if parameter.default is not inspect.Parameter.empty:
        form["default"] = json.loads(json.dumps(parameter.default, default=str))
    if parameter.name in WITHIN:
        form |= {"$ref": "#/$defs/estimator"}
    return form


def _ordinal_heads():
    """Names of the heads that give a distribution, which are those that may be chosen."""
    from skerosion.networks import find_head, list_heads

    return [name for name in list_heads() if find_head(name).gives != "values"]


def _told(name, doc):
    """What a docstring says that a parameter may be, and what it says of it."""
    found = re.search(rf"^( *){name} : (.+)\n((?:\1 +.+\n?)*)", doc, flags=re.MULTILINE)
    if not found:
        return "", ""
    kinds, words = found[2].partition(", default")[0], " ".join(found[3].split())
    return kinds, f"{kinds}. {words}".replace("`", "")


def _of_kinds(told):
    """The types of JSON that the words of a docstring stand for; a choice of texts as it is."""
    choice = re.fullmatch(r"\{(.+)\}", told)
    if choice:
        return {"enum": json.loads(f"[{choice[1]}]")}
    alone = re.sub(r" of (shape )?(\([^)]*\)|\w+)", "", told)
    kinds = {kind for word, kind in KINDS.items() if re.search(rf"(?<![\w.]){word}(?!\w)", alone)}
    kinds |= {"string"} if '"' in alone else set()
    return {"type": sorted(kinds) if len(kinds) > 1 else kinds.pop()} if kinds else {}
