"""GPUs among processes, and advice when their memory is used up; the GPUs are made up, the errors where they can be."""

import multiprocessing
import os
import signal
import types
from concurrent.futures import ThreadPoolExecutor

import keras
import pytest

from skerosion.training import _devices, advise_on_memory, describe_devices

# The children only hold a lock or say who they are; JAX warns of any fork.
forks = pytest.mark.filterwarnings(r"ignore:os\.fork\(\) was called:RuntimeWarning")


@pytest.fixture(autouse=True)
def fresh_claims(monkeypatch, tmp_path):
    """No claim of another test, nor of a search that runs on this machine."""
    monkeypatch.setattr(_devices.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    yield
    _devices._prepare_tensorflow.cache_clear()


@pytest.fixture
def in_worker(monkeypatch):
    """As in a process that joblib or dask has started."""
    monkeypatch.setattr(_devices, "is_worker", lambda: True)


@pytest.fixture
def tensorflow_with(monkeypatch):
    """TensorFlow with some GPUs, and what is asked of it."""
    tf = pytest.importorskip("tensorflow")

    def with_gpus(count, started=False):
        asked = {"growing": [], "visible": None}
        gpus = [types.SimpleNamespace(name=f"/physical_device:GPU:{number}") for number in range(count)]

        def grow(gpu, enable):
            if started:
                raise RuntimeError("Physical devices cannot be modified after being initialized")
            asked["growing"].append((gpu.name, enable))

        def show(gpu, kind):
            if started:
                raise RuntimeError("Visible devices cannot be modified after being initialized")
            asked["visible"] = (gpu.name, kind)

        monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: gpus)
        monkeypatch.setattr(tf.config.experimental, "set_memory_growth", grow)
        monkeypatch.setattr(tf.config, "set_visible_devices", show)
        return asked

    return with_gpus


def prepare():
    """As in a new process."""
    _devices._prepare_tensorflow.cache_clear()
    _devices.prepare_devices()


@pytest.mark.tensorflow
def test_a_program_of_its_own_keeps_all_gpus(tensorflow_with):
    asked = tensorflow_with(2)
    prepare()
    assert asked == {"growing": [("/physical_device:GPU:0", True), ("/physical_device:GPU:1", True)], "visible": None}


@pytest.mark.tensorflow
def test_workers_take_a_gpu_each(tensorflow_with, in_worker, recwarn):
    asked = tensorflow_with(2)
    taken = []
    for _ in range(2):
        prepare()
        taken.append(asked["visible"])
    assert taken == [("/physical_device:GPU:0", "GPU"), ("/physical_device:GPU:1", "GPU")]
    assert not recwarn.list


@pytest.mark.tensorflow
def test_the_threads_of_a_worker_share_its_gpu(tensorflow_with, in_worker, recwarn):
    asked = tensorflow_with(1)
    prepare()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: _devices.prepare_devices(), range(4)))
    assert asked["growing"] == [("/physical_device:GPU:0", True)] and not recwarn.list


@pytest.mark.tensorflow
def test_the_second_worker_on_a_gpu_warns_and_no_other(tensorflow_with, in_worker, recwarn):
    tensorflow_with(1)
    prepare()
    assert not recwarn.list
    with pytest.warns(UserWarning, match=r"Lower n_jobs, or the number of workers, to the number of GPUs \(1\)"):
        prepare()
    recwarn.clear()
    prepare()
    assert not recwarn.list


