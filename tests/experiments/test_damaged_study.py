"""A study's folder is never trusted: what was damaged is named and trained again, and nothing in it is run."""

import pickle
import shutil

import joblib
import numpy as np
import pytest

from skerosion import CNNClassifier
from skerosion.experiments import SavedEstimator, StudyPlan, load_saved, transfer_trainings
from skerosion.experiments._learned import LEARNED
from skerosion.grades import Target
from tests.damage import Bomb, cut, flip, swap
from tests.experiments.test_study import numbers
from tests.small_study import SIZES, make_table, quiet, run_trainings, study_table


@pytest.fixture
def copied(study, tmp_path):
    """The folder of the finished study, to be changed, and its trainings in a fixed order."""
    shutil.copytree(study.out, tmp_path / "study")
    return tmp_path / "study", sorted((tmp_path / "study" / "trainings").glob("*.npz"))


@pytest.mark.slow
def test_damaged_trainings_are_named_and_end_in_the_same_numbers(study, copied, estimators):
    out, paths = copied
    flip(paths[0], 0.6)
    cut(paths[1], 0.3)
    swap(paths[3], paths[4])
    said, before = [], numbers(study.out)
    study_table(out, say=said.append)
    assert estimators.fits == 4 and numbers(out) == before
    told = [text for text in said if "It is made again." in text]
    assert len(told) == 4 and all(any(paths[each].name in text for text in told) for each in (0, 1, 3, 4))


def test_a_training_is_one_file_that_holds_no_code(copied):
    out, paths = copied
    assert sorted((out / "trainings").iterdir()) == paths and len(paths) == 6
    for path in paths:
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["classifier.skerosion", "trainings/{name}.skerosion"])
def test_no_pickle_in_the_folder_is_read(copied, estimators, name):
    out, paths = copied
    (out / name.format(name=paths[0].stem)).write_bytes(pickle.dumps(Bomb()))
    study_table(out)
    assert estimators.fits == 0 and not Bomb.exploded
    assert load_saved(out / "classifier.skerosion").task == "classifier"


def test_other_shares_of_the_held_out_parts_are_another_study(estimators, tmp_path):
    # The rows to train on may be the same; the stored forecasts are of other rows.
    data, kept = make_table(), {"tasks": ("regressor",), "strategies": ("original",)}
    for sizes in ((0.5, 0.3, 0.2), (0.5, 0.2, 0.3)):
        plan = StudyPlan(sizes=sizes, **kept)
        result = run_trainings(data, plan, out=tmp_path / "one", progress=False, say=quiet, force=True)
        alone = run_trainings(data, plan, out=tmp_path / str(sizes), progress=False, say=quiet)
        for arrays, expected in zip(result.learned.values(), alone.learned.values(), strict=True):
            assert all(np.array_equal(arrays[name], expected[name]) for name in expected)


def test_arrays_of_a_result_are_without_what_was_learned(study):
    assert not any(name.startswith(LEARNED) for arrays in study.result.learned.values() for name in arrays)
    assert all(LEARNED not in about for about in study.result.about.values())


@pytest.mark.parametrize("strategy", ["original", "oversampled", "balanced_decision"])
def test_estimator_comes_back_from_the_stored_training(study, estimators, strategy):
    saved = study.result.estimator("classifier", strategy)
    part = study.result.part("test")
    expected = part.predictions["classifier", strategy].probabilities
    np.testing.assert_allclose(saved.pipeline[-1].forecast(part.rows).probabilities, expected, atol=1e-6)
    assert saved.strategy == strategy and saved.versions == study.result.about["classifier", "original"]["versions"]


SMALL = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,), "batch_size": 100}


@pytest.mark.slow
@pytest.mark.tensorflow
def test_start_of_a_training_is_read_as_weights_and_damage_ends_in_the_same_numbers(registry, tmp_path, monkeypatch):
    transfer = tuple(transfer_trainings("other-task", strategies=["original"]))
    plan = StudyPlan(strategies=("original",), transfer=transfer, sizes=SIZES, parameters=SMALL)
    run = {"plan": plan, "out": tmp_path, "progress": False}
    monkeypatch.setattr(joblib, "load", None)
    undisturbed = run_trainings(registry, say=quiet, **run)
    by_name = {
        f"{job.task} {job.training.name}": tmp_path / "trainings" / f"{job.name}.npz" for job in undisturbed.jobs
    }
    swap(by_name["classifier original"], by_name["classifier other_task"])
    flip(by_name["regressor other_task"], 0.5)
    said = []
    again = run_trainings(registry, say=said.append, **run)
    assert sum("It is made again." in text for text in said) == 3
    for pair, arrays in undisturbed.learned.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(again.learned[pair][name], array)
    for job in undisturbed.jobs:
        expected = undisturbed.learned[job.task, job.training.name]
        forecast = again.estimator(job.task, job.training.name).pipeline.predict(registry.X[job.fold.test])
        values = expected["cdf"] if job.task == "regressor" else expected["probabilities"]
        assert len(forecast) == len(values)
        if job.task == "classifier":
            np.testing.assert_array_equal(forecast, expected["classes"][values.argmax(axis=1)])


@pytest.mark.slow
@pytest.mark.tensorflow
def test_saved_estimator_to_start_from_is_known_by_its_content(registry, tmp_path):
    path, digests = tmp_path / "knees.skerosion", []
    for seed in (0, 1):
        start = CNNClassifier(**SMALL, random_state=seed, verbose=0).fit(registry.X[:40], np.tile([0, 1], 20))
        SavedEstimator(start, "classifier", "trained", Target.decide([0, 1]), (16, 16, 1), {}).save(path)
        transfer = tuple(transfer_trainings(f"vgg:{path}", ["classifier"]))
        settings = {"transfer": transfer, "sizes": SIZES, "parameters": SMALL}
        plan = StudyPlan(tasks=("classifier",), strategies=("original",), **settings)
        said = []
        result = run_trainings(registry, plan, out=tmp_path, progress=False, say=said.append)
        digests.append(next(job.name for job in result.jobs if job.training.name != "original"))
    assert digests[0] != digests[1] and any("1 of 2 trainings were finished before" in text for text in said)
