"""Stored fits that were damaged, cut short, swapped or forged: named and made again, with the same numbers."""

import io
import os
import pickle
import shutil

import numpy as np
import pytest

from skerosion.experiments import SearchPlan
from skerosion.experiments._store import MISSING, DamagedFit, FitStore, sealed
from skerosion.experiments._winners import refit_winners
from skerosion.report._scored_files import make_tables
from skerosion.report._verdicts import verdicts_of
from tests.brightness_estimator import run_search
from tests.damage import Bomb, cut, flip, swap
from tests.small_results import search
from tests.small_study import quiet

NAME, OTHER = "classifier-original-fold1-ab", "classifier-original-fold2-ab"
DAMAGED = "is damaged: it is not what was written."
TINY = {"epochs": 1, "batch_size": 30, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
LENGTHS = np.linspace(0, 0.999, 10)
PLACES = np.linspace(0, 0.9999, 50)


@pytest.fixture
def store(tmp_path):
    """Two fits with different arrays."""
    store = FitStore(tmp_path / "fits")
    for number, name in enumerate((NAME, OTHER)):
        arrays = {"cdf": np.random.default_rng(number).random((40, 5)), "rows": np.arange(40)}
        store.save(name, arrays, {"seconds": 1.5})
    return store


def archive(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("share", LENGTHS)
def test_fit_cut_short_is_damaged(store, share):
    cut(store.path(NAME), share)
    assert store.flaw(NAME) == DAMAGED and NAME not in store and OTHER in store
    with pytest.raises(DamagedFit, match=f"{NAME}.npz {DAMAGED}"):
        store.load(NAME)


@pytest.mark.parametrize("place", PLACES)
def test_one_bit_is_enough(store, place):
    flip(store.path(NAME), place, bit=int(place * 100) % 8)
    assert store.to_make([NAME, OTHER]) == ([NAME], [f"{store.path(NAME)} {DAMAGED} It is made again."])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        archive(cdf=np.zeros(3)),
        sealed(b"")[1:],
        sealed(b"x").replace(b"x", b"y"),
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
    ],
    ids=["empty", "half a header", "another archive", "half a seal", "another text", "a pointer of git-lfs"],
)
def test_what_was_never_a_fit_is_damaged(store, content):
    store.path(NAME).write_bytes(content)
    assert store.flaw(NAME) == DAMAGED


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content + b"\n",
        lambda content: content + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content[1:],
    ],
    ids=["a line more", "twice", "as text of Windows", "without its first byte"],
)
def test_what_transfers_do_to_files_is_damage(store, change):
    store.path(NAME).write_bytes(change(store.path(NAME).read_bytes()))
    assert store.flaw(NAME) == DAMAGED


def test_swapped_fits_are_both_found(store):
    swap(store.path(NAME), store.path(OTHER))
    assert store.flaw(NAME) == store.flaw(OTHER) == "holds another fit than its name says."
    assert store.to_make([NAME, OTHER])[0] == [NAME, OTHER]


def test_missing_fit_needs_no_word(store):
    store.path(NAME).unlink()
    assert store.flaw(NAME) == MISSING and store.to_make([NAME, OTHER]) == ([NAME], [])


def test_unreadable_fit_is_named(store, monkeypatch):
    def fail(path):
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    assert store.flaw(NAME) == "cannot be read: Input/output error."


def test_folder_in_the_place_of_a_fit_is_an_error(store):
    store.path(NAME).unlink()
    store.path(NAME).mkdir()
    with pytest.raises(FileExistsError, match="must be the file of a fit but is not one; move it away"):
        store.to_make([NAME])


def test_link_to_nowhere_gets_its_file(store):
    store.path(NAME).unlink()
    store.path(NAME).symlink_to("nowhere.npz")
    assert store.flaw(NAME) == MISSING
    store.save(NAME, {}, {})
    assert store.flaw(NAME) == "" and store.path(NAME).is_symlink()


def test_leftover_of_a_killed_write_is_no_fit(store):
    (store.folder / f".{NAME}.npz.abc.part").write_bytes(b"half")
    assert NAME in store and store.others([NAME, OTHER]) == []


def test_fit_is_still_an_archive_that_numpy_reads(store):
    with np.load(store.path(NAME)) as arrays:
        assert arrays["cdf"].shape == (40, 5)


def test_a_bomb_explodes_where_it_is_unpickled(monkeypatch):
    monkeypatch.setattr(Bomb, "exploded", False)
    pickle.loads(pickle.dumps(Bomb()))
    assert Bomb.exploded


def test_no_pickle_of_a_stored_fit_is_read(store):
    # With a digest of its own, as only somebody who means it can forge it.
    about = np.frombuffer(f'{{"fit": "{NAME}"}}'.encode(), np.uint8)
    store.path(NAME).write_bytes(sealed(archive(about=about, cdf=np.array([Bomb()], dtype=object))))
    with pytest.raises(DamagedFit, match="holds objects, which are not read"):
        store.load(NAME)
    assert not Bomb.exploded


