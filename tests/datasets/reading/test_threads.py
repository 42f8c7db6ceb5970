"""Threads that read: results in order, errors as they are, and a child process that starts its own."""

import multiprocessing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.datasets.reading._threads import for_each


@given(st.lists(st.integers(), max_size=200))
def test_results_come_in_order(values):
    assert for_each(str, values) == [str(value) for value in values]


def test_arrays_are_cut_as_well():
    assert for_each(int, np.arange(1000)) == list(range(1000))


def test_the_first_error_is_raised():
    with pytest.raises(ZeroDivisionError):
        for_each(lambda value: 1 // value, [1, 2, 0, 4])


def _double(value):
    return 2 * value


def _read_in_child(results):
    results.put(for_each(_double, range(40)))


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    for_each(_double, range(40))
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_read_in_child, args=(results,))
    child.start()
    assert results.get(timeout=30) == [2 * value for value in range(40)]
    child.join()
