import numpy as np
import pytest

from skerosion.experiments import StudyPlan, run_study, transfer_trainings
from skerosion.experiments._identity import weights_digest
from tests.small_study import SIZES, quiet

SMALL = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,), "batch_size": 100}


def test_networks_and_weights_are_read_from_text():
    (training,) = transfer_trainings("InceptionV3:weights/inception.weights.h5", ["regressor"])
    assert (training.name, training.row_title, training.strategy) == (
        "InceptionV3_inception", "InceptionV3, inception", "original",
    )  # fmt: skip
    assert training.parameters["weights"] == "weights/inception.weights.h5"
    (alone,) = transfer_trainings("EfficientNetB0", ["classifier"])
    assert alone.parameters == {"backbone": "EfficientNetB0"} and alone.row_title == "EfficientNetB0"


@pytest.mark.parametrize("text", [":imagenet", "vgg:", ""])
def test_text_that_names_no_network_is_an_error(text):
    with pytest.raises(ValueError, match="transfer must be BACKBONE"):
        transfer_trainings(text)


def test_transfer_between_tasks_needs_two():
    with pytest.raises(ValueError, match="needs both tasks, got regressor"):
        transfer_trainings("other-task", ["regressor"])


def test_first_weights_are_told_apart_by_content(tmp_path):
    paths = [tmp_path / name for name in ("a.h5", "b.h5", "c.h5")]
    for path, content in zip(paths, (b"1", b"1", b"2"), strict=True):
        path.write_bytes(content)
    one, same, other = (weights_digest({"weights": str(path)}, None) for path in paths)
    assert one == same != other
    assert weights_digest({"weights": "imagenet"}, None) == "imagenet" and weights_digest({}, None) is None
    assert weights_digest({}, "classifier-original-1") == "classifier-original-1"


@pytest.mark.slow
def test_network_starts_from_that_of_the_other_task(registry, tmp_path):
    transfer = transfer_trainings("other-task", strategies=["original"])[:1]
    plan = StudyPlan(strategies=("original",), transfer=tuple(transfer), sizes=SIZES, parameters=SMALL)
    study = run_study(registry, out=tmp_path, plan=plan, figures=False, progress=False, say=quiet)
    starts = {job.task: job.start for job in study.result.jobs if job.start}
    assert set(starts) == {"classifier"} and starts["classifier"].startswith("regressor-original-")
    for job in study.result.jobs:
        assert study.result.learned[job.task, job.training.name]["embedding"].shape == (len(registry.y), 4)
        saved = study.result.estimator(job.task, job.training.name)
        assert len(saved.pipeline[-1].history_["loss"]) == (2 if job.start else 1)
    assert np.isin(list(study.tables.chosen.values()), ["original", "balanced_decision", "other_task"]).all()
