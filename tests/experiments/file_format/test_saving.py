"""Every estimator comes back from its file as it was, in this process and in a new one."""

import functools
import os
import pathlib
import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, RegressorMixin, clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC

import skerosion
from skerosion import CalibratedForecaster, CNNClassifier, ForecastEnsemble, RauForecaster
from skerosion.experiments import EstimatorFileError, load_estimator, save_estimator
from skerosion.experiments.file_format._known_classes import _KNOWN, Classes
from skerosion.experiments.file_format._nodes import NodeWriter
from skerosion.experiments.file_format._saving import load_with_about
from skerosion.localization import HandLandmarks
from skerosion.metrics import scorers
from skerosion.promises import ChangeTest, ReadingPlan
from tests.experiments.common_parts import common_parts

NAMES = [
    *"classifier ordinal crps regressor embedder resampled augmented nested_search pipeline search calibrated".split(),
    *"calibrated_search conformal two_levels ensemble context rows graded frozen".split(),
    *common_parts(),
]
METHODS = ("predict", "predict_proba", "predict_cdf", "predict_interval", "predict_set", "transform")


def answers(estimator, X):
    """Return what an estimator answers, by method."""
    return {name: getattr(estimator, name)(X) for name in METHODS if hasattr(estimator, name)}


def assert_alike(first, second):
    assert first.keys() == second.keys()
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name], err_msg=name, strict=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:the correction was learned from")
@pytest.mark.filterwarnings("ignore:`TargetEncoder.shuffle` and:FutureWarning")
def test_what_is_read_predicts_the_same(name, fitted, tmp_path):
    estimator, X = fitted[name]
    again = load_estimator(save_estimator(estimator, tmp_path / "one.skerosion"))
    assert_alike(answers(again, X), answers(estimator, X))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_makes_the_same_bytes(name, fitted, tmp_path):
    first = save_estimator(fitted[name][0], tmp_path / "one.skerosion")
    second = save_estimator(load_estimator(first), tmp_path / "two.skerosion")
    assert first.read_bytes() == second.read_bytes()


PROGRAM = """
import pathlib, pickle
from skerosion import load_estimator
METHODS = {methods!r}
answered = {{}}
for number, X in enumerate(pickle.loads(pathlib.Path("asked.pickle").read_bytes())):
    estimator = load_estimator(f"{{number}}.skerosion")
    answered[number] = {{name: getattr(estimator, name)(X) for name in METHODS if hasattr(estimator, name)}}
pathlib.Path("answered.pickle").write_bytes(pickle.dumps(answered))
"""


