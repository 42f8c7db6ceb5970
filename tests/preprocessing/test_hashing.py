"""Numbers by key: the same in any order and any batch, uniform, and different for different keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.preprocessing import hash_keys
from skerosion.preprocessing._hashing import uniforms


def test_keys_depend_on_every_part_and_on_their_order():
    keys = [hash_keys(*parts)[0] for parts in [(1, 2), (2, 1), (1, 2, 0), (1,), (2,), (0,), (0, 0)]]
    assert len(set(keys)) == len(keys)


def test_numbers_are_broadcast_against_rows():
    rows = np.arange(5)
    np.testing.assert_array_equal(hash_keys(7, rows, 1), hash_keys(np.full(5, 7), rows, np.full(5, 1)))


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=20), st.randoms())
def test_a_row_draws_the_same_whatever_stands_beside_it(keys, random):
    order = random.sample(range(len(keys)), len(keys))
    together = uniforms(keys, 8)
    np.testing.assert_array_equal(uniforms([keys[i] for i in order], 8), together[order])
    np.testing.assert_array_equal(uniforms(keys[:1], 8), together[:1])


def test_neighbouring_keys_give_independent_uniform_numbers():
    draws = uniforms(np.arange(20_000), 8)
    assert 0 <= draws.min() < 0.001 and 0.999 < draws.max() < 1
    # Standard errors: .0020 of a mean, .0071 of a correlation; five of them.
    np.testing.assert_allclose(draws.mean(axis=0), 0.5, atol=0.011)
    np.testing.assert_allclose(draws.var(axis=0), 1 / 12, atol=0.003)
    columns = np.corrcoef(draws.T) - np.eye(8)
    neighbours = [np.corrcoef(draws[:-1, j], draws[1:, j])[0, 1] for j in range(8)]
    assert np.abs(columns).max() < 0.036 and np.abs(neighbours).max() < 0.036


def test_the_numbers_are_the_same_on_every_machine():
    # Written down once; another value means that fits with a seed no longer repeat those of earlier versions.
    np.testing.assert_array_equal(hash_keys(0, [1, 2], 3), [13382758474541681722, 11697359686484716462])


@pytest.mark.parametrize("keys", [[0.5], ["a"], [True]])
def test_keys_must_be_integers(keys):
    with pytest.raises(ValueError, match="keys must be integers, got dtype"):
        hash_keys(keys)
