"""One fit is told from another by the content of everything that decides it, and by nothing else."""

import functools
import json
import os
import threading

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skerosion.datasets import ImageRows
from skerosion.experiments import SearchPlan, Training
from skerosion.experiments._engine import Prepared, fit_digest, jobs_of
from skerosion.experiments._folds import Fold
from skerosion.experiments._identity import data_digest, digest_of, fingerprint, weights_digest
from skerosion.experiments._plan import Split
from skerosion.grades import Target
from skerosion.preprocessing import Augmentation
from tests.small_results import search

X, GRADES = np.arange(12.0).reshape(-1, 1), np.tile([0, 1, 2], 4)


class Configured:
    """Describes itself as Keras' objects do, and by its text as every other of its class in that place."""

    def __init__(self, rate):
        self.rate = rate

    def get_config(self):
        return {"rate": self.rate}


class Nested(BaseEstimator):
    def __init__(self, inner=None):
        self.inner = inner


def ridge(y=X[:, 0]):
    return Ridge().fit(X, y)


SAME = {
    "order of the parameters": ({"epochs": 1, "head": "beta"}, {"head": "beta", "epochs": 1}),
    "a tuple or a list": ({"filters": (4, 8)}, {"filters": [4, 8]}),
    "NumPy's numbers": ({"epochs": np.int64(3)}, {"epochs": 3}),
    "the same function written twice": ({"f": lambda step: 0.1 * step}, {"f": lambda step: 0.1 * step}),
    "a splitter": ({"split": GroupKFold(3)}, {"split": GroupKFold(3)}),
    "estimators that learned the same": ({"weights": FrozenEstimator(ridge())}, {"weights": FrozenEstimator(ridge())}),
    "a configuration": ({"optimizer": Configured(0.1)}, {"optimizer": Configured(0.1)}),
    "sets in any order": ({"names": {"a", "b", "c"}}, {"names": {"c", "b", "a"}}),
    "augmentation": ({"augmentation": Augmentation(rotation=5)}, {"augmentation": Augmentation(rotation=5)}),
}

