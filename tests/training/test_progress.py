"""The progress: a bar or lines where asked for, silent elsewhere, gone after an interruption."""

import io
import re

import keras
import pytest
from rich.console import Console

from skerosion.training import ProgressBar, lease, train
from tests.training.test_programs import make_batches, make_key


def terminal():
    return Console(file=io.StringIO(), force_terminal=True, width=100)


def run(bar, callbacks=(), **options):
    with lease(make_key()) as program:
        program.reset(0, dropout=0.0)
        return train(program, make_batches(), epochs=2, callbacks=[bar, *callbacks], **options)


def test_it_counts_the_steps_of_this_call():
    seen = []

    class Watched(ProgressBar):
        def close(self):
            seen.append(self._progress.drawn.tasks[0])
            super().close()

    run(Watched(always=True, console=terminal()), initial_epoch=1)
    assert seen[0].total == seen[0].completed == 2
    assert seen[0].description == "epoch 2/2"
    run(Watched(always=True, console=terminal()), validation=make_batches())
    assert re.fullmatch(r"epoch 2/2 \(loss \d\.\d{4}, val loss \d\.\d{4} after 1\)", seen[1].description)


def test_it_stays_silent_off_a_terminal(capsys):
    run(ProgressBar())
    assert capsys.readouterr().err == ""


def test_it_writes_a_line_an_epoch_off_a_terminal(capsys):
    run(ProgressBar(always=True), validation=make_batches())
    first, last = capsys.readouterr().err.splitlines()
    losses = r"loss \d\.\d{4}, val loss \d\.\d{4}"
    assert re.fullmatch(rf"50 % after \d:\d\d:\d\d, about \d:\d\d:\d\d left: epoch 1/2, {losses}", first)
    assert re.fullmatch(rf"100 % after \d:\d\d:\d\d, about 0:00:00 left: epoch 2/2, {losses}", last)


def test_an_interruption_takes_it_away():
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyboardInterrupt

    bar = ProgressBar(always=True, console=terminal())
    with pytest.raises(KeyboardInterrupt):
        run(bar, [Interrupt()])
    assert bar._progress.drawn.finished is False and not bar._progress.drawn.live.is_started
