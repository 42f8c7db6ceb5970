import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from matplotlib.figure import Figure

from skerosion.forecasts import GridDistribution
from skerosion.metrics import crps
from skerosion.plotting import PredictedCDFDisplay
from skerosion.plotting._cdfs import choose_rows


def area(filled):
    """Size of a filled area by the shoelace formula."""
    total = 0.0
    for path in filled.get_paths():
        x, y = path.vertices[:-1].T
        total += abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    return total


def draw(*given, **settings):
    return PredictedCDFDisplay.from_predictions(*given, ax=Figure, **settings)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=7),
    st.floats(0, 1),
    st.sampled_from([1.0, 5.0]),
    st.booleans(),
)
def test_areas_are_the_crps_and_the_difference(heights, place, spacing, uneven):
    row = np.append(np.sort(heights), 1.0)
    grid = spacing * np.arange(len(row)) ** (2 if uneven else 1)
    truth = place * grid[-1]
    display = draw([truth], [row], grid, rows=[0])
    score = crps([truth], [row], grid, unit="points")
    assert area(display.squares_[0]) == pytest.approx(score, abs=1e-9 * grid[-1] + 1e-12)
    assert display.scores_ == pytest.approx([score])
    steps = np.abs(row - (grid >= truth))[:-1] @ np.diff(grid)
    assert area(display.differences_[0]) == pytest.approx(steps, abs=1e-9 * grid[-1] + 1e-12)


def test_dark_area_lies_within_the_light_one():
    display = draw([1], [[0.2, 0.6, 1.0]], rows=[0])
    (light,), (dark,) = display.differences_[0].get_paths(), display.squares_[0].get_paths()
    heights = {path: {tuple(corner) for corner in path.vertices.round(3)} for path in (light, dark)}
    assert {(0.0, 0.2), (1.0, 0.2), (1.0, 0.6), (2.0, 0.6)} <= heights[light]
    # 0.2 squared from below on the left of the truth, 0.4 squared from above on its right.
    assert {(0.0, 0.04), (1.0, 0.04), (1.0, 0.84), (2.0, 0.84)} <= heights[dark]


def test_truth_and_cdf_are_drawn_where_they_are():
    display = draw([30.0], [[0.5, 0.7, 1.0]], [0, 50, 100], rows=[0], bins="ratingen")
    assert set(display.truths_[0].get_xdata()) == {30.0}
    assert display.cdfs_[0].get_xdata().tolist() == [-50, 0, 50, 100, 150]
    assert display.cdfs_[0].get_ydata().tolist() == [0, 0.5, 0.7, 1, 1]
    assert display.ax_.get_xlabel() == "percent eroded"


def test_rows_are_one_a_grade_at_the_quantile():
    grades = np.repeat([0, 2], 11)
    scores = np.concatenate([np.arange(11), 100 - np.arange(11)])
    rows, names = choose_rows(grades, scores, [0.5, 0.9])
    assert rows.tolist() == [5, 16, 9, 12] and names == ["typical", "90 % are better"]
    assert choose_rows(grades, scores, [1.0])[0].tolist() == [10, 11]


def test_quantiles_are_named_where_their_line_starts():
    cdf = np.tile([0.5, 0.8, 1.0], (6, 1))
    display = draw([0, 1, 2] * 2, cdf, quantiles=(0.5, 0.9), columns=2, target_name="KL grade")
    names = [axes.get_ylabel().split("\n")[0] for axes in display.axes_]
    assert names == ["typical", "", "P(y ≤ threshold)", "90 % are better", "", "P(y ≤ threshold)"]
    assert [axes.get_xlabel() for axes in display.axes_] == ["", "KL grade", "", "", "KL grade", "KL grade"]
    assert len(display.figure_.legends) == 1


def test_estimator_is_drawn_through_its_pipeline(regressor, joints, distribution):
    display = PredictedCDFDisplay.from_estimator(regressor, joints.X, joints.percent, rows=[3, 8], ax=Figure)
    same = draw(joints.percent, distribution, rows=[3, 8])
    assert display.scores_.tolist() == same.scores_.tolist()
    assert display.cdfs_[1].get_ydata().tolist() == same.cdfs_[1].get_ydata().tolist()
    by_grade = PredictedCDFDisplay.from_estimator(regressor, joints.X, joints.percent, ax=Figure)
    assert np.unique(by_grade.y_true).tolist() == [0, 10, 30, 50, 70, 100]
    assert by_grade.legend_.get_title().get_text() == "CRPSRegressor"


def test_classifier_is_drawn_over_its_grades(classifier, joints):
    display = PredictedCDFDisplay.from_estimator(classifier, joints.X, joints.grades, ax=Figure)
    assert display.grid.tolist() == classifier[-1].classes_.tolist()


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([0, 1], [[0.5, 1.0]] * 3), {}, "cdf must have one row for each target, got 3 rows and 2 targets"),
        (([0, 9], [[0.5, 1.0]] * 2), {}, "y_true must lie within the grid"),
        (([0, 1], [[0.9, 0.5]] * 2), {}, "cdf must"),
        (([0, 1], [[0.5, 1.0]] * 2), {"quantiles": [2]}, r"quantiles must hold shares from 0 to 1, got \[2\]"),
        (([0.0, 0.5], [[0.5, 1.0]] * 2), {}, "y_true without bins must hold grades"),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **settings)


@pytest.mark.parametrize(("grid", "ticks"), [(range(11), range(11)), (range(0, 101, 10), [0, 50, 100])])
def test_labels_of_thresholds_do_not_run_into_each_other(grid, ticks):
    grid = np.array(grid, dtype=float)
    forecast = GridDistribution(grid, np.linspace(0.1, 1, len(grid))[np.newaxis])
    display = PredictedCDFDisplay.from_predictions(grid[:1], forecast, ax=Figure)
    assert display.axes_[0].get_xticks().tolist() == list(ticks)