@pytest.fixture(scope="module")
def elsewhere(fitted, tmp_path_factory):
    """A function that gives what each estimator answers in a new process on a backend, by name."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for number, (estimator, _) in enumerate(fitted.values()):
        save_estimator(estimator, folder / f"{number}.skerosion")
    (folder / "asked.pickle").write_bytes(pickle.dumps([X for _, X in fitted.values()]))

    @functools.cache
    def answered(backend):
        package = str(pathlib.Path(skerosion.__file__).parents[1])
        environment = {**os.environ, "PYTHONPATH": package, "KERAS_BACKEND": backend}
        program = PROGRAM.format(methods=METHODS)
        subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, check=True)
        return dict(zip(fitted, pickle.loads((folder / "answered.pickle").read_bytes()).values(), strict=True))

    return answered


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_new_process_answers_bit_for_bit(name, fitted, elsewhere):
    assert_alike(elsewhere(keras.backend.backend())[name], answers(*fitted[name]))


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.tensorflow
@pytest.mark.parametrize("name", NAMES)
def test_another_backend_gives_the_same_distributions_and_grades(name, fitted, elsewhere):
    pytest.importorskip("jax")
    here, there = answers(*fitted[name]), elsewhere("jax")[name]
    for method in {"predict_proba", "predict_cdf"} & set(here):
        np.testing.assert_allclose(there[method], here[method], atol=1e-5)
    if is_classifier(fitted[name][0]) and "predict_proba" in here:
        decided = ~undecided(here["predict_proba"])
        assert decided.any() and (there["predict"] == here["predict"])[decided].all()
    elif is_classifier(fitted[name][0]):
        assert (there["predict"] == here["predict"]).all()
    elif "predict" in here:
        np.testing.assert_allclose(there["predict"], here["predict"], rtol=1e-4, atol=1e-4)


def undecided(probabilities):
    """Where the two best grades, or the halves on both sides of a grade, lie within 2e-5."""
    best = np.sort(probabilities, axis=1)
    halves = np.abs(np.cumsum(probabilities, axis=1) - 0.5).min(axis=1)
    return (best[:, -1] - best[:, -2] < 2e-5) | (halves < 2e-5)


@pytest.mark.parametrize("name", ["classifier", "crps"])
def test_the_keras_model_is_built_anew(name, fitted, tmp_path):
    estimator, X = fitted[name]
    again = load_estimator(save_estimator(estimator, tmp_path / "one.skerosion"))
    images = np.asarray(X)[:3].astype("float32")
    np.testing.assert_array_equal(again.model_.predict(images, verbose=0), estimator.model_.predict(images, verbose=0))


def test_training_goes_on_from_where_it_was(fitted, graded, tmp_path):
    estimator, X = fitted["crps"]
    again = load_estimator(save_estimator(estimator, tmp_path / "one.skerosion"))
    y = np.array([0.0, 10.0, 50.0])[graded[1]]
    other = pickle.loads(pickle.dumps(estimator)).partial_fit(X, y)
    np.testing.assert_array_equal(again.partial_fit(X, y).predict_cdf(X), other.predict_cdf(X))


def test_parameters_and_random_state_come_back(fitted, tmp_path):
    estimator, _ = fitted["crps"]
    again = load_estimator(save_estimator(estimator, tmp_path / "one.skerosion"))
    assert again.phases == estimator.phases and again.history_ == estimator.history_ and again._key == estimator._key
    assert again.random_state.randint(10**6) == pickle.loads(pickle.dumps(estimator.random_state)).randint(10**6)
    assert isinstance(clone(again), type(estimator))


def test_ordered_text_classes_keep_their_order(fitted, tmp_path):
    again = load_estimator(save_estimator(fitted["ordinal"][0], tmp_path / "one.skerosion"))
    assert again.classes_.tolist() == ["none", "mild", "severe"]


def test_a_search_is_written_as_what_it_found(fitted, tmp_path):
    again = load_estimator(save_estimator(fitted["search"][0], tmp_path / "one.skerosion"))
    assert isinstance(again, LogisticRegression) and again.C == fitted["search"][0].best_params_["C"]


def test_a_search_inside_another_estimator_keeps_its_scores(tmp_path):
    search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, scoring=scorers("mae", bins=[1.0]), refit="mae", cv=2)
    outer = CalibratedClassifierCV(search, cv=2).fit(np.arange(40.0).reshape(-1, 1), np.tile([0, 1], 20))
    again = load_estimator(save_estimator(outer, tmp_path / "one.skerosion"))
    assert repr(again.estimator) == repr(search)


@pytest.mark.parametrize(
    "estimator",
    [CNNClassifier(), LogisticRegression(), GridSearchCV(LogisticRegression(), {}), Pipeline([("a", PCA())])],
)
def test_what_has_not_learned_anything_is_refused(estimator, tmp_path):
    with pytest.raises(NotFittedError, match=rf"estimator must be fitted, got {type(estimator).__name__}.*call fit"):
        save_estimator(estimator, tmp_path / "one.skerosion")
    assert not list(tmp_path.iterdir())


def test_a_forecaster_of_visits_comes_back(tmp_path):
    forecaster = RauForecaster(correlation=0.3, visit_correlation=0.5, recalibrate=False)
    grades = np.tile([0, 1, 2], 20)
    cdf = np.tile([0.5, 0.8, 0.9, 0.95, 0.99, 1.0], (60, 1))
    visits = np.tile(np.repeat([0, 1], 5), 6)
    forecaster.fit(skerosion.GridDistribution(None, cdf), grades, groups=np.repeat(range(6), 10), visits=visits)
    again = load_estimator(save_estimator(forecaster, tmp_path / "one.skerosion"))
    np.testing.assert_equal(vars(again), vars(forecaster))
    assert len(again.change_errors_) == 6 and type(again.recalibration_) is type(forecaster.recalibration_)


def test_a_reading_plan_comes_back(tmp_path):
    data = (np.tile([0.5, 0.8, 0.9, 0.95, 0.99, 1.0], (60, 1)), np.tile([0, 1, 2], 20), np.repeat(range(12), 5))
    settings = {"recalibrate": False, "correlation": 0.2, "visit_correlation": 0.0, "bins": None}
    plan = ReadingPlan(RauForecaster(**settings).fit(*data, data[2]), error=40).fit(*data, data[2])
    again = load_estimator(save_estimator(plan, tmp_path / "plan.skerosion"))
    assert not plan.reads_all_ and again.limit_ == plan.limit_
    np.testing.assert_array_equal(again.curve(), plan.curve())
    np.testing.assert_array_equal(
        again.joints_to_read(data[0], *data[2:] * 2), plan.joints_to_read(data[0], *data[2:] * 2)
    )


def test_a_test_of_changes_comes_back(tmp_path):
    test = ChangeTest(confidence=0.9).fit(np.arange(30.0), range(30), n_joints=np.full((30, 2), 32), kind=["hand"] * 30)
    again = load_estimator(save_estimator(test, tmp_path / "test.skerosion"))
    np.testing.assert_array_equal(again.test([40.0], n_joints=[[32, 32]]), test.test([40.0], n_joints=[[32, 32]]))


def test_metadata_requests_come_back(tmp_path):
    with config_context(enable_metadata_routing=True):
        with_request = Ridge().set_fit_request(sample_weight=True).fit([[0.0], [1.0]], [0, 1])
    again = load_estimator(save_estimator(with_request, tmp_path / "one.skerosion"))
    assert str(again._metadata_request) == str(with_request._metadata_request)


def test_about_comes_back(small):
    assert load_with_about(small)[1] == {"bits": 8}


@pytest.mark.parametrize("about", [{"a": {1, 2}}, {"a": np.float32(1)}, {"a": float("nan")}, [1], {1: 2}])
def test_about_must_be_json(about, tmp_path):
    with pytest.raises(TypeError, match="about must be a dict"):
        save_estimator(Ridge(), tmp_path / "one.skerosion", about)
    assert not list(tmp_path.iterdir())


def test_shared_members_stay_shared_and_are_written_once(tmp_path):
    member = LogisticRegression().fit(np.random.default_rng(0).normal(size=(40, 2000)), np.tile([0, 1], 20))
    alone = save_estimator(member, tmp_path / "alone.skerosion").stat().st_size
    both = ForecastEnsemble([("a", member), ("b", member)], cv="prefit").fit(np.zeros((4, 2000)), [0, 1, 0, 1])
    path = save_estimator(both, tmp_path / "both.skerosion")
    again = load_estimator(path)
    assert again.estimators_[0] is again.estimators_[1] is again.estimators[0][1]
    assert path.stat().st_size < alone + 10_000


def test_equal_arrays_are_written_once_and_stay_two(tmp_path):
    first, second = np.arange(5000.0), np.arange(5000.0)
    ridge = Ridge().fit([[0.0], [1.0]], [0, 1])
    ridge.one, ridge.two = first, second
    path = save_estimator(ridge, tmp_path / "one.skerosion")
    again = load_estimator(path)
    again.one[0] = 7.0
    assert again.two[0] == 0.0 and path.stat().st_size < 1.2 * first.nbytes


@pytest.mark.parametrize(
    ("estimator", "named"),
    [
        (CNNClassifier(callbacks=[keras.callbacks.TerminateOnNaN]), r"CNNClassifier.callbacks\[0\] .* code"),
        (CNNClassifier(learning_rate=lambda step: 0.1), "CNNClassifier.learning_rate .* code"),
        (CNNClassifier(optimizer=keras.optimizers.Adam()), "CNNClassifier has optimizer=.*'adam'"),
        (CNNClassifier(optimizer={"class_name": "system", "module": "os", "config": {}}), "has optimizer="),
        (make_pipeline(FunctionTransformer(np.log1p), Ridge()), r"Pipeline.steps\[0\]\[1\].func is"),
        (Pipeline([("r", Ridge())], memory="cache"), "Pipeline has memory"),
        (
            CalibratedForecaster(SVC()),
            "CalibratedForecaster.estimator is a sklearn.svm.*SVC, .* libsvm .* holds LinearSVC",
        ),
        (make_pipeline(IsolationForest()), r"steps\[0\]\[1\] is a sklearn.ensemble.*nobody has looked.* RandomForestC"),
    ],
)
def test_what_is_no_data_is_named(estimator, named, tmp_path):
    with pytest.raises(TypeError, match=f"{named}.*joblib"):
        save_estimator(estimator, tmp_path / "one.skerosion")
    assert not list(tmp_path.iterdir())


class Constant(RegressorMixin, BaseEstimator):
    """An estimator of one's own."""

    def __init__(self, value=1.0):
        self.value = value

    def fit(self, X, y):
        self.values_ = np.full(3, self.value)
        return self

    def predict(self, X):
        return np.full(len(X), self.values_[0])


