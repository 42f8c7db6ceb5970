"""The forecaster: correlations found again, coverage that holds with them and not without, checks."""

import re
import warnings

import numpy as np
import pytest
from scipy.special import ndtr
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skerosion import RauForecaster
from skerosion.clinical import ratingen
from skerosion.metrics import interval_coverage
from skerosion.visits import rau_distribution
from skerosion.visits._copula import estimate_correlation
from skerosion.visits._rau_forecaster import _sides
from skerosion.visits._visit_scores import Recalibration

CORRELATION = 0.3


def simulate(n_patients, n_visits=2, n_joints=20, patient_share=0.5, seed=0):
    """Calibrated forecasts of grades whose normal scores share a factor a visit, part of it the patient's."""
    rng = np.random.default_rng(seed)
    patients = np.repeat(np.arange(n_patients), n_visits * n_joints)
    visits = np.tile(np.repeat(np.arange(n_visits), n_joints), n_patients)
    of_patient, of_visit = rng.normal(size=n_patients), rng.normal(size=(n_patients, n_visits))
    common = np.sqrt(patient_share) * of_patient[patients] + np.sqrt(1 - patient_share) * of_visit[patients, visits]
    scores = np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * rng.normal(size=len(patients))
    means = rng.normal(1.5, 1.5, size=len(patients))
    cdf = np.column_stack([ndtr(np.arange(0.5, 5) - means[:, np.newaxis]), np.ones(len(patients))])
    grades = (cdf < ndtr(scores)[:, np.newaxis]).sum(axis=1)
    return cdf, grades, patients, visits


@pytest.fixture(scope="module")
def training():
    return simulate(250)


@pytest.fixture(scope="module")
def forecaster(training):
    return RauForecaster(bins=None).fit(*training)


@pytest.fixture(scope="module")
def new():
    cdf, grades, patients, visits = simulate(300, seed=1)
    codes = 2 * patients + visits
    return (cdf, patients, visits), 38 / 20 * np.bincount(codes, weights=grades)


@pytest.fixture(scope="module")
def predicted(forecaster, new):
    return forecaster.predict_distribution(*new[0])


@pytest.mark.slow
def test_correlations_are_found_again(forecaster):
    assert forecaster.correlation_ == pytest.approx(CORRELATION, abs=0.04)
    # What visits share of their factor, less what the joints' own part of a score takes from it.
    assert forecaster.visit_correlation_ == pytest.approx(0.5, abs=0.12)
    assert (forecaster.n_visits_, forecaster.n_patients_) == (500, 250)


@pytest.mark.slow
def test_correlated_intervals_cover_and_independent_ones_do_not(predicted, new):
    rows, truth = new
    independent = rau_distribution(*rows, bins=None)
    assert interval_coverage(truth, predicted.interval(0.9, kind="shortest")) == pytest.approx(0.915, abs=0.03)
    assert interval_coverage(truth, independent.interval(0.9, kind="shortest")) < 0.7
    # Forecasts that are calibrated already are left nearly as they are.
    np.testing.assert_allclose(predicted.mean(), independent.mean(), atol=4)


def test_the_true_change_is_noise_away_from_its_estimate(predicted, new):
    _, truth = new
    table = predicted.changes(confidence=0.9)
    error = table.change - (truth[1::2] - truth[::2])
    assert (error.abs() <= table.smallest_detectable).mean() == pytest.approx(0.9, abs=0.04)
    above = truth[1::2] > truth[::2]
    assert table.probability_of_increase.mean() == pytest.approx(above.mean(), abs=0.06)


def test_without_correlation_it_is_the_independent_form(training):
    cdf, grades, patients, visits = training
    rows = slice(0, 200)
    forecaster = RauForecaster(bins=None, correlation=0, visit_correlation=0, recalibrate=False)
    forecaster.fit(cdf[rows], grades[rows], patients[rows], visits[rows])
    ours = forecaster.predict_distribution(cdf[rows], patients[rows], visits[rows])
    plain = rau_distribution(cdf[rows], patients[rows], visits[rows], bins=None)
    np.testing.assert_array_equal(ours.sums.cdf, plain.sums.cdf)
    np.testing.assert_array_equal(forecaster.predict(cdf[rows], patients[rows], visits[rows]), plain.mean())


