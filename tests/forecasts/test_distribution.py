"""Distributions on a grid: closed forms, edges, what is no cdf, and the repair that never worsens the CRPS."""

import pickle
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from sklearn.isotonic import isotonic_regression

from skerosion.forecasts import GridDistribution, check_within, positions_at_or_above, positions_at_or_below, repair_cdf
from skerosion.forecasts._grid import first_above, row_chunks

MEMBERS = GridDistribution(None, [[0.5, 1]]), GridDistribution(None, [[0.5, 1], [0, 1]])
NOISY = hnp.arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=st.floats(-0.3, 1.3))


def random_pmf(n_rows=50, n_points=101, seed=0):
    return np.random.default_rng(seed).dirichlet(np.full(n_points, 0.1), size=n_rows)


@pytest.fixture
def percentages():
    pmf = random_pmf()
    return pmf, GridDistribution(None, np.cumsum(pmf, axis=1))


def test_moments_are_those_of_the_point_masses(percentages):
    pmf, distribution = percentages
    grid = np.arange(101)
    mean = pmf @ grid
    np.testing.assert_allclose(distribution.mean(), mean)
    np.testing.assert_allclose(distribution.var(), (pmf * (grid - mean[:, None]) ** 2).sum(axis=1))
    np.testing.assert_allclose(distribution.std() ** 2, distribution.var())
    np.testing.assert_allclose(distribution.pmf, pmf, atol=1e-14)
    np.testing.assert_allclose(distribution.mean(), (1 - distribution.cdf[:, :100]).sum(axis=1))


def test_uneven_grid():
    distribution = GridDistribution([-5, 0, 20], [[0.25, 0.5, 1.0]])
    assert distribution.mean() == pytest.approx(-1.25 + 10)
    assert distribution.var() == pytest.approx(0.25 * 13.75**2 + 0.25 * 8.75**2 + 0.5 * 11.25**2)


def test_quantiles_agree_with_scipy(percentages):
    pmf, distribution = percentages
    levels = [0.05, 0.33, 0.5, 0.95]
    expected = [stats.rv_discrete(values=(np.arange(101), row)).ppf(levels) for row in pmf / pmf.sum(1, keepdims=True)]
    np.testing.assert_array_equal(distribution.quantile(levels), expected)
    np.testing.assert_array_equal(distribution.quantile(0.33), np.array(expected)[:, 1])


def test_quantile_at_the_edges():
    distribution = GridDistribution([0, 1, 2], [[0.5, 1, 1], [0, 0, 1], [0.4999999, 0.9, 1]])
    assert distribution.quantile(0).tolist() == [0, 0, 0]
    assert distribution.median().tolist() == [0, 2, 0]
    assert distribution.quantile(1).tolist() == [1, 2, 2]


def test_median_minimises_the_absolute_error_and_mean_the_squared(percentages):
    pmf, distribution = percentages
    grid = np.arange(101)
    absolute = pmf @ np.abs(grid[:, None] - grid)
    squared = pmf @ (grid[:, None] - grid) ** 2
    of_median = (pmf * np.abs(grid - distribution.median()[:, None])).sum(axis=1)
    of_mean = (pmf * (grid - distribution.mean()[:, None]) ** 2).sum(axis=1)
    np.testing.assert_allclose(of_median, absolute.min(axis=1))
    assert (of_mean <= squared.min(axis=1) + 1e-9).all()


@pytest.mark.parametrize("coverage", [0.5, 0.9, 0.95])
def test_interval_holds_its_probability(percentages, coverage):
    pmf, distribution = percentages
    lower, upper = distribution.interval(coverage).T
    grid = np.arange(101)
    inside = (grid >= lower[:, None]) & (grid <= upper[:, None])
    assert ((pmf * inside).sum(axis=1) >= coverage - 1e-5).all()
    assert ((pmf * (grid < lower[:, None])).sum(axis=1) <= (1 - coverage) / 2 + 1e-9).all()


