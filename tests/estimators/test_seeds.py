"""An int `random_state` repeats bit for bit, here and in a new process; global seeds are left as they were."""

import subprocess
import sys

import numpy as np
import pytest

from skerosion import CNNClassifier

SCRIPT = """
import hashlib
import numpy as np
from skerosion import CNNClassifier

rng = np.random.default_rng(0)
images, grades = rng.integers(0, 255, (60, 16, 16, 1)).astype("uint8"), rng.integers(0, 3, 60)
classifier = CNNClassifier(
    filters=(4, 8), dense_units=(8,), batch_size=16, epochs=2, validation_split=0.2,
    augmentation={"rotation": 10.0, "exposure": 0.1}, random_state=3,
).fit(images, grades)
digest = hashlib.sha256(b"".join(weight.tobytes() for weight in classifier.weights_)).hexdigest()
"""


def digest_here():
    scope = {}
    exec(SCRIPT, scope)
    return scope["digest"]


@pytest.mark.slow
def test_the_same_bits_twice_and_in_a_new_process():
    here = digest_here()
    assert digest_here() == here
    process = [sys.executable, "-c", SCRIPT + "\nprint(digest)"]
    assert subprocess.run(process, capture_output=True, text=True, check=True).stdout.strip() == here


def test_another_seed_gives_other_weights(graded, quick):
    fits = [CNNClassifier(**{**quick, "random_state": seed}).fit(*graded[:2]) for seed in (0, 1)]
    assert any((one != other).any() for one, other in zip(*(fit.weights_ for fit in fits), strict=True))


def test_no_seed_gives_other_weights_each_time(graded, quick):
    fits = [CNNClassifier(**{**quick, "random_state": None}).fit(*graded[:2]) for _ in range(2)]
    assert any((one != other).any() for one, other in zip(*(fit.weights_ for fit in fits), strict=True))


def test_a_random_state_is_drawn_from(graded, quick):
    state = np.random.RandomState(0)
    fits = [CNNClassifier(**{**quick, "random_state": state}).fit(*graded[:2]) for _ in range(2)]
    assert any((one != other).any() for one, other in zip(*(fit.weights_ for fit in fits), strict=True))


WATCHED = """
import random
import keras
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework import config
from skerosion import CRPSRegressor

def state():
    _, keys, position, *_ = np.random.get_state()
    switches = config.is_op_determinism_enabled(), tf.config.threading.get_intra_op_parallelism_threads()
    return random.getstate(), keys.tobytes(), position, context.global_seed(), switches, torch_seed()

def torch_seed():
    if keras.backend.backend() != "torch":
        return None
    import torch
    return torch.initial_seed(), torch.are_deterministic_algorithms_enabled()

before = state()
"""


@pytest.mark.slow
def test_global_seeds_and_switches_are_left_as_they_were():
    """In a new process: fit, prediction and the exported Keras model of a network with a seed and of one without."""
    imports, work = SCRIPT.split("rng = ")
    work = f"rng = {work}classifier.predict(images)\nclassifier.model_\nassert state() == before\n"
    without = work.replace("random_state=3", "random_state=None").replace("filters=(4, 8)", "filters=(4, 6)")
    script = imports + WATCHED + work + without
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
