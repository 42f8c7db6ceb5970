"""scikit-learn's callbacks see a fit, its phases and its epochs, and score on validation rows alone."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold

from skerosion import CNNClassifier, CRPSRegressor, Phase
from skerosion.estimators._fit_tasks import WithoutCallbacks, as_it_is
from skerosion.metrics import scorers
from skerosion.training._programs import Program

callbacks = pytest.importorskip("sklearn.callback", reason="callbacks came with scikit-learn 1.9")
pytestmark = pytest.mark.once

GRADES = np.tile([0, 1, 2], 8)
FEATURES = np.column_stack([GRADES, np.ones(24)]).astype(np.float32)
PATIENTS = np.repeat(np.arange(8), 3)
QUICK = {"dense_units": (4,), "batch_size": 12, "epochs": 2, "random_state": 0}


class Noting:
    """A callback that notes names of tasks, and may ask for rows or the estimator, or to stop."""

    max_propagation_depth = None

    def __init__(self, stop_at=None):
        self.begun, self.ended, self.stop_at = [], [], stop_at

    def setup(self, estimator, context):
        """Begin."""

    def teardown(self, estimator, context):
        self.begun.append("torn down")

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context):
        self.ended.append((context.task_name, context.task_id))
        return (context.task_name, context.task_id) == self.stop_at


class Asking(Noting):
    """Asks for everything there is."""

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.ended.append((context.task_name, X, y, fitted_estimator))


def test_epochs_are_tasks_of_a_fit():
    noting = Noting()
    CNNClassifier(**QUICK).set_callbacks(noting).fit(FEATURES, GRADES)
    assert noting.begun == ["fit", "epoch", "epoch", "torn down"]
    assert noting.ended == [("epoch", 0), ("epoch", 1), ("fit", 0)]


def test_phases_lie_between():
    noting = Noting()
    CNNClassifier(phases=[Phase(epochs=1), Phase(epochs=2)], **QUICK).set_callbacks(noting).fit(FEATURES, GRADES)
    assert noting.begun == ["fit", "phase", "epoch", "phase", "epoch", "epoch", "torn down"]
    assert noting.ended[-2:] == [("phase", 1), ("fit", 0)]


def test_a_callback_stops_a_fit():
    noting = Noting(stop_at=("epoch", 0))
    fitted = CNNClassifier(**QUICK).set_callbacks(noting).fit(FEATURES, GRADES)
    assert len(fitted.history_["loss"]) == 1


def test_the_numbers_stay_the_same():
    plain = CNNClassifier(**QUICK).fit(FEATURES, GRADES)
    watched = CNNClassifier(**QUICK).set_callbacks(Noting()).fit(FEATURES, GRADES)
    assert np.array_equal(plain.predict_proba(FEATURES), watched.predict_proba(FEATURES))


def test_weights_are_copied_only_where_a_callback_asks(monkeypatch):
    copies = []
    get_weights = Program.get_weights
    monkeypatch.setattr(Program, "get_weights", lambda program: copies.append(1) or get_weights(program))
    CNNClassifier(**QUICK).set_callbacks(Noting()).fit(FEATURES, GRADES)
    assert len(copies) == 1  # those that the fitted estimator keeps


def test_rows_are_those_of_the_validation_split():
    asking = Asking()
    classifier = CNNClassifier(validation_split=GroupKFold(4), **QUICK).set_callbacks(asking)
    classifier.fit(FEATURES, GRADES, groups=PATIENTS)
    for name, rows, grades, fitted in asking.ended:
        assert len(rows) == len(grades) == 6
        assert set(rows.groups) < set(PATIENTS.astype(str))
        assert np.array_equal(FEATURES[np.isin(PATIENTS.astype(str), rows.groups)][:, 0], grades)
        assert fitted.predict(rows).shape == (6,)
        assert fitted is not classifier, name
    first, last = asking.ended[0][3], asking.ended[1][3]
    assert not np.array_equal(first.predict_proba(FEATURES), last.predict_proba(FEATURES))
    assert np.array_equal(last.predict_proba(FEATURES), classifier.predict_proba(FEATURES))


def test_without_a_validation_split_nothing_is_scored():
    monitor = callbacks.ScoringMonitor(scoring="accuracy")
    with pytest.warns(UserWarning, match=r"CNNClassifier has no validation_split.*Pass validation_split"):
        CNNClassifier(**QUICK).set_callbacks(monitor).fit(FEATURES, GRADES)
    assert "accuracy" not in monitor.get_logs().data_as_pandas


@pytest.mark.parametrize(("network", "name"), [(CNNClassifier, "quadratic_kappa"), (CRPSRegressor, "crps")])
def test_a_monitor_scores_each_epoch(network, name):
    monitor = callbacks.ScoringMonitor(scoring=scorers(name))
    options = {} if network is CNNClassifier else {"grid": "auto"}
    network(validation_split=0.25, **QUICK, **options).set_callbacks(monitor).fit(FEATURES, GRADES)
    log = monitor.get_logs().data_as_pandas
    assert log["task_name"].tolist() == ["fit", "epoch", "epoch"]
    assert np.isfinite(log[name]).all()


def test_a_search_and_its_epochs_are_one_tree():
    noting, monitor = Noting(), callbacks.ScoringMonitor(scoring="accuracy")
    classifier = CNNClassifier(validation_split=0.25, **QUICK).set_callbacks(monitor)
    search = GridSearchCV(classifier, {"epochs": [1, 2]}, cv=GroupKFold(2)).set_callbacks(noting)
    search.fit(FEATURES, GRADES, groups=PATIENTS)
    assert [name for name, _ in noting.ended].count("epoch") == 2 * (1 + 2) + search.best_params_["epochs"]
    paths = monitor.get_logs().data_as_pandas["task_id_path"]
    assert {path[:2] for path in paths} == {(0, 0), (0, 1)}  # the folds of the search, and its refit
    assert max(map(len, paths)) == 4


def test_copies_and_files_of_a_fitted_estimator(tmp_path):
    from skerosion.experiments import load_estimator, save_estimator

    classifier = CNNClassifier(**QUICK).set_callbacks(Noting()).fit(FEATURES, GRADES)
    assert clone(classifier)._skl_callbacks == classifier._skl_callbacks
    assert not {"_callback_fit_ctx", "_skl_callbacks_to_teardown"} & set(vars(classifier))
    expected = classifier.predict_proba(FEATURES)
    assert np.array_equal(pickle.loads(pickle.dumps(classifier)).predict_proba(FEATURES), expected)
    save_estimator(classifier, tmp_path / "watched.skerosion")
    read = load_estimator(tmp_path / "watched.skerosion")
    assert np.array_equal(read.predict_proba(FEATURES), expected)


def test_one_more_epoch_is_a_fit_of_one():
    noting = Noting()
    classifier = CNNClassifier(**QUICK).set_callbacks(noting)
    classifier.partial_fit(FEATURES, GRADES).partial_fit(FEATURES, GRADES)
    assert noting.begun == ["fit", "epoch", "torn down"] * 2


def test_older_versions_say_what_is_missing():
    with pytest.warns(UserWarning, match=r"set_callbacks needs scikit-learn 1\.9 or newer.*fits go on without"):
        estimator = WithoutCallbacks().set_callbacks(Noting())
    assert isinstance(estimator, WithoutCallbacks)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert as_it_is(len)([1]) == 1