def test_cdf_between_grid_points_is_a_step():
    distribution = GridDistribution([0, 10, 20], [[0.2, 0.7, 1.0], [0.0, 0.1, 1.0]])
    np.testing.assert_array_equal(distribution.cdf_at(10), [0.7, 0.1])
    np.testing.assert_array_equal(
        distribution.cdf_at([-1, 0, 9.99, 10, 25]), [[0, 0.2, 0.2, 0.7, 1], [0, 0, 0, 0.1, 1]]
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_lies_between_the_infinities(dtype):
    distribution = GridDistribution([0, 10], [[0.2, 1.0]])
    np.testing.assert_array_equal(distribution.cdf_at(np.array([-np.inf, 0, np.inf], dtype)), [[0, 0.2, 1]])
    assert distribution.cdf_at(-np.inf) == [0] and distribution.cdf_at(np.inf) == [1]


def test_thresholds_meet_grid_points_up_to_rounding():
    grid = np.linspace(0, 1, 11)
    assert grid[3] != 0.3
    distribution = GridDistribution(grid, np.linspace(0, 1, 11)[None])
    np.testing.assert_allclose(distribution.cdf_at([0.3, 0.6, 0.7])[0], [0.3, 0.6, 0.7])


def test_single_precision_means_the_decimal_it_prints():
    tenths = np.arange(11) / 10
    single = tenths.astype("float32")
    assert (single.astype(float) != tenths).any()
    steps = GridDistribution(single, tenths[None])
    np.testing.assert_array_equal(steps.grid, tenths)
    np.testing.assert_array_equal(steps.cdf_at(single)[0], tenths)
    np.testing.assert_array_equal(steps.grade_probabilities(single[2:8]), steps.grade_probabilities(tenths[2:8]))


def test_grade_probabilities_are_those_of_ratingen(percentages):
    pmf, distribution = percentages
    probabilities = distribution.grade_probabilities([0, 20, 40, 60, 80])
    expected = np.stack([part.sum(axis=1) for part in np.split(pmf, [1, 21, 41, 61, 81], axis=1)], axis=1)
    np.testing.assert_allclose(probabilities, expected, atol=1e-12)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_rows_are_chosen_like_those_of_an_array(percentages):
    _, distribution = percentages
    assert len(distribution) == 50 and len(distribution[3]) == 1 and len(distribution[::2]) == 25
    np.testing.assert_array_equal(distribution[[4, 1]].cdf, distribution.cdf[[4, 1]])
    np.testing.assert_array_equal(
        distribution[distribution.mean() > 50].cdf, distribution.cdf[distribution.mean() > 50]
    )
    assert "n_rows=50, grid=0..100 in 101 points" in repr(distribution)


@pytest.mark.parametrize("rows", [(0, 1), (slice(None), 3), np.newaxis, np.eye(50, 101, dtype=bool), [[0, 1]]])
def test_rows_are_chosen_along_one_axis(percentages, rows):
    with pytest.raises(IndexError, match="rows must be chosen by one slice, position"):
        percentages[1][rows]


def test_no_rows_are_rows_too(percentages):
    nothing = percentages[1][:0]
    assert len(nothing) == 0 and nothing.mean().shape == (0,) and nothing.sample(3).shape == (0, 3)
    assert nothing.interval(0.9).shape == nothing.interval(0.9, "shortest").shape == (0, 2)
    assert "n_rows=0" in nothing._repr_html_()


def test_rows_can_be_walked_through(percentages):
    assert [row.mean()[0] for row in percentages[1]] == pytest.approx(percentages[1].mean())


@pytest.mark.parametrize("grid", [[0, 1, 2], [0, 0.1, 0.3]])
def test_certainty_has_no_spread(grid):
    certain = GridDistribution(grid, [[1, 1, 1], [0, 1, 1], [0, 0, 1]])
    np.testing.assert_allclose(certain.std(), 0, atol=1e-15)
    np.testing.assert_allclose(certain.mean(), grid, atol=1e-15)
    np.testing.assert_array_equal(certain.median(), grid)
    np.testing.assert_array_equal(certain.interval(0.99), np.transpose([grid, grid]))


def test_variance_of_many_rows_equals_that_of_each():
    """Rows are worked on in blocks."""
    distribution = GridDistribution(None, np.cumsum(random_pmf(6000), axis=1))
    np.testing.assert_allclose(distribution.var()[[0, 5190, 5999]], [distribution[i].var()[0] for i in (0, 5190, 5999)])


class TestSample:
    def test_draws_follow_the_distribution(self, percentages):
        pmf, distribution = percentages
        draws = distribution.sample(4000, random_state=0)
        assert draws.shape == (50, 4000)
        counts = np.stack([np.bincount(row, minlength=101) for row in draws.astype(int)])
        kept = pmf > 0.01
        chi2 = ((counts - 4000 * pmf) ** 2 / (4000 * pmf))[kept].mean()
        assert chi2 == pytest.approx(1, abs=0.2)

    def test_what_cannot_be_is_never_drawn(self):
        cdf = [[0, 0.5, 0.5, 1, 1], [0, 0, 0, 0, 1], [1, 1, 1, 1, 1]]
        draws = GridDistribution(None, cdf).sample(2000, random_state=0)
        assert [np.unique(row).tolist() for row in draws] == [[1, 3], [4], [0]]

    @given(st.integers(1, 40), st.integers(0, 2**31 - 1))
    def test_draws_are_those_of_a_search_row_by_row(self, n_points, seed):
        """For any length of the grid, powers of two and their neighbours among them."""
        distribution = GridDistribution(None, np.cumsum(random_pmf(4, n_points, seed), axis=1))
        levels = np.random.RandomState(seed).uniform(size=(4, 9))
        expected = [np.searchsorted(row, at, side="right") for row, at in zip(distribution.cdf, levels, strict=True)]
        np.testing.assert_array_equal(distribution.sample(9, random_state=seed), expected)

    def test_a_seed_repeats_them(self, percentages):
        first, second = (percentages[1].sample(3, random_state=7) for _ in range(2))
        np.testing.assert_array_equal(first, second)

    def test_one_draw_of_each_row_is_the_default(self, percentages):
        draws = percentages[1].sample(random_state=0)
        assert draws.shape == (50, 1)
        np.testing.assert_array_equal(draws, percentages[1].sample(1, random_state=0))

    def test_a_draw_at_a_step_belongs_to_the_next_point(self):
        """Uniform draws may be 0, and a point of probability 0 must not come of it."""
        cdf = np.array([[0, 0.5, 0.5, 1], [0, 0, 0, 1]])
        assert first_above(cdf, np.array([[0, 0.25, 0.5], [0, 0.25, 0.5]])).tolist() == [[1, 1, 3], [3, 3, 3]]


class TestMixture:
    def test_probabilities_are_averaged(self):
        parts = [random_pmf(seed=seed) for seed in range(3)]
        mixed = GridDistribution.mixture([GridDistribution(None, np.cumsum(part, axis=1)) for part in parts], [2, 1, 1])
        np.testing.assert_allclose(mixed.pmf, 0.5 * parts[0] + 0.25 * parts[1] + 0.25 * parts[2], atol=1e-12)

    def test_variance_is_the_mean_one_plus_that_of_the_means(self, percentages):
        members = [percentages[1], percentages[1][::-1]]
        mixed = GridDistribution.mixture(members)
        means, variances = (np.array([getattr(member, name)() for member in members]) for name in ("mean", "var"))
        np.testing.assert_allclose(mixed.mean(), means.mean(axis=0))
        np.testing.assert_allclose(mixed.var(), variances.mean(axis=0) + means.var(axis=0))

    def test_a_single_member_and_one_of_weight_one_are_left_as_they_are(self, percentages):
        np.testing.assert_array_equal(GridDistribution.mixture([percentages[1]]).cdf, percentages[1].cdf)
        mixed = GridDistribution.mixture([percentages[1], percentages[1][::-1]], weights=[1, 0])
        np.testing.assert_array_equal(mixed.cdf, percentages[1].cdf)

    def test_grids_are_united(self):
        coarse, fine = GridDistribution([0, 2], [[0.4, 1]]), GridDistribution([0, 1, 5], [[0, 0.5, 1]])
        mixed = GridDistribution.mixture([coarse, fine])
        assert mixed.grid.tolist() == [0, 1, 2, 5]
        np.testing.assert_allclose(mixed.pmf, [[0.2, 0.25, 0.3, 0.25]])

    @given(NOISY, NOISY, st.floats(0, 1))
    def test_a_mixture_scores_no_worse_than_its_members_do_on_average(self, one, other, weight):
        """The CRPS is convex in the cdf."""
        n_rows, n_points = np.minimum(one.shape, other.shape)
        pair = [GridDistribution.repaired(None, part[:n_rows, :n_points]) for part in (one, other)]
        mixed = GridDistribution.mixture(pair, [weight, 1 - weight])
        for target in range(n_points):
            scores = [((d.cdf - (np.arange(n_points) >= target)) ** 2).sum(axis=1) for d in (mixed, *pair)]
            assert (scores[0] <= weight * scores[1] + (1 - weight) * scores[2] + 1e-12).all()


def test_html_shows_the_first_rows(percentages):
    html = percentages[1]._repr_html_()
    assert html.count("<tr>") == 9 and html.count("<svg") == 8 and "and 42 more" in html
    certain = GridDistribution([0, 0.5], [[0, 1]])._repr_html_()
    assert "<td>0.5</td><td>0</td><td>0.5</td><td>0.5 to 0.5</td>" in certain
    assert '<rect x="60" y="0" width="60" height="24"/>' in certain and certain.count("<rect") == 1
    assert "more" not in certain


def test_html_tells_numbers_by_name_and_draws_every_probability():
    distribution = GridDistribution([0, 1, 4], [[0.5, 0.75, 1], [0.98, 1, 1]])
    page = ElementTree.fromstring(distribution._repr_html_())
    names = ["mean", "std", "median", "90 %", "0 to 4"]
    rows = ["0", "1.25", "1.639", "0", "0 to 4", "1", "0.02", "0.14", "0", "0 to 0"]
    assert list(page.itertext()) == [repr(distribution), *names, *rows]
    bars = [{name: float(value) for name, value in bar.attrib.items()} for bar in page.iter("rect")]
    heights = [(0, 24), (40, 12), (80, 12), (0, 24), (40, 24 * 0.02 / 0.98)]
    assert [(bar["x"], bar["height"]) for bar in bars] == [pytest.approx(pair, rel=1e-3) for pair in heights]
    assert [bar["y"] + bar["height"] for bar in bars] == pytest.approx([24] * 5, rel=1e-3)
    assert {bar["width"] for bar in bars} == {40}


def test_plot_draws_steps(percentages):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    axes = GridDistribution([0, 10], [[0.5, 1.0], [0.25, 1.0]]).plot(color="black")
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0, 0.5, 1, 1], [0, 0.25, 1, 1]]
    assert axes.lines[0].get_xdata().tolist() == [-10, 0, 10, 20]
    assert {line.get_drawstyle() for line in axes.lines} == {"steps-post"}
    assert percentages[1][:3].plot(ax=axes) is axes and len(axes.lines) == 5
    pyplot.close("all")


