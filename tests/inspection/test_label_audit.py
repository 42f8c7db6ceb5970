import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GroupKFold, GroupShuffleSplit
from sklearn.svm import LinearSVC

from skerosion import CRPSRegressor, OrdinalClassifier
from skerosion.datasets import ImageRows
from skerosion.imbalance import RowSampler
from skerosion.inspection import LabelAudit
from skerosion.metrics import standardized_losses

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def data():
    """Three grades that features tell apart, four rows a patient, and the rows whose grade was changed."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 480)
    X = rng.normal(size=(480, 3))
    X[:, 0] += 6 * y
    changed = rng.choice(480, 24, replace=False)
    given = y.copy()
    given[changed] = (y[changed] + 1) % 3
    return ImageRows(X, groups=np.arange(480) // 4), given, y, changed


def test_finds_changed_labels_and_suggests_the_right_ones(data):
    X, given, y, changed = data
    audit = LabelAudit(LogisticRegression(), share=0.1).fit(X, given)
    assert np.isin(changed, np.argsort(-audit.scores_)[:48]).mean() > 0.9
    assert (audit.suggested_[changed] == y[changed]).mean() > 0.9
    assert abs(audit.doubtful_.mean() - 0.1) < 0.02


def test_scores_are_standardized_losses_of_patients_that_were_held_out(data):
    X, given, *_ = data
    folds, losses = np.empty(len(given)), np.empty(len(given))
    for fold, (train, held) in enumerate(GroupKFold(3).split(given, given, np.arange(480) // 4)):
        fitted = LogisticRegression().fit(np.asarray(X)[train], given[train])
        folds[held], losses[held] = (
            fold,
            -np.log(fitted.predict_proba(np.asarray(X)[held])[range(len(held)), given[held]]),
        )
    audit = LabelAudit(LogisticRegression(), cv=GroupKFold(3), beside="grade").fit(X, given)
    np.testing.assert_allclose(audit.losses_[0], losses, rtol=1e-4)
    np.testing.assert_allclose(audit.scores_, standardized_losses(losses, folds, given), rtol=1e-4, atol=1e-6)


def test_doubt_that_a_forecast_admits_is_no_wrong_label():
    """Images that are hard have large losses, but not larger than their forecasts expect."""
    rng = np.random.default_rng(0)
    hard, y = np.arange(400) < 200, rng.integers(0, 2, 400)
    X = np.column_stack([np.where(hard, rng.normal(size=400), 6 * y + rng.normal(size=400)), 10.0 * hard])
    y[390] = 1 - y[390]
    forest = RandomForestClassifier(100, min_samples_leaf=10, random_state=0)
    by_doubt, by_grade = (LabelAudit(forest, beside=beside).fit(X, y).scores_ for beside in ("doubt", "grade"))
    assert by_doubt.argmax() == 390
    assert by_doubt[hard].mean() - by_doubt[~hard].mean() < by_grade[hard].mean() - by_grade[~hard].mean()


def test_no_patient_helps_to_forecast_himself(data):
    """A forest that has a patient's number as feature would know his label."""
    X, given, *_ = data
    seen = ImageRows(np.column_stack([np.asarray(X.groups, dtype=float), np.zeros(480)]), groups=X.groups)
    label_of_patient = np.repeat(np.random.default_rng(0).integers(0, 2, 120), 4)
    audit = LabelAudit(RandomForestClassifier(20, random_state=0)).fit(seen, label_of_patient)
    assert audit.losses_.mean() > np.log(2) * 0.8


def test_drops_or_weighs_doubtful_rows(data):
    X, given, *_ = data
    dropped, y = (drop := LabelAudit(LogisticRegression(), action="drop")).fit_resample(X, given)
    assert len(dropped) == len(y) == (~drop.doubtful_).sum()
    assert y.tolist() == given[~drop.doubtful_].tolist()
    weighed, y = (weigh := LabelAudit(LogisticRegression(), weight=0.25)).fit_resample(X, given)
    assert len(weighed) == len(given)
    assert weighed.sample_weight.tolist() == np.where(weigh.doubtful_, 0.25, 1.0).tolist()
    same, _ = LabelAudit(LogisticRegression(), action="none").fit_resample(X, given)
    assert same.sample_weight is None


def test_a_step_before_a_network_leaves_wrong_labels_out(data):
    X, given, *_ = data
    small = OrdinalClassifier(epochs=1, dense_units=(8,), random_state=0)
    pipeline = make_pipeline(LabelAudit(LogisticRegression(), action="drop"), small).fit(X, given)
    left = ~pipeline.steps[0][1].doubtful_
    alone = OrdinalClassifier(epochs=1, dense_units=(8,), random_state=0).fit(X[left], given[left])
    np.testing.assert_array_equal(pipeline.predict(X), alone.predict(X))


def test_seeds_are_averaged(data):
    X, given, *_ = data
    forest = RandomForestClassifier(5, random_state=None)
    audit = LabelAudit(forest, cv=2, n_seeds=3, random_state=0).fit(X, given)
    assert audit.losses_.shape == (3, 480) and not np.array_equal(audit.losses_[0], audit.losses_[1])
    again = LabelAudit(forest, cv=2, n_seeds=3, random_state=0).fit(X, given)
    np.testing.assert_array_equal(again.scores_, audit.scores_)


def test_copies_have_the_score_of_their_original(data):
    X, given, *_ = data
    rows, y = RowSampler(RandomOverSampler(random_state=0)).fit_resample(X[:100], np.minimum(given[:100], 1))
    audit = LabelAudit(LogisticRegression(), cv=2).fit(rows, y)
    for row in np.unique(rows.indices):
        assert np.ptp(audit.scores_[rows.indices == row]) == 0
    assert len(rows) > 100


def test_networks_names_and_values_are_audited_too(data):
    X, given, *_ = data
    names = pd.Categorical.from_codes(given, ["none", "mild", "severe"], ordered=True)
    small = {"epochs": 1, "dense_units": (8,), "random_state": 0}
    assert set(LabelAudit(OrdinalClassifier(**small), cv=2).fit(X, names).suggested_) <= {"none", "mild", "severe"}
    percent = 40.0 * given + 5
    audit = LabelAudit(CRPSRegressor(**small, grid=np.arange(0, 101, 5)), cv=2, bins="ratingen").fit(X, percent)
    assert audit.suggested_.min() >= 0 and audit.losses_.min() >= 0
    found = LabelAudit(LinearRegression(), cv=4).fit(X, given)
    assert np.isin(data[3], np.argsort(-found.scores_)[:48]).mean() > 0.7


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cv": GroupShuffleSplit(2, random_state=0)}, "must hold each row out once"),
        ({"cv": "prefit"}, "cv must be"),
        ({"cv": 0.2}, "cv must be"),
        ({"share": 1.0}, "share must be"),
        ({"action": "erase"}, "action must be"),
        ({"beside": "grade", "estimator": DummyClassifier()}, None),
        ({"beside": "rank"}, "beside must be"),
        ({"n_seeds": 2, "estimator": LinearRegression()}, "n_seeds must be 1"),
        ({"estimator": LinearSVC()}, "must have probabilities"),
    ],
)
def test_wrong_parameters_are_told(data, changes, message):
    audit = LabelAudit(**{"estimator": LogisticRegression()} | changes)
    if message is None:
        assert not audit.fit(data[0], data[1]).scores_.any()  # who tells no row from another doubts none
        return
    with pytest.raises(ValueError, match=message):
        audit.fit(data[0], data[1])
