import dataclasses
import errno
import io
import json

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from skerosion.datasets import FileSource, ImageRows
from skerosion.experiments import SearchPlan, SearchStopped, load_saved, search_strategies
from skerosion.experiments._identity import pixel_digest
from skerosion.experiments._jobs import workers_and_threads
from skerosion.experiments._progress_bar import StepListener, progress_bar
from skerosion.grades import Target
from skerosion.imbalance import RowStep
from tests.brightness_estimator import run_search
from tests.small_results import search
from tests.small_study import quiet


def test_every_strategy_predicts_every_row(result, joints):
    assert list(result.predictions) == SearchPlan().pairs()
    for (task, _), each in result.predictions.items():
        rows = each.probabilities if task == "classifier" else each.cdf
        assert len(rows) == len(joints[1])
        np.testing.assert_allclose(rows.sum(axis=1) if task == "classifier" else rows[:, -1], 1, atol=1e-6)
    assert sorted(np.unique(result.fold_of_row)) == [1, 2]


def test_balanced_decision_trains_nothing(estimators, joints, tmp_path, plan):
    search(joints, tmp_path, plan)
    # Two tasks of three trained strategies on two folds.
    assert estimators.fits == 12
    assert len(list((tmp_path / "fits").glob("*.npz"))) == 12


def test_second_call_reads_what_the_first_trained(estimators, joints, tmp_path, plan):
    first = search(joints, tmp_path, plan)
    messages = []
    second = search(joints, tmp_path, plan, say=messages.append)
    assert estimators.fits == 12
    assert "12 of 12 fits were finished before" in " ".join(messages)
    for key, each in first.predictions.items():
        for name, kept in second.predictions[key].to_arrays().items():
            np.testing.assert_array_equal(each.to_arrays()[name], kept)


def test_more_strategies_train_only_what_is_new(estimators, joints, tmp_path):
    settings = {"folds": 2, "tasks": ("classifier",), "parameters": {"epochs": 2}}
    search(joints, tmp_path, SearchPlan(strategies=("original",), **settings))
    search(joints, tmp_path, SearchPlan(strategies=("original", "balanced_decision"), **settings), force=True)
    assert estimators.fits == 2
    search(joints, tmp_path, SearchPlan(**settings), force=True)
    assert estimators.fits == 6


@pytest.mark.parametrize("change", ["seed", "folds", "epochs", "images", "grades", "patients"])
def test_other_settings_or_data_train_anew(estimators, joints, tmp_path, change):
    settings = {"tasks": ("regressor",), "strategies": ("original",), "folds": 2, "parameters": {"epochs": 2}}
    search(joints, tmp_path, SearchPlan(**settings))
    rows, grades, patients = joints
    changed = settings | {"seed": {"seed": 1}, "folds": {"folds": 3}, "epochs": {"parameters": {"epochs": 3}}}.get(
        change, {}
    )
    if change == "images":
        rows = rows.read()[:, ::-1].copy()
    grades = 2 - grades if change == "grades" else grades
    patients = np.roll(patients, 1) if change == "patients" else patients
    told = {"images": "other pixels", "grades": "other targets", "patients": "other patients", "epochs": "parameters"}
    refused = told.get(change, change)
    with pytest.raises(FileExistsError, match=f"another plan .*{refused}"):
        search((rows, grades, patients), tmp_path, SearchPlan(**changed))
    search((rows, grades, patients), tmp_path, SearchPlan(**changed), force=True)
    assert estimators.fits == 2 + changed["folds"]
    assert len(list((tmp_path / "fits").glob("*.npz"))) == changed["folds"]


@pytest.mark.parametrize(
    ("failure", "why", "goes_on"),
    [
        (KeyboardInterrupt, "Interrupted while fitting.", True),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full while fitting", True),
        (ValueError("the network is unhappy"), "while fitting by ValueError: the network is unhappy.", False),
    ],
)
def test_finished_fits_stay_and_the_message_says_so(estimators, joints, tmp_path, plan, failure, why, goes_on):
    estimators.stop_after, estimators.failure = 5, failure
    with pytest.raises(SearchStopped, match="5 of 12 fits are finished and stay") as stopped:
        search(joints, tmp_path, plan)
    assert why in str(stopped.value)
    assert ("the same command goes on from there" in str(stopped.value)) == goes_on
    assert stopped.value.__cause__ is not None
    estimators.stop_after = None
    search(joints, tmp_path, plan)
    assert estimators.fits == 12


