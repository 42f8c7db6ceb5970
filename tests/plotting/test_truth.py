import numpy as np
import pytest

from skerosion.plotting import boxes_by_grade, plot_grades_against_truth, plot_percents_against_truth


def test_every_prediction_is_in_one_box():
    generator = np.random.default_rng(0)
    truth, prediction = generator.integers(0, 4, 50), generator.random(50)
    boxes = boxes_by_grade(truth, prediction, range(5))
    assert [len(each) for each in boxes] == [*np.bincount(truth, minlength=4), 0]
    assert np.sort(np.concatenate(boxes)).tolist() == np.sort(prediction).tolist()


def test_jittered_points_stay_at_their_grade_and_height():
    truth, prediction = np.repeat([0, 1, 3], 30), np.linspace(0, 3, 90)
    axes = plot_grades_against_truth(truth, {"a": prediction}, classes=[0, 1, 2, 3]).axes[0]
    points = [line for line in axes.lines if line.get_marker() == "." and len(line.get_xdata())]
    for grade, line in zip([0, 1, 3], points, strict=True):
        assert np.abs(line.get_xdata() - grade).max() < 0.5
        assert line.get_ydata().tolist() == prediction[truth == grade].tolist()


def test_title_holds_the_correlation():
    figure = plot_grades_against_truth([0, 1, 2], {"a": [0.0, 0.5, 1.0], "b": [1, 1, 1]}, classes=[0, 1, 2])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a · r = 1.00", "b · r = nan"]


def test_hexagons_of_all_panels_share_their_scale():
    truth = np.repeat([0, 0, 0, 50, 100], 10)
    figure = plot_percents_against_truth(truth, {"a": truth, "b": np.zeros(50)})
    first, second = (axes.collections[0] for axes in figure.axes[:2])
    assert first.norm is second.norm
    assert first.get_array().sum() == second.get_array().sum() == 50
    assert second.norm.vmax == 30


def test_medians_need_five_images():
    figure = plot_percents_against_truth([0] * 5 + [50] * 4, {"a": [1] * 5 + [40] * 4})
    markers = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert markers[0].get_xdata().tolist() == [0] and markers[0].get_ydata().tolist() == [1]


@pytest.mark.parametrize("truth", [[0, 50, 100], [5, 5, 5]])
def test_few_images_can_be_drawn(truth):
    figure = plot_percents_against_truth(truth, {"a": [1, 40, 90]})
    assert figure.axes[0].get_xlabel() == "true percent"
