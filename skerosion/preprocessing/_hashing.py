"""Random numbers by key instead of by order: the same key gives the same number on every machine and in every batch.

A generator that is drawn from in turn gives a row another number when the batches are cut differently. Hashing the
row's own key does not, needs no state, and is one vectorised expression for any number of rows.
"""

import numpy as np

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def hash_keys(*parts):
    """Mix integers (seed, row, copy, epoch, ...) into one 64-bit key for each row.

    Parameters
    ----------
    *parts : int or integer array-like of shape (n,)
        What the key depends on, in a fixed order. Numbers are broadcast against the arrays.

    Returns
    -------
    keys : ndarray of uint64, shape (n,)
        Keys for :meth:`Augmentation.draw`. Another order of the parts gives other keys.

    References
    ----------
    G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (splitmix64).

    Examples
    --------
    >>> from skerosion.preprocessing import hash_keys
    >>> keys = hash_keys(0, [4, 4, 9], 1)
    >>> bool(keys[0] == keys[1]), bool(keys[0] == keys[2])
    (True, False)
    """
    key = np.zeros(1, dtype=np.uint64)
    for part in parts:
        key = _mix((key + _GAMMA) ^ _as_uint64(part))
    return key


def uniforms(keys, count):
    """Draw `count` numbers of [0, 1) for each key, shape (n, count)."""
    streams = _mix(np.arange(1, count + 1, dtype=np.uint64) * _GAMMA)
    bits = _mix(_mix(_as_uint64(keys))[:, None] ^ streams)
    return (bits >> np.uint64(11)) * 2.0**-53  # the 53 bits that a float64 holds exactly


def _as_uint64(values):
    values = np.atleast_1d(np.asarray(values))
    if values.dtype.kind not in "iu":
        raise ValueError(f"keys must be integers, got dtype {values.dtype}; convert them with astype('int64')")
    return values.astype(np.uint64)


def _mix(bits):
    """Scramble an array of 64-bit integers (the finaliser of splitmix64, arithmetic modulo 2**64)."""
    bits = bits + _GAMMA
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))
