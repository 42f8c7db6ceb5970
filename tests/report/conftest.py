"""What reports are made of."""

import numpy as np
import pytest

from skerosion.report import Subject, make_tables, verdicts_of
from tests.small_results import estimators as estimators
from tests.small_results import finished as finished
from tests.small_results import illustrated as illustrated
from tests.small_results import joints as joints
from tests.small_results import plan as plan
from tests.small_results import registry as registry
from tests.small_results import registry_study as registry_study
from tests.small_results import result as result
from tests.small_results import study as study

SETTINGS = {
    "command": "skerosion search",
    "written": "2026-01-01",
    "plan": {"seed": 0, "folds": 2},
    "versions": {"numpy": "2"},
    "data": {"image_shape": [8, 8, 1]},
}


@pytest.fixture
def subject(result):
    """What the page of the small search is about."""
    tables = make_tables(result)
    rows = {"y": result.y, "groups": result.groups, "parts": {"all": np.arange(len(result.y))}}
    more = {"verdicts": verdicts_of(result, tables), "records": result.records}
    return Subject("search", result, tables, settings=SETTINGS, chosen_on="these rows", **rows, **more)
