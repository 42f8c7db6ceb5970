import numpy as np
import pytest

from skerosion.datasets import ImageRows
from skerosion.training import Trimming, lease, train
from tests.training.test_programs import make_batches, make_key


def rows_of(n, **about):
    return ImageRows(np.zeros((n, 2), np.float32), **about)


def trimming_of(n=20, share=0.1, after=1, grades=None):
    return Trimming(share, after, rows_of(n), np.zeros(n, int) if grades is None else grades)


def test_nothing_rests_before_its_time_or_before_anything_is_known():
    trimming = trimming_of(after=2)
    assert not trimming.resting(2).any()
    trimming.note(np.arange(20), np.arange(20.0))
    assert not trimming.resting(1).any()
    assert np.flatnonzero(trimming.resting(2)).tolist() == [18, 19]


def test_running_loss_is_the_mean_of_the_last_three_epochs():
    trimming = trimming_of(4, share=0.25)
    for losses in ([100, 0, 0, 0], [0, 3, 0, 1], [0, 3, 0, 1], [0, 0, 0, 7]):  # the first epoch is forgotten
        trimming.note(np.arange(4), np.array(losses, float))
    assert np.flatnonzero(trimming.resting(4)).tolist() == [3]


def test_who_rests_keeps_his_loss():
    trimming = trimming_of(4, share=0.25)
    trimming.note(np.arange(4), np.array([1.0, 2, 3, 4]))
    for epoch in range(1, 4):
        resting = trimming.resting(epoch)
        assert np.flatnonzero(resting).tolist() == [3]
        trimming.note(np.flatnonzero(~resting), np.array([1.0, 2, 3]))


def test_grades_are_trimmed_each_by_itself_and_small_ones_not():
    trimming = trimming_of(30, grades=np.repeat([0, 1, 2], [11, 10, 9]))
    trimming.note(np.arange(30), np.arange(30.0))
    resting = trimming.resting(1)
    assert np.flatnonzero(resting).tolist() == [10, 20]
    assert trimming.counts(resting) == {"resting_0": 1.0, "resting_1": 1.0, "resting_2": 0.0}


def test_copies_and_repeats_follow_their_original():
    rows = rows_of(10)[np.r_[:10, 9, 9, 0]].take(np.arange(13), copy_number=np.r_[np.zeros(11), 1, 1].astype(int))
    trimming = Trimming(0.1, 1, rows, np.zeros(13, int))
    trimming.note(np.arange(13), np.r_[np.arange(10.0), 0, 0, 99])  # a copy's loss counts nothing
    assert np.flatnonzero(trimming.resting(1)).tolist() == [9, 10, 11]


@pytest.fixture(scope="module")
def runs():
    """Two epochs of the same training, of a program that tells the losses of rows and of one that does not."""

    def run(trimming, **key):
        batches = make_batches(n=25)
        with lease(make_key(**key)) as program:
            program.reset(0, dropout=0.0)
            history = train(program, batches, epochs=3, trimming=trimming and trimming(batches))
            return history, program.get_weights()

    notes = []

    class Noted(Trimming):
        def note(self, positions, losses):
            notes.append((positions, losses))
            super().note(positions, losses)

    def late(batches):
        return Noted(0.2, 3, batches.rows, np.zeros(25, int))

    def early(batches):
        return Noted(0.2, 1, batches.rows, np.zeros(25, int))

    told = {"tells_row_losses": True}
    return run(None), run(late, **told), run(early, **told), notes


def test_telling_losses_changes_no_weight(runs):
    (plain, weights), (_, same), *_ = runs
    for one, other in zip(weights, same, strict=True):
        np.testing.assert_array_equal(one, other)


def test_losses_of_rows_are_those_of_the_batches(runs):
    (plain, _), (told, _), _, notes = runs
    assert told["loss"] == plain["loss"]
    for epoch, (positions, losses) in enumerate(notes[:3]):
        assert sorted(positions) == list(range(25))
        np.testing.assert_allclose(losses.mean(), plain["loss"][epoch], rtol=1e-5)
    assert told["resting_0"] == [0.0, 0.0, 0.0]


def test_who_rests_is_not_trained_on(runs):
    *_, (early, _), notes = runs
    first, second, _ = notes[3:]
    assert early["resting_0"][:2] == [0.0, 5.0] and len(second[0]) == 20
    worst = first[0][np.argsort(-first[1])[:5]]
    assert not np.isin(worst, second[0]).any()
