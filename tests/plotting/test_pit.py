import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import binom

from skerosion.metrics import pit
from skerosion.plotting import PITHistogramDisplay


def draw(*given, **settings):
    return PITHistogramDisplay.from_predictions(*given, ax=Figure, **settings)


def heights(display, name=""):
    return np.array([bar.get_height() for bar in display.bars_[name]])


def test_bars_are_the_histogram_of_the_transform(joints, distribution):
    display = draw(joints.percent, {"a": distribution, "b": distribution}, n_bins=8, random_state=3)
    values = pit(joints.percent, distribution, random_state=3)
    expected, _ = np.histogram(values, bins=8, range=(0, 1), density=True)
    np.testing.assert_allclose(heights(display, "a"), expected)
    np.testing.assert_array_equal(heights(display, "a"), heights(display, "b"))
    assert heights(display, "a").mean() == pytest.approx(1)
    assert display.axes_[1].get_title(loc="left") == "b · 60 images"


def test_certain_forecasts_at_the_truth_are_level():
    truth = np.tile([0, 1, 2, 3], 5000)
    certain = (np.arange(4) >= truth[:, np.newaxis]).astype(float)
    display = draw(truth, certain)
    low, high = display.bands_[""].get_y(), display.bands_[""].get_y() + display.bands_[""].get_height()
    assert (low, high) == pytest.approx(np.array(binom.interval(0.95, 20000, 0.1)) / 2000)
    assert np.all((heights(display) > low - 0.03) & (heights(display) < high + 0.03))


def test_forecasts_that_are_too_low_slope_upwards():
    too_low = np.tile([0.9, 1.0, 1.0], (100, 1))
    assert heights(draw([2] * 100, too_low, n_bins=2)).tolist() == pytest.approx([0, 2])


def test_estimator_is_drawn_through_its_pipeline(regressor, classifier, joints, distribution):
    display = PITHistogramDisplay.from_estimator(regressor, joints.X, joints.percent, name="ours", ax=Figure)
    np.testing.assert_array_equal(heights(display, "ours"), heights(draw(joints.percent, distribution)))
    display = PITHistogramDisplay.from_estimator(classifier, joints.X, joints.grades, ax=Figure)
    assert heights(display, "CNNClassifier").mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([0, 1], [[0.5, 1.0]]), {}, "one row for each target, got 1 rows and 2 targets"),
        (([0, 1], [[0.5, 1.0]] * 2), {"n_bins": 2.5}, "n_bins must be an integer of at least 1, got 2.5"),
        (([0, 1], [[0.5, 1.0]] * 2), {"confidence": 1}, "confidence must lie strictly between"),
        (([0, 1], [[0.9, 0.5]] * 2), {}, "cdf must"),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **settings)
