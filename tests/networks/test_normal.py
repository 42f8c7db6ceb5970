"""The normal distribution in logarithms: digits in both tails, gradients everywhere."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from skerosion.networks._normal import log1mexp, log_normal_cdf, log_normal_mass


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def test_log_normal_cdf_has_the_digits_of_single_precision():
    x = np.linspace(-40, 12, 10_001, dtype="float32")
    expected = special.log_ndtr(x.astype(float))
    np.testing.assert_allclose(array(log_normal_cdf(x)), expected, rtol=1e-6, atol=1e-6)


@given(st.floats(-30, 30), st.floats(0.01, 20))
def test_log_normal_mass_between_any_numbers(low, width):
    """Against SciPy's logarithm of the distribution function, in double precision, in the tail that has digits."""
    low, high = np.float32(low), np.float32(low + width)
    a, b = (float(low), float(high)) if low + high < 0 else (-float(high), -float(low))
    expected = special.log_ndtr(b) + np.log(-np.expm1(special.log_ndtr(a) - special.log_ndtr(b)))
    mass = array(log_normal_mass(np.array([low]), np.array([high])))[0]
    assert mass == pytest.approx(expected, rel=2e-5, abs=2e-4)


def test_masses_of_all_cells_are_one():
    edges = np.linspace(-9, 9, 501, dtype="float32")
    assert np.exp(array(log_normal_mass(edges[:-1], edges[1:]))).sum() == pytest.approx(1, abs=1e-5)


def test_log1mexp():
    x = np.array([-50.0, -1.0, -1e-3], "float32")
    np.testing.assert_allclose(array(log1mexp(x)), np.log(-np.expm1(x.astype(float))), rtol=1e-6, atol=1e-12)
    level = array(log1mexp(np.array([0.0, -1e-9, -1e-6], "float32")))
    assert np.isfinite(level).all() and np.ptp(level) == 0


@pytest.mark.tensorflow
def test_gradients_are_right_and_finite():
    tf = pytest.importorskip("tensorflow")
    x = tf.constant([-1e4, -30.0, -2.0, 0.0, 3.0, 1e4])
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = log_normal_cdf(x)
    gradient = tape.gradient(value, x).numpy()
    at = x.numpy().astype(float)
    expected = np.exp(-(at**2) / 2 - np.log(2 * np.pi) / 2 - special.log_ndtr(at))
    np.testing.assert_allclose(gradient[1:], expected[1:], rtol=1e-3, atol=1e-12)
    assert gradient[0] == pytest.approx(1e4, rel=1e-3)