def test_every_strategy_of_a_fold_has_the_same_seed(result):
    seeds = {(about["fold"], about["seed"]) for about in sum(result.records.values(), [])}
    assert len(seeds) == 2
    assert all(
        about["rows_trained"] + about["rows_tested"] == len(result.y) for about in sum(result.records.values(), [])
    )


def test_percentages_are_graded_for_the_classifier(estimators, joints, tmp_path):
    rows, grades, patients = joints
    plan = SearchPlan(folds=2, parameters={"epochs": 1}, strategies=("original",), kind="percent")
    result = search((rows, grades * 50.0, patients), tmp_path, plan)
    assert set(result.predictions["classifier", "original"].prediction) <= {0, 3, 5}
    assert result.predictions["regressor", "original"].cdf.shape == (len(grades), 101)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (SearchPlan(tasks=("ranker",)), "tasks must be among classifier, regressor, got 'ranker'"),
        (SearchPlan(strategies=("smote",)), "strategies must be among"),
        (SearchPlan(tasks=("regressor",), strategies=("balanced_decision",)), "strategies must hold one of a task"),
        (SearchPlan(folds=100), "must not exceed the number of patients, got 100 for 20"),
        (SearchPlan(parameters={"grid": "auto"}), "must not hold 'grid': the target decides it"),
        (SearchPlan(parameters={"epoch": 3}), "got 'epoch'. Did you mean 'epochs'"),
    ],
)
def test_impossible_plans_say_why(joints, tmp_path, plan, message):
    with pytest.raises(ValueError, match=message):
        search(joints, tmp_path, plan)
    assert not list(tmp_path.iterdir())


def test_patients_that_the_rows_carry_split_the_folds(estimators, joints, tmp_path, plan):
    rows, grades, patients = joints
    result = run_search(rows.with_groups(patients), grades, out=tmp_path, plan=plan, progress=False, say=quiet)
    assert (result.groups == patients.astype(str)).all()
    for fold in result.folds:
        assert not set(patients[fold.train]) & set(patients[fold.test])


def test_pixels_decide_the_digest_wherever_they_lie(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1), dtype=np.uint8)
    paths = [tmp_path / f"{row}.png" for row in range(5)]
    for path, image in zip(paths, pixels, strict=True):
        Image.fromarray(image[..., 0]).save(path)
    digest = pixel_digest(ImageRows(FileSource(paths)))
    assert digest == pixel_digest(ImageRows(pixels)) == pixel_digest(ImageRows(pixels), batch=2)
    # Same names, and by content another image: no earlier fit must be taken for one on it.
    Image.fromarray(pixels[0, ::-1, :, 0]).save(paths[0])
    assert pixel_digest(ImageRows(FileSource(paths))) != digest


def test_lengths_must_agree(joints, tmp_path, plan):
    with pytest.raises(ValueError, match="59"):
        run_search(joints[0], joints[1][:-1], out=tmp_path, plan=plan, say=quiet)


