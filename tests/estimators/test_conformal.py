"""ConformalForecaster: the coverage holds for clustered patients and any estimator, sets have no gaps."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit

from skerosion import CalibratedForecaster, ConformalForecaster, ImageRows, OrdinalClassifier
from skerosion.promises._conformity import central_ends, central_scores, outward_scores, within

pytestmark = pytest.mark.once

REPEATS = 100


class BandClassifier(ClassifierMixin, BaseEstimator):
    """Grades 0 to 4 by their distance from the first feature, without learning anything."""

    def fit(self, X, y):
        self.classes_ = np.arange(5)
        return self

    def predict_proba(self, X):
        closeness = np.exp(-np.abs(np.asarray(X)[:, :1] - self.classes_))
        return closeness / closeness.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


def covered_shares(fit, draw_patients, is_inside, n_patients=39):
    """Coverage of new patients, over many draws of held-out ones: of rows, each patient counting once, and of all."""
    of_rows, of_all = [], []
    for seed in range(REPEATS):
        conformal = fit(*draw_patients(n_patients, seed=2 * seed))
        X, y, patients = draw_patients(20, seed=2 * seed + 1)
        inside = is_inside(conformal, X, y)
        shares = np.bincount(patients, inside) / np.bincount(patients)
        of_rows.append(shares.mean())
        of_all.append((shares == 1).mean())
    return np.mean(of_rows), np.mean(of_all)


def inside_interval(coverage):
    def check(conformal, X, y):
        low, high = conformal.predict_interval(X, coverage).T
        return (low <= y) & (y <= high)

    return check


def inside_set(coverage):
    def check(conformal, X, y):
        return conformal.predict_set(X, coverage)[np.arange(len(y)), y.astype(int)]

    return check


@pytest.mark.parametrize("inside", [inside_interval, inside_set])
@pytest.mark.parametrize("coverage", [0.9, 0.7])
class TestCoverage:
    """100 draws of 39 held-out and 20 new patients: the mean has a standard error of about .007."""

    def test_of_rows(self, bell, draw_patients, inside, coverage):
        def fit(X, y, patients):
            return ConformalForecaster(bell(spread=4.0).fit(X, y), cv="prefit").fit(X, y, groups=patients)

        of_rows, _ = covered_shares(fit, draw_patients, inside(coverage))
        assert coverage - 0.02 < of_rows < coverage + 0.06

    @pytest.mark.slow
    def test_of_whole_patients(self, bell, draw_patients, inside, coverage):
        def fit(X, y, patients):
            regressor = bell(spread=4.0).fit(X, y)
            return ConformalForecaster(regressor, guarantee="patient", cv="prefit").fit(X, y, groups=patients)

        of_rows, of_all = covered_shares(fit, draw_patients, inside(coverage))
        assert coverage - 0.025 < of_all < coverage + 0.07 and of_rows > of_all


@pytest.mark.slow
def test_grades_of_a_classifier_are_covered_by_patient():
    shares = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        patients = np.repeat(np.arange(120), rng.integers(1, 9, 120))
        y = rng.integers(5, size=len(patients))
        X = (y + rng.normal(size=120)[patients] + 0.5 * rng.normal(size=len(y)))[:, None]
        old = patients < 100
        conformal = ConformalForecaster(LogisticRegression(), cv=0.4, random_state=seed)
        sets = conformal.fit(X[old], y[old], groups=patients[old]).predict_set(X[~old], coverage=0.8)
        hits = sets[np.arange((~old).sum()), y[~old]]
        shares.append(np.mean([hits[patients[~old] == patient].mean() for patient in range(100, 120)]))
    assert 0.76 < np.mean(shares) < 0.9


def test_patients_of_a_share_are_a_plain_random_draw_whatever_their_size():
    """15 of 100 patients have most of the rows and the noise; a share met in rows held out too few of them."""
    shares = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        size = np.where(np.arange(400) % 20 < 3, 30, 2)
        patients, noise = np.repeat(np.arange(400), size), np.repeat(np.where(size == 30, 3.0, 0.5), size)
        y = rng.integers(5, size=len(noise))
        X, old = (y + noise * rng.normal(size=len(y)))[:, None], patients < 100
        conformal = ConformalForecaster(BandClassifier(), random_state=seed)
        conformal.fit(X[old], y[old], groups=patients[old])
        assert conformal.n_patients_ == 20
        hits = conformal.predict_set(X[~old], coverage=0.9)[np.arange((~old).sum()), y[~old]]
        shares.append(np.average(hits, weights=1 / size[patients[~old]]))
    assert np.mean(shares) > 0.89


def test_repeats_of_an_image_are_one_draw():
    rows = ImageRows(np.arange(20, dtype="float32")[:, None]).take(np.repeat(np.arange(20), 3))
    conformal = ConformalForecaster(BandClassifier(), cv=0.5, random_state=0).fit(rows, np.repeat(np.arange(5), 12))
    assert conformal.n_patients_ == 10


@pytest.mark.filterwarnings("ignore:8 held-out patients are too few")
def test_too_few_patients_leave_everything_possible(bell, draw_patients):
    X, y, patients = draw_patients(8)
    conformal = ConformalForecaster(bell().fit(X, y), cv="prefit").fit(X, y, groups=patients)
    np.testing.assert_array_equal(conformal.predict_interval(X, 0.9), np.tile([0, 100], (len(y), 1)))
    assert conformal.predict_set(X, 0.9).all() and conformal.n_patients_ == 8
    assert (conformal.predict_interval(X, 0.8) != [0, 100]).any()


@st.composite
def forecasts(draw):
    """Probabilities of a few rows, zeros among them."""
    n, k = draw(st.integers(1, 8)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    weights = rng.integers(0, 4, (n, k)).astype(float)
    weights[:, 0] += weights.sum(axis=1) == 0
    return weights / weights.sum(axis=1, keepdims=True)


class TestSets:
    @given(forecasts(), st.floats(0, 1.1))
    def test_sets_have_no_gaps_and_hold_the_most_probable_grade(self, pmf, threshold):
        chosen = within(outward_scores(pmf), threshold)
        edges = np.diff(np.pad(chosen, ((0, 0), (1, 1))).astype(int), axis=1)
        assert ((edges == 1).sum(axis=1) == 1).all()
        assert chosen[np.arange(len(pmf)), pmf.argmax(axis=1)].all()

    def test_the_mass_before_a_grade_by_hand(self):
        np.testing.assert_allclose(outward_scores(np.array([[0.1, 0.2, 0.4, 0.3]])), [[0.9, 0.7, 0, 0.4]])

    @given(forecasts(), st.floats(0, 0.6))
    def test_an_interval_holds_exactly_the_points_of_small_score(self, pmf, threshold):
        cdf = np.minimum(pmf.cumsum(axis=1), 1)
        cdf[:, -1] = 1
        columns = np.arange(pmf.shape[1])
        scores = np.column_stack([central_scores(cdf, np.full(len(pmf), k - 1), np.full(len(pmf), k)) for k in columns])
        low, high = central_ends(cdf, threshold)
        inside = (low[:, None] <= columns) & (columns <= high[:, None])
        np.testing.assert_array_equal(inside, within(scores, threshold))

    def test_a_target_between_two_points_lies_within_when_its_score_does(self):
        cdf = np.array([[0.1, 0.6, 1.0]])
        score = central_scores(cdf, np.array([0]), np.array([0]))[0]
        low, high = central_ends(cdf, score)
        assert low[0] == 0 and high[0] >= 1


class TestEstimator:
    def test_larger_coverage_gives_larger_sets(self, bell, draw_patients):
        X, y, patients = draw_patients(200)
        conformal = ConformalForecaster(bell(bins="ratingen"), cv=0.5, random_state=0).fit(X, y, groups=patients)
        small, large = conformal.predict_set(X, 0.7), conformal.predict_set(X, 0.95)
        assert small.shape == (len(y), 6) and (large >= small).all() and large.sum() > small.sum()

    def test_predictions_are_those_of_the_estimator(self, bell, draw_patients):
        X, y, patients = draw_patients(50)
        splitter = GroupShuffleSplit(3, random_state=0)
        inner = CalibratedForecaster(bell(spread=3.0).fit(X, y), cv="prefit").fit(X, y)
        conformal = ConformalForecaster(inner, cv=splitter).set_params(estimator__cv=0.5).fit(X, y, groups=patients)
        np.testing.assert_array_equal(conformal.predict(X), conformal.estimator_.predict(X))

    def test_a_grade_that_nobody_else_showed_is_a_miss(self):
        X, y = np.arange(40.0)[:, None], np.repeat([0, 1], 20)
        known = LogisticRegression().fit(X, y)
        conformal = ConformalForecaster(known, cv="prefit")
        with pytest.warns(UserWarning, match=r"1 row with grades .* \[2\]"):
            conformal.fit(X, [*y[:-1], 2])
        assert np.isinf(conformal.set_scores_).nonzero()[0].tolist() == [39]
        assert (conformal.predict_set(X, 0.9) >= ConformalForecaster(known, cv="prefit").fit(X, y).predict_set(X)).all()

    def test_images(self, graded, quick):
        images, grades, patients = graded
        conformal = ConformalForecaster(OrdinalClassifier(**quick), cv=0.5, random_state=0)
        conformal.fit(images, grades, groups=patients)
        sets = conformal.predict_set(images)
        low, high = conformal.predict_interval(images).T
        inside = (low[:, None] <= conformal.classes_) & (conformal.classes_ <= high[:, None])
        assert sets.shape == (60, 3) and (inside == sets).all()

    def test_intervals_of_names_are_refused(self):
        X, y = np.arange(40.0)[:, None], np.repeat(["a", "b"], 20)
        assert not hasattr(
            ConformalForecaster(LogisticRegression(), cv=0.5, random_state=0).fit(X, y), "predict_interval"
        )

    @pytest.mark.parametrize("coverage", [0.1, 1, "0.9"])
    def test_coverage_is_a_share_from_one_half(self, bell, draw_patients, coverage):
        X, y, _ = draw_patients(20)
        conformal = ConformalForecaster(bell().fit(X, y), cv="prefit").fit(X, y)
        with pytest.raises(ValueError, match="coverage must be at least 0.5 and below 1"):
            conformal.predict_interval(X, coverage)

    def test_a_guarantee_that_there_is_not_is_named(self):
        with pytest.raises(ValueError, match="guarantee must be one of"):
            ConformalForecaster(LogisticRegression(), guarantee="joint").fit([[0.0], [1.0]] * 5, [0, 1] * 5)

    def test_too_few_patients_for_a_coverage_are_named(self):
        X, y = np.arange(16.0)[:, None] % 4, np.tile([0, 0, 1, 1], 4)
        conformal = ConformalForecaster(LogisticRegression().fit(X, y), cv="prefit").fit(X[:8], y[:8])
        with pytest.warns(UserWarning, match="8 held-out patients are too few for coverage=0.9, which takes 9"):
            assert conformal.predict_set(X, 0.9).all()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            conformal.predict_set(X, 0.8)


def draw_grades(seed, n_patients, share_of_highest=0.12):
    """Grades 0 to 2 of patients, the highest rare and hard to see; and a column of three clinics."""
    rng = np.random.default_rng(seed)
    patients = np.repeat(np.arange(n_patients), rng.integers(1, 4, n_patients))
    y = rng.choice(3, len(patients), p=[0.6, 0.4 - share_of_highest, share_of_highest])
    clinic = patients % 3
    X = (y - 0.6 * (y == 2) + (0.4 + 0.4 * clinic) * rng.normal(size=len(y)))[:, None]
    return X, y, patients, clinic


class TestScoresAndKinds:
    @pytest.mark.parametrize("score", ["rps", "shortest"])
    def test_other_scores_cover_too(self, score):
        held = []
        for seed in range(60):
            X, y, patients, _ = draw_grades(seed, 39)
            conformal = ConformalForecaster(BandClassifier().fit(X, y), conformity_score=score, cv="prefit")
            new, truth, whose, _ = draw_grades(500 + seed, 40)
            frame = conformal.fit(X, y, groups=patients).coverage_by_grade(new, truth, 0.8, whose)
            held.append(frame["coverage"][0])
        assert 0.77 < np.mean(held) < 0.87

    @pytest.mark.parametrize("score", ["rps", "shortest"])
    def test_intervals_hold_the_targets_whose_score_is_small(self, bell, draw_patients, score):
        X, y, patients = draw_patients(20)
        conformal = ConformalForecaster(bell(spread=4.0).fit(X, y), conformity_score=score, cv="prefit")
        low, high = conformal.fit(X, y, groups=patients).predict_interval(X, 0.8).T
        rows = np.bincount(patients)
        shares = np.bincount(patients, (low <= y) & (y <= high)) / rows
        assert 0.8 <= shares.mean() < 0.9  # 17 of 20, and one patient more, who is not there

    def test_each_grade_is_covered_by_itself(self):
        shares = {None: [], "grade": []}
        for seed in range(20):
            known = LogisticRegression().fit(*draw_grades(1000 + seed, 60)[:2])
            X, y, patients, _ = draw_grades(seed, 150)
            new, truth, whose, _ = draw_grades(500 + seed, 100)
            for by, held in shares.items():
                conformal = ConformalForecaster(known, by=by, cv="prefit").fit(X, y, groups=patients)
                frame = conformal.coverage_by_grade(new, truth, 0.8, whose).set_index("grade")
                held.append(frame.loc[[0, 1, 2], "coverage"].to_numpy(dtype=float))
        together, apart = (np.mean(held, axis=0) for held in shares.values())
        assert together[2] < 0.7 and (apart > 0.75).all()

    def test_each_value_of_a_column_is_covered_by_itself(self):
        held = []
        for seed in range(20):
            known = LogisticRegression().fit(*draw_grades(1000 + seed, 60)[:2])
            X, y, patients, clinic = draw_grades(seed, 120)
            conformal = ConformalForecaster(known, by="column", cv="prefit").fit(X, y, groups=patients, column=clinic)
            new, truth, _, clinic = draw_grades(500 + seed, 150)
            inside = conformal.predict_set(new, 0.8, clinic)[np.arange(len(truth)), truth]
            held.append([inside[clinic == each].mean() for each in range(3)])
        assert (np.mean(held, axis=0) > 0.77).all()
        assert conformal.predict_set(new[:2], 0.8, ["9", "9"]).all()

    def test_a_rare_grade_is_named_and_never_excluded(self):
        X, y, patients, _ = draw_grades(0, 60, share_of_highest=0.03)
        known = LogisticRegression().fit(*draw_grades(1, 200)[:2])
        conformal = ConformalForecaster(known, by="grade", cv="prefit").fit(X, y, groups=patients)
        with pytest.warns(UserWarning, match=r"too few held-out patients of 2 \(\d\) for coverage=0.9, which takes 9"):
            assert conformal.predict_set(X)[:, 2].all()
        with pytest.warns(UserWarning, match="too few"):
            frame = conformal.coverage_by_grade(X, y, 0.9, patients).set_index("grade")
        assert frame.loc[2, ["named", "too_few"]].tolist() == [1.0, True] and not frame.loc[0, "too_few"]

    def test_intervals_of_a_regressor_have_no_grades(self, bell, draw_patients):
        X, y, patients = draw_patients(40)
        regressor = bell(bins="ratingen").fit(X, y)
        conformal = ConformalForecaster(regressor, by="grade", cv="prefit").fit(X, y, groups=patients)
        with pytest.raises(ValueError, match="predict_set"):
            conformal.predict_interval(X)

    def test_a_column_goes_with_its_parameter(self):
        X, y, _, clinic = draw_grades(0, 40)
        with pytest.raises(ValueError, match="by=None and a column"):
            ConformalForecaster(LogisticRegression()).fit(X, y, column=clinic)
        with pytest.raises(ValueError, match="by='column' and no column"):
            ConformalForecaster(LogisticRegression(), by="column").fit(X, y)
        held = ConformalForecaster(LogisticRegression(), by="column", cv=0.5, random_state=0)
        assert held.fit(X, y, column=clinic).n_patients_by_kind_.sum() == held.n_patients_
