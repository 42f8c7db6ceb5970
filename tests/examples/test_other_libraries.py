"""The examples beside other libraries run where these are installed, and TensorBoard follows a training."""

import os
import pathlib
import runpy
from functools import partial

import keras
import numpy as np
import pytest

from skerosion import CNNClassifier

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
NEEDS = {
    "tune_with_optuna": ["optuna"],
    "sets_of_other_libraries": ["mapie", "crepes"],
    "model_card_with_skops": ["skops"],
}


@pytest.mark.slow
@pytest.mark.parametrize("script", NEEDS)
def test_example(script, monkeypatch):
    for library in NEEDS[script]:
        pytest.importorskip(library)
    monkeypatch.setitem(os.environ, "SKEROSION_FAST", "1")
    runpy.run_path(str(EXAMPLES / f"{script}.py"))


def test_tensorboard_follows_a_training(tmp_path):
    pytest.importorskip("tensorboard")
    features = np.column_stack([np.tile([0, 1], 12), np.ones(24)]).astype(np.float32)
    callbacks = [partial(keras.callbacks.TensorBoard, tmp_path)]
    CNNClassifier(dense_units=(4,), epochs=2, callbacks=callbacks).fit(features, np.tile([0, 1], 12))
    assert list(tmp_path.rglob("events.out.tfevents.*"))