@pytest.mark.slow
def test_recalibration_is_found_again_and_mends_the_scores(training, new):
    """Forecasts that are too sure, and that miss part of what a visit's joints have in common with their mean."""
    distorted, recalibrate = [], Recalibration(intercept=0.3, slope=-0.4, spread=0.8)
    training = [each[:6000] for each in training]
    for cdf, patients, visits in ((training[0], *training[2:]), new[0]):
        grades = recalibrate.apply(cdf[:, :5], 2 * patients + visits)
        distorted.append(np.column_stack([grades, np.ones(len(grades))]))
    rows, truth = new[0][1:], new[1]
    fitted = RauForecaster(bins=None).fit(distorted[0], *training[1:])
    kept = RauForecaster(bins=None, recalibrate=False).fit(distorted[0], *training[1:])
    mended, plain = (each.predict_distribution(distorted[1], *rows) for each in (fitted, kept))
    assert fitted.recalibration_.slope > 0.2 and fitted.recalibration_.spread > 1.1
    assert fitted.correlation_ == pytest.approx(CORRELATION, abs=0.06)
    assert kept.recalibration_ == Recalibration()
    assert np.abs(mended.mean() - truth).mean() < 0.95 * np.abs(plain.mean() - truth).mean()
    assert interval_coverage(truth, mended.interval(0.9, kind="shortest")) == pytest.approx(0.915, abs=0.035)


def test_a_known_correlation_is_kept_while_recalibrating(training):
    fitted = RauForecaster(bins=None, correlation=0.2).fit(*[each[:2000] for each in training])
    assert fitted.correlation_ == 0.2 and fitted.recalibration_.spread != 1


def test_forecasts_that_are_all_the_same_have_no_slope(training):
    """Rounding makes mean grades of visits differ by no more than their last place, which is not a difference."""
    _, grades, patients, visits = (each[:2000] for each in training)
    cdf = np.tile([0.2, 0.5, 0.7, 0.8, 0.9, 1.0], (2000, 1))
    assert RauForecaster(bins=None).fit(cdf, grades, patients, visits).recalibration_.slope == 0


@pytest.mark.filterwarnings("ignore:learned from 20 visits")
def test_percentages_are_graded(training):
    cdf, grades, patients, visits = training
    rows, grid = slice(0, 400), [0, 20, 40, 60, 80, 100]
    of_grades = RauForecaster(bins=None).fit(cdf[rows], grades[rows], patients[rows], visits[rows])
    percent = RauForecaster().fit(cdf[rows], 20 * grades[rows], patients[rows], visits[rows], grid=grid)
    assert percent.correlation_ == of_grades.correlation_
    assert percent.visit_correlation_ == of_grades.visit_correlation_


@pytest.mark.filterwarnings("ignore:learned from 20 visits")
def test_patients_with_one_visit_say_nothing_about_two(training):
    cdf, grades, patients, visits = training
    first = (visits == 0) & (patients < 20)
    fitted = RauForecaster(bins=None).fit(cdf[first], grades[first], patients[first], visits[first])
    assert fitted.visit_correlation_ == 0 and fitted.correlation_ > 0


def test_it_is_an_estimator(forecaster):
    assert clone(forecaster).get_params() == forecaster.get_params()
    with pytest.raises(NotFittedError):
        clone(forecaster).predict([[1.0]], [0], [0])


@pytest.mark.parametrize(
    ("settings", "rows", "message"),
    [
        ({}, ([[0.5, 1.0]] * 2, [0, 1], [0, 0], [0, 1]), "visits must hold one with two joints"),
        ({}, ([[0.5, 1.0]] * 2, [0], [0, 0], [0, 0]), "y must hold one truth for each of the 2 forecasts, got 1"),
        ({}, ([[0.5, 1.0]] * 2, [0, 7], [0, 0], [0, 0]), "y must hold grades 0 to 5"),
        ({"bins": "ratingen"}, ([[0.5, 1.0]] * 2, [0, np.nan], [0, 0], [0, 0]), "y must hold percentages from 0 to"),
        ({"correlation": 2}, ([[0.5, 1.0]] * 2, [0, 1], [0, 0], [0, 0]), "correlation must lie between 0"),
        ({"visit_correlation": "no"}, ([[0.5, 1.0]] * 2, [0, 1], [0, 0], [0, 0]), "visit_correlation must lie"),
    ],
)
def test_wrong_input_is_named(settings, rows, message):
    with pytest.raises(ValueError, match=message):
        RauForecaster(**({"bins": None} | settings)).fit(*rows)


