import numpy as np
import pytest
from matplotlib.figure import Figure

from skerosion.plotting import PredictionTruthDisplay


def draw(*given, **settings):
    return PredictionTruthDisplay.from_predictions(*given, ax=Figure, **settings)


def test_jittered_points_stay_at_their_grade_and_height():
    truth, prediction = np.repeat([0, 1, 3], 30), np.linspace(0, 3, 90)
    points = draw(truth, {"a": prediction}).points_["a"]
    for grade, line in zip([0, 1, 3], points, strict=True):
        assert np.abs(line.get_xdata() - grade).max() < 0.5
        assert line.get_ydata().tolist() == prediction[truth == grade].tolist()


def test_whole_predictions_are_jittered_within_their_grade():
    truth = np.repeat([0, 1], 50)
    (healthy, damaged) = draw(truth, truth).points_[""]
    for grade, line in enumerate((healthy, damaged)):
        assert 0 < np.abs(line.get_ydata() - grade).max() < 0.5
        assert np.ptp(line.get_xdata()) > 0.5


def test_boxes_are_quartiles():
    truth, prediction = np.repeat([0, 2], 101), np.concatenate([np.linspace(0, 1, 101), np.linspace(1, 3, 101)])
    boxes = draw(truth, prediction).boxes_[""]
    assert [line.get_ydata()[0] for line in boxes["medians"]] == pytest.approx([0.5, 2.0])
    assert sorted(set(boxes["boxes"][1].get_ydata())) == pytest.approx([1.5, 2.5])
    assert boxes["caps"][0].get_ydata()[0] == pytest.approx(0.05)


def test_title_holds_the_correlation():
    display = draw([0, 1, 2], {"a": [0.0, 0.5, 1.0], "b": [1, 1, 1]})
    assert [axes.get_title(loc="left") for axes in display.axes_] == ["a · r = 1.00", "b · r = nan"]


def test_hexagons_hold_every_image_and_share_their_scale():
    truth = np.repeat([0, 0, 0, 50, 100], 10)
    display = draw(truth, {"a": truth, "b": np.zeros(50)}, kind="hexbin")
    first, second = display.hexagons_.values()
    assert first.norm is second.norm and second.norm.vmax == 30
    assert first.get_array().sum() == second.get_array().sum() == 50


def test_predictions_beyond_the_limits_count_at_the_border():
    hexagons = draw([0, 50.5, 100], [-20, 50, 130], kind="hexbin", limits=(0, 100)).hexagons_[""]
    assert hexagons.get_array().sum() == 3


def test_medians_need_five_images():
    display = draw([0] * 5 + [50] * 4, [1, 1, 2, 5, 9] + [40] * 4, kind="hexbin")
    line, _, (bars,) = display.medians_[""]
    assert line.get_xdata().tolist() == [0] and line.get_ydata().tolist() == [2]
    assert bars.get_segments()[0][:, 1].tolist() == [1, 5]
    assert draw([0] * 4, [1] * 4, kind="hexbin").medians_ == {}


@pytest.mark.parametrize(
    ("truth", "kind"), [([0, 1, 2], "jitter"), ([0.5, 1, 2], "hexbin"), (np.arange(0, 60, 5), "hexbin")]
)
def test_kind_follows_from_the_truth(truth, kind):
    display = draw(truth, truth)
    assert display.kind == kind
    assert display.ax_.get_xlabel() == ("true grade" if kind == "jitter" else "true target")


def test_estimators_are_drawn_through_their_pipelines(classifier, regressor, joints):
    display = PredictionTruthDisplay.from_estimator({"a": regressor}, joints.X, joints.percent, ax=Figure)
    same = draw(joints.percent, {"a": regressor.predict(joints.X)}, kind="hexbin", limits=(0, 100))
    assert display.hexagons_["a"].get_array().tolist() == same.hexagons_["a"].get_array().tolist()
    assert display.ax_.get_xlabel() == "true percent eroded"
    display = PredictionTruthDisplay.from_estimator(classifier, joints.X, joints.grades, ax=Figure)
    same = draw(joints.grades, classifier.predict(joints.X))
    for one, other in zip(display.points_["CNNClassifier"], same.points_[""], strict=True):
        assert one.get_ydata().tolist() == other.get_ydata().tolist()


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([0, 1], [0]), {}, "rows must agree in number"),
        (([0, 1], [0, np.nan]), {}, "y_pred must be finite"),
        (([0, 1], [0, 1]), {"kind": "dots"}, "kind must be one of .*got 'dots'"),
        (([0, 1], [0, 1]), {"step": -1}, "step must be a positive width, got -1"),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **settings)
