"""Fitting on the votes of several readers: what networks, and estimators made of others, make of them."""

import numpy as np
import pytest
from sklearn.base import clone

from skerosion import AugmentingOverSampler, ClassWeighter, CNNClassifier, CRPSRegressor
from skerosion.datasets import ImageRows
from skerosion.estimators import CNNRegressor, GradedRegressor, OrdinalClassifier, TwoLevelClassifier
from skerosion.grades import median_vote

SMALL = {"dense_units": (4,), "epochs": 2, "random_state": 0}
RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(24, 3)).astype("float32")
TRUE = np.arange(24) % 4
VOTES = np.clip(TRUE[:, None] + RNG.integers(-1, 2, (24, 3)), 0, 3).astype(float)
VOTES[3, 1] = np.nan
Y = median_vote(VOTES).astype(int)
ROWS = ImageRows(FEATURES, votes=VOTES, groups=np.arange(24) // 2)

ESTIMATORS = [
    CNNClassifier(**SMALL),
    OrdinalClassifier(**SMALL),
    CNNRegressor(**SMALL),
    CRPSRegressor(grid="auto", **SMALL),
]


@pytest.mark.once
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda each: type(each).__name__)
def test_readers_who_agree_are_one_grade(estimator):
    agreed = ImageRows(FEATURES, votes=np.repeat(Y[:, None], 3, axis=1))
    of_votes, of_grades = clone(estimator).fit(agreed, Y), clone(estimator).fit(FEATURES, Y)
    assert np.allclose(of_votes.history_["loss"], of_grades.history_["loss"], rtol=1e-5)
    assert np.allclose(of_votes.predict(FEATURES), of_grades.predict(FEATURES), atol=1e-4)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda each: type(each).__name__)
def test_readers_who_differ_change_what_is_learned(estimator):
    of_votes, of_grades = clone(estimator).fit(ROWS, Y), clone(estimator).fit(ROWS.with_votes(None), Y)
    assert of_votes.history_["loss"][0] != of_grades.history_["loss"][0]


@pytest.mark.once
def test_a_grade_that_only_one_reader_gave_is_a_class():
    votes = np.column_stack([Y, Y, np.where(Y == 3, 5, Y)])
    classifier = CNNClassifier(**SMALL).fit(ImageRows(FEATURES, votes=votes), Y)
    assert classifier.classes_.tolist() == [0, 1, 2, 3, 5]
    assert classifier.class_shares_[-1] == 0


@pytest.mark.once
def test_names_are_votes_too():
    names = np.array(["none", "little", "some", "much"], dtype=object)
    votes = np.where(np.isnan(VOTES), None, names[np.nan_to_num(VOTES).astype(int)])
    by_name = OrdinalClassifier(classes=list(names), **SMALL).fit(ImageRows(FEATURES, votes=votes), names[Y])
    by_number = OrdinalClassifier(**SMALL).fit(ROWS, Y)
    assert np.array_equal(by_name.history_["loss"], by_number.history_["loss"])


def test_validation_rows_are_scored_against_their_votes():
    classifier = CNNClassifier(validation_split=0.25, **SMALL)
    of_votes, of_grades = clone(classifier).fit(ROWS, Y), clone(classifier).fit(ROWS.with_votes(None), Y)
    assert of_votes.history_["val_loss"] != of_grades.history_["val_loss"]


@pytest.mark.once
def test_a_target_on_another_scale_is_refused():
    with pytest.raises(ValueError, match=r"y must lie within what the readers of a row said.*X\.with_votes\(None\)"):
        CNNRegressor(**SMALL).fit(ROWS, Y + 10.0)
    with pytest.raises(ValueError, match="y must lie within"):
        CNNClassifier(**SMALL).fit(ROWS, Y.astype(str))


def test_rows_that_nobody_voted_on_are_fitted_on_their_grade():
    votes = VOTES.copy()
    votes[:12] = np.nan
    agreed = np.where(np.isnan(votes), Y[:, None], votes)
    some, all_rows = (CNNClassifier(**SMALL).fit(ImageRows(FEATURES, votes=each), Y) for each in (votes, agreed))
    assert np.allclose(some.history_["loss"], all_rows.history_["loss"], rtol=1e-5)


@pytest.mark.once
def test_two_levels_ask_readers_what_each_asks_of_the_grades():
    """The detector learns who saw damage; the grader of damaged rows knows no vote for a healthy one."""
    two = TwoLevelClassifier(CNNClassifier(**SMALL), CNNClassifier(**SMALL)).fit(ROWS, Y)
    by_hand = CNNClassifier(**SMALL).fit(
        ROWS.with_votes(np.where(np.isnan(VOTES), np.nan, VOTES > 0)), (Y > 0).astype(int)
    )
    assert two.detector_.history_["loss"] == by_hand.history_["loss"]
    assert 0 not in two.grader_.classes_


@pytest.mark.once
def test_a_graded_regressor_reads_votes_as_it_reads_grades():
    names = np.array(["d", "c", "b", "a"], dtype=object)
    votes = np.where(np.isnan(VOTES), None, names[np.nan_to_num(VOTES).astype(int)])
    graded = GradedRegressor(CRPSRegressor(grid="auto", **SMALL), classes=list(names))
    graded.fit(ImageRows(FEATURES, votes=votes), names[Y])
    plain = CRPSRegressor(grid="auto", **SMALL).fit(ROWS, Y.astype(float))
    assert graded.estimator_.history_["loss"] == plain.history_["loss"]


@pytest.mark.parametrize("step", [ClassWeighter("balanced"), AugmentingOverSampler(random_state=0)])
def test_votes_follow_their_rows_through_the_steps(step):
    rows, y = step.fit_resample(ROWS, Y)
    assert np.array_equal(rows.votes, VOTES[rows.indices], equal_nan=True)
    assert np.array_equal(y, Y[rows.indices])
