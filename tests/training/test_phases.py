"""Phases: names, dicts and defaults, and the phase that an epoch falls into."""

import pytest

from skerosion.training import Phase
from skerosion.training._phases import PHASES, WHOLE, as_phases, phase_of_epoch


def test_no_phases_are_one_in_which_everything_learns():
    assert as_phases(None, 7) == [(WHOLE, 7)]
    assert WHOLE.trainable == "all" and WHOLE.batch_norm == "train" and WHOLE.scaled(0.25) == 0.25


def test_the_way_of_the_thesis():
    """25 epochs with the backbone frozen, then 25 with everything trainable at 1e-4."""
    (head, first), (everything, second) = as_phases("head_then_all", 25)
    assert (head.trainable, first, everything.trainable, second) == ("head", 25, "all", 25)
    assert everything.scaled(1e-3) == pytest.approx(1e-4)


def test_layerwise_frees_the_backbone_from_the_top():
    assert [phase.trainable for phase in PHASES["layerwise"]] == ["head", 0.25, 0.5, 0.75, "all"]


def test_dicts_and_phases_mix():
    plan = as_phases([{"trainable": "head", "epochs": 2}, Phase(3, lowest_rate=0.1)], 5)
    assert plan == [(Phase("head", epochs=2), 2), (Phase(3, lowest_rate=0.1), 5)]
    assert as_phases({"epochs": 4}, 5) == as_phases(Phase(epochs=4), 5) == [(Phase(epochs=4), 4)]


def test_a_schedule_is_scaled_step_by_step():
    assert Phase(rate=0.1).scaled(lambda step: 1 / (1 + step))(4) == pytest.approx(0.02)


def test_epochs_fall_into_their_phase_and_further_ones_into_the_last():
    plan = as_phases([{"trainable": "head", "epochs": 2}, {"epochs": 1}], 9)
    assert [phase_of_epoch(plan, number).trainable for number in range(5)] == ["head", "head", "all", "all", "all"]


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("heads", ValueError, "phases must be one of 'head', .*, got 'heads'"),
        ([], ValueError, "at least one"),
        (3, ValueError, "phases must be None, a name or a sequence"),
        ([3], TypeError, "phases must hold Phase or dict, got 3"),
        ([{"freeze": 1}], ValueError, "a phase has no 'freeze'; it knows trainable, epochs"),
        ({"epochs": 0}, ValueError, "epochs"),
        ({"rate": 0}, ValueError, "rate"),
        ({"lowest_rate": 0}, ValueError, "lowest_rate"),
        ({"lowest_rate": 1.5}, ValueError, "lowest_rate"),
        ({"batch_norm": "frozen"}, ValueError, "batch_norm must be one of .*, got 'frozen'"),
        ({"trainable": 1.5}, ValueError, "trainable must be"),
    ],
)
def test_wrong_phases_are_named(value, error, message):
    with pytest.raises(error, match=message):
        as_phases(value, 5)
