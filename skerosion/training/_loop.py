"""The training loop: epochs of batches through a program, with Keras' callbacks and a history that is data."""

import keras
import numpy as np

from skerosion.training._batches import read_ahead
from skerosion.training._outcome import check_outcome, has_finite_weights, is_finite
from skerosion.training._progress import ProgressBar
from skerosion.training._schedule import check_rate_setters, raise_replaced

# Steps whose loss nobody has waited for yet: enough to keep a device busy, few enough to bound their batches' memory.
STEPS_IN_FLIGHT = 2

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")


def train(
    program, batches, *, epochs, initial_epoch=0, learning_rate=1e-3, validation=None, callbacks=(), trimming=None
):
    """Train a program's network.

    Parameters
    ----------
    program : Program
    batches : RowBatches
        The training rows.
    epochs : int
        The epoch to stop before.
    initial_epoch : int
        The epoch to start with.
    learning_rate : float or callable
        A number, or a function from the step's number to one, such as a Keras schedule.
    validation : RowBatches or None
        Rows whose loss is recorded as ``val_loss`` after each epoch.
    callbacks : iterable of keras.callbacks.Callback
        They see the program's trainer as their model.
    trimming : Trimming or None, default=None
        Of these rows, for a program that tells their losses: some rest.

    Returns
    -------
    dict of str to list of float
        One value per epoch: ``loss``, ``learning_rate``, with validation rows ``val_loss``, and with trimming the
        number of rows of each grade that rested, such as ``resting_0``.

    Raises
    ------
    ValueError
        Where the weights are not finite at the end, and for callbacks that set a learning rate which changes at every
        step. A loss that is not finite ends the training where the weights are not either.

    Warns
    -----
    UserWarning
        Where a loss was not finite, but the weights at the end are.

    Examples
    --------
    >>> import json
    >>> import keras
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.networks import NetworkSpec
    >>> from skerosion.training import ProgramKey, RowBatches, lease, train
    >>> rows = ImageRows(np.arange(12 * 256, dtype="uint8").reshape(12, 16, 16))
    >>> batches = RowBatches(rows, np.arange(12) % 3, np.ones(12), batch_size=4)
    >>> spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,))
    >>> adam = json.dumps(keras.optimizers.serialize(keras.optimizers.Adam()))
    >>> with lease(ProgramKey(spec, adam)) as program:
    ...     program.reset(seed=0, dropout=0.0)
    ...     history = train(program, batches, epochs=2)
    >>> len(history["loss"])
    2
    """
    callbacks = list(callbacks)
    parameters = {"epochs": epochs, "initial_epoch": initial_epoch, "steps": len(batches), "verbose": 0}
    hooks = keras.callbacks.CallbackList(callbacks, model=program.trainer, **parameters)
    program.weights_change()
    program.trainer.stop_training = False
    if not callable(learning_rate):
        program.optimizer.learning_rate.assign(learning_rate)
    else:
        check_rate_setters(callbacks)
    try:
        return _train_epochs(program, batches, range(initial_epoch, epochs), learning_rate, validation, hooks, trimming)
    finally:
        for callback in callbacks:
            if isinstance(callback, ProgressBar):
                callback.close()


def _train_epochs(program, batches, epochs, learning_rate, validation, hooks, trimming):
    history, first_loss = {}, None
    hooks.on_train_begin()
    for epoch in epochs:
        _call(hooks.on_epoch_begin, epoch, program=program, learning_rate=learning_rate, hooks=hooks)
        resting = None if trimming is None else trimming.resting(epoch)
        losses, shares, of_rows = _train_epoch(program, batches, epoch, learning_rate, hooks, resting)
        first_loss = losses[0] if first_loss is None else first_loss
        # By weight, as one pass over all rows would: the last batch is filled up with rows of weight zero.
        logs = {"loss": float(np.average(losses, weights=shares)), "learning_rate": _rate_of(program)}
        if trimming is not None:
            # An epoch that a callback has ended early has trained on the first rows of its order.
            trimming.note(batches.order(epoch, resting)[: len(of_rows)], of_rows)
            logs |= trimming.counts(resting)
        if validation is not None:
            logs["val_loss"] = evaluate(program, validation)
        _call(hooks.on_epoch_end, epoch, logs, program=program, learning_rate=learning_rate, hooks=hooks)
        for name, value in logs.items():
            history.setdefault(name, []).append(float(value))
        if program.trainer.stop_training or _is_lost(program, history["loss"][-1], logs.get("val_loss", 0.0)):
            break
    _finalize(program)
    hooks.on_train_end(logs)
    program.weights_change()  # a callback may have brought back earlier ones
    check_outcome(program, history, epochs[0], first_loss)
    return history


