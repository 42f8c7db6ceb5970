"""Keras' settings file decides nothing here: networks are the same whatever it says."""

import contextlib
import threading

import keras

_LOCK = threading.Lock()
_INSIDE = []  # one entry for each block that is open in any thread, with the settings that it found


@contextlib.contextmanager
def usual_settings():
    """Let Keras build and trace with channels last and float32, and put back what its settings file says.

    Layers that name no data format, the learning rate and losses go by these two settings; ``~/.keras/keras.json`` of
    somebody who used another framework trains another network, or none. The settings belong to the process: the first
    block that is opened sets them, the last one that is left puts them back.

    Examples
    --------
    >>> import keras
    >>> from skerosion.networks._keras_settings import usual_settings
    >>> keras.config.set_image_data_format("channels_first")
    >>> with usual_settings():
    ...     keras.config.image_data_format()
    'channels_last'
    >>> keras.config.image_data_format()
    'channels_first'
    >>> keras.config.set_image_data_format("channels_last")
    """
    keras.config.dtype_policy()  # Keras derives it from floatx when it is first asked for; that is the user's
    with _LOCK:
        _INSIDE.append((keras.config.image_data_format(), keras.config.floatx()))
        _set("channels_last", "float32")
    try:
        yield
    finally:
        with _LOCK:
            # What the first block found is the user's; later blocks have found ours.
            found = _INSIDE[0]
            _INSIDE.pop()
            if not _INSIDE:
                _set(*found)


def _set(data_format, floatx):
    keras.config.set_image_data_format(data_format)
    keras.config.set_floatx(floatx)
