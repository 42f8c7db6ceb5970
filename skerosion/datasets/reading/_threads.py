"""The threads that read and decode files: Pillow and the operating system let other threads run meanwhile."""

import functools
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

_CHUNKS_A_THREAD = 4  # so that a thread with slow files does not keep the others waiting


def for_each(function, values):
    """Call a function on each value in a few threads, and return the results in order.

    Parameters
    ----------
    function : callable
        Must not call ``for_each`` itself.
    values : sequence

    Returns
    -------
    results : list

    Examples
    --------
    >>> from skerosion.datasets.reading._threads import for_each
    >>> for_each(abs, [-3, 2])
    [3, 2]
    """
    if len(values) < 2:
        return [function(value) for value in values]
    # A few chunks instead of a task for each value: a hundred thousand tasks would take more memory than their images.
    bounds = np.linspace(0, len(values), min(len(values), _CHUNKS_A_THREAD * _threads()) + 1).astype(int)
    chunks = [values[start:stop] for start, stop in zip(bounds[:-1], bounds[1:], strict=True)]
    parts = _pool(os.getpid()).map(lambda chunk: [function(value) for value in chunk], chunks)
    return [result for part in parts for result in part]


@functools.cache
def _threads():
    """Return how many threads read, by the cores that this process may use."""
    from joblib import cpu_count  # as long to import as a table to read, whose mistakes are told before

    return max(2, min(8, cpu_count()))


@functools.cache
def _pool(process):
    """Return the pool of a process: threads do not survive a fork, so a child starts its own."""
    return ThreadPoolExecutor(_threads(), thread_name_prefix=f"skerosion-files-{process}")
