"""Searches and studies on dask workers: the numbers of this machine, whatever dies."""

import contextlib
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import types

import pytest
from sklearn.base import ClassifierMixin

from skerosion.experiments import SearchPlan, SearchStopped, search_strategies
from skerosion.experiments import _cluster as cluster_module
from skerosion.experiments._cluster import Call, ClusterFailed, _call, _result, connected, run_on_workers
from skerosion.experiments._record import command_line, software
from skerosion.forecasts import ForecastMixin
from tests.brightness_estimator import BrightnessEstimator, make_joints

distributed = pytest.importorskip("distributed")

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]


class Fragile(ForecastMixin, ClassifierMixin, BrightnessEstimator):
    """Kills the process whose number stands in the file `mark`, its own for 0, and takes the file away."""

    def __init__(self, *, mark="", task="classifier", grid=None, epochs=1, callbacks=None, random_state=None):
        super().__init__(task=task, grid=grid, epochs=epochs, callbacks=callbacks, random_state=random_state)
        self.mark = mark

    def fit(self, X, y):
        with contextlib.suppress(FileNotFoundError):
            number = int(pathlib.Path(self.mark).read_text())
            os.unlink(self.mark)
            os.kill(number or os.getpid(), signal.SIGKILL)
        return super().fit(X, y)


def search(out, mark, scheduler=None, said=None, **settings):
    """Six fits of an estimator that reads brightness, and all that a search leaves."""
    plan = SearchPlan(tasks=("classifier",), strategies=("original", "oversampled"), folds=3)
    told = {"say": (said if said is not None else []).append, "figures": False, "progress": False}
    estimators = {"bright": Fragile(mark=str(mark))}
    told |= {"plan": plan, "estimators": estimators, "scheduler": scheduler}
    return search_strategies(*make_joints(), out=out, **told, **settings)


def numbers(out):
    """Content of every file that the same command leaves alike, by name: all but times and what bears them."""
    timed = ("fits", "trainings", "settings.json", "report.html", "report.json")
    paths = (path for path in out.rglob("*") if path.is_file() and not set(path.relative_to(out).parts) & set(timed))
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def scheduler():
    """Address of a scheduler with two workers of one thread, in processes of their own."""
    threads = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in threads.items():
            patch.setenv(name, value)
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
            yield cluster.scheduler_address


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """The search on this machine, and the file whose name is a parameter of its estimators."""
    folder = tmp_path_factory.mktemp("here")
    search(folder / "out", folder / "mark")
    return numbers(folder / "out"), folder / "mark"


def kept(out):
    """When each finished fit of a search was written."""
    return {path: path.stat().st_mtime_ns for path in (out / "fits").glob("classifier-*.npz")}


@pytest.mark.slow
def test_a_killed_worker_is_told_and_changes_no_number(scheduler, here, tmp_path):
    expected, mark = here
    said = []
    mark.write_text("0")
    search(tmp_path, mark, scheduler, said)
    assert not mark.exists()
    assert [text for text in said if "was lost; another repeats classifier · bright" in text]
    assert numbers(tmp_path) == expected and len(kept(tmp_path)) == 6


@pytest.mark.slow
def test_what_is_begun_here_goes_on_there(scheduler, here, tmp_path, monkeypatch):
    expected, mark = here
    monkeypatch.setattr(BrightnessEstimator, "fits", 0)
    monkeypatch.setattr(BrightnessEstimator, "stop_after", 2)
    with pytest.raises(SearchStopped, match="2 of 6 fits"):
        search(tmp_path, mark)
    before, said = kept(tmp_path), []
    search(tmp_path, mark, scheduler, said)
    assert len(before) == 2 and before.items() <= kept(tmp_path).items()
    assert any("4 pieces of work" in text for text in said)
    assert numbers(tmp_path) == expected


ALONE = """
import os, sys, time
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        print(cluster.scheduler_address, flush=True)
        time.sleep(300)
"""


