"""How far something that lasts is: a bar on a terminal, and a line now and then in a pipe, a log or a notebook."""

import time
from datetime import timedelta

FIRST_LINE = 10.0
"""Seconds until the first line, which gives a first idea of the time left."""

MINUTE, LONGEST = 60.0, 600.0
"""Fewest and most seconds between two lines; between them a sixtieth of the time gone, so that long logs stay short."""


def show_progress(total, *, done=0.0, console=None, say=None, transient=False):
    """Begin to show the progress of some work, as the place allows.

    Parameters
    ----------
    total : float
        All of the work.
    done : float, default=0.0
        Work finished before.
    console : rich.console.Console or None, default=None
        Where to draw; None takes standard error.
    say : callable or None, default=None
        Gets each line where no bar can be drawn; None writes them to the console.
    transient : bool, default=False
        Whether the bar goes away at the end.

    Returns
    -------
    ProgressDrawn or ProgressLines

    Examples
    --------
    >>> from skerosion._progress_display import show_progress
    >>> progress = show_progress(10, say=print)
    >>> progress.update(10, "fold 1")
    >>> progress.stop()
    """
    from rich.console import Console

    console = console or Console(stderr=True)
    if is_drawn_on(console):
        return ProgressDrawn(total, done, console, transient)
    return ProgressLines(total, say or line_writer(console), done=done)


def is_drawn_on(console):
    """Whether a bar can be drawn: only on a terminal that moves its cursor."""
    return console.is_terminal and not console.is_dumb_terminal


def line_writer(console):
    """Return what writes a line to a console as it is."""
    return lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True)


class ProgressDrawn:
    """A bar with the time gone and the time left."""

    def __init__(self, total, done, console, transient=False):
        from rich import progress

        # Fits take minutes, so the estimate must remember all of them: rich forgets after 30 seconds by default.
        self.drawn = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("ETA"),
            progress.TimeRemainingColumn(),
            console=console,
            transient=transient,
            speed_estimate_period=1e9,
        )
        self._task = self.drawn.add_task("starting", total=total, completed=done)
        self.drawn.start()

    def update(self, work=0.0, text=None):
        """Add finished work and say what runs."""
        self.drawn.update(self._task, advance=work, **({"description": text} if text else {}))

    def stop(self):
        """Draw no more."""
        self.drawn.stop()


class ProgressLines:
    """Lines with the time gone and the time left, the rarer the longer it takes: 60 in the first hour, 6 in a late one.

    Parameters
    ----------
    total : float
        All of the work.
    say : callable
        Gets each line.
    done : float, default=0.0
        Work finished before.
    first : float, default=FIRST_LINE
        Seconds until the first line.
    clock : callable, default=time.monotonic
        The time in seconds.

    Examples
    --------
    >>> from skerosion._progress_display import ProgressLines
    >>> seconds = iter([0, 5, 65, 66])
    >>> lines = ProgressLines(10, print, clock=lambda: next(seconds))
    >>> for _ in range(3):
    ...     lines.update(2, "fold 1")
    40 % after 0:01:05, about 0:01:38 left: fold 1
    """

    def __init__(self, total, say, *, done=0.0, first=FIRST_LINE, clock=time.monotonic):
        self._total, self._before, self._done = total, done, done
        self._say, self._clock, self._text = say, clock, ""
        self._started = clock()
        self._due = self._started + first
        self._written = 0

    def update(self, work=0.0, text=None):
        """Add finished work and say what runs; a line is written where one is due."""
        self._done += work
        self._text = text or self._text
        now = self._clock()
        if now >= self._due:
            self._due = now + min(LONGEST, max(MINUTE, (now - self._started) / 60))
            self.write(now)

    def write(self, now=None):
        """Write a line whether it is due or not."""
        elapsed = (self._clock() if now is None else now) - self._started
        made = self._done - self._before
        # Compiling comes before the first steps: of less than one in a hundred it would promise hours.
        foretold = made >= self._total / 100
        left = f", about {_clock_time(elapsed / made * (self._total - self._done))} left" if foretold else ""
        share = min(1.0, self._done / self._total)
        self._say(f"{share:.0%} after {_clock_time(elapsed)}{left}: {self._text}".replace("%", " %", 1))
        self._written += 1

    def stop(self):
        """Say how long it took where lines were written, unless it ended early."""
        if self._written and self._done >= self._total * (1 - 1e-9):
            self._say(f"100 % after {_clock_time(self._clock() - self._started)}.")


def _clock_time(seconds):
    """Hours, minutes and seconds; rounded to whole seconds."""
    return str(timedelta(seconds=round(max(0.0, seconds))))
