import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from matplotlib.figure import Figure

from skerosion.clinical import ratingen
from skerosion.plotting import ScoreHistogramDisplay

EDGES = [-1, 0, 20, 40, 60, 80, 100]


def draw(*given, **settings):
    return ScoreHistogramDisplay.from_predictions(*given, ax=Figure, **settings)


def heights(bars):
    return [int(bar.get_height()) for bar in bars]


def texts(display):
    return [text.get_text() for text in display.ax_.texts]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.sampled_from([5, 10, 20]))
def test_levels_add_up_to_ratingen_grades(percents, step):
    display = draw(percents, bins="ratingen", step=step)
    levels, counts = np.asarray(display.levels), np.asarray(heights(display.bars_))
    of_grades = [counts[(levels > low) & (levels <= high)].sum() for low, high in zip(EDGES, EDGES[1:], strict=False)]
    assert of_grades == np.bincount(ratingen(percents), minlength=6).tolist()


def test_grade_that_does_not_occur_counts_zero():
    assert heights(draw([1, 1, 3], labels=[1, 2, 3]).bars_) == [2, 0, 1]
    assert draw([1, 1, 3]).levels.tolist() == [1, 3]


def test_bars_are_named_by_count_and_share():
    display = draw([0] * 30 + [1] * 10, labels=[0, 1, 2], target_name="KL grade")
    assert texts(display) == ["30\n75.0%", "10\n25.0%", "0\n0.0%"]
    assert display.ax_.get_title(loc="left") == "40 images, most to least frequent 3 : 1"


def test_percents_show_borders_and_shares_of_grades():
    display = draw([0] * 60 + [5] * 20 + [100] * 20, bins="ratingen")
    assert texts(display) == ["0\n60.0%", "1\n20.0%", "2\n0.0%", "3\n0.0%", "4\n0.0%", "5\n20.0%"]
    assert [line.get_xdata()[0] for line in display.borders_] == pytest.approx([2.5, 22.5, 42.5, 62.5, 82.5])
    assert display.ax_.get_yscale() == "log" and display.ax_.get_xlabel() == "percent eroded"


def test_predictions_stand_beside_the_truth():
    display = draw([0, 0, 1, 2], {"a": [0, 0, 0, 0], "b": [2, 1, 1, 1]})
    assert heights(display.predicted_bars_["a"]) == [4, 0, 0] and heights(display.predicted_bars_["b"]) == [0, 3, 1]
    sides = [bars[0].get_x() for bars in (display.bars_, *display.predicted_bars_.values())]
    assert np.diff(sides) == pytest.approx(display.bars_[0].get_width())
    assert len({bars[0].get_hatch() for bars in (display.bars_, *display.predicted_bars_.values())}) == 3


def test_predictions_beyond_the_scale_count_at_its_ends():
    display = draw([0, 100], [-3.0, 104.0], bins="ratingen", step=50)
    assert heights(display.predicted_bars_["predicted"]) == [1, 0, 1]


def test_other_bins_span_the_truth():
    display = draw([-7.0, 12.0], bins=[0.0, 10.0], step=5)
    assert display.levels.tolist() == [-10, -5, 0, 5, 10, 15] and heights(display.bars_) == [0, 1, 0, 0, 0, 1]


def test_estimator_counts_what_it_predicts(classifier, regressor, joints):
    display = ScoreHistogramDisplay.from_estimator(classifier, joints.X, joints.grades, ax=Figure)
    same = draw(joints.grades, {"CNNClassifier": classifier.predict(joints.X)})
    assert heights(display.predicted_bars_["CNNClassifier"]) == heights(same.predicted_bars_["CNNClassifier"])
    display = ScoreHistogramDisplay.from_estimator(regressor, joints.X, joints.percent, name="ours", ax=Figure)
    medians = regressor[-1].predict_distribution(joints.X).median()
    same = draw(joints.percent, medians, name="ours", bins="ratingen")
    assert heights(display.predicted_bars_["ours"]) == heights(same.predicted_bars_["ours"])
    assert len(display.borders_) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [0]), "rows must agree in number: y_true has 2, predicted has 1"),
        (([0, 5], None, {"labels": [0, 1]}), r"labels must hold all grades, got .*5.*, not in \[0, 1\]"),
        (([0, 5], None, {"bins": "ratingen", "step": 0}), "step must be a positive width, got 0"),
        (([0, 5], None, {"bins": "ratingen", "labels": [0]}), r"labels must be left out beside bins.*got \[0\]"),
        (([0.5, 5.2], None), "Pass bins"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    y_true, y_pred, settings = (*arguments, {}) if len(arguments) == 2 else arguments
    with pytest.raises(ValueError, match=message):
        draw(y_true, y_pred, **settings)
