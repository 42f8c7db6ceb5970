"""The page of settings: every file on it fits the schema and makes an estimator, and its tables are those of today."""

import json
import pathlib
import re
import sys

import pytest

from skerosion._validation import check_parameters
from skerosion.experiments import make_estimator, read_settings, settings_schema
from tests.experiments.test_schema import flaws

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (REPO_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
FILES = [*re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
FILES += re.findall(r"```json\n(.*?)```", (REPO_ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), re.DOTALL)
sys.path.insert(0, str(REPO_ROOT / "docs"))

import settings_tables  # noqa: E402

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def schema():
    return settings_schema()


def everything(estimator):
    """An estimator and all that it holds."""
    parts = estimator.get_params().values() if hasattr(estimator, "get_params") else ()
    return [estimator, *(part for part in parts if hasattr(part, "get_params"))]


@pytest.mark.parametrize("text", FILES)
def test_every_file_fits_the_schema_and_makes_an_estimator(text, schema, tmp_path):
    (tmp_path / "settings.json").write_text(text)
    settings = read_settings(tmp_path / "settings.json")
    assert flaws(settings, schema, schema) == []
    estimator = make_estimator(settings["estimator"])
    assert type(estimator).__name__ == settings["estimator"]["type"]
    for part in everything(estimator):
        if hasattr(part, "_rules"):
            check_parameters(part)


def test_every_head_and_every_estimator_has_a_file(schema):
    said = "".join(FILES)
    heads = re.findall(r'@register_head\("(\w+)"\)\ndef', (REPO_ROOT / "skerosion/networks/_heads.py").read_text())
    assert {head for head in heads if f'"head": "{head}"' not in said} == {"linear"}  # what a CNNRegressor has
    kinds = set(schema["$defs"]) - {"estimator"}
    assert {kind for kind in kinds if f'"type": "{kind}"' not in said} == set()


def test_the_best_grader_is_the_one_that_was_measured():
    recipe = (REPO_ROOT / "benchmarks" / "best_grader.json").read_text(encoding="utf-8")
    assert json.loads(recipe) in [json.loads(text) for text in FILES]


def test_the_tables_are_those_of_today():
    """Otherwise: python docs/settings_tables.py."""
    assert settings_tables.with_tables(PAGE) == PAGE
