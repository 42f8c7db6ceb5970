"""What the thesis gets wrong, put right: the corrections of docs/corrections.md that no other test shows."""

import pathlib
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import accuracy_score

from skerosion.forecasts import GridDistribution, repair_cdf
from skerosion.grades import grades_of
from skerosion.imbalance import class_weights_of
from skerosion.metrics import crps, macro_mae, quadratic_kappa, recall_interval, value_floors, wilson_interval
from skerosion.preprocessing import Augmentation, hash_keys

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "corrections.md"

# Labels in percent of the published joints, in steps of 5, as counts of 10,000.
COUNTS = [6828, 1576, 717, 189, 200, 44, 80, 21, 50, 16, 38, 10, 35, 10, 26, 5, 22, 4, 16, 3, 112]
LABELS = np.repeat(np.arange(0, 101, 5), COUNTS)

CLASS_WEIGHTS_CONFUSION = np.array(
    [
        [8570, 3476, 854, 198, 59, 129],
        [1621, 2031, 1267, 318, 60, 72],
        [13, 63, 149, 140, 32, 26],
        [1, 7, 41, 81, 30, 17],
        [0, 1, 20, 31, 33, 13],
        [0, 1, 23, 78, 63, 93],
    ]
)


def point_cdf(value):
    """The CDF of a forecast that is certain."""
    return (np.arange(101) >= value).astype(float)[np.newaxis]


def noisy_cdfs(n_rows=2000):
    """Targets drawn from normal forecasts, and those forecasts as noisy as 101 free sigmoids give them."""
    rng = np.random.default_rng(0)
    centre, spread = rng.uniform(0, 60, (n_rows, 1)), rng.uniform(3, 20, (n_rows, 1))
    cdf = norm.cdf((np.arange(101) - centre) / spread)
    y = np.minimum((rng.random((n_rows, 1)) > cdf).sum(axis=1), 100)
    return y, np.clip(cdf + rng.normal(0, 0.1, cdf.shape), 0, 1)


def squared_errors(y, cdf):
    """The CRPS of sequences that need not be a CDF, as the formula is written."""
    return ((cdf - (np.arange(101) >= y[:, np.newaxis])) ** 2).mean(axis=1)


class TestCRPS:
    """Correction 1: thresholds 0 to 100, P(y <= k), the step up at ceil(y)."""

    @given(st.integers(0, 100))
    def test_a_certain_right_forecast_scores_zero_and_the_printed_formula_does_not(self, y):
        assert crps([y], point_cdf(y)) == 0
        survival = np.append(1 - point_cdf(y)[0] + (np.arange(101) == y), 0.0)  # P(y >= k) at k = 0, ..., 101
        printed = np.mean((survival - (np.arange(102) >= y)) ** 2)
        assert printed > 0.9

    @pytest.mark.parametrize(("y", "first"), [(30.0, 30), (30.01, 31), (29.99, 30)])
    def test_the_step_is_up_at_the_next_threshold(self, y, first):
        assert crps([y], point_cdf(first)) == 0
        assert crps([y], point_cdf(first - 1)) == crps([y], point_cdf(first + 1)) == pytest.approx(1 / 101)

    def test_it_is_the_squared_earth_movers_distance(self):
        rng = np.random.default_rng(1)
        pmf, y = rng.dirichlet(np.ones(6), size=20), rng.integers(0, 6, 20)
        emd_squared = (np.cumsum(pmf - np.eye(6)[y], axis=1) ** 2).sum(axis=1)
        points = crps(y, np.cumsum(pmf, axis=1), grid=range(6), unit="points", per_sample=True)
        np.testing.assert_allclose(points, emd_squared, atol=1e-12)


def test_the_mean_needs_a_cdf_that_ends_at_one():
    """Correction 2: the sum of 1 - F counts what a free sigmoid leaves out at 100."""
    free = np.linspace(0.5, 0.9, 101)[np.newaxis]
    with pytest.raises(ValueError, match="cdf must end at 1"):
        GridDistribution(None, free)
    pinned = GridDistribution.repaired(None, free)
    assert pinned.cdf[0, -1] == 1
    assert pinned.mean()[0] == pytest.approx((1 - pinned.cdf[0, :100]).sum()) == pinned.pmf[0] @ np.arange(101)
    assert abs(free[0, 1:] @ np.arange(1, 101) - pinned.mean()[0]) > 1, "the masses of the free one do not sum to 1"