def test_pickle_keeps_all(percentages):
    copy = pickle.loads(pickle.dumps(percentages[1]))
    np.testing.assert_array_equal(copy.cdf, percentages[1].cdf)


def test_single_precision_stays_and_rounding_is_mended():
    cdf = np.array([[0.1, 0.5, 0.49999997, 0.9999996]], dtype=np.float32)
    distribution = GridDistribution(None, cdf)
    assert distribution.cdf.dtype == np.float32
    assert distribution.cdf[0, -1] == 1 and (distribution.pmf >= 0).all()
    assert cdf[0, -1] != 1
    assert GridDistribution([0, 1], [[0, 1]]).cdf.dtype == float


@pytest.mark.parametrize(
    ("cdf", "rule"),
    [
        ([[0.1, 1.0, 1.0], [0.5, 0.3, 1.0]], "must not fall along a row, got row 1 .*steepest fall 0.2"),
        ([[0.2, 0.3, 0.5]], "must end at 1"),
        ([[0.2, 0.3, 1.5]], "must end at 1"),
        ([[-0.2, 0.3, 1.0]], "must start at 0"),
        ([[0.2, np.nan, 1.0]], "must not fall"),
        ([[0.2], [np.nan]], "must start at 0 or above, got row 1"),
    ],
)
def test_what_is_no_cdf_is_refused(cdf, rule):
    with pytest.raises(ValueError, match=rule + "(.|\n)*repair_cdf"):
        GridDistribution(None, cdf)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GridDistribution([0, 0, 1], [[0, 0.5, 1]]), "grid must be finite and strictly ascending"),
        (lambda: GridDistribution([0, 1], [[0, 0.5, 1]]), "2 thresholds and 3 columns"),
        (lambda: GridDistribution(None, [0, 0.5, 1]), r"shape \(n_rows, n_points\)"),
        (lambda: GridDistribution(None, [["a", "b"]]), "cdf must be numbers"),
        (lambda: GridDistribution(None, [[0, 1]]).quantile(1.5), "q must hold probabilities"),
        (lambda: GridDistribution(None, [[0, 1]]).interval(1), "coverage must lie strictly between 0 and 1, got 1"),
        (lambda: GridDistribution(None, [[0, 1]]).cdf_at([np.nan]), "t must hold numbers"),
        (lambda: GridDistribution(None, [[0, 1]]).grade_probabilities([1, 0]), "edges must be strictly ascending"),
        (lambda: repair_cdf([[0.5, 1]], how="maximum"), "how must be 'isotonic', 'sort' or 'error', got 'maximum'"),
        (lambda: repair_cdf([[np.nan, 1]]), "must be finite to be repaired"),
        (lambda: repair_cdf([[0, 1], [0.5, 0.7]], how="error"), "must end at 1, got row 1"),
        (lambda: GridDistribution(None, [[0, 1]]).sample(0), "n must be an integer of at least 1, got 0"),
        (lambda: GridDistribution.mixture([]), r"same number of rows, got \[\] rows"),
        (lambda: GridDistribution.mixture(MEMBERS), r"same number of rows, got \[1, 2\] rows"),
        (lambda: GridDistribution.mixture(MEMBERS[:1], weights=[1, 1]), "weights must be 1 numbers"),
        (lambda: GridDistribution.mixture(MEMBERS[:1], weights=[0]), "not all 0"),
        (lambda: GridDistribution.mixture(MEMBERS[:1], weights=[-1]), "at least 0"),
        (lambda: GridDistribution(None, np.ones((21, 2))).plot(), r"at most 20 rows, got 21; choose some"),
    ],
)
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@given(NOISY)
def test_isotonic_repair_is_the_projection_row_by_row(noisy):
    pinned = np.clip(noisy, 0, 1)
    pinned[:, -1] = 1
    expected = [isotonic_regression(row) for row in pinned]
    np.testing.assert_allclose(repair_cdf(noisy), expected, atol=1e-12)