def values(result):
    return [each.to_arrays() for each in result.predictions.values()]


def assert_same(one, other):
    for left, right in zip(values(one), values(other), strict=True):
        for name in left:
            np.testing.assert_array_equal(left[name], right[name])


@pytest.mark.parametrize("seed", range(3))
def test_search_names_what_is_damaged_and_makes_it_again(estimators, joints, tmp_path, plan, seed):
    undisturbed = search(joints, tmp_path / "a", plan)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    store = FitStore(tmp_path / "b" / "fits")
    paths = np.random.default_rng(seed).permutation(sorted(store.folder.glob("*.npz"))).tolist()
    cut(paths[0], 0.5)
    flip(paths[1], 0.3)
    swap(paths[2], paths[3])
    paths[4].write_bytes(b"")
    paths[5].unlink()
    said, trained = [], estimators.fits
    assert_same(undisturbed, search(joints, tmp_path / "b", plan, say=said.append))
    assert estimators.fits - trained == 6
    told = [text for text in said if "It is made again." in text]
    assert len(told) == 5 and all(any(path.name in text for text in told) for path in paths[:5])
    assert any("6 of 12 fits were finished before" in text for text in said)
    search(joints, tmp_path / "b", plan)
    assert estimators.fits - trained == 6


def test_fit_damaged_while_the_others_ran_is_named(estimators, joints, tmp_path, plan, monkeypatch):
    search(joints, tmp_path, plan)
    path = sorted((tmp_path / "fits").glob("*.npz"))[3]
    monkeypatch.setattr("skerosion.experiments._engine.run_jobs", lambda *settings, **options: flip(path, 0.5))
    with pytest.raises(DamagedFit, match=f"{path.name} {DAMAGED}"):
        search(joints, tmp_path, plan)


@pytest.fixture
def winners(estimators, joints, tmp_path, plan):
    """A function that refits what is needed of two winners, and how many fits and words that took."""
    result = search(joints, tmp_path, plan)
    chosen = {task: each.strategy for task, each in verdicts_of(result, make_tables(result)).items()}

    def refit():
        fits, said = estimators.fits, []
        refit_winners(result, chosen, tmp_path, progress=False, say=said.append)
        return estimators.fits - fits, [text for text in said if "fitted again" in text]

    refit()
    return refit


DISTURBED = {
    "one bit": lambda out: flip(out / "regressor.skerosion", 0.5),
    "cut short": lambda out: cut(out / "regressor.skerosion", 0.9),
    "empty": lambda out: (out / "regressor.skerosion").write_bytes(b""),
    "that of the other task": lambda out: shutil.copy(out / "classifier.skerosion", out / "regressor.skerosion"),
    "a pickle of the same size": lambda out: (out / "regressor.skerosion").write_bytes(
        pickle.dumps(Bomb()).ljust(os.path.getsize(out / "regressor.skerosion"))
    ),
    "a record with another bit": lambda out: flip(next(out.glob("fits/winner-regressor-*")), 0.5),
    "a record of the other task": lambda out: shutil.copy(
        next(out.glob("fits/winner-classifier-*")), next(out.glob("fits/winner-regressor-*"))
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("disturb", DISTURBED.values(), ids=DISTURBED)
def test_damaged_winner_is_named_and_fitted_again(winners, tmp_path, disturb):
    assert winners() == (0, [])
    disturb(tmp_path)
    fits, (said,) = winners()
    assert fits == 1 and "regressor" in said and not Bomb.exploded
    assert winners() == (0, [])


@pytest.mark.parametrize("pattern", ["regressor.skerosion", "fits/winner-regressor-*"])
def test_missing_winner_is_fitted_without_a_word(winners, tmp_path, pattern):
    next(tmp_path.glob(pattern)).unlink()
    assert winners() == (1, [])


@pytest.mark.slow
@pytest.mark.tensorflow
def test_damaged_fits_of_networks_end_in_the_same_numbers(joints, tmp_path):
    images = np.repeat(np.repeat(joints[0].read(), 2, axis=1), 2, axis=2)
    plan = SearchPlan(strategies=("original", "oversampled"), folds=2, parameters=TINY)
    run = {"plan": plan, "out": tmp_path, "progress": False}
    undisturbed = run_search(images, *joints[1:], say=quiet, **run)
    paths = sorted((tmp_path / "fits").glob("*.npz"))
    flip(paths[0], 0.4)
    cut(paths[3], 0.7)
    swap(paths[5], paths[6])
    said = []
    assert_same(undisturbed, run_search(images, *joints[1:], say=said.append, **run))
    assert sum("It is made again." in text for text in said) == 4