def test_workers_share_the_cores(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert workers_and_threads(4, 20) == (4, 2)
    assert workers_and_threads(-1, 20) == (8, 1)
    assert workers_and_threads(4, 1) == (1, 8)
    with pytest.raises(ValueError, match="jobs must be"):
        workers_and_threads(0, 20)


@pytest.mark.slow
def test_jobs_run_in_processes(joints, tmp_path):
    settings = {"epochs": 1, "batch_size": 30, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    plan = SearchPlan(tasks=("regressor",), strategies=("original",), folds=2, parameters=settings)
    images = np.repeat(np.repeat(joints[0].read(), 2, axis=1), 2, axis=2)
    messages = []
    result = search((images, *joints[1:]), tmp_path, plan, jobs=2, say=messages.append, progress=True)
    assert "each in a process of its own" in " ".join(messages)
    assert result.predictions["regressor", "original"].cdf.shape == (60, 3)
    assert all(about["device"]["devices"] for about in sum(result.records.values(), []))


class Few(RowStep):
    """At most some rows of each grade."""

    def __init__(self, most=4, *, bins=None, random_state=None):
        self.most = most
        self.bins = bins
        self.random_state = random_state

    def _resample(self, rows, grades):
        positions = np.sort(np.concatenate([np.flatnonzero(grades == each)[: self.most] for each in np.unique(grades)]))
        return rows.take(positions), positions


OWN = {"mine": Few(), "original": "passthrough", "weighed": "class_weights"}


def test_own_steps_have_a_row_each(estimators, joints, tmp_path):
    said = []
    plan = SearchPlan(tasks=("classifier",), folds=2)
    told = {"progress": False, "figures": False, "say": said.append, "plan": plan, "strategies": OWN}
    report = search_strategies(*joints, out=tmp_path, **told)
    rows = [name for name, kind, _ in report.tables["classifier"].rows if kind == "strategy"]
    assert rows == list(OWN)
    settings = json.loads((tmp_path / "settings.json").read_text())
    assert settings["plan"]["strategies"]["mine"] == "Few()"
    assert load_saved(tmp_path / "classifier.skerosion").pipeline[0] == "passthrough" or "mine" not in str(
        report.winners
    )
    done = estimators.fits
    search_strategies(*joints, out=tmp_path, **told)
    assert estimators.fits == done


def test_own_step_is_part_of_the_identity_of_its_fits(estimators, joints, tmp_path, monkeypatch):
    plan = SearchPlan(tasks=("classifier",), folds=2)

    def fits_of(**steps):
        before = estimators.fits
        search(joints, tmp_path, dataclasses.replace(plan, strategies=steps), force=True)
        return estimators.fits - before

    assert fits_of(mine=Few(), plain="passthrough") == 4
    assert fits_of(mine=Few(), plain="passthrough") == 0
    assert fits_of(mine=Few(most=5), plain="passthrough") == 2
    monkeypatch.setattr(Few, "_resample", lambda self, rows, grades: (rows, np.arange(len(rows))))
    assert fits_of(mine=Few(), plain="passthrough") == 2


def test_own_step_gets_bins_and_seed():
    percent = Target.decide([0, 50, 100], "percent")
    training = SearchPlan(strategies={"mine": Few()}).row_of("regressor", "mine")
    step = training.pipeline(percent, {}, seed=7)[0]
    assert (step.bins, step.random_state) == ("ratingen", 7) and training.step.random_state is None


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({"mine": "smote"}, "strategies must be among"),
        ({"mine": 3}, "fit_resample"),
        ({"original": Few()}, "must keep the name 'original'"),
        ({"my_balanced_decision": Few()}, "must keep the name"),
        ({"a b": Few()}, "must have names of letters"),
    ],
)
def test_own_steps_that_cannot_be_are_refused(steps, message):
    with pytest.raises((ValueError, TypeError), match=message):
        SearchPlan(strategies=steps).check()


def test_listener_reports_all_the_work_of_a_fit():
    done = []
    listener = StepListener(12.0, done.append)
    listener.set_model(None)
    listener.set_params({"epochs": 3, "steps": 2})
    for _ in range(4):
        listener.on_train_batch_end(0, {"loss": 1.0})
    listener.on_epoch_end(1, {})
    listener.on_train_end({})
    assert done == [2.0, 2.0, 2.0, 2.0, 4.0]
    with pytest.raises(AttributeError):
        listener.weights  # noqa: B018 - the access is the test


def test_processes_report_their_work_while_they_run(tmp_path, monkeypatch):
    from skerosion.experiments import _progress_bar

    monkeypatch.setattr(_progress_bar, "REPORT_EVERY", 0.01)
    heard = []
    with _progress_bar.reports_of_processes(heard.append) as path:
        reporters = [_progress_bar.ProcessReporter(path) for _ in range(2)]
        for reporter in reporters * 3:
            reporter(1.5)
        for reporter in reporters:
            reporter.close()
        # Half a number is what a reader may find while another process writes.
        with open(path, "ab") as file:
            file.write(b"1234")
    assert sum(heard) == 9.0 and not path.exists()


def test_progress_bar_shows_fold_strategy_and_time_left():
    screen = io.StringIO()
    with progress_bar(10.0, console=Console(file=screen, force_terminal=True, width=100)) as update:
        update(text="classifier · original · fold 1")
        update(5.0)
    assert "classifier · original · fold 1" in screen.getvalue()
    assert "50%" in screen.getvalue() and "ETA" in screen.getvalue()