def test_a_class_of_ones_own_is_trusted_on_both_sides(tmp_path):
    estimator = make_pipeline(Constant(4.0)).fit([[0.0]], [0.0])
    path = tmp_path / "one.skerosion"
    with pytest.raises(TypeError, match=r"steps\[0\]\[1\] is a .*Constant.*trusted=\[Class\]"):
        save_estimator(estimator, path)
    save_estimator(estimator, path, trusted=[Constant])
    with pytest.raises(EstimatorFileError, match=r"Constant\) has a class that is not known.*trusted=\[Class\]"):
        load_estimator(path)
    assert load_estimator(path, trusted=Constant).predict([[1.0]]).tolist() == [4.0]


def test_trusted_must_be_classes(small):
    with pytest.raises(TypeError, match=r"trusted must hold classes, .* got 'Constant'"):
        load_estimator(small, trusted=["Constant"])


def test_a_pickle_is_refused_by_its_name(tmp_path):
    (tmp_path / "one.joblib").write_bytes(b"")
    with pytest.raises(EstimatorFileError, match="one.joblib .*runs code.*joblib.load"):
        load_estimator(tmp_path / "one.joblib")


def test_a_file_is_not_named_as_a_pickle(tmp_path):
    with pytest.raises(ValueError, match=r"no pickle, got the name .*one.joblib; .* one.skerosion"):
        save_estimator(Ridge(), tmp_path / "one.joblib")