OTHER = {
    "estimators that learned otherwise": (FrozenEstimator(ridge()), FrozenEstimator(ridge(-X[:, 0]))),
    "learned otherwise inside a pipeline": tuple(
        make_pipeline(StandardScaler(), Ridge()).fit(X, y) for y in (X[:, 0], X[:, 0] ** 2)
    ),
    "learned otherwise two levels down": (Nested(Nested(ridge())), Nested(Nested(ridge(X[:, 0] + 1)))),
    "fitted and not": (ridge(), Ridge()),
    "configurations": (Configured(0.1), Configured(0.2)),
    "functions of other code": (lambda step: 0.1 * step, lambda step: 0.2 * step),
    "functions that closed over other numbers": tuple((lambda rate: lambda step: rate * step)(r) for r in (0.1, 0.2)),
    "partials": (functools.partial(max, 1), functools.partial(max, 2)),
    "splitters": (GroupKFold(3), GroupKFold(4)),
    "random states": (np.random.RandomState(0), np.random.RandomState(1)),
    "augmentations": (Augmentation(rotation=5), Augmentation(rotation=6)),
    "arrays of objects": (np.array(["a", None], object), np.array(["a", "b"], object)),
    "a class and another": (Ridge, StandardScaler),
    "what no pickle holds": (threading.Lock(), threading.Lock()),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_same_settings_have_one_digest(pair):
    assert fingerprint(pair[0]) == fingerprint(pair[1])


@pytest.mark.parametrize("pair", OTHER.values(), ids=OTHER)
def test_other_settings_have_another(pair):
    one, other = ({"weights": value} for value in pair)
    assert fingerprint(one) != fingerprint(other)


def names(**changes):
    """Names of the fits of one classifier on two folds."""
    settings = {"target": Target.decide(GRADES), "data": "ab", "parameters": {}, "cut": 6} | changes
    rows, cut = np.arange(12), settings["cut"]
    folds = [Fold(0, rows[cut:], rows[:cut], 1), Fold(1, rows[:cut], rows[cut:], 2)]
    plan = SearchPlan(tasks=("classifier",), strategies=("original",), parameters=settings["parameters"])
    of_data = (None, GRADES, settings["target"], Split(folds, {}, []), [], settings["data"])
    return [job.name for job in jobs_of(plan, Prepared(*of_data))]


def test_weights_are_known_by_their_content(tmp_path):
    path, copied = tmp_path / "knees.weights.h5", tmp_path / "other.weights.h5"
    for each in (path, copied):
        each.write_bytes(b"first")
    given = [names(parameters={"weights": weights}) for weights in (str(path), path, str(copied), os.fspath(copied))]
    os.utime(path, (1, 1))
    given.append(names(parameters={"weights": str(path)}))
    assert all(each == given[0] for each in given)
    path.write_bytes(b"other")
    assert not set(names(parameters={"weights": str(path)})) & set(given[0])
    assert weights_digest({"weights": str(path)}) != weights_digest({"weights": str(copied)})


def test_a_file_of_weights_that_changes_between_two_fits_ends_the_search(estimators, joints, tmp_path, monkeypatch):
    path = tmp_path / "knees.weights.h5"
    path.write_bytes(b"first")
    monkeypatch.setattr("skerosion.experiments._trainings.task_parameters", lambda task, parameters: dict(parameters))
    estimators.failure, original = None, estimators.fit

    def fit_and_change(self, X, y):
        path.write_bytes(b"other")
        return original(self, X, y)

    monkeypatch.setattr(estimators, "fit", fit_and_change)
    plan = SearchPlan(tasks=("classifier",), strategies=("original",), folds=2, parameters={"weights": str(path)})
    with pytest.raises(RuntimeError, match=r"1 of 2 fits are finished.*") as stopped:
        search(joints, tmp_path, plan)
    assert "weights must be a file that stays as it is" in str(stopped.value)
    monkeypatch.setattr(estimators, "fit", original)
    search(joints, tmp_path, plan)
    assert estimators.fits == 1 + 2


@pytest.mark.parametrize(
    "changes",
    [
        {"data": "cd"},
        {"cut": 5},
        {"target": Target.decide([0, 1, 2, 3])},
        {"target": Target("percent", (0, 1, 2), "as tests say")},
        {"parameters": {"epochs": 3}},
        {"parameters": {"weights": "imagenet"}},
    ],
    ids=str,
)
def test_what_decides_a_fit_is_in_its_name(changes):
    assert not set(names(**changes)) & set(names())


def test_the_rows_that_are_predicted_are_in_the_name():
    # A study may train on the same rows and split the others otherwise: its forecasts then lie in another order.
    train, held_out, target = np.arange(6), np.arange(6, 12), Target.decide(GRADES)
    one, other = (
        fit_digest("ab", Training("classifier", "original"), target, Fold(0, train, rows, 1), {}, None)
        for rows in (held_out, held_out[::-1])
    )
    assert one != other


def test_the_backend_is_in_the_name(monkeypatch):
    before = names()
    monkeypatch.setattr("skerosion.experiments._record.backend", lambda: ["another", "1.0"])
    assert not set(names()) & set(before)


@pytest.mark.parametrize("kind", ["head", "backbone"])
def test_code_behind_a_registered_name_is_part_of_a_fit(kind, monkeypatch):
    """A name stays when the function behind it changes: a fit by the earlier one is another fit."""
    from skerosion import OrdinalClassifier
    from skerosion.networks import _own_networks

    def one(images):
        return images

    def other(images):
        return -images

    registry = _own_networks._HEADS if kind == "head" else _own_networks._BACKBONES
    digests = []
    for part in (one, one, other):
        monkeypatch.setitem(registry, "mine", part)
        digests.append(json.dumps(digest_of(OrdinalClassifier(**{kind: "mine"})), default=digest_of))
    assert digests[0] == digests[1] != digests[2]


def test_rooms_that_decide_a_fit_are_closed_under_imports():
    """Grades come from the clinical room, seeds from descriptions: a change there makes other fits."""
    from skerosion.experiments._identity import DECIDING

    rooms = {"clinical", "grades", "datasets", "imbalance", "forecasts", "networks", "training", "estimators"}
    assert rooms <= set(DECIDING) and "experiments/_descriptions.py" in DECIDING


def test_the_same_data_are_known_by_the_same_name_in_every_version():
    """Folders of results name their data: another digest would make all of them those of other data."""
    images = np.arange(64, dtype=np.uint8).reshape(4, 4, 4, 1)
    known = data_digest(ImageRows(images), np.array([0, 1, 1, 2]), np.array(["a", "a", "b", "b"]))
    assert known == "a8db22011586bd835d2cfa80f13049de"


def test_the_votes_of_readers_are_part_of_the_data():
    rows, y = ImageRows(np.zeros((2, 3), "float32")), np.array([0, 1])
    digests = [data_digest(rows.with_votes(votes), y, None) for votes in (None, [[0, 0], [1, 1]], [[0, 1], [1, 1]])]
    assert len(set(digests)) == 3
