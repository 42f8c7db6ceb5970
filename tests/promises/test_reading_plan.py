"""ReadingPlan: the promise holds on fresh draws, what was read counts as read, and too few patients read all."""

import numpy as np
import pytest
from scipy.special import ndtr
from sklearn.exceptions import NotFittedError

from skerosion.promises import ReadingPlan
from skerosion.promises._read_scores import expected_rest
from skerosion.promises._reading_order import Reading
from skerosion.promises._risk_control import boldest, monotone, risk_bounds
from skerosion.visits import RauForecaster

N_JOINTS = 12


def draw(seed, n_patients):
    """Joints of one or two visits a patient, a third of them doubtful; errors of a visit go together."""
    rng = np.random.default_rng(seed)
    patients = np.repeat(np.arange(n_patients), rng.integers(1, 3, n_patients))
    visit = np.repeat(np.arange(len(patients)), N_JOINTS)
    width = np.where(rng.uniform(size=len(visit)) < 0.33, 1.5, 0.2)
    seen = rng.uniform(-1, 4, len(visit))
    errors = np.sqrt(0.3) * rng.normal(size=len(patients))[visit] + np.sqrt(0.7) * rng.normal(size=len(visit))
    cuts = np.arange(5.0)
    cdf = np.column_stack([ndtr((cuts - seen[:, None]) / width[:, None]), np.ones(len(visit))])
    return cdf, np.searchsorted(cuts, seen + width * errors), patients[visit], visit


@pytest.fixture(scope="module")
def forecaster():
    forecast, grades, patients, visits = draw(10_000, 150)
    return RauForecaster(bins=None, recalibrate=False, visit_correlation=0.0).fit(forecast, grades, patients, visits)


def missed(plan, seed, n_patients=30):
    """Share of new visits beyond the error, every patient counting once, and of joints that are read."""
    forecast, grades, patients, visits = draw(seed, n_patients)
    read = plan.joints_to_read(forecast, patients, visits)
    scores = plan.predict(forecast, np.where(read, grades, np.nan), patients, visits)["rau"]
    truth = 38 / N_JOINTS * np.bincount(visits, weights=grades)
    beyond = np.abs(scores.to_numpy() - truth) > plan.error + 1e-9
    return scores.mask(beyond, 1.0).where(beyond, 0.0).groupby(level=0).mean().mean(), read.mean()


def test_promise_holds_on_fresh_draws_and_joints_are_saved(forecaster):
    found = []
    for seed in range(60):
        plan = ReadingPlan(forecaster, error=10, level=0.8).fit(*draw(seed, 30))
        found.append(missed(plan, 1000 + seed))
    beyond, read = np.mean(found, axis=0)
    assert beyond < 0.2 + 0.03 and 0.1 < read < 0.9


def test_a_wrong_forecaster_saves_less_and_keeps_the_promise(forecaster):
    found = []
    for seed in range(40):
        forecast, *rest = draw(seed, 40)
        plan = ReadingPlan(forecaster, error=10, level=0.8).fit(forecast[:, ::-1].cumsum(axis=1).clip(0, 1), *rest)
        found.append(plan.reads_all_ or plan.curve([10])["joints"][0])
    assert np.mean(found) > 0.6


def test_everything_read_is_the_readers_score(forecaster):
    forecast, grades, patients, visits = draw(3, 20)
    plan = ReadingPlan(forecaster, level=0.99).fit(forecast, grades, patients, visits)
    assert plan.reads_all_ and plan.reason_.startswith("20 patients are too few for level=0.99, which takes 99")
    assert plan.joints_to_read(forecast, patients, visits).all()
    scores = plan.predict(forecast, grades, patients, visits)
    np.testing.assert_allclose(scores["rau"], 38 / N_JOINTS * np.bincount(visits, weights=grades))
    assert (scores["n_read"] == N_JOINTS).all() and plan.curve([5])["bound"].tolist() == [0.0]


def test_the_most_doubtful_joints_are_read_first(forecaster):
    forecast, grades, patients, visits = draw(4, 60)
    plan = ReadingPlan(forecaster, error=8, level=0.8).fit(forecast, grades, patients, visits)
    read = plan.joints_to_read(forecast, patients, visits)
    grid = np.arange(6)
    pmf = np.diff(forecast, axis=1, prepend=0)
    spread = pmf @ grid**2 - (pmf @ grid) ** 2
    for visit in range(20):
        of, chosen = spread[visits == visit], read[visits == visit]
        assert not chosen.any() or chosen.all() or of[chosen].min() >= of[~chosen].max()


def test_larger_errors_and_lower_levels_read_less(forecaster):
    data = draw(5, 100)
    shares = ReadingPlan(forecaster, level=0.8).fit(*data).curve([2, 5, 10, 20])["joints"]
    assert (np.diff(shares) <= 0).all()
    strict = ReadingPlan(forecaster, level=0.95).fit(*data).curve([2, 5, 10, 20])["joints"]
    assert (strict >= shares).all()


def test_what_is_left_is_expected_given_what_was_read():
    cdf = np.tile([0.3, 0.6, 0.8, 0.9, 1.0], (3, 1))
    reading = Reading.of(cdf, np.zeros(3, dtype=int), np.ones(1), 0.4)
    healthy, damaged = (expected_rest(cdf, np.array([first, 0, 0]), reading, 0.4)[0] for first in (0, 4))
    alone = expected_rest(cdf, np.array([4, 0, 0]), reading, 0.0)[0]
    assert healthy[1] < alone[1] < damaged[1]
    np.testing.assert_allclose(alone, 1.4 * np.array([3, 2, 1, 0]))
    np.testing.assert_allclose([healthy[0], damaged[0]], 4.2, atol=1e-6)


def test_reading_more_can_break_a_promise_which_the_worst_loss_counts():
    losses = np.array([[0, 1, 0], [0, 0, 0]])
    assert monotone(losses).tolist() == [[0, 1, 1], [0, 0, 0]]
    np.testing.assert_allclose(risk_bounds(monotone(losses)), [1 / 3, 2 / 3, 2 / 3])
    assert boldest([0.1, 0.3, 0.1], 0.2) == 0


def test_errors_name_what_is_wrong(forecaster):
    forecast, grades, patients, visits = draw(6, 30)
    plan = ReadingPlan(forecaster, error=1, level=0.8).fit(forecast, grades, patients, visits)
    with pytest.raises(ValueError, match=r"y must hold the reader's grade of all \d+ joints to read, got none of"):
        plan.predict(forecast, np.full(len(grades), np.nan), patients, visits)
    with pytest.raises(ValueError, match="y must hold one grade for each"):
        ReadingPlan(forecaster).fit(forecast, grades[:-1], patients, visits)
    with pytest.raises(ValueError, match="level must be a share"):
        ReadingPlan(forecaster, level=1.0).fit(forecast, grades, patients, visits)
    with pytest.raises(ValueError, match="error must be"):
        ReadingPlan(forecaster, error=0).fit(forecast, grades, patients, visits)
    with pytest.raises(NotFittedError):
        ReadingPlan(RauForecaster()).fit(forecast, grades, patients, visits)