def test_every_estimator_of_the_package_is_known():
    import skerosion.estimators as estimators

    own = [name for name in estimators.__all__ if hasattr(getattr(estimators, name), "fit")]
    assert {f"skerosion.estimators.{name}" for name in own} <= _KNOWN
    assert {
        f"skerosion.imbalance.{name}" for name in skerosion.__all__ if hasattr(getattr(skerosion, name), "fit_resample")
    } <= _KNOWN


def test_every_estimator_and_step_of_the_package_is_among_those_that_come_back(fitted):
    writer = NodeWriter(Classes())
    for estimator, _ in fitted.values():
        writer.value(estimator, "estimator")
    written = {node.get("class") for node in writer.nodes}
    own = {name for name in _KNOWN if name.startswith("skerosion.") and _is_fitted(Classes().find(name))}
    # They forecast visits and find joints, and have tests of their own.
    others = {
        "localization.HandLandmarks",
        "localization.JointLocalizer",
        "visits.RauForecaster",
        "promises.ChangeTest",
        "promises.ReadingPlan",
    }
    assert own - written == {f"skerosion.{name}" for name in others}


def test_what_a_landmark_finder_has_learned_comes_back(tmp_path):
    finder = HandLandmarks(n_starts=2)
    finder.offsets_ = np.arange(22.0).reshape(11, 2)
    again = load_estimator(save_estimator(finder, tmp_path / "finder.skerosion"))
    assert again.get_params() == finder.get_params() and np.array_equal(again.offsets_, finder.offsets_)


def _is_fitted(kind):
    return hasattr(kind, "fit") or hasattr(kind, "fit_resample")


NEWER = {"sklearn.calibration._TemperatureScaling"}
"""Classes that the oldest supported versions lack."""


@pytest.mark.parametrize("name", sorted(_KNOWN))
def test_every_name_of_the_table_is_that_of_a_class(name):
    kind = Classes().find(name)
    if kind is None and name in NEWER:
        pytest.skip("this version of its library has none")
    assert Classes().name_of(kind) == name


def test_parameters_that_a_file_does_not_know_have_their_defaults(tmp_path):
    ridge = Ridge(alpha=3.0).fit([[0.0], [1.0]], [0, 1])
    del ridge.positive
    again = load_estimator(save_estimator(ridge, tmp_path / "one.skerosion"))
    assert again.get_params() == Ridge(alpha=3.0).get_params()
