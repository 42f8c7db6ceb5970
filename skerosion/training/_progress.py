"""A progress bar for fits that last."""

import sys
import time

import keras
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SHORT_FIT = 10.0
FIRST_LOOK = 2.0


class ProgressBar(keras.callbacks.Callback):
    """Show epoch, loss and time left on standard error.

    Parameters
    ----------
    always : bool
        False shows the bar only on a terminal, and only once the fit is seen to take longer than
        ``SHORT_FIT`` seconds.

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

    def __init__(self, always=False):
        super().__init__()
        self.always = always
        self._progress = None

    def on_train_begin(self, logs=None):
        """Note the time."""
        self._started, self._steps, self._loss = time.monotonic(), 0, ""
        self._silent = not self.always and not sys.stderr.isatty()

    def on_train_batch_end(self, batch, logs=None):
        """Advance by one step, showing the bar from when it is known to be worth it."""
        self._steps += 1
        if self._silent:
            return
        total = self.params["steps"] * (self.params["epochs"] - self.params["initial_epoch"])
        if self._progress is None and self._is_long(total):
            self._open(total)
        if self._progress is not None:
            epoch = self.params["initial_epoch"] + (self._steps - 1) // self.params["steps"] + 1
            text = f"epoch {epoch}/{self.params['epochs']}{self._loss}"
            self._progress.update(self._task, completed=self._steps, description=text)

    def on_epoch_end(self, epoch, logs=None):
        """Take down the losses, which the next epoch's bar shows: asking for each batch's would slow a GPU down."""
        losses = [f"{name.replace('_', ' ')} {logs[name]:.4f}" for name in ("loss", "val_loss") if name in logs]
        self._loss = f" ({', '.join(losses)} after {epoch + 1})"

    def close(self):
        """Take the bar away, also where training was interrupted."""
        if self._progress is not None:
            self._progress.stop()

    def _is_long(self, total):
        elapsed = time.monotonic() - self._started
        return self.always or (elapsed > FIRST_LOOK and elapsed / self._steps * total > SHORT_FIT)

    def _open(self, total):
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=total)
        self._progress.start()
