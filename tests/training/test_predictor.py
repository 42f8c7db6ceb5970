"""Prediction: few numbers of rows to compile for, filling that nobody sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.training import lease
from skerosion.training._predictor import few_sizes
from tests.training.test_programs import make_batches, make_key


@given(rows=st.integers(1, 300), full=st.integers(1, 300), devices=st.integers(1, 8))
def test_a_size_holds_the_rows_and_is_shared_by_the_devices(rows, full, devices):
    size = few_sizes(rows, full, devices)
    assert size >= rows and size % devices == 0
    assert size < 2 * rows + devices


def test_full_batches_are_not_filled_and_others_come_in_powers_of_two():
    assert {few_sizes(rows, 100) for rows in range(1, 101)} == {1, 2, 4, 8, 16, 32, 64, 100}


@pytest.mark.parametrize("rows", [1, 3, 10])
def test_rows_do_not_depend_on_their_number(rows):
    pixels = make_batches(n=16).rows.read()
    with lease(make_key()) as program:
        program.reset(0, dropout=0.5)
        every, some = (program.predict_batch(part, 16) for part in (pixels, pixels[:rows]))
    assert some.shape == (rows, 3) and some.dtype == np.float32
    np.testing.assert_allclose(some, every[:rows], rtol=1e-5, atol=1e-7)