@given(NOISY, st.sampled_from(["isotonic", "sort"]))
def test_repair_gives_a_cdf_and_never_worsens_the_crps(noisy, how):
    repaired = GridDistribution.repaired(None, noisy, how=how).cdf
    n_points = noisy.shape[1]
    for target in range(n_points):
        step = np.arange(n_points) >= target
        assert (((repaired - step) ** 2).sum(axis=1) <= ((noisy - step) ** 2).sum(axis=1) + 1e-12).all()


@pytest.mark.parametrize("how", ["isotonic", "sort", "error"])
def test_repair_leaves_a_cdf_as_it_is(percentages, how):
    cdf = percentages[1].cdf
    np.testing.assert_array_equal(repair_cdf(cdf, how=how), cdf)


def test_repair_that_allows_nothing_but_rounding():
    np.testing.assert_array_equal(repair_cdf([[0.2, 0.5, 0.4999999, 0.999999]], how="error")[0, 3], 1)
    with pytest.raises(ValueError, match="must not fall along a row, got row 0"):
        GridDistribution.repaired(None, [[0.5, 0.4, 1]], how="error")


def test_repair_of_many_rows_equals_each_alone():
    noisy = np.random.default_rng(1).random((700, 13))
    np.testing.assert_allclose(repair_cdf(noisy), np.vstack([repair_cdf(row[None]) for row in noisy]), atol=1e-12)