def _is_lost(program, *losses):
    """Whether a loss is not finite and the weights are not either: nothing brings them back."""
    return not is_finite(losses) and not has_finite_weights(program)


def _rate_of(program):
    return float(keras.ops.convert_to_numpy(program.optimizer.learning_rate))


def _call(hook, *arguments, program, learning_rate, hooks):
    """Call a hook between epochs; what it sets the learning rate to must not be replaced at the next step."""
    before = _rate_of(program)
    hook(*arguments)
    if callable(learning_rate) and _rate_of(program) != before:
        raise_replaced([type(callback).__name__ for callback in hooks.callbacks])


def _finalize(program):
    """Leave the network with the averages of an optimiser with use_ema, as Keras' own fit does."""
    if getattr(program.optimizer, "inner_optimizer", program.optimizer).use_ema:
        program.optimizer.finalize_variable_values(program.trainer.trainable_variables)
        # On JAX weight and average are now one buffer, which the next step could not give up twice.
        program.set_weights(program.get_weights())


def _train_epoch(program, batches, epoch, learning_rate, hooks, resting):
    losses, shares, of_rows = [], [], []
    watched = any(_watches_batches(callback) for callback in hooks.callbacks)
    for step, (inputs, targets, weights) in enumerate(batches.epoch(epoch, resting)):
        hooks.on_train_batch_begin(step)
        if callable(learning_rate):
            program.optimizer.learning_rate.assign(learning_rate(epoch * len(batches) + step))
        logs = program.train_batch(inputs, targets, weights)
        losses.append(logs["loss"])
        shares.append(weights.sum())
        if resting is not None:
            of_rows.append((logs["row_losses"], weights > 0))
        # Asking for a number waits for the device, so only an earlier step is asked, which is most likely done.
        if step >= STEPS_IN_FLIGHT:
            losses[step - STEPS_IN_FLIGHT] = float(losses[step - STEPS_IN_FLIGHT])
            if _is_lost(program, losses[step - STEPS_IN_FLIGHT]):
                break
        # The loss of this very step costs a wait, which is paid only where a callback looks at it.
        hooks.on_train_batch_end(step, {"loss": float(losses[-1])} if watched else {})
        if program.trainer.stop_training:
            break
    return [float(loss) for loss in losses], shares, _joined(of_rows)


def _joined(of_rows):
    """The losses of all rows of an epoch, without those that fill up batches, at weight zero."""
    parts = [np.asarray(keras.ops.convert_to_numpy(losses), dtype=float)[real] for losses, real in of_rows]
    return np.concatenate(parts) if parts else np.empty(0)


def _watches_batches(callback):
    """Whether a callback has something to do at a batch, for which it needs the loss at once."""
    if isinstance(callback, ProgressBar):
        return False
    # An attribute that was assigned, as LambdaCallback does, has no `__func__`.
    functions = (getattr(getattr(callback, hook), "__func__", None) for hook in _BATCH_HOOKS)
    return any(
        function is not getattr(keras.callbacks.Callback, hook)
        for function, hook in zip(functions, _BATCH_HOOKS, strict=True)
    )


def evaluate(program, batches):
    """The weighted mean loss of rows, without training."""
    losses, shares = [], []
    for inputs, targets, weights in batches.in_order():
        losses.append(float(program.test_batch(inputs, targets, weights)))
        shares.append(weights.sum())
    return float(np.average(losses, weights=shares))


def predict(program, rows, batch_size, run=None):
    """The network's output for rows.

    Parameters
    ----------
    program : Program
        With the weights to predict with.
    rows : ImageRows
    batch_size : int
    run : callable or None, default=None
        What gives the values of a batch; None is ``program.predict_batch``.

    Returns
    -------
    ndarray of shape (n, n_outputs)

    Examples
    --------
    >>> import json
    >>> import keras
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.networks import NetworkSpec
    >>> from skerosion.training import ProgramKey, lease, predict
    >>> rows = ImageRows(np.zeros((5, 16, 16), "uint8"))
    >>> spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,))
    >>> adam = json.dumps(keras.optimizers.serialize(keras.optimizers.Adam()))
    >>> with lease(ProgramKey(spec, adam)) as program:
    ...     predict(program, rows, batch_size=2).shape
    (5, 3)
    """
    run = program.predict_batch if run is None else run
    if len(rows) <= batch_size:
        return run(rows.read(), batch_size)
    # The next batch is read while the network works on this one.
    starts = range(0, len(rows), batch_size)
    batches = read_ahead(rows.read(np.arange(start, min(start + batch_size, len(rows)))) for start in starts)
    return np.concatenate([run(pixels, batch_size) for pixels in batches])