@pytest.mark.slow
def test_a_cluster_that_vanishes_is_told_and_the_same_command_goes_on_here(here, tmp_path):
    """The scheduler's process is killed by the first fit; its worker ends by itself."""
    expected, mark = here
    (tmp_path / "alone.py").write_text(ALONE)
    command = [sys.executable, str(tmp_path / "alone.py")]
    paths = os.pathsep.join([str(REPO_ROOT), os.environ.get("PYTHONPATH", "")])
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True, "start_new_session": True}
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": paths}, **told) as process:
        try:
            address = process.stdout.readline().strip()
            mark.write_text(str(process.pid))
            with pytest.raises(
                SearchStopped, match=f"^The dask scheduler {address} was lost. 0 of 6 .* the same command"
            ):
                search(tmp_path / "out", mark, address)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    search(tmp_path / "out", mark)
    assert numbers(tmp_path / "out") == expected


@pytest.fixture
def empty():
    """Address of a scheduler without workers."""
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster:
        yield cluster.scheduler_address


def test_work_does_not_wait_for_workers_for_ever(empty, monkeypatch):
    monkeypatch.setattr(cluster_module, "WITHOUT_WORKERS", 0.5)
    said = []
    with pytest.raises(ClusterFailed, match="has had no worker for 0.5 seconds"):
        list(run_on_workers(empty, [Call("one", len, (), ([],))], say=said.append))
    assert said == [f"1 piece of work for the dask scheduler {empty}, which has 0.5 seconds to get workers."]


def test_an_address_where_nobody_answers_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT_WITHIN", 0.2)
    with pytest.raises(ValueError, match=r"^scheduler must be .*, got 'tcp://127\.0\.0\.1:9': Timed out"):
        search(tmp_path, "", "tcp://127.0.0.1:9")
    with pytest.raises(ValueError, match="^scheduler must be .*, got 'nowhere': missing port"):
        search(tmp_path, "", "nowhere")
    assert not list(tmp_path.iterdir())


def test_processes_of_this_machine_are_none_of_a_cluster(tmp_path):
    with pytest.raises(ValueError, match="^jobs must be left out with scheduler="):
        search(tmp_path, "", "tcp://127.0.0.1:9", jobs=2)


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"^scheduler must be left out .*: pip install 'skerosion\[distributed\]'$"):
        connected("tcp://127.0.0.1:9").__enter__()


def packed(function, *arguments, **other):
    """A call of a function as a worker gets it, from a program of the same software but for the given."""
    same = software()
    setup = [], same | {"versions": same["versions"] | other}, pickle.dumps(({}, {}))
    return pickle.dumps(setup), pickle.dumps((function, arguments))


def test_a_worker_of_other_software_does_no_work():
    with pytest.raises(ClusterFailed, match=r"has other software, keras [\d.]+, not 1\.0: install the same"):
        _call(*packed(len, [], keras="1.0"))


def test_images_that_a_worker_does_not_see_are_named():
    with pytest.raises(ClusterFailed, match=r"does not find nowhere/1\.png: images must lie on a disk"):
        _call(*packed(open, "nowhere/1.png"))
    assert _call(*packed(len), [1, 2]) == 2


def test_a_module_that_a_worker_does_not_find_is_named(monkeypatch):
    """What is pickled names its module; the folder of it is on the path of the program, not on a worker's."""
    module = types.ModuleType("of_this_program")
    exec("def grade(): ...", vars(module))
    monkeypatch.setitem(sys.modules, "of_this_program", module)
    work = packed(module.grade)
    monkeypatch.delitem(sys.modules, "of_this_program")
    with pytest.raises(
        ClusterFailed, match="^A dask worker does not find the module of_this_program that you import: "
    ):
        _call(*work)


def test_what_kills_each_worker_is_given_up():
    def result():
        raise distributed.KilledWorker("task", None, 3)

    with pytest.raises(ClusterFailed, match="^fold 1 was given up: 4 dask workers died of it"):
        _result(types.SimpleNamespace(result=result), Call("fold 1", len, (), ()))


@pytest.mark.parametrize("given", [["--scheduler", "tcp://10.0.0.5:8786"], ["--scheduler=tcp://10.0.0.5:8786"]])
def test_the_record_of_a_command_does_not_name_the_cluster(given, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["skerosion", "search", *given, "labels.csv"])
    assert command_line() == "skerosion search labels.csv"
