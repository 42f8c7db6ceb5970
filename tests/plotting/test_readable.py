"""Texts of figures do not run into each other, whatever the number of grades, their names and their range."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from skerosion.forecasts import GridDistribution
from skerosion.plotting import (
    ConfusionMatricesDisplay,
    PredictedCDFDisplay,
    PredictionTruthDisplay,
    ScoreHistogramDisplay,
    StrategyComparisonDisplay,
    TrainingCurvesDisplay,
)

pytestmark = pytest.mark.once


def overlapping(texts):
    """Pairs of texts that cover each other by more than a point."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text() and text.get_visible()]
    return [
        (one, other)
        for k, (one, a) in enumerate(boxes)
        for other, b in boxes[:k]
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


def assert_readable(display, more=()):
    display.figure_.draw_without_rendering()
    for axes in display.axes_:
        for axis in (axes.xaxis, axes.yaxis):
            assert overlapping(axis.get_ticklabels()) == []
    assert overlapping(more) == []


def drawn(n, names=None):
    """Grades of 400 images, each of n at least once, and predictions of them."""
    generator = np.random.default_rng(n)
    truth = np.r_[np.arange(n), generator.integers(0, n, 400 - n)]
    predicted = np.clip(truth + generator.integers(-1, 2, len(truth)), 0, n - 1)
    return (truth, predicted) if names is None else (np.array(names)[truth], np.array(names)[predicted])


@pytest.mark.slow
@pytest.mark.parametrize("n", [2, 3, 6, 9, 12, 20])
def test_confusion_can_be_read(n):
    truth, predicted = drawn(n)
    settings = {"labels": np.arange(n), "ax": Figure}
    compared = {"one": predicted, "other": truth, "third": truth, "fourth": predicted}
    display = ConfusionMatricesDisplay.from_predictions(truth, compared, **settings)
    texts = [text for each in display.texts_.values() for text in each.ravel() if text is not None]
    assert_readable(display, texts)
    assert display.colorbar_.ax.xaxis.label.get_window_extent().y0 >= 0
    cell = abs(np.diff(display.ax_.transData.transform([(0, 0), (1, 1)]), axis=0)).min()
    assert max(text.get_window_extent().width for text in texts) <= cell


def test_confusion_in_small_axes_leaves_out_the_numbers():
    truth, predicted = drawn(20)
    axes = Figure(figsize=(2, 2)).add_subplot()
    display = ConfusionMatricesDisplay.from_predictions(truth, predicted, labels=np.arange(20), ax=axes)
    (texts,) = display.texts_.values()
    assert all(text is None for text in texts.ravel())


@pytest.mark.parametrize("n", [2, 6, 20])
def test_counts_above_bars_can_be_read(n):
    truth, _ = drawn(n)
    display = ScoreHistogramDisplay.from_predictions(truth, ax=Figure)
    assert_readable(display, display.ax_.texts)


@pytest.mark.parametrize("n", [1, 2, 60])
def test_epochs_are_whole_numbers(n):
    display = TrainingCurvesDisplay({"one": {"loss": [1.0] * n}}).plot(Figure)
    assert_readable(display)
    assert all(float(tick).is_integer() for tick in display.ax_.get_xticks())


def test_long_names_are_turned():
    names = ["none at all", "doubtful", "minimal", "moderate", "severe damage"]
    truth, predicted = drawn(5, names)
    settings = {"labels": names, "ax": Figure}
    assert_readable(ConfusionMatricesDisplay.from_predictions(truth, {"a": predicted}, **settings))
    assert_readable(ScoreHistogramDisplay.from_predictions(truth, **settings))


@pytest.mark.parametrize("n", [2, 6, 12, 20])
def test_predictions_against_grades_can_be_read(n):
    truth, predicted = drawn(n)
    predicted = {name: predicted.astype(float) for name in ("one", "other", "third")}
    assert_readable(PredictionTruthDisplay.from_predictions(truth, predicted, kind="jitter", ax=Figure))


@pytest.mark.parametrize("grid", [np.arange(2.0), np.arange(6.0), np.arange(20.0), np.arange(101.0), [0, 0.5, 1000]])
def test_thresholds_can_be_read(grid):
    grid = np.asarray(grid, dtype=float)
    truth = np.repeat(grid[[0, -1]], 3)
    cdf = np.tile(np.linspace(1 / len(grid), 1, len(grid)), (len(truth), 1))
    display = PredictedCDFDisplay.from_predictions(truth, GridDistribution(grid, cdf), ax=Figure)
    assert_readable(display)
    shown = [float(label.get_text()) for label in display.axes_[-1].get_xticklabels()]
    assert set(shown) <= set(grid.tolist())


@pytest.mark.slow
@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 100), (0, 18), (-5, -1), (0, 1e-6), (0, 1e6), (0.98, 1)])
def test_scores_of_any_range_can_be_read(low, high):
    generator = np.random.default_rng(0)
    middle = generator.uniform(low, high, 4)
    width = 0.1 * (high - low)
    rows = {f"strategy {k}": (value, value - width, value + width) for k, value in enumerate(middle)}
    scores = dict.fromkeys(("accuracy", "class-normalised accuracy", "CRPS"), rows)
    assert_readable(StrategyComparisonDisplay(scores).plot(Figure))
