"""Own parts reach the processes of fits, and their code is part of what a fit is known by."""

import pathlib
import runpy

import numpy as np
import pytest

from skerosion.experiments import SearchPlan, Training
from skerosion.experiments._engine import fit_digest
from skerosion.experiments._folds import Fold
from skerosion.experiments._own_parts import pack_own_parts, register_packed
from skerosion.grades import Target
from skerosion.metrics import _metric, list_metrics
from skerosion.networks import Head, list_heads, own_networks, own_part
from skerosion.networks import _own_networks as registered
from tests.brightness_estimator import make_joints, run_search

TEMPLATES = pathlib.Path(__file__).parents[2] / "examples" / "templates"
SMALL = {"epochs": 1, "batch_size": 30, "filters": (4,), "convolutions": 1, "dense_units": (4,)}


@pytest.fixture
def own():
    """The templates' head and metric, registered by a script, for one test."""
    runpy.run_path(str(TEMPLATES / "own_head.py"))
    runpy.run_path(str(TEMPLATES / "own_metric.py"))


@pytest.mark.once
def test_what_is_registered_is_registered_elsewhere(own):
    packed = pack_own_parts()
    del registered._HEADS["own"], _metric._METRICS["own"]
    register_packed(packed)
    assert "own" in list_heads() and "own" in list_metrics("grades")
    assert isinstance(own_networks()["head", "own"], Head)


@pytest.mark.once
def test_parts_of_the_package_are_nobodys_own():
    ours = {("head", "corn"), ("head", "softmax"), ("backbone", "vgg"), ("backbone", "InceptionV3")}
    assert not ours & own_networks().keys() and all(own_part(*each) is None for each in ours)


@pytest.mark.once
@pytest.mark.parametrize("estimator", [None, "OrdinalClassifier"])
def test_the_code_of_an_own_head_is_part_of_a_fit(own, estimator):
    """Whether the head is a parameter of the task's network or of an estimator that is compared."""

    def name():
        rows = np.arange(6)
        training = Training("classifier", "original", estimator=estimator)
        return fit_digest("ab", training, Target.decide([0, 1]), Fold(0, rows, rows, 1), {"head": "own"}, None)

    before = name()
    assert name() == before
    registered._HEADS["own"] = Head(lambda spec, **options: None, lambda spacing: None, gives="probabilities")
    assert name() != before


SCRIPT = """
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from skerosion.forecasts import Forecast, ForecastMixin


class Marginal(ForecastMixin, ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / len(y)
        return self

    def forecast(self, X):
        return Forecast.of_probabilities(np.tile(self.shares_, (len(X), 1)), self.classes_)
"""


@pytest.mark.slow
def test_own_parts_work_in_processes(own, tmp_path):
    """A registered head, and an estimator that stands in a script: no worker can import either."""
    (tmp_path / "script.py").write_text(SCRIPT)
    script = runpy.run_path(str(tmp_path / "script.py"), run_name="a_script")
    named = {"headed": {"type": "OrdinalClassifier", "head": "own", **SMALL}, "marginal": script["Marginal"]()}
    rows, grades, patients = make_joints()
    images = np.repeat(np.repeat(rows.read(), 2, axis=1), 2, axis=2)
    plan = SearchPlan(strategies=("original",), estimators=named, folds=2)
    result = run_search(
        images, grades, patients, out=tmp_path, plan=plan, jobs=2, progress=False, say=lambda text: None
    )
    assert result.predictions["classifier", "headed_original"].probabilities.shape == (60, 3)
    shares = result.predictions["classifier", "marginal_original"].probabilities
    np.testing.assert_allclose(shares.mean(axis=0), np.bincount(grades) / 60, atol=0.05)
