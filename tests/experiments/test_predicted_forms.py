"""Images in several forms, predicted here or on dask workers: the same forecasts in the same order."""

import contextlib
import os
import pathlib
import re
import signal

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skerosion.datasets import as_image_rows
from skerosion.experiments import SavedEstimator
from skerosion.experiments._predicted_forms import Form, predict_forms
from skerosion.forecasts import Forecast, ForecastMixin
from skerosion.grades import Target
from tests.experiments.test_cluster import scheduler as scheduler

TARGET = Target.decide([0, 1])


class Halves(ForecastMixin, ClassifierMixin, BaseEstimator):
    """Grades by the mean of an image; kills its process once where the file `mark` is, and takes the file away."""

    def __init__(self, edge=127, mark=""):
        self.edge, self.mark = edge, mark
        self.classes_ = np.array([0, 1])

    def forecast(self, X):
        """Whether each image is above the edge."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.mark)
            os.kill(os.getpid(), signal.SIGKILL)
        above = (X.read().mean(axis=(1, 2, 3)) > self.edge).astype(float)
        return Forecast(above.astype(int), np.column_stack([1 - above, above]), self.classes_)


def saved(**settings):
    return SavedEstimator(Halves(**settings), "classifier", "original", TARGET, (4, 4, 1), {})


ROWS = as_image_rows(np.repeat(np.arange(0, 240, 20, dtype=np.uint8), 16).reshape(12, 4, 4))
FORMS = {"as they are": Form(ROWS), "inverted": Form(ROWS, lambda images: 255 - images), "fewer": Form(ROWS[:3])}


def test_each_form_is_predicted_by_each_estimator():
    shown = []
    graders = {"low": saved(edge=59), "high": saved(edge=200)}
    said = predict_forms(graders, FORMS, update=lambda work=0.0, text=None: shown.append((work, text)))
    assert list(said) == list(FORMS) and list(said["inverted"]) == [("classifier", "low"), ("classifier", "high")]
    assert said["as they are"]["classifier", "low"].prediction.tolist() == [0] * 3 + [1] * 9
    assert said["inverted"]["classifier", "high"].prediction.tolist() == [1] * 3 + [0] * 9
    assert len(said["fewer"]["classifier", "low"].prediction) == 3
    assert sum(work for work, _ in shown) == len(FORMS) and "inverted (2 of 3)" in shown[2][1]


@pytest.mark.slow
def test_workers_predict_the_same_though_one_is_lost(scheduler, tmp_path):
    pytest.importorskip("distributed")
    mark, told, done = pathlib.Path(tmp_path, "mark"), [], []
    graders = {"low": saved(edge=59, mark=str(mark)), "high": saved(edge=200)}
    here = predict_forms(graders, FORMS)
    mark.touch()
    there = predict_forms(
        graders, FORMS, scheduler=scheduler, say=told.append, update=lambda work=0.0, text=None: done.append(work)
    )
    assert not mark.exists() and any(re.search("was lost; another repeats .*low, ", text) for text in told)
    assert [(form, *said) for form, said in there.items()] == [(form, *said) for form, said in here.items()]
    for form, of_form in here.items():
        for name, forecast in of_form.items():
            np.testing.assert_array_equal(there[form][name].probabilities, forecast.probabilities)
    assert sum(done) == pytest.approx(len(FORMS))
