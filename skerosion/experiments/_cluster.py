"""Work on dask workers: a call runs on one of them, its result comes back here, and what a lost worker had is repeated.

The scheduler reads the names of functions alone, so this module loads nothing that is large.
"""

import importlib.util
import logging
import pickle
import sys
import time
from collections import deque
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass

from skerosion._counted import counted

CONNECT_WITHIN = 10
"""Seconds in which a scheduler has to answer."""

WITHOUT_WORKERS = 60
"""Seconds that work waits for a worker where there is none."""


class ClusterFailed(Exception):
    """A cluster on which nothing goes on; another, or the same one put right, may.

    Examples
    --------
    >>> from skerosion.experiments._cluster import ClusterFailed
    >>> raise ClusterFailed("The dask scheduler tcp://10.0.0.5:8786 was lost.")
    Traceback (most recent call last):
    ...
    skerosion.experiments._cluster.ClusterFailed: The dask scheduler tcp://10.0.0.5:8786 was lost.
    """


@dataclass(frozen=True, eq=False)
class Call:
    """A call of a function: what it is called, its first arguments, kept on workers for other calls, and the rest."""

    label: str
    function: object
    kept: tuple
    arguments: tuple


def check_scheduler(address, jobs=1):
    """Check that a scheduler answers, before there is work to lose.

    Parameters
    ----------
    address : str or None
        None is for work that stays on this machine.
    jobs : int, default=1
        Processes of this machine, which there are none of beside those of a cluster.
    """
    if address is None:
        return
    if jobs != 1:
        raise ValueError(f"jobs must be left out with scheduler=, whose workers say how many work, got {jobs}.")
    with connected(address):
        pass


@contextmanager
def connected(address):
    """Connect to a scheduler while the block runs.

    Parameters
    ----------
    address : str

    Yields
    ------
    distributed.Client
    """
    if importlib.util.find_spec("distributed") is None:
        raise ImportError(
            "scheduler must be left out where dask.distributed is not installed: pip install 'skerosion[distributed]'"
        )
    from skerosion.model_selection import search_client

    try:
        client = search_client(address, timeout=CONNECT_WITHIN)
    except (OSError, TypeError, ValueError) as error:
        rule = "scheduler must be the address of a dask scheduler that answers, such as tcp://10.0.0.5:8786"
        raise ValueError(f"{rule}, got {address!r}: {str(error).rstrip('.')}.") from error
    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(logging.CRITICAL)  # what it says of a lost scheduler is told here
    try:
        with client:
            yield client
    finally:
        log.setLevel(level)


def run_on_workers(address, calls, *, say, update=lambda: None):
    """Run calls on the workers of a scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler.
    calls : sequence of Call
        What they are kept by, rows of images among it, travels once to each worker.
    say : callable
        Gets a line on the workers, and one on each that is lost.
    update : callable
        Called every second.

    Yields
    ------
    call : Call
    result : object
        As calls end.

    Raises
    ------
    ClusterFailed
        Where no scheduler or no worker is left, or a worker cannot do the work.
    """
    with connected(address) as client:
        workers = client.nthreads()
        say(_begun(address, calls, sum(workers.values())))
        labels, lost = {}, deque()
        client.subscribe_topic("all", lost.append)
        futures = _submit(client, calls)
        labels.update({future.key: call.label for future, call in futures.items()})
        seen = time.monotonic()
        while futures:
            with _losing_scheduler(client, address):
                done = _done(client, futures)
                seen = time.monotonic() if client.nthreads() else seen
            for text in _losses(lost, labels):
                say(text)
            if time.monotonic() - seen > WITHOUT_WORKERS:
                raise ClusterFailed(f"The dask scheduler {address} has had no worker for {WITHOUT_WORKERS} seconds.")
            # Results before errors, which end it all.
            for future in sorted(done, key=lambda each: each.status != "finished"):
                call = futures.pop(future)
                with _losing_scheduler(client, address):
                    result = _result(future, call)
                yield call, result
            update()


def _begun(address, calls, places):
    have = f"whose workers take {places} at a time" if places else f"which has {WITHOUT_WORKERS} seconds to get workers"
    return f"{counted(len(calls), 'piece')} of work for the dask scheduler {address}, {have}."


def _submit(client, calls):
    """Hand out calls, packed: workers unpack them once they can import what is in them, the scheduler never."""
    import cloudpickle

    from skerosion._own_modules import own_folders

    from ._own_parts import pack_own_parts
    from ._record import software

    handed = {}

    def kept(value):
        if id(value) not in handed:
            handed[id(value)] = client.scatter(value)
        return handed[id(value)]

    setup = pickle.dumps((own_folders(), software(), pack_own_parts()))
    packed = [cloudpickle.dumps((call.function, call.arguments)) for call in calls]
    tasks = [
        client.submit(_call, kept(setup), each, *map(kept, call.kept), pure=False)
        for each, call in zip(packed, calls, strict=True)
    ]
    return dict(zip(tasks, calls, strict=True))


def _call(setup, packed, *kept):
    """Make a call on a worker that has the software of the program which hands it out."""
    folders, expected, parts = pickle.loads(setup)
    sys.path.extend(folder for folder in folders if folder not in sys.path)

    from ._own_parts import register_packed
    from ._record import software

    if software() != expected:
        raise ClusterFailed(_unlike(software(), expected))
    try:
        register_packed(parts)
        function, arguments = pickle.loads(packed)
    except ModuleNotFoundError as error:
        rule = "install it there, or start the workers where it is found"
        raise ClusterFailed(f"A dask worker does not find the module {error.name} that you import: {rule}.") from error
    try:
        return function(*kept, *arguments)
    except FileNotFoundError as error:
        rule = "images must lie on a disk that all workers see under the same path"
        raise ClusterFailed(f"A dask worker does not find {error.filename or error}: {rule}.") from error


def _unlike(mine, expected):
    """What differs in the software of a worker."""
    there = mine["versions"] | {"code of skerosion": mine["code"][:12]}
    here = expected["versions"] | {"code of skerosion": expected["code"][:12]}
    told = [f"{name} {there[name]}, not {here[name]}" for name in here if there[name] != here[name]]
    return f"A dask worker has other software, {'; '.join(told)}: install the same on all machines."


def _done(client, futures):
    """Those that have ended, within a second."""
    from distributed import wait

    try:
        return wait(list(futures), timeout=1, return_when="FIRST_COMPLETED").done
    except TimeoutError:
        return ()


def _result(future, call):
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise ClusterFailed(
            f"{call.label} was given up: {error.allowed_failures + 1} dask workers died of it, as without memory."
        ) from error


@contextmanager
def _losing_scheduler(client, address):
    """Tell the loss of the scheduler, which cancels all that was asked of it."""
    try:
        yield
    except (CancelledError, OSError) as error:
        if isinstance(error, OSError) and client.status == "running":
            raise
        raise ClusterFailed(f"The dask scheduler {address} was lost.") from error


def _losses(events, labels):
    """A line for each worker that was lost with work of ours."""
    while events:
        _, event = events.popleft()
        if isinstance(event, dict) and event.get("action") == "remove-worker":
            had = [labels[key] for key in event.get("processing-tasks", ()) if key in labels]
            if had:
                yield f"The dask worker {event['worker']} was lost; another repeats {', '.join(sorted(had))}."