@pytest.mark.parametrize(
    ("n_patients", "settings", "said"),
    [
        (1, {}, "learned from 2 visits of 1 patient.*recalibrate=True wants 24 visits, and 10 patients are the least"),
        (9, {"recalibrate": False}, "learned from 18 visits of 9 patients: correlation_ .*10 patients are the least"),
        (1, {"recalibrate": False, "correlation": 0.3, "visit_correlation": 0.0}, None),
        (30, {}, None),
        (12, {}, None),
        (10, {"recalibrate": False}, None),
        (2, {}, r"correlation_ 0\.\d\d, visit_correlation_ 0\.\d\d, recalibration_ \((-?\d\.\d{1,2}(, |\))){3}; "),
    ],
)
def test_numbers_learned_from_too_few_patients_are_named(n_patients, settings, said):
    rng = np.random.default_rng(0)
    patients, visits = np.repeat(np.arange(n_patients), 8), np.tile(np.repeat([0, 1], 4), n_patients)
    cdf = np.tile([0.2, 0.4, 0.6, 0.8, 0.9, 1.0], (len(patients), 1))
    grades = rng.integers(0, 6, len(patients))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        RauForecaster(bins=None, **settings).fit(cdf, grades, patients, visits)
    assert bool(caught) == (said is not None)
    assert said is None or re.search(said, str(caught[0].message))


def few_joints():
    """Percentages of 24 patients with three visits of two joints, whose cdfs have three thresholds."""
    rng = np.random.default_rng(3)
    patients, visits = np.repeat(np.arange(24), 6), np.tile(np.repeat([0, 1, 2], 2), 24)
    cdf = np.cumsum(rng.dirichlet([1, 1, 1], 144), axis=1)
    shared = rng.normal(size=24)[patients] + 0.5 * rng.normal(size=144)
    percent = np.array([10.0, 40, 80])[(cdf < ndtr(shared / np.sqrt(1.25))[:, None]).sum(axis=1).clip(max=2)]
    return cdf, percent, patients, visits


def test_visits_have_the_correlation_and_the_errors_of_their_independent_scores():
    cdf, percent, patients, visits = few_joints()
    grid, settings = [10, 40, 80], {"correlation": 0.0, "recalibrate": False}
    fitted = RauForecaster(**settings).fit(cdf, percent, patients, visits, grid=grid)
    scores = rau_distribution(cdf, patients, visits, grid=grid)
    sums = np.bincount(3 * patients + visits, weights=ratingen(percent)).astype(int)
    edges = np.column_stack([np.zeros(72), scores.sums.cdf])
    rows = np.arange(72)
    expected = estimate_correlation(edges[rows, sums], edges[rows, sums + 1], sums, 11, np.repeat(np.arange(24), 3))
    assert fitted.visit_correlation_ == expected > 0
    assert len(fitted.change_errors_) == 48 and fitted.change_patients_.tolist() == np.repeat(np.arange(24), 2).tolist()
    predicted = fitted.predict_distribution(cdf, patients, visits, grid=grid)
    np.testing.assert_allclose(predicted.mean(), scores.mean())
    np.testing.assert_array_equal(predicted.change_errors.sizes, fitted.change_errors_)
    assert predicted.visit_correlation == expected
    np.testing.assert_array_equal(fitted.predict(cdf, patients, visits, grid=grid), predicted.mean())


def test_joints_have_the_correlation_of_their_levels():
    cdf, percent, patients, visits = few_joints()
    grid = [10, 40, 80]
    fitted = RauForecaster(recalibrate=False, visit_correlation=0.0).fit(cdf, percent, patients, visits, grid=grid)
    # Grade 0 has nothing: 10 % is grade 1, 40 % grade 2, 80 % grade 4.
    of_grades = np.column_stack([np.zeros((144, 2)), cdf[:, 0], cdf[:, 1], cdf[:, 1], cdf[:, 2], np.ones(144)])
    grades, rows = ratingen(percent).astype(int), np.arange(144)
    expected = estimate_correlation(
        of_grades[rows, grades], of_grades[rows, grades + 1], grades, 6, 3 * patients + visits
    )
    assert fitted.correlation_ == pytest.approx(expected, abs=1e-9) and expected > 0


def test_visits_are_learned_from_in_any_order_of_the_rows():
    """What is predicted of a visit stays beside its joints."""
    cdf, percent, patients, visits = few_joints()
    settings = {"correlation": 0.0, "visit_correlation": 0.0}
    order = np.random.default_rng(0).permutation(144)
    fits = [
        RauForecaster(**settings).fit(cdf[rows], percent[rows], patients[rows], visits[rows], grid=[10, 40, 80])
        for rows in (np.arange(144), order)
    ]
    assert abs(fits[0].recalibration_.slope) > 0.1
    np.testing.assert_allclose(fits[1].recalibration_, fits[0].recalibration_, atol=1e-3)


def test_the_sides_of_a_place_are_the_cdf_just_below_and_at_it():
    cdf = np.array([[0.1, 0.4, 1.0], [0.2, 0.5, 1.0], [0.3, 0.6, 1.0]])
    below, at = _sides(cdf, np.arange(3))
    assert below.tolist() == [0, 0.2, 0.6] and at.tolist() == [0.1, 0.5, 1]
