"""An optimiser with shares: as the plain one where they are 1, still where they are 0, decay included."""

import keras
import numpy as np
import pytest

from skerosion.training._layer_rates import with_layer_rates


def step(optimizer, shares=None, steps=3):
    """Two variables after a few steps with the same gradients."""
    variables = [keras.Variable(np.array([1.0, -2.0], "float32")) for _ in range(2)]
    optimizer.build(variables)
    if shares is not None:
        optimizer.set_layer_rates(shares)
    for number in range(steps):
        gradient = keras.ops.convert_to_tensor(np.array([0.5, 0.1 * number], "float32"))
        optimizer.apply([gradient, gradient], variables)
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


OPTIMIZERS = [
    lambda rate: keras.optimizers.Adam(rate),
    lambda rate: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    lambda rate: keras.optimizers.AdamW(rate, weight_decay=0.1),
    lambda rate: keras.optimizers.RMSprop(rate, clipnorm=1.0),
]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_share_is_a_rate_of_its_own(make):
    shared = step(with_layer_rates(make(0.1)), [1.0, 0.25])
    np.testing.assert_allclose(shared[0], step(make(0.1))[0], rtol=1e-5)
    np.testing.assert_allclose(shared[1], step(make(0.025))[1], rtol=1e-5)
    assert not np.allclose(shared[0], shared[1])


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_share_of_nothing_changes_nothing(make):
    still = step(with_layer_rates(make(0.1)), [1.0, 0.0])[1]
    np.testing.assert_array_equal(still, np.array([1.0, -2.0], "float32"))


def test_settings_survive():
    optimizer = with_layer_rates(keras.optimizers.Adam(0.1, beta_1=0.7, clipnorm=2.0))
    assert isinstance(optimizer, keras.optimizers.Adam) and optimizer.beta_1 == 0.7 and optimizer.clipnorm == 2.0
