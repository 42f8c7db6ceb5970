"""Progress over fits that knows how much work each one is, wherever they run."""

import threading
import time
from array import array
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from skerosion._progress_display import show_progress

REPORT_EVERY = 1.0
"""Seconds between two reports of a process, and between two looks at them."""


@contextmanager
def progress_bar(total, *, shown=True, done=0.0, console=None, say=None):
    """Show the progress of a search while the block runs: a bar on a terminal, lines elsewhere.

    Parameters
    ----------
    total : float
        Work of all fits, in rows shown to a network.
    shown : bool, default=True
        False shows nothing.
    done : float, default=0.0
        Work finished by an earlier call.
    console : rich.console.Console or None, default=None
        Where to draw; None writes to standard error.
    say : callable or None, default=None
        Gets each line where no bar can be drawn; None writes them to the console.

    Yields
    ------
    callable
        ``update(work, text)`` adds finished work and says what runs; either may be left out.

    Examples
    --------
    >>> from skerosion.experiments._progress_bar import progress_bar
    >>> with progress_bar(10, shown=False) as update:
    ...     update(10, "fold 1")
    """
    if not shown or total <= 0:
        yield lambda work=0.0, text=None: None
        return
    progress = show_progress(total, done=done, console=console, say=say)
    try:
        yield progress.update
    finally:
        progress.stop()


@contextmanager
def reports_of_processes(update):
    """Pass on the work that other processes report while the block runs.

    Parameters
    ----------
    update : callable
        ``update(work)``, called every second, also with nothing new, so that lines come when they are due.

    Yields
    ------
    path-like
        The file that processes report to, see `ProcessReporter`.
    """
    with TemporaryDirectory(prefix="skerosion-") as folder:
        path, ended = Path(folder) / "work", threading.Event()
        path.touch()
        watcher = threading.Thread(target=_watch, args=(path, ended, update), daemon=True)
        watcher.start()
        try:
            yield path
        finally:
            ended.set()
            watcher.join()


def _watch(path, ended, update):
    """Pass on what is appended to a file of numbers, until the end and once more."""
    with open(path, "rb") as file:
        last = False
        while not last:
            last = ended.wait(REPORT_EVERY)
            update(sum(_numbers(file)))


def _numbers(file):
    """Return the whole numbers of a file from where it was read last; half a number is left for the next time."""
    content = file.read()
    whole = len(content) - len(content) % 8
    file.seek(whole - len(content), 1)
    return array("d", content[:whole])


class ProcessReporter:
    """Report the work of a process to a file, at most once a second; appending a number is safe beside other processes.

    Parameters
    ----------
    path : path-like

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skerosion.experiments._progress_bar import ProcessReporter
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     reporter = ProcessReporter(Path(folder) / "work")
    ...     reporter(3.0)
    ...     reporter.close()
    ...     len((Path(folder) / "work").read_bytes())
    8
    """

    def __init__(self, path):
        self._path, self._kept, self._last = path, 0.0, time.monotonic()

    def __call__(self, work, text=None):
        """Add finished work; what runs is left to who counts the fits."""
        self._kept += work
        if time.monotonic() - self._last >= REPORT_EVERY:
            self.close()

    def close(self):
        """Report what is left."""
        with open(self._path, "ab") as file:
            file.write(array("d", [self._kept]).tobytes())
        self._kept, self._last = 0.0, time.monotonic()


class StepListener:
    """A Keras callback that reports work after each training step.

    It answers every hook that Keras calls but derives from nothing, so that the rooms above the estimators need no
    Keras.

    Parameters
    ----------
    work : float
        Work of the whole fit.
    advance : callable
        ``advance(work)`` after each step.

    Examples
    --------
    >>> from skerosion.experiments._progress_bar import StepListener
    >>> done = []
    >>> listener = StepListener(10.0, done.append)
    >>> listener.set_params({"epochs": 2, "steps": 5})
    >>> listener.on_train_batch_end(0)
    >>> listener.on_epoch_end(0)
    >>> listener.on_train_end()
    >>> done
    [1.0, 9.0]
    """

    async_safe = True

    def __init__(self, work, advance):
        self._left = work
        self._work = work
        self._advance = advance
        self._step = 0.0

    def set_params(self, params):
        """Learn the number of epochs and of steps in each."""
        self._step = self._work / max(1, params["epochs"] * params["steps"])

    def on_train_batch_end(self, batch, logs=None):
        """Report one step."""
        step = min(self._step, self._left)
        self._left -= step
        self._advance(step)

    def on_train_end(self, logs=None):
        """Report what early stopping left out."""
        self._advance(self._left)
        self._left = 0.0

    def __getattr__(self, name):
        if name.startswith(("on_", "set_")):
            return lambda *arguments, **named: None
        raise AttributeError(name)
