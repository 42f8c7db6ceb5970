"""What a run says that ends before its last fit: why, what is finished, and whether the same command goes on."""

from concurrent.futures import BrokenExecutor

from ._cluster import ClusterFailed
from ._store import SearchStopped, is_disk_full


def begun(doing):
    """The line on work that begins.

    Examples
    --------
    >>> from skerosion.experiments._finished_fits import begun
    >>> begun("making the tables")
    'Making the tables ...'
    """
    return f"{doing[0].upper()}{doing[1:]} ..."


class finished_fits_stay:
    """Turn an interruption, a full disk or an error into a `SearchStopped` that says what is finished.

    Parameters
    ----------
    store : FitStore
    fit_jobs : sequence of FitJob
    doing : str
        What the block does, for the message: ``"fitting"``.
    tell : callable or None, default=None
        Gets the line on what begins.
    """

    def __init__(self, store, fit_jobs, doing, tell=None):
        self.store, self.fit_jobs = store, fit_jobs
        self.doing, self.tell = doing, tell

    def __enter__(self):
        if self.tell is not None:
            self.tell(begun(self.doing))
        return self

    def __exit__(self, kind, error, trace):
        if error is None or isinstance(error, SearchStopped) or not isinstance(error, (Exception, KeyboardInterrupt)):
            return
        raise SearchStopped(f"{self._why(error)} {self._finished()}{_advice(error)}") from error

    def _why(self, error):
        if isinstance(error, KeyboardInterrupt):
            return f"Interrupted while {self.doing}."
        if isinstance(error, ClusterFailed):
            return str(error)
        if isinstance(error, BrokenExecutor):
            return f"A process was lost while {self.doing}, as where memory runs out: a lower jobs= takes less of it."
        if is_disk_full(error):
            return f"The disk is full while {self.doing} ({error.filename or self.store.folder}): free some space."
        return f"Stopped while {self.doing} by {type(error).__name__}: {str(error).rstrip('.')}."

    def _finished(self):
        done = sum(job.name in self.store for job in self.fit_jobs)
        return f"{done} of {len(self.fit_jobs)} fits are finished and stay in {self.store.folder}"


def _advice(error):
    """The same command helps where nothing about it was wrong; after any other error it would fail again."""
    again = isinstance(error, (KeyboardInterrupt, BrokenExecutor, ClusterFailed)) or is_disk_full(error)
    return ": the same command goes on from there." if again else "."
