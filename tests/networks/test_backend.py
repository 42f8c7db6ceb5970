"""Backends that cannot train and processes that cannot compute end in a line, not in a KeyError or a hang."""

import multiprocessing
import os
import subprocess
import sys

import numpy as np
import pytest

from skerosion import CNNClassifier
from skerosion.networks import NetworkSpec, build_network

X, Y = np.random.default_rng(0).integers(0, 255, (8, 16, 16), dtype=np.uint8), [0, 1] * 4
SMALL = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 1, "verbose": 0, "random_state": 0}
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "room", "message"),
    [
        ("numpy", "skerosion.training", "cannot be trained on Keras' backend 'numpy'"),
        ("tensorfow", "skerosion.estimators", "Keras does not start with KERAS_BACKEND='tensorfow'"),
        ("openvino", "skerosion.inspection", "openvino"),
    ],
)
def test_a_backend_that_cannot_train_is_refused_with_those_that_can(backend, room, message):
    environment = os.environ | {"KERAS_BACKEND": backend}
    command = [sys.executable, "-c", f"import {room}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode and message in last
    assert "set the environment variable KERAS_BACKEND to one of 'tensorflow', 'jax', 'torch'" in last


def what_a_fork_says(function):
    """Return the error of a function in a forked child, None where it ended well; a hang is an error here."""

    def run(send):
        try:
            function()
        except Exception as error:
            send.send(f"{type(error).__name__}: {error}")
        else:
            send.send(None)

    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=run, args=(send,))
    child.start()
    try:
        assert receive.poll(60), "the child hangs"
        return receive.recv()
    finally:
        child.kill()
        child.join()


@pytest.mark.slow
@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork:RuntimeWarning", "ignore:.*fork:DeprecationWarning")
def test_a_forked_child_is_told_what_to_do():
    classifier = CNNClassifier(**SMALL).fit(X, Y)
    for use in (
        lambda: classifier.predict(X),
        lambda: CNNClassifier(**SMALL).fit(X, Y),
        lambda: classifier.model_,
        lambda: build_network(NetworkSpec((16, 16, 1), 2, "softmax", filters=(4,))),
    ):
        assert "get_context('spawn')" in what_a_fork_says(use)
    # What needs no network still works there, and the parent goes on as before.
    assert what_a_fork_says(classifier.get_params) is None
    assert len(classifier.predict(X)) == 8
