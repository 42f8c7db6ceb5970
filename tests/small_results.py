"""A small search and small studies without networks: estimators that read the brightness of the images.

Fixtures for the rooms that make results and for those that read them; each room's conftest imports what it uses.
"""

import pytest

from skerosion.datasets import load_registry, write_registry
from skerosion.experiments import SearchPlan, StudyPlan, run_study, search_strategies
from tests.brightness_estimator import make_joints, run_search, use_brightness
from tests.small_study import FEWEST, SIZES, quiet, study_table


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
    """A whole search with all that it writes but figures, and what it said; made once a module, not to be changed."""
    yield from _search(tmp_path_factory, figures=False)


@pytest.fixture(scope="session")
def illustrated(tmp_path_factory):
    """A whole search with its figures, and what it said: slow, made once, not to be changed."""
    search = _search(tmp_path_factory, figures=True)
    made = next(search)
    search.close()  # what it replaces comes back before another module's tests
    return made


def _search(tmp_path_factory, **options):
    said = []
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        plan = SearchPlan(folds=2, parameters={"epochs": 2})
        out = tmp_path_factory.mktemp("search")
        yield search_strategies(*make_joints(), out=out, plan=plan, progress=False, say=said.append, **options), said


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """A finished study of a table, made once, not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        finished = study_table(tmp_path_factory.mktemp("study"))
    return finished


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    """A synthetic registry of 14 patients with images of 16 pixels."""
    folder = tmp_path_factory.mktemp("registry")
    labels = {0: 40, 10: 20, 30: 15, 50: 10, 70: 10, 100: 5}
    files = write_registry(folder, 14, max_visits=2, size=16, labels=labels, missing_files=0, random_state=0)
    return load_registry(*files)


@pytest.fixture(scope="session")
def registry_study(registry, tmp_path_factory):
    """A finished study of the registry, made once, not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        patch.setattr(FEWEST, 2)
        plan = StudyPlan(strategies=("original", "class_weights"), sizes=SIZES)
        out = tmp_path_factory.mktemp("registry_study")
        finished = run_study(registry, out=out, plan=plan, figures=False, progress=False, say=quiet)
    return finished


def search(joints, out, plan, **options):
    """Run a search on joints, without a word unless `say` is given."""
    return run_search(*joints, out=out, plan=plan, **{"say": quiet, "progress": False} | options)
