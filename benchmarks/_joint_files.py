"""What the benchmarks on files share: JPEGs of synthetic joints, fresh processes in turn, peaks of memory, times."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(tempfile.gettempdir(), "skerosion-benchmarks")
_ANSWER = "measured: "


def joint_table(sizes):
    """The table of ``sizes["images"]`` synthetic joints as JPEGs (quality 95), kept between runs."""
    return pathlib.Path(sizes["folder"], f"joints-{sizes['images']}-{sizes['size']}", "labels.csv")


def write_joints(sizes):
    """Write the joints where they are not there yet, in two processes; images a second."""
    from skerosion.datasets import write_joint_images

    table = joint_table(sizes)
    if table.exists():
        return {}
    started = time.perf_counter()
    options = {"size": sizes["size"], "random_state": 0, "image_format": "jpeg", "n_jobs": 2}
    write_joint_images(table.parent, sizes["images"], **options)
    return {"images a second": sizes["images"] / (time.perf_counter() - started)}


def peak_megabytes():
    """The most memory that this process has held so far, in MB.

    Where there is a /proc, by its VmHWM: ru_maxrss of a new process starts at the size of the one that started it.
    """
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def make_timer(stop_after=None):
    """A Keras callback that notes the seconds of steps and epochs, and may stop after some steps."""
    import keras

    class Timer(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.steps, self.epochs = [], []

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch_started = self.step_started = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.epochs.append(time.perf_counter() - self.epoch_started)

        def on_train_batch_end(self, batch, logs=None):
            now = time.perf_counter()
            self.steps.append(now - self.step_started)  # with the wait for its batch
            self.step_started = now
            if len(self.steps) == stop_after:
                self.model.stop_training = True

    return Timer()


def compare(cases, sizes, quick, report, description):
    """Be the command line of a script: run the cases in turn, each in a process of its own, and report.

    Parameters
    ----------
    cases : dict of str to callable
        ``case(sizes)`` returns a dict of measurements. The first one only prepares and runs once.
    sizes, quick : dict
        Options and their defaults, and those that ``--quick`` makes tiny.
    report : callable
        ``report(sizes, rounds)`` returns lines; ``rounds[k][case][measurement]`` is a number.
    description : str
        Of the script.
    """
    options, sizes = _read_options(cases, sizes, quick, description)
    if options.case:
        print(_ANSWER + json.dumps(cases[options.case](sizes)))
        return
    preparation, *compared = cases
    _run_alone(preparation, sizes)
    rounds = []
    for number in range(options.pairs):
        order = compared if number % 2 == 0 else compared[::-1]
        rounds.append({case: _run_alone(case, sizes) for case in order})
    print("\n".join(report(sizes, rounds)))


def ratios(rounds, ours, peer):
    """Median, least and largest ratio of two measurements, given as (case, measurement), of the same round."""
    values = [outcome[ours[0]][ours[1]] / outcome[peer[0]][peer[1]] for outcome in rounds]
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def median(rounds, case, measurement):
    """Median of a measurement over the rounds."""
    return statistics.median(outcome[case][measurement] for outcome in rounds)


def _read_options(cases, sizes, quick, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, help="rounds in which each side runs once (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works")
    for name, default in sizes.items():
        text = f"default {default}, with --quick {quick.get(name, default)}"
        parser.add_argument(f"--{name}", type=type(default), help=text)
    parser.add_argument("--case", choices=cases, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.pairs = options.pairs or (1 if options.quick else 5)
    defaults = sizes | (quick if options.quick else {})
    given = {name: getattr(options, name) for name in defaults}
    return options, {name: defaults[name] if value is None else value for name, value in given.items()}


def _run_alone(case, sizes):
    """Run a case in a new process; this one imports nothing large."""
    given = [text for name, value in sizes.items() for text in (f"--{name}", str(value))]
    command = [sys.executable, sys.argv[0], "--case", case, *given]
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ}
    answer = subprocess.run(command, capture_output=True, text=True, env=environment)
    told = [line for line in answer.stdout.splitlines() if line.startswith(_ANSWER)]
    if answer.returncode or not told:
        raise SystemExit(f"{' '.join(command)} ended with {answer.returncode}:\n{answer.stderr[-4000:]}")
    outcome = json.loads(told[-1].removeprefix(_ANSWER))
    print(f"{case}: " + (", ".join(f"{name} {value:.4g}" for name, value in outcome.items()) or "ready"), flush=True)
    return outcome
