"""A progress bar over fits that knows how much work each one is."""

from contextlib import contextmanager

import rich.console


@contextmanager
def progress_bar(total, *, shown=True, done=0.0, console=None):
    """Show the progress of a search while the block runs.

    Parameters
    ----------
    total : float
        Work of all fits, in rows shown to a network.
    shown : bool, default=True
        False draws nothing.
    done : float, default=0.0
        Work finished by an earlier call.
    console : rich.console.Console or None, default=None
        Where to draw; None writes to standard error.

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
    with _bar(console) as bar:
        task = bar.add_task("starting", total=total, completed=done)

        def update(work=0.0, text=None):
            bar.update(task, advance=work, **({"description": text} if text else {}))

        yield update


def _bar(console):
    from rich import progress

    # Fits take minutes, so the estimate must remember all of them: rich forgets after 30 seconds by default.
    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("ETA"),
        progress.TimeRemainingColumn(),
        console=console or rich.console.Console(stderr=True),
        speed_estimate_period=1e9,
    )


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
            return _nothing
        raise AttributeError(name)


def _nothing(*arguments, **named):
    """Answer a hook that reports nothing."""
