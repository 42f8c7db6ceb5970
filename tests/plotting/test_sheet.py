import numpy as np
import pytest
from matplotlib.figure import Figure

from skerosion.plotting import JointSheetDisplay, PredictedCDFDisplay


def draw(*given, **settings):
    return JointSheetDisplay.from_predictions(*given, ax=Figure, **settings)


def titles(display):
    return [axes.get_title(loc="left") for axes in display.axes_]


def test_images_are_those_of_the_rows(joints, distribution):
    display = draw(joints.X, joints.percent, distribution, rows=[7, 3], bins="ratingen")
    for shown, row in zip(display.images_, (7, 3), strict=True):
        assert shown.get_array().tolist() == np.asarray(joints.X)[row, ..., 0].tolist()
        assert shown.get_clim() == (0, 255)
    medians = distribution.median()
    assert titles(display) == [f"truth {joints.percent[row]:g}\npredicted {medians[row]:.3g}" for row in (7, 3)]


def test_many_points_are_drawn_as_a_cdf_and_few_as_bars():
    images = np.zeros((2, 16, 16))
    few = draw(images, [0, 1], [[0.25, 1.0], [0.5, 1.0]])
    assert [bar.get_height() for bar in few.bars_[0]] == [25, 75]
    assert [bool(bar.get_hatch()) for bar in few.bars_[0]] == [True, False]
    many = draw(images, [0, 1], np.tile(np.linspace(0.05, 1, 20), (2, 1)))
    assert many.bars_ == [] and len(many.distributions_[0].collections) == 2


def test_colour_images_and_floats_are_shown():
    images = np.random.default_rng(0).random((2, 16, 16, 3))
    display = draw(images, [0, 1], [[0.5, 1.0]] * 2)
    np.testing.assert_array_equal(display.images_[1].get_array(), images[1])


def test_estimators_are_drawn_through_their_pipelines(classifier, regressor, joints, distribution):
    display = JointSheetDisplay.from_estimator(regressor, joints.X, joints.percent, quantiles=(0.5, 0.9), ax=Figure)
    cdfs = PredictedCDFDisplay.from_estimator(regressor, joints.X, joints.percent, quantiles=(0.5, 0.9), ax=Figure)
    assert display.distribution.cdf.tolist() == np.asarray(cdfs.cdf).tolist()
    rows = [int(np.flatnonzero((distribution.cdf == cdf).all(axis=1))[0]) for cdf in display.distribution.cdf]
    predictions = regressor.predict(joints.X)
    same = draw(joints.X, joints.percent, distribution, y_pred=predictions, rows=rows)
    assert titles(display) == titles(same)
    display = JointSheetDisplay.from_estimator(classifier, joints.X, joints.grades, rows=[0], name="ours", ax=Figure)
    shares = 100 * classifier.predict_proba(joints.X)[0]
    assert [bar.get_height() for bar in display.bars_[0]] == pytest.approx(shares, rel=1e-4)
    assert display.legend_.get_title().get_text() == "ours"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((2, 16, 16)), [0, 1, 1], [[0.5, 1.0]] * 3), "X and y_true must agree in number: X has 2"),
        ((np.zeros((2, 5)), [0, 1], [[0.5, 1.0]] * 2), r"X must hold images to be drawn, got feature vectors of shape"),
        ((np.zeros((2, 16, 16)), [0, 7], [[0.5, 1.0]] * 2), "y_true must lie within the grid"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments)
