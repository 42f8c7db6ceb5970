"""The network as functions that train on one batch or measure its loss, and do not wait for the device."""

import keras


def make_stepper(trainer):
    """A function ``(inputs, targets, weights) -> logs`` that makes one training step.

    Their ``"loss"`` is the batch's, a number or a scalar of the device: whoever turns it into a number waits for the
    step. Where the trainer tells them, ``"row_losses"`` are those of its rows.
    Keras' own ``train_on_batch`` always waits, so that a fast device idles while the next batch is handed over.
    """
    if keras.backend.backend() == "tensorflow":
        return _tensorflow_stepper(trainer)
    if keras.backend.backend() == "jax":
        from skerosion.training._jax_functions import jax_stepper

        return jax_stepper(trainer)
    return _of_one_batch(trainer, trainer.train_on_batch)


def make_evaluator(trainer):
    """A function ``(inputs, targets, weights) -> loss`` that changes nothing; the loss as `make_stepper` says."""
    if keras.backend.backend() == "jax":
        from skerosion.training._jax_functions import jax_evaluator

        return jax_evaluator(trainer)
    test = _of_one_batch(trainer, trainer.test_on_batch)
    return lambda *batch: test(*batch)["loss"]


def _of_one_batch(trainer, run):
    def logs(inputs, targets, weights):
        trainer.reset_metrics()  # Keras 3.10 reports the running mean since the last reset
        return run(inputs, targets, weights, return_dict=True)

    return logs


def _tensorflow_stepper(trainer):
    trainer.make_train_function()

    def step(inputs, targets, weights):
        # Keras reports the running mean over steps; after a reset it is the loss of this step.
        trainer.reset_metrics()
        return trainer.train_function(iter([(inputs, targets, weights)]))

    return step
