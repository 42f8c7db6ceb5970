"""Schedules: numbers where nothing changes, a warm-up, half a cosine to a hundredth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.training import scheduled


def test_a_constant_rate_stays_a_number_and_a_function_itself():
    assert scheduled(0.1, "constant", 0.0, 10) == 0.1
    assert scheduled(abs, "constant", 0.0, 10) is abs


def test_warm_up_rises_evenly_to_the_rate():
    rates = scheduled(0.4, "constant", 0.5, 8)
    assert [rates(step) for step in range(6)] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])


@given(st.integers(1, 60), st.floats(0, 0.9))
def test_the_cosine_falls_to_a_hundredth_and_stays(steps, warmup):
    rates = scheduled(2.0, "cosine", warmup, steps)
    values = np.array([rates(step) for step in range(steps + 5)])
    risen = round(warmup * steps)
    assert (np.diff(values[:risen]) > 0).all() and (np.diff(values[risen:]) <= 1e-12).all()
    assert (values > 0).all() and values.max() <= 2.0
    if risen < steps:
        assert values[steps - 1 :] == pytest.approx(0.02)
