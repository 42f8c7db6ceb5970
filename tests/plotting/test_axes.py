"""What holds for every display: where it draws, what it leaves alone, what it refuses."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skerosion import plotting
from skerosion.plotting._axes import PanelDisplay

Y = np.array([0, 0, 0, 1, 1, 2] * 4)
WRONG = np.where(np.arange(24) % 5 == 0, 0, Y)
CDF = np.tile([0.5, 0.8, 1.0], (24, 1))
HISTORY = {"loss": [1.0, 0.6, 0.5], "val_loss": [1.1, 0.8, 0.9]}
IMAGES = np.tile(np.arange(0, 250, 16, dtype=np.uint8), (24, 16, 1))

# Each with a single panel.
SINGLE = {
    "histogram": lambda ax: plotting.ScoreHistogramDisplay.from_predictions(Y, WRONG, ax=ax),
    "numbers": lambda ax: plotting.ScoreHistogramDisplay.from_predictions(50 * Y, bins="ratingen", ax=ax),
    "confusion": lambda ax: plotting.ConfusionMatricesDisplay.from_predictions(Y, WRONG, ax=ax),
    "points": lambda ax: plotting.PredictionTruthDisplay.from_predictions(Y, WRONG, ax=ax),
    "hexagons": lambda ax: plotting.PredictionTruthDisplay.from_predictions(Y, WRONG + 0.5, kind="hexbin", ax=ax),
    "cdf": lambda ax: plotting.PredictedCDFDisplay.from_predictions(Y, CDF, rows=[3], name="a", ax=ax),
    "reliability": lambda ax: plotting.ReliabilityDisplay.from_predictions(
        [0] * 24, np.ones((24, 1)), labels=[0], ax=ax
    ),
    "pit": lambda ax: plotting.PITHistogramDisplay.from_predictions(Y, CDF, ax=ax),
    "comparison": lambda ax: plotting.StrategyComparisonDisplay.from_predictions(Y, WRONG, n_resamples=40, ax=ax),
    "curves": lambda ax: plotting.TrainingCurvesDisplay.from_history(HISTORY, ax=ax),
    "sheet": lambda ax: plotting.JointSheetDisplay.from_predictions(IMAGES, Y, CDF, rows=[4], ax=ax),
}
SEVERAL = {
    "confusion": lambda ax: plotting.ConfusionMatricesDisplay.from_predictions(Y, {"a": Y, "b": WRONG}, ax=ax),
    "points": lambda ax: plotting.PredictionTruthDisplay.from_predictions(Y, {"a": Y, "b": WRONG}, ax=ax),
    "cdf": lambda ax: plotting.PredictedCDFDisplay.from_predictions(Y, CDF, rows=[3, 4], ax=ax),
    "pit": lambda ax: plotting.PITHistogramDisplay.from_predictions(Y, {"a": CDF, "b": CDF}, ax=ax),
    "comparison": lambda ax: plotting.StrategyComparisonDisplay.from_predictions(
        Y, WRONG, metrics=["accuracy", "macro_mae"], n_resamples=40, ax=ax
    ),
    "sheet": lambda ax: plotting.JointSheetDisplay.from_predictions(IMAGES, Y, CDF, rows=[3, 4], ax=ax),
}


@pytest.fixture(params=SINGLE)
def draw(request):
    return SINGLE[request.param]


@pytest.fixture(params=SEVERAL)
def draw_two(request):
    return SEVERAL[request.param]


def test_axes_that_are_given_are_drawn_in(draw):
    figure, axes = plt.subplots()
    display = draw(axes)
    assert display.ax_ is axes and display.figure_ is figure and display.axes_.tolist() == [axes]
    assert plt.get_fignums() == [figure.number]
    figure.canvas.draw()


def test_figure_is_made_with_pyplot(draw):
    display = draw(None)
    assert display.figure_ is plt.gcf() and isinstance(display.ax_, Axes)
    display.figure_.canvas.draw()


def test_figure_class_makes_one_that_pyplot_does_not_keep(draw):
    assert isinstance(draw(Figure).figure_, Figure) and plt.get_fignums() == []


def test_settings_of_the_user_are_left_alone(draw):
    before = dict(matplotlib.rcParams)
    draw(None)
    assert dict(matplotlib.rcParams) == before


def test_display_can_be_drawn_again(draw):
    display = draw(Figure)
    first = display.figure_
    assert display.plot(Figure) is display and display.figure_ is not first


def test_each_panel_takes_its_axes(draw_two):
    figure, axes = plt.subplots(1, 2)
    display = draw_two(axes)
    assert display.axes_.tolist() == axes.tolist() and display.ax_ is axes[0]
    figure.canvas.draw()


def test_too_few_axes_are_an_error(draw_two):
    with pytest.raises(ValueError, match=r"one Axes for each of the 2 panels, got 1; pass the axes of plt.subplots"):
        draw_two(plt.subplots()[1])


def test_part_of_a_figure_is_filled(draw_two):
    left, right = Figure(figsize=(9, 4), layout="constrained").subfigures(1, 2)
    display = draw_two(right)
    assert display.figure_ is right and not left.axes and display.ax_ in right.axes
    right.get_figure(root=True).canvas.draw()


def test_other_things_than_axes_are_an_error(draw):
    with pytest.raises(TypeError, match="ax must be Axes, a sequence of them, a figure or what makes one, got str"):
        draw(["no axes"])


def test_legend_covers_no_panel(draw):
    display = draw(None)
    if not hasattr(display, "legend_"):
        return
    display.figure_.canvas.draw()
    legend = display.legend_.get_tightbbox()
    assert not any(legend.overlaps(axes.get_window_extent()) for axes in display.axes_)


def test_narrow_figure_gets_fewer_columns():
    wide, narrow = PanelDisplay(), PanelDisplay()
    wide._take_axes(Figure(figsize=(9, 3)), 6, columns=3, size=(3, 2))
    narrow._take_axes(Figure(figsize=(5, 3)), 6, columns=3, size=(3, 2))
    assert wide._places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert narrow._places == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]


def test_lines_of_panels_start_a_row_and_spare_places_are_hidden():
    display = PanelDisplay()
    display._take_axes(Figure, 6, columns=2, size=(3, 2), line=3)
    assert display._places == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (3, 0)]
    assert display.figure_.get_size_inches().tolist() == [6, 8]
    assert [axes.get_visible() for axes in display.figure_.axes] == [True, True, True, False] * 2


def test_lowest_panel_of_each_column_is_labelled():
    display = PanelDisplay()
    display._take_axes(Figure, 3, columns=2, size=(3, 2), sharex=True)
    display._label_outer("x", "y")
    assert [axes.get_xlabel() for axes in display.axes_] == ["", "x", "x"]
    assert [axes.get_ylabel() for axes in display.axes_] == ["y", "", "y"]
