"""What a process measures of itself: seconds, growth of memory, temporaries; and what it runs on."""

import datetime
import gc
import importlib.metadata
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time
import tracemalloc

MEGABYTE = 2**20
# Named with their versions wherever they are installed: what is measured, and what it is measured against.
PACKAGES = (
    "keras",
    "tensorflow",
    "jax",
    "torch",
    "numpy",
    "scipy",
    "scikit-learn",
    "imbalanced-learn",
    "scikeras",
    "skorch",
    "scoringrules",
)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def measured(function):
    """Run a function once; return its seconds and by how much the process grew, in megabytes."""
    import psutil

    gc.collect()
    process = psutil.Process()
    before, started = process.memory_info().rss, time.perf_counter()
    function()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": (process.memory_info().rss - before) / MEGABYTE}


def warm_seconds(function, repeats, warmups=3):
    """Return the median seconds of some calls, after calls that are not counted."""
    for _ in range(warmups):
        function()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def peak_megabytes(function):
    """Return the most that a call holds at a time beyond what there was, of what Python and NumPy allocate.

    Tracing costs time: a call that is timed is another one.
    """
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - before) / MEGABYTE


def process_peak_megabytes():
    """Return the most memory that this process has held so far, in megabytes.

    Where there is a /proc, by its VmHWM: ru_maxrss of a new process starts at the size of the one that started it.
    """
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (MEGABYTE if sys.platform == "darwin" else 2**10)


def describe_machine():
    """Return one line: cores, memory, devices, versions. Never a name of a host."""
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = round(psutil.virtual_memory().total / 2**30)
    parts = [f"{cores} cores, {memory} GiB, {_devices()}", f"{platform.system()} {platform.machine()}"]
    parts += [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    backend = f"Keras backend {os.environ.get('KERAS_BACKEND', 'tensorflow')}"
    versions = [f"{name} {version}" for name in PACKAGES if (version := _version(name))]
    return "; ".join([*parts, ", ".join([f"Python {platform.python_version()}", backend, *versions])])


def today():
    """Return the date as 2026-01-31."""
    return datetime.date.today().isoformat()


def _devices():
    """Return the names of NVIDIA's GPUs, by their own tool: the process that asks loads no backend."""
    if not shutil.which("nvidia-smi"):
        return "no GPU"
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    names = subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()
    return ", ".join(names) or "no GPU"


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
