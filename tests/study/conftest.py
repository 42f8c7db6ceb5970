"""A small study without networks: estimators that read the brightness of the images."""

import pytest

from skerosion.datasets import load_registry, write_registry
from skerosion.experiments import StudyPlan, run_study
from tests.brightness_estimator import use_brightness
from tests.study.small_study import SIZES, quiet, study_table


@pytest.fixture
def estimators(monkeypatch):
    """The class that takes the networks' place, to count or stop its fits."""
    return use_brightness(monkeypatch)


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
        plan = StudyPlan(strategies=("original", "class_weights"), sizes=SIZES)
        out = tmp_path_factory.mktemp("registry_study")
        finished = run_study(registry, out=out, plan=plan, figures=False, progress=False, say=quiet)
    return finished
