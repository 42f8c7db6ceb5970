"""What workers are sent, what they keep, and what outlives them. Workers are threads here, on real sockets."""

import sys
import warnings
from collections import Counter

import joblib
import numpy as np
import pytest
from PIL import Image
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV

from skerosion import ImageRows
from skerosion.datasets import FileSource, _files
from skerosion.model_selection import search_client

distributed = pytest.importorskip("distributed")

SIDE = 100


@pytest.fixture
def start():
    """Start a scheduler and workers, and connect to them."""
    opened = []

    def start_one(n_workers, connect=search_client):
        sockets = {"protocol": "tcp", "host": "127.0.0.1", "dashboard_address": None}
        cluster = distributed.LocalCluster(n_workers=n_workers, threads_per_worker=1, processes=False, **sockets)
        opened.extend([cluster, connect(cluster)])
        return opened[-1]

    yield start_one
    for item in reversed(opened):
        item.close()


@pytest.fixture
def sent(monkeypatch):
    """Count the bytes that client, scheduler and workers write to their sockets."""
    from distributed.comm.tcp import TCP

    counts = []
    write = TCP.write

    async def count(comm, *args, **options):
        counts.append(await write(comm, *args, **options))
        return counts[-1]

    monkeypatch.setattr(TCP, "write", count)
    return counts


@pytest.fixture
def images():
    """300 images, 3 MB together."""
    return np.random.default_rng(0).integers(0, 256, (300, SIDE, SIDE, 1), dtype="uint8")


class Brightness(ClassifierMixin, BaseEstimator):
    """Tells bright images from dark ones; reads all pixels."""

    def __init__(self, *, shift=0):
        self.shift = shift

    def fit(self, X, y):
        self.threshold_ = np.asarray(X).mean() + self.shift
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return (np.asarray(X).mean(axis=(1, 2, 3)) > self.threshold_).astype(int)


def run_search(X, client=None):
    y = np.arange(len(X)) % 2
    search = GridSearchCV(Brightness(), {"shift": [-1, 0, 1]}, cv=4, error_score="raise", refit=False)
    if client is None:
        return search.fit(X, y).cv_results_["mean_test_score"]
    with joblib.parallel_config("dask", client=client):
        return search.fit(X, y).cv_results_["mean_test_score"]


def mapped(images, folder):
    np.save(folder / "images.npy", images)
    return ImageRows(np.load(folder / "images.npy", mmap_mode="r"))


def test_no_pixel_of_a_memory_map_is_sent(images, tmp_path, start, sent):
    """In memory they go to the scheduler and from there to each of the two workers: not with each of the 12 fits."""
    client = start(2)
    X = mapped(images, tmp_path)
    expected = run_search(X)
    counts = {}
    for form, rows in {"mapped": X, "in memory": ImageRows(images)}.items():
        before = sum(sent)
        np.testing.assert_array_equal(run_search(rows, client), expected)
        counts[form] = sum(sent) - before
    assert counts["mapped"] < images.nbytes / 5
    assert images.nbytes < counts["in memory"] < 5 * images.nbytes


def test_a_worker_decodes_a_file_once(images, tmp_path, start, monkeypatch):
    """The twelve fits share two sets of decoded images. (With a single worker joblib would not use dask at all.)"""
    paths = [tmp_path / f"{number}.png" for number in range(20)]
    for path, image in zip(paths, images, strict=False):
        Image.fromarray(image[..., 0]).save(path)
    decode, decoded = _files.decode_image, []
    monkeypatch.setattr(_files, "decode_image", lambda *args: decoded.append(args[1]) or decode(*args))
    run_search(ImageRows(FileSource(paths)), start(2))
    assert set(decoded) == set(map(str, paths))
    assert max(Counter(decoded).values()) <= 2


@pytest.mark.parametrize("connect", [search_client, distributed.Client])
def test_what_a_worker_held_outlives_it(connect, images, tmp_path, start):
    """Through dask's own client it is gone: joblib's search would end in an error."""
    client = start(2, connect)
    kept = client.scatter(mapped(images, tmp_path))
    distributed.wait(kept)
    (holder,) = client.who_has(kept)[kept.key]
    client.run_on_scheduler(lose, holder)
    lengths = client.submit(len, kept)
    if connect is distributed.Client:
        with pytest.raises((distributed.CancelledError, distributed.client.FutureCancelledError)):
            lengths.result(timeout=20)
    else:
        assert lengths.result(timeout=20) == 300


async def lose(address, dask_scheduler):
    """What the scheduler does when the connection to a worker breaks off."""
    await dask_scheduler.remove_worker(address, stimulus_id="test")


def test_small_arguments_travel_with_their_tasks(images, tmp_path, start):
    client = start(1)
    numbers = np.arange(1000)
    assert client.scatter(numbers) is numbers
    rows, kept = client.scatter([mapped(images, tmp_path), numbers], broadcast=True)
    assert isinstance(rows, distributed.Future) and kept is numbers
    assert isinstance(client.scatter(np.zeros(2**18)), distributed.Future)


def test_pixels_in_memory_are_warned_of(images, tmp_path, start, monkeypatch):
    from skerosion.model_selection import _keeping_client

    monkeypatch.setattr(_keeping_client, "_TRAVELS_AT_EASE", images.nbytes - 1)
    client = start(1)
    with pytest.warns(UserWarning, match="MB of ImageRows travel .* memory map"):
        client.scatter(ImageRows(images))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.scatter(mapped(images, tmp_path))


def test_a_scheduler_that_does_not_answer_is_named():
    with pytest.raises(OSError, match="127.0.0.1:9"):
        search_client("tcp://127.0.0.1:9", timeout=0.2)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "skerosion.model_selection._keeping_client", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"pip install 'skerosion\[distributed\]'"):
        search_client("tcp://127.0.0.1:8786")
