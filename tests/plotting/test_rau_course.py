import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skerosion.plotting import RauCourseDisplay
from skerosion.visits import rau_distribution

# Probability of grade 1 of every joint at the visits of patients; 0 otherwise.
COURSES = {"a": [0.1, 0.15, 0.9], "b": [0.5, 0.5], "c": [0.3]}


@pytest.fixture(scope="module")
def rau():
    rows = [(patient, visit, p) for patient, course in COURSES.items() for visit, p in enumerate(course)]
    patients, visits, probabilities = (np.repeat(np.array(column), 20) for column in zip(*rows, strict=True))
    cdf = np.column_stack([1 - probabilities, np.ones(len(probabilities))])
    return rau_distribution(cdf, patients, visits, bins=None)


def test_estimates_intervals_and_band_are_those_of_the_distribution(rau):
    display = RauCourseDisplay.from_predictions(rau, ["a"], ax=Figure)
    line, _, (whiskers,) = display.points_["a"].lines
    np.testing.assert_allclose(line.get_ydata(), rau.mean()[:3])
    ends = [segment[:, 1] for segment in whiskers.get_segments()]
    np.testing.assert_allclose(ends, rau.interval(0.9, kind="shortest")[:3])
    smallest = rau[:3].changes(since="first").smallest_detectable.to_numpy()
    heights = display.bands_["a"].get_paths()[0].vertices[:, 1]
    assert heights.max() == pytest.approx(rau.mean()[0] + smallest.max())
    assert heights.min() == pytest.approx(rau.mean()[0] - smallest.max())
    assert display.moved_["a"].get_xdata().tolist() == [2]


def test_patients_with_most_visits_come_first(rau):
    display = RauCourseDisplay.from_predictions(rau, ax=Figure, truth=rau.mean() + 1)
    assert [axes.get_title(loc="left") for axes in display.axes_] == ["patient a", "patient b", "patient c"]
    assert sorted(display.bands_) == ["a", "b"]  # one visit has no change
    np.testing.assert_allclose(display.truths_["b"].get_ydata(), rau.mean()[3:5] + 1)
    assert [text.get_text() for text in display.axes_[1].texts] == ["20", "20"]


def test_patients_with_as_many_visits_come_in_the_order_of_their_numbers():
    cdf = np.tile([0.5, 1.0], (40, 1))
    rau = rau_distribution(cdf, np.repeat(["10", "101", "16", "3"], 10), np.tile([0, 1], 20), bins=None)
    assert RauCourseDisplay.from_predictions(rau, ax=Figure).patients == ["3", "10", "16"]


def test_dates_are_an_axis(rau):
    dates = pd.to_datetime(["2010-02-01", "2011-02-01", "2012-03-01"])
    dated = rau[:3]
    dated.index = pd.MultiIndex.from_arrays([["a"] * 3, dates], names=rau.index.names)
    display = RauCourseDisplay.from_predictions(dated, ax=Figure, coverage=0.5)
    display.figure_.canvas.draw()
    labels = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert "2011" in labels and display.legend_.get_texts()[0].get_text() == "predicted, 50 % interval"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"patients": ["x"]}, "patients must be among those of rau, got 'x'; rau.index holds 3"),
        ({"patients": []}, "patients must be among those of rau, got none"),
        ({"truth": [1.0]}, "rows must agree in number"),
    ],
)
def test_wrong_input_is_named(rau, settings, message):
    with pytest.raises(ValueError, match=message):
        RauCourseDisplay.from_predictions(rau, ax=Figure, **settings)
