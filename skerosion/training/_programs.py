"""Compiled programs: one network with its traced functions, shared by all fits of the same architecture."""

import contextlib
import functools
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

import keras
import numpy as np

from skerosion.networks import (
    NetworkSpec,
    VariableDropout,
    build_network,
    check_process,
    definitions,
    freeze,
    hidden_network,
    layer_rates,
    load_weights,
    own_weights,
    usual_settings,
)
from skerosion.training._devices import prepare_devices
from skerosion.training._initialize import Initializer, recorded_initializers
from skerosion.training._predictor import make_predictor
from skerosion.training._several_devices import active_distribution
from skerosion.training._stepper import make_evaluator, make_stepper
from skerosion.training._trainers import build_trainer, end_of_trunk

MAX_IDLE_PROGRAMS = 8


@dataclass(frozen=True)
class ProgramKey:
    """What a program is built for; fits with equal keys share one.

    Parameters
    ----------
    spec : NetworkSpec
    optimizer : str
        The optimiser's configuration without its learning rate, as JSON.
    pixel_dtype : str
        The dtype in which pixels reach the device.
    augments : bool
        Whether rows bring transforms and exposure.
    smooths : bool
        Whether targets bring a share to be spread over all grades.
    n_votes : int
        How many readers' votes are a row's target; 0 where it is one grade.
    trainable, batch_norm : as of a ``Phase``
        What is frozen: its gradients are not computed.
    layer_rates : bool
        Whether variables learn at shares of the learning rate.
    tells_row_losses : bool
        Whether a training step gives the loss of every row.
    cache_trunk : str or None
        The dtype of the maps that it trains on in place of pixels, as of a ``Phase``.

    Examples
    --------
    >>> from skerosion.networks import NetworkSpec
    >>> from skerosion.training import ProgramKey
    >>> spec = NetworkSpec(input_shape=(16, 16, 1), n_outputs=3, head="softmax")
    >>> ProgramKey(spec, optimizer="{}") == ProgramKey(spec, optimizer="{}")
    True
    """

    spec: NetworkSpec
    optimizer: str
    pixel_dtype: str = "uint8"
    augments: bool = False
    smooths: bool = False
    n_votes: int = 0
    trainable: str | int | float = "all"
    batch_norm: str = "train"
    layer_rates: bool = False
    tells_row_losses: bool = False
    cache_trunk: str | None = None


class Program:
    """One network with its training and prediction functions, built and traced once.

    Attributes
    ----------
    network : keras.Model
        From pixels to output; owns all weights.
    trainer : keras.Model
        The compiled model that trains `network`, with inputs for augmentation where the key asks for them; from maps
        where it has a trunk.
    train_batch : callable
        Makes one training step and gives its logs: the batch's ``"loss"``, without waiting for the device, and
        ``"row_losses"`` where the key asks for them.
    test_batch : callable
        Gives a batch's loss, and changes nothing.
    predict_batch : callable
        From a batch of pixels, and the size of full batches, to the network's output as an array.
    """

    def __init__(self, key):
        prepare_devices()
        self.key = key
        self._definitions = definitions(key.spec)
        with recorded_initializers() as initializers:
            self.network = build_network(key.spec)
        self._initializer = Initializer(self.network, initializers)
        freeze(self.network, key.trainable, key.batch_norm)
        self._dropouts = [layer for layer in self.network.layers if isinstance(layer, VariableDropout)]
        # The rates are a setting of the fit: they are neither saved with the weights nor loaded with others.
        rates = {id(layer.rate) for layer in self._dropouts}
        self._weights = [variable for variable in self.network.weights if id(variable) not in rates]
        self._loaded = None
        self._trunk_end = end_of_trunk(self.network, key)
        self.trainer = build_trainer(self.network, key, self._trunk_end)
        self.optimizer = self.trainer.optimizer
        self.optimizer.build(self.trainer.trainable_variables)
        self.train_batch = make_stepper(self.trainer)
        self.test_batch = make_evaluator(self.trainer)
        self.predict_batch = make_predictor(self.network, key.spec.input_shape, key.pixel_dtype)
        self._hidden, self._trunk_batch = {}, None
        self._fresh_optimizer = [_as_array(variable) for variable in self.optimizer.variables]

    @functools.cached_property
    def trunk(self):
        """The network up to the end of its trunk, from there in float32."""
        return keras.Model(self.network.input, keras.ops.cast(self._trunk_end, "float32"), name="trunk")

    def trunk_batch(self, pixels, full):
        """As `predict_batch`, what lies at the end of the trunk."""
        if self._trunk_batch is None:
            self._trunk_batch = make_predictor(self.trunk, self.key.spec.input_shape, self.key.pixel_dtype)
        return self._trunk_batch(pixels, full)

    def trunk_weights(self):
        """Weights and statistics of the trunk, by layer."""
        return own_weights(self.trunk)

    def hidden_batch(self, layer):
        """A function as `predict_batch` that gives the values of a layer; None is the last hidden one."""
        if layer not in self._hidden:
            hidden = hidden_network(self.network, layer)
            self._hidden[layer] = make_predictor(hidden, self.key.spec.input_shape, self.key.pixel_dtype)
        return self._hidden[layer]

    def reset(self, seed, dropout):
        """Start anew: fresh weights, optimiser state and random streams from `seed`."""
        self.weights_change()
        self._initializer.draw(seed)
        self.set_dropout(dropout)
        self.forget_optimizer()

    def load_weights(self, weights, described, with_head):
        """Load weights by layer, as ``networks._pretrained`` reads them; those of the head where they are wanted."""
        self.weights_change()
        load_weights(self.network, weights, described, with_head)

    def set_lowest_rate(self, lowest):
        """Let the backbone's layers learn at shares of the learning rate, from `lowest` up to 1."""
        if self.key.layer_rates:
            optimizer = getattr(self.optimizer, "inner_optimizer", self.optimizer)
            optimizer.set_layer_rates(layer_rates(self.network, self.trainer.trainable_variables, lowest))

    def set_dropout(self, rate):
        """Assign the dropout rate."""
        for layer in self._dropouts:
            layer.rate.assign(rate)

    def weights_by_layer(self):
        """The network's weights as a dict from layer names to lists of arrays."""
        return own_weights(self.network)

    def get_weights(self):
        """The network's weights as a list of arrays, without the dropout rates."""
        return [_as_array(variable) for variable in self._weights]

    def set_weights(self, weights):
        """Load weights; nothing is copied where this very list was loaded last."""
        # An estimator that predicts in a loop hands in the same list each time.
        if self._loaded is not weights:
            _check_fitting(weights, self._weights)
            for variable, value in zip(self._weights, weights, strict=True):
                variable.assign(value)
            self._loaded = weights

    def weights_change(self):
        """Note that the weights are no longer those that were loaded."""
        self._loaded = None

    def is_current(self):
        """Whether backbone and head are still what their names stand for; both can be registered again."""
        return self._definitions == definitions(self.key.spec)

    def release_weights(self):
        """A list of the present weights, which stays known as the loaded one; they are copied once."""
        if self._loaded is None:
            self._loaded = self.get_weights()
        return self._loaded

    def get_optimizer_state(self):
        """The optimiser's variables as a list of arrays."""
        return [_as_array(variable) for variable in self.optimizer.variables]

    def forget_optimizer(self):
        """Put the optimiser's variables back to how they start."""
        self.set_optimizer_state(self._fresh_optimizer)

    def set_optimizer_state(self, state):
        """Assign the optimiser's variables."""
        for variable, value in zip(self.optimizer.variables, state, strict=True):
            variable.assign(value)


