"""A small search without networks: estimators that read the brightness of the images."""

import pytest

from skerosion.experiments import SearchPlan, search_strategies
from tests.brightness_estimator import make_joints, run_search, use_brightness


@pytest.fixture
def estimators(monkeypatch):
    """The class that takes the networks' place, to count or stop its fits."""
    return use_brightness(monkeypatch)


@pytest.fixture
def joints():
    """Rows, grades and patients."""
    return make_joints()


@pytest.fixture
def plan():
    """Two folds, one epoch."""
    return SearchPlan(folds=2, parameters={"epochs": 2})


@pytest.fixture
def result(estimators, joints, plan, tmp_path):
    """A finished search on `joints`."""
    return run_search(*joints, out=tmp_path, plan=plan, progress=False, say=lambda message: None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A whole search with everything it writes, and what it said; made once a module, not to be changed."""
    said = []
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        plan = SearchPlan(folds=2, parameters={"epochs": 2})
        out = tmp_path_factory.mktemp("search")
        yield search_strategies(*make_joints(), out=out, plan=plan, progress=False, say=said.append), said
