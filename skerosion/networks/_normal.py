"""The normal distribution in logarithms, for any backend: accurate in both tails and with finite gradients."""

import math

import numpy as np
from keras import ops
from numpy.polynomial import Chebyshev, Polynomial
from scipy.special import erfcx

# log(erfcx(z) / t) as a polynomial in t = 1 / (1 + z / 2), which maps 0 <= z < infinity to 0 < t <= 1. Ten terms give
# seven digits, all that single precision holds; more of them would cancel each other.
_DEGREE = 10
_COEFFICIENTS = (
    Chebyshev.interpolate(lambda t: np.log(erfcx(2 * (1 / t - 1)) / t), _DEGREE, domain=[0, 1])
    .convert(kind=Polynomial)
    .coef.tolist()
)


def log1mexp(exponent, largest=-1e-6):
    """Return log(1 - exp(x)) of x < 0; above `largest` it stays level, and so finite with its gradient.

    Parameters
    ----------
    exponent : tensor
        Negative numbers.
    largest : float
        Negative; close to it the gradient grows to its reciprocal.

    Returns
    -------
    tensor
    """
    return ops.log(-ops.expm1(ops.minimum(exponent, largest)))


def log_normal_cdf(x):
    """Return the logarithm of the standard normal distribution function, to seven digits in either tail.

    Parameters
    ----------
    x : tensor

    Returns
    -------
    tensor
        :math:`\\log \\Phi(x)`; of -20 it is -203.9, where :math:`\\Phi` itself is zero in single precision.
    """
    # Not ops.abs: its gradient at 0 is 0.
    distance = ops.where(x < 0, -x, x)
    t = 1.0 / (1.0 + distance / math.sqrt(8.0))
    polynomial = ops.zeros_like(t)
    for coefficient in reversed(_COEFFICIENTS):
        polynomial = polynomial * t + coefficient
    tail = polynomial + ops.log(t) - 0.5 * ops.square(distance) - math.log(2.0)
    # The upper half by the mirror image of the tail, which has all its digits where the function is near one.
    return ops.where(x < 0, tail, ops.log1p(-ops.exp(tail)))


def log_normal_mass(low, high):
    """Return the logarithm of the standard normal probability between two numbers.

    Parameters
    ----------
    low, high : tensor
        ``low < high``.

    Returns
    -------
    tensor
        :math:`\\log(\\Phi(high) - \\Phi(low))`.
    """
    # In the right tail both values of the distribution function are almost one; its mirror image keeps all digits.
    mirrored = low + high > 0
    low, high = ops.where(mirrored, -high, low), ops.where(mirrored, -low, high)
    upper = log_normal_cdf(high)
    return upper + log1mexp(log_normal_cdf(low) - upper)
