"""The progress bar: shown where asked for, silent elsewhere, gone after an interruption."""

import re

import keras
import pytest

from skerosion.training import ProgressBar, lease, train
from tests.training.test_programs import make_batches, make_key


def run(bar, callbacks=(), **options):
    with lease(make_key()) as program:
        program.reset(0, dropout=0.0)
        return train(program, make_batches(), epochs=2, callbacks=[bar, *callbacks], **options)


def test_it_counts_the_steps_of_this_call():
    seen = []

    class Watched(ProgressBar):
        def close(self):
            seen.append(self._progress.tasks[0])
            super().close()

    run(Watched(always=True), initial_epoch=1)
    assert seen[0].total == seen[0].completed == 2
    assert seen[0].description == "epoch 2/2"
    run(Watched(always=True), validation=make_batches())
    assert re.fullmatch(r"epoch 2/2 \(loss \d\.\d{4}, val loss \d\.\d{4} after 1\)", seen[1].description)


def test_it_stays_silent_off_a_terminal(capsys):
    run(ProgressBar())
    assert capsys.readouterr().err == ""


def test_an_interruption_takes_it_away():
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyboardInterrupt

    bar = ProgressBar(always=True)
    with pytest.raises(KeyboardInterrupt):
        run(bar, [Interrupt()])
    assert bar._progress.finished is False and not bar._progress.live.is_started