def test_one_name_means_one_interval_for_grades_and_visits():
    from skerosion.visits import RauDistribution

    skewed = GridDistribution(None, np.cumsum([[0.6, 0.3, 0.05, 0.05, 0, 0]], axis=1))
    rau = RauDistribution(skewed, [1], reference_count=1)
    for kind, ends in {"central": [0, 2], "shortest": [0, 1]}.items():
        assert skewed.interval(0.9, kind).tolist() == rau.interval(0.9, kind).tolist() == [ends]
    np.testing.assert_array_equal(rau.interval(0.9), skewed.interval(0.9))
    with pytest.raises(ValueError, match="kind must be one of .'central', 'shortest'., got 'highest'"):
        skewed.interval(0.9, "highest")


def test_shortest_interval_counts_widths_on_an_uneven_grid():
    uneven = GridDistribution([0, 1, 50, 51, 52], [[0.3, 0.4, 0.7, 0.9, 1.0]])
    assert uneven.interval(0.6, "shortest").tolist() == [[50, 52]]


def test_targets_beyond_the_grid_are_counted():
    with pytest.raises(ValueError, match=r"y must lie within the grid, 0 to 2, got 3 \(2 of 3 targets\)"):
        check_within(np.array([3.0, 1.0, -1.0]), np.arange(3.0), "y")
    np.testing.assert_array_equal(check_within(np.array([0.0, 2.0]), np.arange(3.0)), [0, 2])


