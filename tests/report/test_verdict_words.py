"""The verdict's sentences say what the numbers say, whatever these are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from skerosion.report._verdict_words import MIN_PATIENTS, verdict_sentences
from skerosion.report._verdicts import Verdict

pytestmark = pytest.mark.once

numbers = some.floats(-1, 1).map(lambda number: round(number, 3))


def verdict(value, gain, low, high):
    return Verdict("classifier", "o", "ours", "accuracy", value, "floor: mean", value - gain, gain, low, high)


@some.composite
def differences(draw):
    low, gain, high = sorted(draw(some.tuples(numbers, numbers, numbers)))
    return gain, low, high


@given(value=numbers, beside_floor=differences(), beside_other=differences(), n=some.integers(1, 200))
def test_sentences_agree_with_any_numbers(value, beside_floor, beside_other, n):
    told = verdict_sentences(verdict(value, *beside_floor), n_patients=n, runner_up=("other", *beside_other))
    if n < MIN_PATIENTS:
        assert len(told) == 1 and "nothing can be said" in told[0] and str(n) in told[0]
        return
    floor, other = told
    gain, low, _ = beside_floor
    shown = gain > 0 and low > 0
    assert ("is better than every floor:" in floor) == shown
    assert ("by its estimate only" in floor) == (gain > 0 and not shown)
    assert ("is not better than predicting without looking" in floor) == (gain <= 0)
    assert f"{gain:.3g}" in floor and f"{low:.3g}" in floor
    assert other.startswith("It is better than the runner-up") == (beside_other[0] > 0 and beside_other[1] > 0)


def test_interval_that_is_not_known_shows_nothing():
    told = verdict_sentences(verdict(0.6, 0.1, math.nan, math.nan), n_patients=50)
    assert "by its estimate only" in told[0] and told[1] == "There is no other strategy to compare it with."


def test_constant_prediction_and_short_training_are_said():
    settled = verdict(0.6, 0.1, 0.05, 0.2)
    assert "grade 0 for every image" in verdict_sentences(settled, n_patients=50, constant="0", improving=1.0)[2]
    assert "75 % of its fits" in verdict_sentences(settled, n_patients=50, improving=0.75)[2]
    assert len(verdict_sentences(settled, n_patients=50, improving=0.25)) == 2