@contextlib.contextmanager
def unwarned_traces():
    """Keep back TensorFlow's word on a function that is traced again and again.

    It counts the functions of all programs as one, and each of a few programs is traced for the first time; or for few
    images, whose batches are as large as each fold.
    """
    logger = logging.getLogger("tensorflow")

    def tells(record):
        return "triggered tf.function retracing" not in record.getMessage()

    logger.addFilter(tells)
    try:
        yield
    finally:
        logger.removeFilter(tells)


def _check_fitting(weights, variables):
    """Raise ValueError for weights, such as of a file that was made up, that are not those of a network."""
    expected, got = [tuple(variable.shape) for variable in variables], [np.shape(value) for value in weights]
    if expected != got or any(np.asarray(value).dtype.kind not in "biufV" for value in weights):  # V: bfloat16
        raise ValueError(
            f"weights_ must be arrays of numbers of the shapes {expected!s:.200}, got {got!s:.200}: they are not those "
            "of this network. Fit it again, or fetch its file again."
        )


class _Pool:
    """Idle programs by key and devices, the least recently used given up first."""

    def __init__(self):
        self._idle = OrderedDict()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lease(self, key):
        check_process()  # before anything that a fork may have left locked
        with usual_settings(), unwarned_traces(), self._lent(key) as program:
            yield program

    @contextlib.contextmanager
    def _lent(self, key):
        place = key, active_distribution()
        with self._lock:
            # Under the lock only the list is touched: building a program takes seconds, and others may go on meanwhile.
            waiting = self._idle.get(place, [])
            program = waiting.pop() if waiting else None
        if program is None or not program.is_current():
            program = Program(key)
        try:
            yield program
        finally:
            self._give_back(place, program)

    def _give_back(self, place, program):
        with self._lock:
            self._idle.setdefault(place, []).append(program)
            # The order of the dict is that of use, so that the first key is the one to give up.
            self._idle.move_to_end(place)
            while sum(map(len, self._idle.values())) > MAX_IDLE_PROGRAMS:
                oldest = next(iter(self._idle))
                self._idle[oldest][:1] = []
                if not self._idle[oldest]:
                    del self._idle[oldest]


_POOL = _Pool()


def lease(key):
    """Borrow the program of a key, for the length of a ``with`` block.

    Nobody else runs it meanwhile: a second thread, or a callback that predicts within a fit, gets a program of
    its own. At most ``MAX_IDLE_PROGRAMS`` idle programs are kept in a process.

    Parameters
    ----------
    key : ProgramKey

    Returns
    -------
    context manager
        Gives the program.

    Examples
    --------
    >>> import json
    >>> import keras
    >>> from skerosion.networks import NetworkSpec
    >>> from skerosion.training import ProgramKey, lease
    >>> spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,))
    >>> adam = json.dumps(keras.optimizers.serialize(keras.optimizers.Adam()))
    >>> with lease(ProgramKey(spec, adam)) as program:
    ...     program.network.output_shape
    (None, 3)
    """
    return _POOL.lease(key)


def _as_array(variable):
    # A copy: on a processor TensorFlow's own array may share memory with the variable.
    return keras.ops.convert_to_numpy(variable).copy()
