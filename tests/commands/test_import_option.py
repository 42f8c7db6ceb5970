"""``--import MODULE``: a user's own estimator and metric from the search to the prediction."""

import json
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

from skerosion import _own_modules
from skerosion.commands import app
from skerosion.metrics import _metric
from tests.brightness_estimator import make_joints

pytestmark = pytest.mark.once

MINE = '''
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skerosion.forecasts import Forecast, ForecastMixin
from skerosion.metrics import register_metric


@register_metric("near_enough", title="near enough")
def near_enough(y_true, y_pred):
    return (np.abs(y_true - y_pred) < 1).mean()


class MeanGrader(ForecastMixin, ClassifierMixin, BaseEstimator):
    """The grade whose mean brightness is nearest."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means_ = np.array([self._brightness(X)[y == grade].mean() for grade in self.classes_])
        return self

    def forecast(self, X):
        likely = np.exp(-np.abs(self._brightness(X)[:, None] - self.means_) / 20)
        return Forecast.of_probabilities(likely / likely.sum(axis=1, keepdims=True), self.classes_)

    @staticmethod
    def _brightness(X):
        return X.read().reshape(len(X), -1).mean(axis=1)
'''


def run(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A table of images and a module, neither of which leaves a trace in the process."""
    from PIL import Image

    monkeypatch.setattr(_own_modules, "_IMPORTED", {})
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr("skerosion.report._doubt.N_RESAMPLES", 100)
    rows, grades, patients = make_joints()
    names = [f"{number}.png" for number in range(len(grades))]
    for name, image in zip(names, rows, strict=True):
        Image.fromarray(image[..., 0]).save(tmp_path / name)
    pd.DataFrame({"file": names, "kl": grades, "who": patients}).to_csv(tmp_path / "labels.csv", index=False)
    (tmp_path / "mine_by_command.py").write_text(MINE)
    yield tmp_path
    sys.modules.pop("mine_by_command", None)


@pytest.mark.slow
def test_own_parts_from_search_to_prediction(folder, monkeypatch):
    table, module, out = folder / "labels.csv", folder / "mine_by_command.py", folder / "out"
    columns = ["--image", "file", "--target", "kl", "--group", "who"]
    plan = ["--estimator", "MeanGrader", "--strategies", "original", "--folds", 2, "--choose-by", "near_enough"]
    searched = run("search", table, *columns, *plan, "--import", module, "--out", out)
    assert searched.exit_code == 0, searched.output
    settings = json.loads((out / "settings.json").read_text())
    assert settings["winners"]["classifier"]["chosen_by"] == "near enough"
    assert json.loads((out / "config.json").read_text())["import"] == [str(module)]

    def forgotten():
        _own_modules._IMPORTED.clear()
        _metric._METRICS.pop("near_enough", None)
        sys.modules.pop("mine_by_command", None)

    forgotten()
    again = run("search", "--config", out / "config.json")
    assert again.exit_code == 0 and "fits were finished before" in again.output, again.output

    forgotten()
    grader = out / "classifier.skerosion"
    refused = run("predict", grader, folder / "0.png")
    assert refused.exit_code == 2 and "name its module with --import" in " ".join(refused.output.split())
    predicted = run("predict", grader, folder / "0.png", "--import", module)
    assert predicted.exit_code == 0, predicted.output


def test_a_module_beside_the_options_starts_from_their_file(folder):
    options = {"table": "labels.csv", "image": "file", "target": "kl", "out": "out", "import": "no_such_file.py"}
    (folder / "mine.json").write_text(json.dumps(options))
    done = run("search", "--config", folder / "mine.json")
    assert done.exit_code == 2
    assert f"--import must be names of modules or .py files, got '{folder / 'no_such_file.py'}'" in done.output
