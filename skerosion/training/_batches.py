"""Batches by row index: the plan of an epoch is positions, weights and transforms, never pixels."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from skerosion.preprocessing import Augmentation, compose, hash_keys, identity
from skerosion.training._several_devices import n_devices

READ_AHEAD = 2

# Streams of random numbers, so that a copy's own transform, that of all rows and their own are independent.
_OF_COPIES, _OF_ALL, _OF_ROWS = 1, 2, 3


@dataclass
class RowBatches:
    """The training or validation rows of one fit.

    Parameters
    ----------
    rows : ImageRows
        Where the pixels come from; read batch by batch.
    targets : ndarray of shape (n,) or (n, k)
        What the loss compares with.
    weights : ndarray of shape (n,)
        Sample weights, all positive. Only their ratios matter: batches hold them over a power of two.
    batch_size : int
    augmentation : Augmentation or None
        Of every row, fresh each epoch.
    augments : bool
        Whether batches carry transforms and exposure.
    seed : int
        Of the shuffling and the augmentation.
    follow : callable or None
        ``follow(targets, transforms)`` gives the targets of moved images, where targets are places in them.
    maps : TrunkMaps or None
        What batches carry in place of pixels and transforms: maps of the rows as these turn out, mirrored or not.
    devices : int
        How many share a batch: its length is a multiple of them. By default those of the thread that calls.

    Examples
    --------
    The last batch is filled up, at weight zero.

    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.training import RowBatches
    >>> rows = ImageRows(np.zeros((5, 16, 16), "uint8"))
    >>> batches = RowBatches(rows, np.arange(5), np.ones(5), batch_size=2)
    >>> [(len(targets), weights.sum().item()) for _, targets, weights in batches.epoch(0)]
    [(2, 2.0), (2, 2.0), (2, 1.0)]
    """

    rows: object
    targets: np.ndarray
    weights: np.ndarray
    batch_size: int
    augmentation: Augmentation | None = None
    augments: bool = False
    seed: int = 0
    follow: Callable | None = None
    maps: object = None
    devices: int = field(default_factory=n_devices)

    def __post_init__(self):
        self._ratios = _ratios(self.weights)

    def __len__(self):
        return -(-len(self.rows) // self._size)

    @property
    def _size(self):
        return min(self.batch_size, len(self.rows))

    def order(self, number, resting=None):
        """Positions of the rows of an epoch as it takes them; rows that rest are left out.

        Parameters
        ----------
        number : int
            The epoch, from 0.
        resting : ndarray of bool of shape (n,) or None, default=None

        Returns
        -------
        ndarray of int
        """
        # By epoch, not from one stream: a fit that goes on at epoch 5 sees what an unbroken one would.
        order = np.random.default_rng([self.seed, number]).permutation(len(self.rows))
        return order if resting is None else order[~resting[order]]

    def epoch(self, number, resting=None):
        """Batches of a shuffled epoch, read ahead in the background.

        Parameters
        ----------
        number : int
            The epoch, from 0; decides order and augmentation together with the seed.
        resting : ndarray of bool of shape (n,) or None, default=None
            Rows that are left out.

        Yields
        ------
        inputs, targets, weights
            All of the same length in every batch. The last batch is filled up with rows from the epoch's
            beginning at weight zero: they join batch norm's statistics, as real images, and not the loss.
        """
        order = self.order(number, resting)
        return read_ahead(self._batch(positions, filling, number) for positions, filling in self._cut(order))

    def in_order(self):
        """Batches in row order, without augmentation: for validation."""
        return read_ahead(
            self._batch(positions, filling, None) for positions, filling in self._cut(np.arange(len(self.rows)))
        )

    def _cut(self, order):
        length = -(-self._size // self.devices) * self.devices
        for start in range(0, len(order), self._size):
            positions = order[start : start + self._size]
            missing = length - len(positions)
            # Filled from the beginning of the order, with real images: batch norm sees nothing that is made up.
            yield np.concatenate([positions, np.resize(order, missing)]), missing

    def _batch(self, positions, filling, epoch):
        weights = self._ratios[positions]
        if filling:
            weights[-filling:] = 0.0
        own, further = self._of_rows(positions, epoch), self._of_copies_and_all(positions, epoch)
        inputs = self._inputs(positions, own, further, epoch)
        targets = self.targets[positions]
        return inputs, targets if self.follow is None else self.follow(targets, _chained(own, further)[0]), weights

    def _inputs(self, positions, own, further, epoch):
        if self.maps is not None:
            # A mirror image is read from the right to the left.
            return self.maps.read(positions, mirrored=_chained(own, further)[0][:, 0] < 0)
        images, left = self._read(positions, own, epoch)
        return [images, *_chained(left, further)] if self.augments else images

    def _read(self, positions, own, epoch):
        """Read images, and return with them what of the rows' own transforms is left to the network.

        None where they come from a source that knows what lies beyond their border.
        """
        source = self.rows.source
        if epoch is None or self.rows.augmentation is None or not getattr(source, "looks_beyond", False):
            return self.rows.read(positions), own
        return source.read_moved(self.rows.indices[positions], own[0]), (identity(len(positions)), own[1])

    def _of_rows(self, positions, epoch):
        """Transforms and exposure that the rows bring along, in training."""
        if epoch is None or self.rows.augmentation is None:
            return _nothing(len(positions))
        return self._draw(self.rows.augmentation, _OF_ROWS, positions, epoch)

    def _of_copies_and_all(self, positions, epoch):
        """Transforms and exposure of copies, and those that the estimator asks for, in training."""
        drawn = _nothing(len(positions))
        if epoch is None:
            return drawn
        copies = np.flatnonzero(self.rows.copy_number[positions] > 0)
        if len(copies) and self.rows.copy_augmentation is not None:
            drawn[0][copies], drawn[1][copies] = self._draw_copies(positions[copies], epoch)
        if self.augmentation is not None:
            drawn = _chained(drawn, self._draw(self.augmentation, _OF_ALL, positions, epoch))
        return drawn

    def _draw_copies(self, positions, epoch):
        """Draw for copies: a frozen copy is the same in every epoch, and in every order of the rows."""
        augmentation, rows = self.rows.copy_augmentation, self.rows
        when = 0 if augmentation.frozen else epoch + 1
        # By row of the source and number of the copy, so that a sampler that sorts rows otherwise changes nothing.
        keys = hash_keys(self.seed, _OF_COPIES, rows.indices[positions], rows.copy_number[positions], when)
        return augmentation.draw(keys, rows.image_shape)

    def _draw(self, augmentation, stream, positions, epoch):
        """Draw for all rows, by position, so that a repeated row is not the same picture twice."""
        when = 0 if augmentation.frozen else epoch + 1
        return augmentation.draw(hash_keys(self.seed, stream, positions, when), self.rows.image_shape)


def _nothing(n):
    """The transforms and exposures that leave `n` images as they are."""
    return identity(n), np.tile(np.array([1.0, 0.0], np.float32), (n, 1))


def _chained(first, second):
    """Make one transform and one exposure of two: an affine change of intensity after the other."""
    (transforms, exposure), (further, intensity) = first, second
    offset = exposure[:, 1] * intensity[:, 0] + intensity[:, 1]
    return compose(transforms, further), np.stack([exposure[:, 0] * intensity[:, 0], offset], axis=1)


def _ratios(weights):
    """Return positive weights as float32 whose sums neither overflow nor vanish.

    They are divided by a power of two, which leaves their digits and the weighted mean as they are, so that the largest
    lies from 1 to 2; one too small beside it stays the least that there is.
    """
    weights = np.asarray(weights, dtype=np.float64)
    _, exponent = np.frexp(weights.max(initial=0.0))
    ratios = np.ldexp(weights, 1 - exponent)
    return np.where(weights > 0, np.maximum(ratios, np.finfo(np.float32).tiny), 0.0).astype(np.float32)


def read_ahead(batches):
    """Yield the items of a generator that a background thread keeps a little ahead of its reader."""
    ready = queue.Queue(maxsize=READ_AHEAD)
    stopped = threading.Event()
    thread = threading.Thread(target=_fill, args=(batches, ready, stopped), daemon=True)
    thread.start()
    try:
        while True:
            kind, item = ready.get()
            if kind == "batch":
                yield item
            elif kind == "error":
                raise item
            else:
                return
    finally:
        stopped.set()
        # Room for the batch that the thread may be waiting to put; then it sees that nobody reads any more.
        while not ready.empty():
            ready.get_nowait()
        thread.join()


def _fill(batches, ready, stopped):
    try:
        for batch in batches:
            ready.put(("batch", batch))
            if stopped.is_set():
                return
        ready.put(("end", None))
    except BaseException as error:  # handed to the reader, whose thread can report it
        ready.put(("error", error))