def test_whole_numbers_have_no_rounding_to_forgive():
    grid, values = np.array([0.0, 10, 20]), np.array([0, 1, 10, 21])
    assert positions_at_or_above(grid, values).tolist() == [0, 1, 1, 3]
    assert positions_at_or_below(grid, values).tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("row", "mended"),
    [
        ([-1e-9, 0.5, 1.0], [0.0, 0.5, 1.0]),
        ([0.5, 0.5 - 1e-9, 1.0], [0.5, 0.5, 1.0]),
        ([0.2, 0.5, 1 - 1e-9], [0.2, 0.5, 1.0]),
        ([0.2, 1 + 1e-9, 1.0], [0.2, 1.0, 1.0]),
        ([0.2, 0.5, 1 + 1e-9], [0.2, 0.5, 1.0]),
    ],
)
def test_each_rounding_is_mended_by_itself(row, mended):
    assert GridDistribution(None, [row]).cdf.tolist() == [mended]


def test_a_row_of_a_later_chunk_is_named_by_its_own_number(monkeypatch):
    monkeypatch.setattr("skerosion.forecasts._grid._CHUNK_SIZE", 4)
    cdf = np.tile([0.5, 1.0], (8, 1))
    cdf[5] = [0.8, 0.3]
    for call in (lambda: GridDistribution(None, cdf), lambda: GridDistribution.repaired(None, cdf, how="error")):
        with pytest.raises(ValueError, match="row 5"):
            call()


def test_rows_of_a_table_are_taken_in_chunks_of_a_size():
    assert [(rows.start, rows.stop) for rows in row_chunks(3, 10**9)] == [(0, 1), (1, 2), (2, 3)]
    assert len(list(row_chunks(2**19, 1))) == 1 and len(list(row_chunks(2**19 + 1, 1))) == 2


def test_a_repaired_distribution_keeps_its_grid():
    assert GridDistribution.repaired([0, 5, 20], [[0.5, 0.4, 1.0]]).grid.tolist() == [0, 5, 20]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda one: one.quantile([[0.5]]), "^q must "),
        (lambda one: one.cdf_at([[1.0]]), "must "),
        (lambda one: one.interval(0), "^coverage must lie strictly between 0 and 1, got 0"),
        (lambda one: one.interval(1), "^coverage must lie strictly between 0 and 1, got 1"),
        (lambda one: one.grade_probabilities([1, 1]), "must "),
        (lambda one: one.grade_probabilities([]), "must "),
        (lambda one: one.grade_probabilities([[1, 2]]), "must "),
    ],
)
def test_what_cannot_be_asked_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(GridDistribution(None, [[0.5, 0.8, 1.0]]))


def test_intervals_hold_nine_of_ten_unless_told_otherwise(percentages):
    np.testing.assert_array_equal(percentages[1].interval(), percentages[1].interval(0.9, "central"))


def test_a_plot_says_what_it_shows_and_leaves_room():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    axes = GridDistribution([0, 10, 30], np.tile([0.2, 0.5, 1.0], (20, 1))).plot(color="red")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("threshold", "P(y ≤ threshold)")
    assert axes.get_xlim() == (-15, 45) and {line.get_color() for line in axes.lines} == {"red"}
    assert GridDistribution([3], [[1.0]]).plot().get_xlim() == (2, 4)
    pyplot.close("all")


def test_the_shortest_interval_takes_what_holds_most_and_then_the_lowest():
    pmf = [[0.3, 0.25, 0.3, 0.15], [0.25, 0.25, 0.25, 0.25], [0.1, 0.4, 0.2, 0.3]]
    found = GridDistribution(None, np.cumsum(pmf, axis=1)).interval(0.5, "shortest")
    assert found.tolist() == [[0, 1], [0, 1], [1, 2]]
