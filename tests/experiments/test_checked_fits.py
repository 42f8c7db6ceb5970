"""Fits whose files somebody changed and sealed again: an error of one line that names the file and the way out."""

import numpy as np
import pytest

from skerosion.experiments import SearchPlan
from skerosion.experiments._engine import collect
from skerosion.experiments._store import DamagedFit
from tests.brightness_estimator import make_joints, run_search, use_brightness
from tests.small_study import quiet

pytestmark = pytest.mark.once


def of_arrays(**changes):
    """Change arrays by name; those of a regressor have a cdf in place of probabilities."""

    def change(arrays, about):
        for name, changed in changes.items():
            found = next(key for key in (name, "cdf" if name == "probabilities" else name) if key in arrays)
            arrays[found] = changed(arrays[found])

    return change


def of_about(**changes):
    return lambda arrays, about: about.update(changes)


def without(name):
    return lambda arrays, about: (arrays.pop(name, None), about.pop(name, None))


FORGED = {
    "no rows": without("rows"),
    "other rows": of_arrays(rows=lambda rows: rows[::-1]),
    "fewer rows": of_arrays(rows=lambda rows: rows[:-1]),
    "no prediction": without("prediction"),
    "fewer predictions": of_arrays(prediction=lambda array: array[:-1]),
    "a table of predictions": of_arrays(prediction=lambda array: np.stack([array, array])),
    "dates as predictions": of_arrays(prediction=lambda array: np.zeros(len(array), "M8[s]")),
    "NaN as predictions": of_arrays(prediction=lambda array: np.full(len(array), np.nan)),
    "no member of an archive": of_arrays(prediction=lambda array: np.array("")),
    "NaN as probabilities": of_arrays(probabilities=lambda array: np.full_like(array, np.nan)),
    "probabilities of others": of_arrays(probabilities=lambda array: array[:-1]),
    "flat probabilities": of_arrays(probabilities=lambda array: array.ravel()),
    "probabilities above 1": of_arrays(probabilities=lambda array: array + 2),
    "texts as probabilities": of_arrays(probabilities=lambda array: array.astype("U9")),
    "no seconds": without("seconds"),
    "seconds that are text": of_about(seconds="long"),
    "losses that are text": of_about(loss=["low"]),
    "no losses": of_about(loss=None),
    "no device": without("device"),
    "versions that are none": of_about(versions=3),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A search of both tasks whose fits are all there."""
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        plan = SearchPlan(folds=2, strategies=("original",), parameters={"epochs": 1})
        yield run_search(*make_joints(), out=tmp_path_factory.mktemp("search"), plan=plan, progress=False, say=quiet)


def collected(result):
    return collect(result.plan, result.prepared, result.store, result.jobs, [])


@pytest.mark.parametrize("task", ["classifier", "regressor"])
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_fit_is_told_with_its_file_and_the_way_out(name, task, finished):
    job = next(job for job in finished.jobs if job.task == task)
    path = finished.store.path(job.name)
    whole = path.read_bytes()
    arrays, about = finished.store.load(job.name)
    FORGED[name](arrays, about)
    finished.store.save(job.name, arrays, about)
    try:
        with pytest.raises(DamagedFit) as told:
            collected(finished)
    finally:
        path.write_bytes(whole)
    assert str(told.value).startswith(f"{path} holds no fit of these data: ")
    assert str(told.value).endswith("Delete it, and the same command makes it again.")
    assert "\n" not in str(told.value)


def test_what_was_not_changed_is_collected_again(finished):
    again = collected(finished)
    for pair, fits in finished.arrays.items():
        for (_, one), (_, other) in zip(fits, again.arrays[pair], strict=True):
            assert one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)
