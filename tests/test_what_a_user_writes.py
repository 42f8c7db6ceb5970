"""The README's text, run: a search over imbalance strategies, for classifier and regressor, on arrays and paths."""

import pathlib
import re
import shutil
from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from PIL import Image
from sklearn.model_selection import GridSearchCV, GroupKFold

import skerosion
from skerosion import AugmentingOverSampler, ClassWeighter, CNNClassifier, CRPSRegressor
from skerosion.datasets import ImageRows, load_image_table
from skerosion.estimators import _base_network
from skerosion.metrics import scorers

QUICK = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "batch_size": 20, "epochs": 1, "random_state": 0}
STRATEGIES = ["passthrough", AugmentingOverSampler(random_state=0), ClassWeighter("balanced")]


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """A table of 60 image files of 20 patients."""
    folder = tmp_path_factory.mktemp("joints")
    rng = np.random.default_rng(0)
    grades = rng.permutation(np.repeat([0, 1, 2], [36, 15, 9]))
    names = [f"{number}.png" for number in range(60)]
    for name, grade in zip(names, grades, strict=True):
        image = rng.integers(0, 80, (16, 16)) + 80 * grade
        Image.fromarray(image.astype("uint8")).save(folder / name)
    table = {"path": names, "kl_grade": grades, "patient_id": np.repeat(np.arange(20), 3)}
    pd.DataFrame(table).to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"


@pytest.fixture(params=["paths", "arrays"])
def data(request, labels):
    """What the loader returns, and the same with its pixels in memory."""
    loaded = load_image_table(labels, image="path", target="kl_grade", group="patient_id")
    if request.param == "arrays":
        return replace(loaded, X=ImageRows(np.asarray(loaded.X), groups=loaded.groups))
    return loaded


@pytest.fixture
def watched(monkeypatch):
    """Record what reaches the network, and how often rows are predicted."""
    seen = {"fits": [], "predictions": []}
    train, predict = _base_network.train, _base_network.predict

    def watch_train(program, batches, **options):
        seen["fits"].append((batches, options["validation"]))
        return train(program, batches, **options)

    def watch_predict(program, rows, *how):
        seen["predictions"].append(len(rows))
        return predict(program, rows, *how)

    monkeypatch.setattr(_base_network, "train", watch_train)
    monkeypatch.setattr(_base_network, "predict", watch_predict)
    return seen


def run_search(estimator, data, names, refit):
    return GridSearchCV(
        Pipeline([("imbalance", "passthrough"), ("cnn", estimator)]),
        {"imbalance": STRATEGIES},
        scoring=scorers(*names),
        refit=refit,
        cv=GroupKFold(3),
    ).fit(data.X, data.y, groups=data.groups)


SEARCHES = [
    (CNNClassifier(**QUICK), ("class_normalized_accuracy", "within_one_accuracy"), "class_normalized_accuracy"),
    (CRPSRegressor(grid="auto", **QUICK), ("crps", "neg_mae", "quadratic_kappa"), "crps"),
]


@pytest.mark.parametrize(("estimator", "names", "refit"), SEARCHES, ids=["classifier", "regressor"])
def test_search_over_strategies(estimator, names, refit, data, watched):
    estimator = estimator.set_params(validation_split=0.3)
    search = run_search(estimator, data, names, refit)

    assert all(np.isfinite(search.cv_results_[f"mean_test_{name}"]).all() for name in names)
    assert search.best_params_["imbalance"] in STRATEGIES
    # one pass a fold, whatever the number of scorers
    assert watched["predictions"] == [21, 21, 18] * 3
    assert len(watched["fits"]) == 3 * 3 + 1
    for training, validation in watched["fits"]:
        check_lengths(training)
        check_nothing_leaks(training.rows, validation.rows)
    oversampled = [len(training.rows) for training, _ in watched["fits"][3:6]]
    original = [len(training.rows) for training, _ in watched["fits"][:3]]
    assert all(more > fewer for more, fewer in zip(oversampled, original, strict=True))
    for training, _ in watched["fits"][6:9]:
        weights = [np.unique(training.weights[training.targets == target]) for target in np.unique(training.targets)]
        assert all(len(values) == 1 for values in weights) and len(np.unique(weights)) > 1


def check_lengths(batches):
    """Rows, weights, patients and targets agree at the network's door."""
    n = len(batches.rows)
    assert len(batches.weights) == len(batches.targets) == len(batches.rows.groups) == n


def check_nothing_leaks(training, validation):
    """No patient and no copy is on two sides of the inner split, and nothing augmented is validated on."""
    assert not set(training.groups) & set(validation.groups)
    assert not set(training.indices) & set(validation.indices)
    assert not validation.is_copy.any()
    assert len(set(validation.indices)) == len(validation)


def test_the_readme_runs_as_it_stands(labels, tmp_path, monkeypatch):
    """Its Python text, word for word, beside a table of images of mixed sizes; only the networks are smaller."""
    folder = shutil.copytree(labels.parent, tmp_path / "mixed")
    for number, path in enumerate(sorted(folder.glob("*.png"))):
        Image.open(path).resize((16 + number % 5, 16 + number % 7)).save(path)
    readme = (pathlib.Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", readme, re.DOTALL).group(1)
    quick = {name: value for name, value in QUICK.items() if name != "random_state"}
    for cls in (CNNClassifier, CRPSRegressor):
        monkeypatch.setitem(vars(skerosion), cls.__name__, lambda cls=cls, **given: cls(**given | quick))
    monkeypatch.chdir(folder)
    names = {}
    exec(code, names)
    assert names["search"].best_params_["imbalance"] is not None
    assert names["regressor"].grid_.tolist() == [0, 1, 2]


def test_the_regressor_predicts_intervals(data):
    regressor = CRPSRegressor(grid="auto", **QUICK).fit(data.X, data.y)
    interval = regressor.predict_distribution(data.X).interval(0.9)
    assert interval.shape == (60, 2) and (interval[:, 0] <= interval[:, 1]).all()


def test_arrays_and_paths_give_the_same_predictions(labels):
    loaded = load_image_table(labels, image="path", target="kl_grade", group="patient_id")
    column = loaded.X.paths[:, np.newaxis]
    forms = [loaded.X, np.asarray(loaded.X), column]
    first, *others = [CNNClassifier(**QUICK).fit(X, loaded.y).predict_proba(X) for X in forms]
    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.slow
def test_search_in_two_processes_gives_what_one_gives(labels):
    data = load_image_table(labels, image="path", target="kl_grade", group="patient_id")
    search = GridSearchCV(
        Pipeline([("imbalance", "passthrough"), ("cnn", CNNClassifier(**QUICK))]),
        {"imbalance": STRATEGIES[::2]},
        scoring=scorers("class_normalized_accuracy", "crps"),
        refit="crps",
        cv=GroupKFold(2),
    )
    with joblib.parallel_config("loky"):
        two = search.set_params(n_jobs=2).fit(data.X, data.y, groups=data.groups).cv_results_["mean_test_crps"]
    one = search.set_params(n_jobs=1).fit(data.X, data.y, groups=data.groups).cv_results_["mean_test_crps"]
    np.testing.assert_allclose(one, two, rtol=1e-5)