def test_repairs_that_worsen_and_repairs_that_do_not():
    """Correction 3: projection and sorting never worsen, a running maximum and clipped increments do."""
    y, noisy = noisy_cdfs()
    before = squared_errors(y, noisy)
    for how in ("isotonic", "sort"):
        assert (crps(y, repair_cdf(noisy, how), per_sample=True) <= before + 1e-12).all()
    rising = np.cumsum(np.maximum(np.diff(noisy, axis=1, prepend=0), 0), axis=1)
    repairs = (np.maximum.accumulate(noisy, axis=1), np.minimum(rising, 1), rising / rising[:, -1:])
    maximum, clipped, scaled = ((squared_errors(y, cdf) > before).mean() for cdf in repairs)
    assert maximum > 0.4 and clipped > 0.6 and scaled > 0.7


class TestWeights:
    """Corrections 4 and 5: weights that weigh, and that stay within bounds."""

    @pytest.mark.tensorflow
    def test_the_loss_has_a_value_a_row_and_weight_two_is_the_row_twice(self):
        import keras

        from skerosion.networks import CRPSLoss

        targets = np.array([0, 2, 4], "int32")
        cdf = np.cumsum(np.random.default_rng(0).dirichlet(np.ones(5), 3), axis=1).astype("float32")
        loss = CRPSLoss()
        assert keras.ops.convert_to_numpy(loss.call(targets, cdf)).shape == (3,)
        assert loss.reduction == "mean_with_sample_weight"
        weighted = float(loss(targets, cdf, sample_weight=np.array([1, 2, 1], "float32")))
        assert weighted == pytest.approx(float(loss(targets[[0, 1, 1, 2]], cdf[[0, 1, 1, 2]])), rel=1e-6)
        assert weighted != pytest.approx(float(loss(targets, cdf)), rel=1e-3), "a scalar loss would only be rescaled"

    def test_balanced_by_grade_is_fifty_times_milder_than_by_level(self):
        by_level = class_weights_of(LABELS, "balanced")
        assert max(by_level.values()) / min(by_level.values()) == pytest.approx(6828 / 3)
        grades = grades_of(LABELS, "ratingen")
        by_grade, tempered = (class_weights_of(grades, "balanced", power) for power in (1, 0.5))
        ratio = max(by_grade.values()) / min(by_grade.values())
        assert 100 < ratio < 120
        assert max(tempered.values()) / min(tempered.values()) == pytest.approx(np.sqrt(ratio))


class TestPrintedNumbers:
    """Corrections 6 and 7: what the printed numbers really are."""

    def test_the_printed_mae_is_an_r_squared(self):
        variance = value_floors(LABELS)["mean"]["mse"]
        assert 1 - 72.77 / variance == pytest.approx(0.653, abs=2e-3), "the published shares are rounded"

    @given(st.lists(st.integers(0, 100), min_size=2, max_size=50))
    def test_no_mae_exceeds_its_root_mean_squared_error(self, y):
        scores = value_floors(y)["mean"]
        assert scores["mae"] <= np.sqrt(scores["mse"]) + 1e-9

    def test_the_printed_interval_is_a_third_as_wide_as_one_of_a_mean_of_recalls(self):
        printed, right = wilson_interval(0.422, 19611), recall_interval(CLASS_WEIGHTS_CONFUSION)
        assert right.high - right.low > 3 * (printed.high - printed.low)
        assert right.low < 0.436 < right.high, "it holds the .436 of the transfer network"


def test_accuracy_prefers_a_constant_to_the_chosen_network():
    """Correction 8: quadratic kappa and macro MAE see what accuracy does not."""
    true, chosen = (np.repeat(grid.ravel(), CLASS_WEIGHTS_CONFUSION.ravel()) for grid in np.indices((6, 6)))
    constant = np.zeros_like(true)
    assert accuracy_score(true, constant) == pytest.approx(0.677, abs=1e-3)
    assert accuracy_score(true, chosen) == pytest.approx(0.559, abs=1e-3)
    assert quadratic_kappa(true, constant) == 0 and quadratic_kappa(true, chosen) == pytest.approx(0.48, abs=5e-3)
    assert macro_mae(true, constant) == 2.5 > 3 * macro_mae(true, chosen)


def test_zoom_is_ten_percent_either_way():
    """Correction 9: the code's zoom range went down to nothing."""
    assert Augmentation.thesis().zoom == 0.1
    transforms, _ = Augmentation(zoom=0.1).draw(hash_keys(0, np.arange(5000)), (64, 64, 1))
    magnification = 1 / transforms[:, 0]
    assert 0.9 - 1e-6 <= magnification.min() < 0.901 and 1.099 < magnification.max() <= 1.1 + 1e-6


def test_the_page_names_tests_that_exist():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)(?:::(\w+))?`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 20
    for path, *names in named:
        source = (ROOT / path).read_text(encoding="utf-8")
        for name in filter(None, names):
            assert re.search(rf"^\s*(def|class) {name}\b", source, re.MULTILINE), f"{path}::{name}"
