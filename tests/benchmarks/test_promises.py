"""The simulation of promises: each part draws, and its table tells what was drawn."""

import doctest
from functools import partial

import numpy as np
import promises
import pytest


def test_examples():
    assert doctest.testmod(promises).failed == 0


def test_no_two_parts_share_a_file():
    names = [part.name for part in promises.parts()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", promises.TABLES)
def test_a_table_is_made_of_few_draws(table, tmp_path, monkeypatch):
    monkeypatch.setattr(promises, "POOL", 40)
    monkeypatch.setattr(promises, "gain_of_twice", lambda: 0.03)
    promises.pool.cache_clear()
    part = next(each for each in promises.parts() if each.table == table)
    found = {(part.table, part.column): part.draws(tmp_path, 2, seed=0)}
    text = promises.numbers(found)
    promises.pool.cache_clear()
    assert promises.TITLES[table] in text and "nan" not in text


def test_sets_of_a_rare_grade_are_told_apart():
    with pytest.warns(UserWarning, match="too few"):
        draw = partial(promises.said_of_images, shares="rare", sharpness=1.0)
        found = promises.sets(np.random.default_rng(0), 50, draw)
    assert "outward, by grade: coverage of grade 4, too few" in found
    assert found["rps, by grade: coverage"] > 0.8


def test_sets_of_joints_know_six_grades():
    found = promises.sets(np.random.default_rng(0), 20, promises.said_of_joints)
    assert {f"outward, together: size of grade {grade}" for grade in range(6)} <= set(found)
    assert found["outward, together: coverage"] > 0.8