@pytest.mark.tensorflow
def test_gpus_that_were_shown_to_one_worker_each_are_not_shared(tensorflow_with, in_worker, monkeypatch, recwarn):
    """Each worker sees one GPU, which TensorFlow calls 0 in both."""
    tensorflow_with(1)
    for shown in ("0", "1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
        prepare()
    assert not recwarn.list


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("error")
def test_gpus_that_the_user_has_started_stay_as_they_are(tensorflow_with, in_worker):
    asked = tensorflow_with(2, started=True)
    prepare()
    assert asked == {"growing": [], "visible": None}


@pytest.mark.tensorflow
def test_without_a_folder_for_locks_the_first_gpu_is_taken(tensorflow_with, in_worker, monkeypatch, tmp_path):
    asked = tensorflow_with(2)
    monkeypatch.setattr(_devices.tempfile, "gettempdir", lambda: str(tmp_path / "missing"))
    with pytest.warns(UserWarning, match="CUDA_VISIBLE_DEVICES"):
        prepare()
    assert asked["visible"] == ("/physical_device:GPU:0", "GPU")


def test_claims_go_to_the_least_taken(tmp_path):
    names = ["0", "GPU-41", "MIG-GPU-7/1/0"]
    claims = [_devices.claim(names, tmp_path / "claims") for _ in range(7)]
    assert claims == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2)]


@forks
def test_a_claim_ends_with_its_process(tmp_path):
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=claim_and_stay, args=(theirs, tmp_path), daemon=True)
    process.start()
    assert ours.poll(30) and ours.recv() == (0, 0)
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    assert _devices.claim(["0"], tmp_path) == (0, 0)


def claim_and_stay(connection, folder):
    connection.send(_devices.claim(["0"], folder))
    signal.pause()


@forks
def test_child_processes_are_workers():
    assert not _devices.is_worker()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(_devices.is_worker)


def made_up(name, module, base=Exception):
    return type(name, (base,), {"__module__": module})


EXHAUSTED = [
    made_up("ResourceExhaustedError", "tensorflow.python.framework.errors_impl")("OOM when allocating tensor"),
    made_up("InternalError", "tensorflow.python.framework.errors_impl")("CUDA_ERROR_OUT_OF_MEMORY"),
    made_up("InternalError", "tensorflow.python.framework.errors_impl")("CUDNN_STATUS_ALLOC_FAILED"),
    made_up("JaxRuntimeError", "jax.errors", RuntimeError)("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes."),
    made_up("OutOfMemoryError", "torch", RuntimeError)("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError("CUDA error: out of memory"),
]


@pytest.mark.parametrize("error", EXHAUSTED, ids=lambda error: f"{type(error).__name__}: {error}"[:40])
def test_an_exhausted_device_gives_advice(error):
    with pytest.raises(MemoryError, match="at batch_size=64. Lower batch_size, take smaller images") as caught:
        with advise_on_memory(64):
            raise error
    assert caught.value.__cause__ is error


def test_an_exhausted_worker_is_told_of_n_jobs(in_worker, monkeypatch):
    with pytest.raises(MemoryError, match="memory of the computer.*or lower n_jobs"):
        with advise_on_memory(64):
            raise EXHAUSTED[0]
    monkeypatch.setattr(_devices, "describe_devices", lambda: {"gpu": True})
    with pytest.raises(MemoryError, match="memory of the GPU.*lower n_jobs .* to the number of GPUs"):
        with advise_on_memory(64):
            raise EXHAUSTED[0]


@pytest.mark.parametrize(
    "error",
    [
        ValueError("the grid is out of memory of men"),
        RuntimeError("the shapes differ"),
        made_up("InvalidArgumentError", "tensorflow.python.framework.errors_impl")("incompatible shapes"),
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_other_errors_pass(error):
    with pytest.raises(type(error)) as caught:
        with advise_on_memory(64):
            raise error
    assert caught.value is error


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch reports a full main memory as it likes")
def test_the_backend_s_own_error_is_known():
    """64 PiB are more than any machine has."""
    with pytest.raises(MemoryError, match="at batch_size=1"), advise_on_memory(1):
        keras.ops.zeros((1 << 30, 1 << 24), "float32")


def test_devices_are_described():
    devices = describe_devices()
    assert devices["backend"] == keras.backend.backend()
    assert devices["devices"]
