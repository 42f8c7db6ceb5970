import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.calibration import calibration_curve

from skerosion.metrics import wilson_interval
from skerosion.plotting import ReliabilityDisplay


def draw(*given, **settings):
    return ReliabilityDisplay.from_predictions(*given, ax=Figure, **settings)


def forecasts(n=200, seed=0):
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet([2, 1, 1], n)
    return (generator.random((n, 1)) > probabilities.cumsum(axis=1)).sum(axis=1), probabilities


def test_points_are_those_of_scikit_learn():
    truth, probabilities = forecasts()
    display = draw(truth, {"a": probabilities}, n_bins=6)
    for grade in range(3):
        observed, predicted = calibration_curve(truth == grade, probabilities[:, grade], n_bins=6)
        curve = display.curves["a"][grade]
        np.testing.assert_allclose([curve.predicted, curve.observed], [predicted, observed])
        line = display.lines_["a"][grade][0]
        np.testing.assert_allclose(line.get_xydata(), np.column_stack([predicted, observed]))


def test_bars_are_wilson_intervals_of_the_images_in_each_bin():
    probabilities = np.array([[0.9, 0.1]] * 10 + [[0.3, 0.7]] * 30)
    display = draw([0] * 9 + [1] + [1] * 21 + [0] * 9, probabilities, confidence=0.8)
    low_bin, high_bin = display.lines_[""][1][2][0].get_segments()
    assert low_bin[:, 1] == pytest.approx(wilson_interval(0.1, 10, 0.8))
    assert high_bin[:, 1] == pytest.approx(wilson_interval(0.7, 30, 0.8))
    assert display.curves[""][1].counts.tolist() == [10, 30]
    assert display.axes_[1].get_title(loc="left") == "grade 1\n22 images"


def test_grade_without_an_image_has_a_panel():
    display = draw([0, 0], [[0.9, 0.1], [0.8, 0.2]], labels=[0, 1])
    assert display.counts.tolist() == [2, 0] and display.curves[""][1].observed.tolist() == [0]


def test_estimators_are_drawn_through_their_pipelines(classifier, regressor, joints, distribution):
    display = ReliabilityDisplay.from_estimator({"a": classifier}, joints.X, joints.grades, ax=Figure)
    same = draw(joints.grades, {"a": classifier.predict_proba(joints.X)}, labels=classifier[-1].classes_)
    np.testing.assert_array_equal(display.curves["a"][0].observed, same.curves["a"][0].observed)
    display = ReliabilityDisplay.from_estimator(regressor, joints.X, joints.percent, ax=Figure)
    graded = distribution.grade_probabilities([0, 20, 40, 60, 80])
    same = draw(joints.grades, graded, labels=range(6))
    for one, other in zip(display.curves["CRPSRegressor"], same.curves[""], strict=True):
        np.testing.assert_array_equal(one.predicted, other.predicted)


def test_estimators_of_other_classes_share_their_panels(joints):
    from sklearn.dummy import DummyClassifier

    rows = np.zeros((3, 1))
    several = {
        "a": DummyClassifier(strategy="prior").fit(rows, [0, 1, 1]),
        "b": DummyClassifier(strategy="prior").fit(rows, [1, 2, 2]),
    }
    display = ReliabilityDisplay.from_estimator(several, rows, [0, 1, 2], ax=Figure)
    assert display.labels.tolist() == [0, 1, 2]
    assert display.curves["a"][2].predicted.tolist() == [0] and display.curves["b"][0].predicted.tolist() == [0]


def test_estimator_without_probabilities_is_an_error(joints):
    from sklearn.dummy import DummyRegressor

    dummy = DummyRegressor().fit(np.zeros((60, 1)), joints.grades)
    with pytest.raises(ValueError, match="must predict probabilities or distributions, and DummyRegressor gives none"):
        ReliabilityDisplay.from_estimator(dummy, joints.X, joints.grades)


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([0, 1], [[0.5, 0.5]]), {}, "rows must agree in number"),
        (([0, 1], [[0.5, 0.3, 0.2]] * 2), {}, r"one column for each of the 2 grades \[0, 1\], got 3; pass labels="),
        (([0, 1], [[0.5, 1.0]] * 2), {}, "rows of which sum to 1; those of a cdf need np.diff"),
        (([0, 1], [[0.5, 0.5]] * 2), {"n_bins": 0}, "n_bins must be an integer of at least 1, got 0"),
        (([0, 1], [[0.5, 0.5]] * 2), {"confidence": 95}, "confidence must lie strictly between 0 and 1"),
        ((np.arange(30), np.eye(30)), {}, "at most 20 grades, one panel each, got 30; pass bins"),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **settings)
