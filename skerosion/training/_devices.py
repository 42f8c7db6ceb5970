"""What the network runs on, how processes share it, and what to do when its memory is used up."""

import contextlib
import functools
import itertools
import multiprocessing
import os
import pathlib
import tempfile
import threading
import warnings

import keras

from skerosion.networks import check_process

_EXHAUSTED = ("RESOURCE_EXHAUSTED", "OUT_OF_MEMORY", "STATUS_ALLOC_FAILED", "out of memory")
_LIBRARIES = {"jax", "jaxlib", "tensorflow", "torch"}
_PREPARING = threading.Lock()


def prepare_devices():
    """Let TensorFlow take GPU memory as it needs it, and give each worker process of a search one GPU.

    Called before anything of Keras is made: a layer or an optimiser starts the GPUs, and from then on TensorFlow cannot
    change these settings. Where the user's program has started them, they stay as that program chose them. Other
    backends take the GPUs that ``CUDA_VISIBLE_DEVICES`` shows.

    Warns
    -----
    UserWarning
        In the second worker process that takes the same GPU.

    Raises
    ------
    RuntimeError
        In a process that was forked after Keras was loaded, where networks would wait for ever.

    Examples
    --------
    >>> from skerosion.training import prepare_devices
    >>> prepare_devices()  # a second call changes nothing
    """
    check_process()
    if keras.backend.backend() == "tensorflow":
        with _PREPARING:
            _prepare_tensorflow()


@functools.cache
def _prepare_tensorflow():
    import tensorflow as tf

    gpus = tf.config.get_visible_devices("GPU")
    for gpu in gpus:
        # A RuntimeError says that the GPU has been started already, a ValueError that the user has divided it.
        with contextlib.suppress(RuntimeError, ValueError):
            tf.config.experimental.set_memory_growth(gpu, True)
    if gpus and is_worker():
        gpu = gpus[_take_one(_gpu_names(gpus))]
        with contextlib.suppress(RuntimeError):
            tf.config.set_visible_devices(gpu, "GPU")


def is_worker():
    """Whether another Python process started this one, as joblib and dask's nanny start their workers."""
    return multiprocessing.parent_process() is not None


def _gpu_names(gpus):
    """Names that mean the same GPU in every process, whichever of them ``CUDA_VISIBLE_DEVICES`` shows."""
    numbers = [int(gpu.name.rpartition(":")[2]) for gpu in gpus]
    shown = [name.strip() for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    return [shown[number] if number < len(shown) else str(number) for number in numbers]


def _take_one(names):
    """The position of the GPU that the fewest worker processes have taken."""
    try:
        position, earlier = claim(names, pathlib.Path(tempfile.gettempdir(), f"skerosion-{os.getuid()}"))
    except OSError as error:
        warnings.warn(
            f"Workers cannot agree on who takes which GPU ({error}), so this one takes the first. Show each worker its "
            "own with CUDA_VISIBLE_DEVICES.",
            stacklevel=2,
        )
        return 0
    if earlier == 1:
        warnings.warn(
            f"Several processes train on GPU {names[position]}, and each takes memory of its own there. Lower n_jobs, "
            f"or the number of workers, to the number of GPUs ({len(names)}).",
            stacklevel=2,
        )
    return position


def claim(names, folder):
    """Take one of several devices for as long as this process lives.

    Parameters
    ----------
    names : list of str
        The devices, named alike in all processes.
    folder : pathlib.Path
        Where all processes look; made if it is not there.

    Returns
    -------
    position : int
        Of the device in `names`.
    earlier : int
        How many living processes had taken it before.

    Raises
    ------
    OSError
        Where the folder cannot be written to, or knows no locks.
    """
    import fcntl  # not on Windows, where TensorFlow knows no GPU either

    folder.mkdir(mode=0o700, exist_ok=True)
    for earlier in itertools.count():
        for position, name in enumerate(names):
            # Stays open: the system ends the lock with the process, however that ends.
            file = os.open(folder / f"{name.replace('/', '-')}.{earlier}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
            else:
                return position, earlier


@contextlib.contextmanager
def advise_on_memory(batch_size):
    """Say which parameters to change when the memory of the device is used up within the ``with`` block.

    Parameters
    ----------
    batch_size : int
        Rows that the network sees at once.

    Raises
    ------
    MemoryError
        In place of the backend's error, which is its cause.

    Examples
    --------
    >>> from skerosion.training import advise_on_memory
    >>> with advise_on_memory(batch_size=100):
    ...     raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1073741824 bytes.")
    Traceback (most recent call last):
        ...
    MemoryError: The memory of the ... is used up at batch_size=100...
    """
    try:
        yield
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise MemoryError(_advice(batch_size)) from error


def is_out_of_memory(error):
    """Whether this is how TensorFlow, JAX or PyTorch says that a device has no memory left."""
    if type(error).__name__ in ("OutOfMemoryError", "ResourceExhaustedError"):
        return True
    told_by_library = isinstance(error, RuntimeError) or type(error).__module__.split(".")[0] in _LIBRARIES
    return told_by_library and any(text in str(error) for text in _EXHAUSTED)


def _advice(batch_size):
    device = "GPU" if describe_devices()["gpu"] else "computer"
    advice = f"The memory of the {device} is used up at batch_size={batch_size}. Lower batch_size"
    if not is_worker():
        return f"{advice}, take smaller images, or end other programs that hold memory there."
    fewer = "to the number of GPUs, so that each has one of its own" if device == "GPU" else "so that fewer run at once"
    return f"{advice}, or lower n_jobs (or the number of workers) {fewer}: this is one of a search's worker processes."


def backend_name():
    """What computes the networks, without a look at the devices, which would start them.

    Examples
    --------
    >>> from skerosion.training import backend_name
    >>> backend_name() in ("jax", "tensorflow", "torch")
    True
    """
    return keras.backend.backend()


def describe_devices():
    """Backend and devices that networks run on, for settings files.

    Returns
    -------
    dict
        ``backend`` (str), ``devices`` (list of str) and ``gpu`` (bool).

    Examples
    --------
    >>> from skerosion.training import describe_devices
    >>> sorted(describe_devices())
    ['backend', 'devices', 'gpu']
    """
    prepare_devices()
    backend = keras.backend.backend()
    devices = _DEVICES.get(backend, list)()
    return {"backend": backend, "devices": devices, "gpu": any("cpu" not in name.lower() for name in devices)}


def _tensorflow_devices():
    import tensorflow as tf

    names = []
    for device in tf.config.get_visible_devices():
        details = tf.config.experimental.get_device_details(device)
        names.append(f"{device.device_type} {details.get('device_name', '')}".strip())
    return names


def _jax_devices():
    import jax

    return [f"{device.platform} {device.device_kind}" for device in jax.devices()]


def _torch_devices():
    import torch

    if not torch.cuda.is_available():
        return ["CPU"]
    return [f"GPU {torch.cuda.get_device_name(number)}" for number in range(torch.cuda.device_count())]


_DEVICES = {"tensorflow": _tensorflow_devices, "jax": _jax_devices, "torch": _torch_devices}
