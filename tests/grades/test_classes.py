"""Classes in their order: positions, and probabilities as sums."""

import numpy as np
import pytest

from skerosion.grades import class_positions
from skerosion.grades._classes import cumulate, normalize


def test_positions_are_those_of_the_order_that_is_given():
    assert class_positions(np.array(["mild", "none", "mild"]), np.array(["none", "mild"])).tolist() == [1, 0, 1]
    positions = class_positions(np.array([10, 5]), np.array([5, 10, 0]))
    assert positions.tolist() == [1, 0] and positions.dtype.kind == "i"


@pytest.mark.parametrize("stranger", [-1, 3, 11])
def test_strangers_are_named(stranger):
    with pytest.raises(ValueError, match=rf"y must hold the grades \[0, 10, 5\] only, got \[{stranger}\] too"):
        class_positions(np.array([0, stranger, stranger]), np.array([0, 10, 5]))


def test_running_sums_end_at_1_whatever_rounding_does():
    # The last grade never comes, so that the sums reach 1 before they end.
    probabilities = normalize(np.random.default_rng(0).random((200, 8)) * (np.arange(8) < 7))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    cdf = cumulate(probabilities)
    assert (probabilities.cumsum(axis=1)[:, :-1] > 1).any() and (cdf <= 1).all() and (cdf[:, -1] == 1).all()
    np.testing.assert_allclose(np.diff(cdf, axis=1, prepend=0), probabilities, atol=1e-12)
