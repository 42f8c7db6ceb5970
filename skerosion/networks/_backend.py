"""What Keras may run on: a backend that networks train on, in a process that no fork has cut the threads of.

The first thing that the rooms of networks import, so that their error comes before Keras' own.
"""

import os

BACKENDS = ("tensorflow", "jax", "torch")
_ADVICE = f"set the environment variable KERAS_BACKEND to one of {', '.join(map(repr, BACKENDS))} before Python starts"

# Whether a fork made this process after Keras was loaded.
_forked = False


def check_backend():
    """Load Keras and raise where it runs on nothing that trains networks.

    Raises
    ------
    RuntimeError
        For a backend without gradients, one that is not installed, and an unknown name.
    """
    try:
        import keras
    except (ImportError, ValueError, AttributeError) as error:
        asked = os.environ.get("KERAS_BACKEND")
        source = f"KERAS_BACKEND={asked!r}" if asked else "the backend of Keras' settings file or Keras' default"
        raise RuntimeError(
            f"Keras does not start with {source} ({error}): {_ADVICE}, one that is installed."
        ) from error
    name = keras.backend.backend()
    if name not in BACKENDS:
        raise RuntimeError(f"Networks cannot be trained on Keras' backend {name!r}: {_ADVICE}.")


def check_process():
    """Raise in a child that a fork made: it would wait for ever for threads that stayed with its parent.

    Raises
    ------
    RuntimeError
        With the ways to start a child that has threads of its own.
    """
    if _forked:
        raise RuntimeError(
            "Networks cannot run in a process that was forked after Keras was loaded: its threads stayed with the "
            "parent, and the child would wait for them for ever. Start it anew instead: "
            "multiprocessing.get_context('spawn'), or n_jobs= with joblib's own backend 'loky', not 'multiprocessing'."
        )


def _note_fork():
    global _forked
    _forked = True


check_backend()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)
