"""From an estimator's parameters to what the training rooms take: seeds, optimisers, callbacks."""

import json

import keras
import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from skerosion.training import ProgressBar

# What the seeds of one fit are for. A number stands for its purpose in every fit: another one would change all results.
INITIALIZATION, BATCHES, SPLIT = 0, 1, 2


def seed_of(random_state):
    """An int from a `random_state`, without drawing from NumPy's global generator for None."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, (int, np.integer)):
        if random_state < 0:
            raise ValueError(f"random_state must be non-negative, got {random_state}.")
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def derived_seed(seed, purpose):
    """One of several independent seeds made from one."""
    return int(np.random.SeedSequence([seed, purpose]).generate_state(1)[0] >> 1)


def with_seeds(estimator, n_seeds, seed):
    """Clones of an estimator, every ``random_state`` of each a seed of its own that is derived from one."""
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    if not names:
        raise ValueError(f"n_seeds must be 1 for {estimator!r}, which has no random_state to vary.")
    seeds = (derived_seed(seed, number) for number in range(n_seeds))
    return [clone(estimator).set_params(**dict.fromkeys(names, one)) for one in seeds]


def seeds_of_phases(seed, count):
    """A seed for each phase, that of the first being the one of a fit without phases."""
    first = derived_seed(seed, INITIALIZATION)
    return [first, *(derived_seed(first, number) for number in range(1, count))]


def optimizer_json(optimizer, learning_rate=None):
    """The configuration of an optimiser without its learning rate, as JSON.

    The learning rate is a variable that changes without a new program; it comes from ``learning_rate``.
    """
    if isinstance(optimizer, type):
        optimizer = optimizer()
    if isinstance(optimizer, keras.optimizers.Optimizer):
        _check_own_rate(optimizer, learning_rate)
    try:
        configuration = keras.optimizers.serialize(keras.optimizers.get(optimizer))
    except (TypeError, ValueError) as error:
        raise ValueError(f"optimizer must be one that Keras can make, got {optimizer!r}: {error}") from error
    # Keras numbers names through the process: with them no two optimisers would share a program.
    for name in ("learning_rate", "name"):
        configuration["config"].pop(name, None)
    return json.dumps(configuration, sort_keys=True)


def _check_own_rate(optimizer, learning_rate):
    """An optimiser given a rate of its own would silently train at another one."""
    own, usual = (item.get_config()["learning_rate"] for item in (optimizer, type(optimizer)()))
    if own not in (usual, learning_rate):
        raise ValueError(
            f"optimizer has a learning rate of its own, {own!r}, which learning_rate={learning_rate!r} would replace; "
            "give the rate as learning_rate."
        )


def make_callbacks(factories, patience, verbose):
    """New callbacks for one fit: the user's, early stopping and the progress bar."""
    callbacks = []
    for factory in factories or ():
        callback = factory()
        if not hasattr(callback, "on_train_batch_end"):  # what listens to progress need not derive from Keras' class
            raise TypeError(
                f"callbacks must hold what makes a Keras callback, got {factory!r}, which made {callback!r}"
            )
        callbacks.append(callback)
    if patience is not None:
        stopping = keras.callbacks.EarlyStopping("val_loss", patience=patience, mode="min", restore_best_weights=True)
        callbacks.append(stopping)
    if verbose:
        callbacks.append(ProgressBar(always=verbose != "auto"))
    return callbacks
