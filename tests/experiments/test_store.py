import errno

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from skerosion._writing import write_atomically
from skerosion.experiments._identity import fingerprint
from skerosion.experiments._store import FitStore, is_disk_full


def test_fit_comes_back_as_it_went(tmp_path):
    store = FitStore(tmp_path / "fits")
    arrays = {"cdf": np.random.default_rng(0).random((4, 3)).astype(np.float32), "rows": np.arange(4)}
    store.save("regressor-original-fold1-ab", arrays, {"seconds": 1.5, "seed": np.int64(3)})
    loaded, about = store.load("regressor-original-fold1-ab")
    assert about == {"seconds": 1.5, "seed": 3}
    assert all((loaded[name] == arrays[name]).all() and loaded[name].dtype == arrays[name].dtype for name in arrays)


def test_fits_of_other_settings_are_found_and_winners_are_not(tmp_path):
    store = FitStore(tmp_path)
    for name in ("classifier-original-fold1-ab", "classifier-original-fold1-cd", "winner-classifier-original-ab"):
        store.save(name, {}, {})
    assert [path.stem for path in store.others(["classifier-original-fold1-ab"])] == ["classifier-original-fold1-cd"]
    store.save("classifier-original-cd", {}, {})  # of a study, which has no folds
    store.save("winner-classifier-original-cd", {}, {})
    others = store.others(["classifier-original-fold1-ab", "classifier-original-fold1-cd"])
    assert [path.stem for path in others] == ["classifier-original-cd"]


def test_failed_write_leaves_what_was_there_and_nothing_else(tmp_path):
    path = write_atomically(tmp_path / "table.csv", lambda file: file.write(b"old"))

    def run_out_of_disk(file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, run_out_of_disk)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_full_disk_is_told_from_other_errors():
    assert is_disk_full(OSError(errno.ENOSPC, "full")) and is_disk_full(OSError(errno.EDQUOT, "quota"))
    assert not is_disk_full(OSError(errno.EACCES, "denied")) and not is_disk_full(ValueError("full"))


@given(
    st.dictionaries(st.text(max_size=5), st.integers() | st.floats(allow_nan=False) | st.text(max_size=5), max_size=5)
)
def test_fingerprint_does_not_depend_on_order(settings):
    assert fingerprint(settings) == fingerprint(dict(reversed(settings.items())))


@pytest.mark.parametrize(
    "other",
    [{"y": np.array([0.0, 1.0])}, {"y": np.array([0, 2])}, {"y": np.array([0, 1]), "epochs": 3}, {"y": [0, 1]}],
)
def test_fingerprint_tells_settings_apart(other):
    assert fingerprint({"y": np.array([0, 1])}) != fingerprint(other)


def test_fingerprint_is_the_same_for_ever():
    # Stored fits are found by it: a change here makes every finished search train again.
    settings = {"y": np.array([0.0, 2.0]), "groups": ["a", "b"], "parameters": {"epochs": 8, "batch_size": 100}}
    assert fingerprint(settings) == "dfb79341e6f875199f701b813f649597"
