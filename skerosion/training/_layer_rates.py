"""An optimiser that learns each variable at its own share of the learning rate, which changes without a new graph."""

import keras
import numpy as np

from skerosion.networks import decays, place_of


class LayerRates:
    """What is put before an optimiser's class: a weight of the optimiser holds one share per variable.

    Scaled gradients would not do: Adam's steps do not depend on the scale of its gradients. Weight decay goes by the
    same shares.
    """

    def build(self, variables):
        """Create the optimiser's variables, and the shares, all 1."""
        if self.built:
            return
        self.layer_rates = self.add_variable((len(variables),), initializer="ones", name="layer_rates")
        super().build(variables)

    def set_layer_rates(self, rates):
        """Assign the share of each variable, in their order."""
        self.layer_rates.assign(np.asarray(rates, "float32"))

    def update_step(self, gradient, variable, learning_rate):
        """Make one variable's step."""
        share = keras.ops.cast(self.layer_rates[place_of(self, variable)], variable.dtype)
        rate = keras.ops.cast(learning_rate, variable.dtype) * share
        if self.weight_decay is not None and decays(self, variable):
            self.assign(variable, variable - variable * keras.ops.cast(self.weight_decay, variable.dtype) * rate)
        super().update_step(gradient, variable, rate)

    def _apply_weight_decay(self, variables):
        """Nothing: Keras' own would decay every variable at the whole rate, before the steps."""


def with_layer_rates(optimizer):
    """The same optimiser with a share of the learning rate for each variable.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer

    Returns
    -------
    keras.optimizers.Optimizer
        With the method ``set_layer_rates``.
    """
    kind = type(optimizer)
    return type(kind.__name__, (LayerRates, kind), {}).from_config(optimizer.get_config())
