"""Progress of fits that last: a bar on a terminal, lines elsewhere."""

import time

import keras
from rich.console import Console

from skerosion._progress_display import MINUTE, ProgressDrawn, ProgressLines, is_drawn_on, line_writer

SHORT_FIT = 10.0
FIRST_LOOK = 2.0


class ProgressBar(keras.callbacks.Callback):
    """Show epoch, losses and time left on standard error: a bar on a terminal, lines in a pipe, a log or a notebook.

    Parameters
    ----------
    always : bool
        True draws the bar from the first step, or writes a line per epoch. False draws it only once the fit is seen to
        take longer than ``SHORT_FIT`` seconds, and writes a line only where it lasts longer than a minute, and at most
        one a minute.
    console : rich.console.Console or None, default=None
        Where to; None takes standard error.

    Examples
    --------
    An estimator takes it as it takes any of Keras' callbacks; ``verbose=`` is the short form.

    >>> import numpy as np
    >>> from skerosion import CNNClassifier
    >>> from skerosion.training import ProgressBar
    >>> X, y = np.zeros((8, 16, 16), "uint8"), [0, 1] * 4
    >>> small = dict(filters=(4,), dense_units=(8,), epochs=1, verbose=0, random_state=0)
    >>> len(CNNClassifier(**small, callbacks=[ProgressBar]).fit(X, y).history_["loss"])
    1
    """

    def __init__(self, always=False, console=None):
        super().__init__()
        self.always = always
        self.console = console
        self._progress = None

    def on_train_begin(self, logs=None):
        """Note the time; lines need nothing else, a bar waits until it is worth it."""
        self._started, self._steps, self._loss = time.monotonic(), 0, ""
        self._total = self.params["steps"] * (self.params["epochs"] - self.params["initial_epoch"])
        console = self.console or Console(stderr=True)
        self._is_drawn = is_drawn_on(console)
        if not self._is_drawn:
            first = float("inf") if self.always else MINUTE
            self._progress = ProgressLines(self._total, line_writer(console), first=first)

    def on_train_batch_end(self, batch, logs=None):
        """Advance by one step, drawing the bar from when it is known to be worth it."""
        self._steps += 1
        if self._progress is None and self._is_long():
            self._progress = ProgressDrawn(self._total, self._steps - 1, self.console or Console(stderr=True), True)
        if self._progress is not None:
            self._progress.update(1, self._text())

    def on_epoch_end(self, epoch, logs=None):
        """Take down the losses, which the next epoch's bar shows: asking for each batch's would slow a GPU down."""
        losses = [f"{name.replace('_', ' ')} {logs[name]:.4f}" for name in ("loss", "val_loss") if name in logs]
        self._loss = f" ({', '.join(losses)} after {epoch + 1})"
        if self.always and not self._is_drawn:
            self._progress.update(text=f"epoch {epoch + 1}/{self.params['epochs']}, {', '.join(losses)}")
            self._progress.write()

    def close(self):
        """Take the bar away, also where training was interrupted."""
        if self._is_drawn and self._progress is not None:
            self._progress.stop()

    def _text(self):
        epoch = self.params["initial_epoch"] + (self._steps - 1) // self.params["steps"] + 1
        return f"epoch {epoch}/{self.params['epochs']}{self._loss}"

    def _is_long(self):
        elapsed = time.monotonic() - self._started
        return self.always or (elapsed > FIRST_LOOK and elapsed / self._steps * self._total > SHORT_FIT)
