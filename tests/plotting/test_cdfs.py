import numpy as np
import pytest

from skerosion.metrics import crps
from skerosion.plotting import example_rows, plot_predicted_cdfs


def test_examples_are_one_a_grade_at_the_quantile():
    grades = np.repeat([0, 2], 11)
    scores = np.concatenate([np.arange(11), 100 - np.arange(11)])
    assert example_rows(grades, scores).tolist() == [5, 16]
    assert example_rows(grades, scores, 0.9).tolist() == [9, 12]
    assert example_rows(grades, scores, 1.0).tolist() == [10, 11]


@pytest.mark.parametrize(("truth", "row"), [(1, [0.2, 0.6, 1.0]), (0, [0.0, 0.0, 1.0]), (2, [0.5, 0.5, 1.0])])
def test_squared_height_of_the_shaded_area_is_the_crps(truth, row):
    axes = plot_predicted_cdfs([0, 1, 2], [row], [truth], scores=[0.5]).axes[0]
    outline = axes.collections[0].get_paths()
    width = np.linspace(-0.999, 2.999, 4000)
    steps = np.searchsorted([0, 1, 2], width, side="right") - 1
    cdf = np.where(steps < 0, 0, np.asarray(row)[np.maximum(steps, 0)])
    height = np.abs(cdf - (width >= truth))
    score = crps([truth], [row], unit="points", grid=[0, 1, 2])
    assert np.mean(height**2) * 4 == pytest.approx(score, abs=5e-3)
    middle = np.array([[0.5, (cdf[np.abs(width - 0.5).argmin()] + (truth <= 0.5)) / 2]])
    if height[np.abs(width - 0.5).argmin()] > 0:
        assert any(path.contains_points(middle).all() for path in outline)


def test_rows_are_named_and_outer_labels_given():
    figure = plot_predicted_cdfs(
        [0, 1], [[0.5, 1.0]] * 4, [0, 1, 0, 1], columns=2, row_names=("typical", "poor"), label="KL grade"
    )
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "typical\nP(y ≤ threshold)",
        "",
        "poor\nP(y ≤ threshold)",
        "",
    ]
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "KL grade", "KL grade"]
    assert len(figure.legends) == 1
