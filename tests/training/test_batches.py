"""Batches: fixed shapes, no row lost, filling without weight, copies transformed and originals not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.datasets import ImageRows
from skerosion.preprocessing import Augmentation, identity
from skerosion.training import RowBatches

# Images of one small number are nearly black, which is what is said of such images.
pytestmark = pytest.mark.filterwarnings("ignore:uint8 images of 0..255 have no value above")


def make_batches(n=10, batch_size=4, **parameters):
    """Batches of n tiny images, each of one grey value: its own number."""
    images = np.repeat(np.arange(n, dtype="uint8"), 256).reshape(n, 16, 16, 1)
    rows = ImageRows(images, **parameters.pop("rows", {}))
    return RowBatches(rows, np.arange(n), np.ones(n), batch_size, **parameters)


@given(n=st.integers(1, 40), batch_size=st.integers(1, 50), epoch=st.integers(0, 3))
def test_every_row_counts_once_an_epoch_and_all_batches_are_alike(n, batch_size, epoch):
    batches = make_batches(n, batch_size)
    counted, shapes = [], set()
    for pixels, targets, weights in batches.epoch(epoch):
        counted += targets[weights > 0].tolist()
        shapes.add(pixels.shape)
        assert (pixels[:, 0, 0, 0] == targets).all()
    assert sorted(counted) == list(range(n))
    assert len(shapes) == 1 and len(batches) == -(-n // min(n, batch_size))


@pytest.mark.parametrize("scale", [1e-320, 1e-46, 1.0, 1e37, 1e300])
def test_only_ratios_of_weights_matter(scale):
    """Sums of single precision would overflow, or vanish."""
    batches = RowBatches(ImageRows(np.zeros((4, 16, 16), "uint8")), np.arange(4), scale * np.array([1, 2, 4, 4]), 4)
    ((_, _, weights),) = batches.in_order()
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights / weights[0], [1, 2, 4, 4])


def test_ordinary_weights_keep_their_digits_and_none_vanishes():
    given = np.random.default_rng(0).uniform(0.1, 30, 50)
    rows = ImageRows(np.zeros((50, 16, 16), "uint8"))
    ((_, _, weights),) = RowBatches(rows, np.arange(50), given, 50).in_order()
    np.testing.assert_array_equal(weights * np.float32(16), given.astype("float32"))
    assert 1 <= weights.max() < 2
    ((_, _, weights),) = RowBatches(rows, np.arange(50), np.append(np.ones(49), 1e-300), 50).in_order()
    assert (weights > 0).all()


def test_order_depends_on_seed_and_epoch_alone():
    def order(seed, epoch):
        return [target for _, targets, _ in make_batches(seed=seed).epoch(epoch) for target in targets.tolist()]

    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1) and order(0, 0) != order(1, 0)


def test_only_copies_are_transformed():
    rows = {"copy_number": [0, 0, 1, 0, 2, 0], "copy_augmentation": Augmentation.thesis()}
    batches = make_batches(6, 6, rows=rows, augments=True)
    (_, transforms, exposure), targets, _ = next(iter(batches.epoch(0)))
    moved = (transforms != identity(6)).any(axis=1)
    assert sorted(targets[moved].tolist()) == [2, 4]
    assert (exposure == [1, 0]).all()


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_copies_look_the_same_in_every_epoch(frozen):
    rows = {"copy_number": [0, 1, 2], "copy_augmentation": Augmentation(rotation=25.0, frozen=frozen)}
    batches = make_batches(3, 3, rows=rows, augments=True, seed=4)

    def transforms_of(epoch):
        (_, transforms, _), targets, _ = next(iter(batches.epoch(epoch)))
        return transforms[np.argsort(targets)]

    assert (transforms_of(0) == transforms_of(1)).all() == frozen
    assert (transforms_of(0)[1] != transforms_of(0)[2]).any()


def test_repeated_rows_are_augmented_differently():
    images = np.zeros((1, 16, 16, 1), "uint8")
    rows = ImageRows(images).take([0, 0, 0])
    batches = RowBatches(rows, np.zeros(3), np.ones(3), 3, Augmentation(rotation=20.0), augments=True)
    (_, transforms, _), _, _ = next(iter(batches.epoch(0)))
    assert len(np.unique(transforms, axis=0)) == 3


def test_validation_is_in_order_and_never_augmented():
    batches = make_batches(5, 2, augmentation=Augmentation(rotation=20.0, exposure=0.3), augments=True)
    seen = []
    for (_, transforms, exposure), targets, weights in batches.in_order():
        assert (transforms == identity(2)).all() and (exposure == [1, 0]).all()
        seen += targets[weights > 0].tolist()
    assert seen == [0, 1, 2, 3, 4]


def test_an_error_while_reading_reaches_the_reader():
    batches = make_batches()
    batches.rows.source.read = lambda indices: 1 / 0
    with pytest.raises(ZeroDivisionError):
        next(batches.epoch(0))


def test_a_reader_that_stops_early_leaves_no_thread_behind():
    import threading

    before = threading.active_count()
    epoch = make_batches(40, 2).epoch(0)
    next(epoch)
    epoch.close()
    assert threading.active_count() == before


def test_what_rows_bring_along_happens_to_all_of_them_in_training_and_never_otherwise():
    rows = {"augmentation": {"jitter": 0.1}, "copy_number": [0, 1, 0, 2], "copy_augmentation": {"rotation": 5}}
    batches = make_batches(4, 4, rows=rows, augments=True)

    def transforms(when):
        (inputs, targets, _), *_ = when
        return inputs[1][np.argsort(targets)]

    first = transforms(batches.epoch(0))
    assert (first != identity(4)).any(axis=1).all()
    np.testing.assert_array_equal(first, transforms(make_batches(4, 4, rows=rows, augments=True).epoch(0)))
    assert (first != transforms(batches.epoch(1))).any(axis=1).all()
    np.testing.assert_array_equal(transforms(batches.in_order()), identity(4))


def test_targets_that_are_places_follow_the_transforms_of_their_own_rows():
    def follow(targets, transforms):
        return 1000 * targets + transforms[:, 2]

    moved = make_batches(5, 2, augmentation=Augmentation(shift=0.3), augments=True, follow=follow)
    for (pixels, transforms, _), targets, _ in moved.epoch(0):
        np.testing.assert_array_equal(targets, 1000 * pixels[:, 0, 0, 0].astype(int) + transforms[:, 2])
    kept = [targets.tolist() for _, targets, _ in make_batches(3, 3, follow=follow).in_order()]
    assert kept == [[0, 1000, 2000]]


class Beyond:
    """Images of which a source knows what lies beyond their border: moved ones are told by the number of their row."""

    shape, dtype, value_range, looks_beyond = (4, 16, 16, 1), np.dtype("uint8"), (0, 255), True

    def read(self, indices):
        return np.zeros((len(indices), 16, 16, 1), "uint8")

    def read_moved(self, indices, transforms):
        assert (transforms != identity(len(indices))).any(axis=1).all()
        return self.read(indices) + np.uint8(100) + np.reshape(indices, (-1, 1, 1, 1)).astype("uint8")


def test_what_a_source_has_moved_is_not_moved_again_but_followed():
    def follow(targets, transforms):
        return np.column_stack([targets, (transforms != identity(len(targets))).any(axis=1)])

    rows = ImageRows(Beyond(), augmentation={"jitter": 0.1})[[3, 1, 0, 2]]
    batches = RowBatches(rows, rows.indices, np.ones(4), 4, augments=True, follow=follow)
    ((pixels, transforms, _), targets, _), *_ = batches.epoch(0)
    np.testing.assert_array_equal(pixels[:, 0, 0, 0], 100 + targets[:, 0])
    np.testing.assert_array_equal(transforms, identity(4))
    assert targets[:, 1].all()
    ((pixels, _, _), targets, _), *_ = batches.in_order()
    assert not pixels.any() and not targets[:, 1].any()
