"""The shortest interval that holds a probability: ties, ends of the grid, every start."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.forecasts._shortest_intervals import shortest_intervals


@pytest.mark.parametrize(
    ("row", "coverage", "expected"),
    [
        ([0.05, 0.1, 1.0], 0.8, (2, 2)),
        ([0.9, 0.95, 1.0], 0.8, (0, 0)),
        ([0.5, 0.5, 1.0], 0.5, (0, 0)),
        ([0.3, 0.6, 1.0], 0.6, (1, 2)),
        ([0.2, 0.5, 1.0], 1.0, (0, 2)),
    ],
)
def test_the_shortest_holds_most_and_begins_first(row, coverage, expected):
    assert tuple(shortest_intervals(np.arange(3.0), np.array([row]), coverage)[0]) == expected


@given(st.lists(st.integers(0, 9), min_size=2, max_size=8).filter(any), st.integers(1, 100))
def test_no_other_interval_that_holds_as_much_is_shorter(counts, percent):
    mass = np.array(counts) / sum(counts)
    grid = np.cumsum(np.arange(len(mass)) + 1.0)
    first, last = shortest_intervals(grid, np.minimum(mass.cumsum(), 1)[np.newaxis], percent / 100)[0]
    enough = [
        grid[end] - grid[start]
        for start in range(len(mass))
        for end in range(start, len(mass))
        if mass[start : end + 1].sum() >= percent / 100 - 1e-9
    ]
    assert mass[first : last + 1].sum() >= percent / 100 - 1e-9 and grid[last] - grid[first] == min(enough)
