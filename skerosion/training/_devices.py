"""What the network runs on, and how it takes memory there."""

import contextlib
import functools

import keras


@functools.cache
def prepare_devices():
    """Let TensorFlow take GPU memory as it needs it, instead of all of it at once.

    Called before the first program is built. Where the user's program has already started the GPUs, TensorFlow
    cannot change the setting any more; it then stays as that program chose it.
    """
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        # A RuntimeError says that the GPU has been started already.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)


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
    for device in tf.config.list_physical_devices():
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
