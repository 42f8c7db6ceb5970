import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.metrics import mean_absolute_error

from skerosion.grades import Target
from skerosion.metrics import (
    class_normalized_accuracy,
    crps,
    find_metric,
    group_bootstrap_interval,
    macro_mae,
    register_metric,
    value_floors,
)
from skerosion.plotting import StrategyComparisonDisplay
from skerosion.plotting._compared import floor_forecasts as of_figure
from skerosion.report._floor_rows import floor_forecasts as of_report

PATIENTS = np.tile(np.arange(10), 6)
TRUTH = np.repeat([0, 0, 0, 1, 1, 2], 10)
BETTER, WORSE = np.where(PATIENTS < 8, TRUTH, 0), np.where(PATIENTS < 3, TRUTH, 1)


def draw(*given, n_resamples=50, **settings):
    return StrategyComparisonDisplay.from_predictions(*given, n_resamples=n_resamples, ax=Figure, **settings)


def mark(display, title, row):
    """Value and ends of the bar of one row."""
    point, _, (bar,) = display.points_[title][row]
    (ends,) = bar.get_segments()
    return point.get_xdata()[0], *ends[:, 0]


def test_marks_are_patient_bootstrap_intervals():
    display = draw(TRUTH, {"better": BETTER, "worse": WORSE}, groups=PATIENTS, random_state=4)
    for name, prediction in {"better": BETTER, "worse": WORSE}.items():
        interval = group_bootstrap_interval(
            class_normalized_accuracy, TRUTH, prediction, PATIENTS, n_resamples=50, random_state=4
        )
        expected = (interval.estimate, interval.low, interval.high)
        assert mark(display, "class-normalised accuracy", name) == pytest.approx(expected)
    assert "resampling patients" in display.legend_.get_texts()[0].get_text()


def test_floors_never_look_at_an_image_and_the_best_has_the_line():
    display = draw(TRUTH, {"better": BETTER}, metrics=["accuracy", "macro_mae"])
    assert display.floors == ("floor: always 0", "floor: always 1")
    assert mark(display, "accuracy", "floor: always 0")[0] == 0.5
    assert display.lines_["accuracy"].get_xdata()[0] == 0.5
    # The middle grade is 1 from the healthy and from the worst: (1 + 0 + 1) / 3.
    assert display.lines_["macro MAE"].get_xdata()[0] == pytest.approx(2 / 3)
    assert [axes.get_xlabel().split("\n")[1] for axes in display.axes_] == ["(larger is better)", "(smaller is better)"]
    assert "resampling images" in display.legend_.get_texts()[0].get_text()


def test_floors_know_the_reference_only():
    display = draw(TRUTH, {"better": BETTER}, reference=[2, 2, 1, 1, 1, 0])
    assert list(display.scores["class-normalised accuracy"]) == ["better", "floor: always 1"]


def test_rows_stand_strategies_first():
    scores = {"a": {"floor": (0.1, 0.0, 0.2), "s": (0.5, 0.4, 0.6)}, "b": {"t": (0.3, 0.2, 0.4)}}
    display = StrategyComparisonDisplay(scores, floors=["floor"]).plot(Figure)
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == ["s", "t", "floor"]
    assert list(display.lines_) == ["a"] and display.ax_.get_ylim()[0] > display.ax_.get_ylim()[1]


def test_distributions_are_compared_with_the_marginal_one(joints, distribution):
    display = draw(joints.percent, {"ours": distribution}, metrics="crps_points", groups=joints.patients)
    scores = display.scores["CRPS in points"]
    assert scores["ours"][0] == pytest.approx(crps(joints.percent, distribution, unit="points"))
    floor = value_floors(joints.percent)["marginal distribution"]["crps_points"]
    assert scores["floor: marginal distribution"][0] == pytest.approx(floor)


@pytest.mark.filterwarnings("ignore:MSE. the metric is")
def test_numbers_are_compared_with_mean_and_median(joints):
    with pytest.warns(UserWarning, match="MAE: the metric is 1.5 for all patients.*no interval"):
        scores = draw(joints.percent, joints.percent + 1.5, metrics=["mae", "mse"]).scores
    assert scores["MAE"]["strategy"] == pytest.approx((1.5, np.nan, np.nan), nan_ok=True)
    floors = value_floors(joints.percent)
    assert scores["MSE"]["floor: mean"][0] == pytest.approx(floors["mean"]["mse"])
    assert scores["MAE"]["floor: median"][0] == pytest.approx(floors["median"]["mae"])


def test_own_metric_goes_by_its_title(joints):
    own = {"grades off": mean_absolute_error}
    assert draw(TRUTH, BETTER, metrics=own).scores["grades off"]["strategy"][0] == mean_absolute_error(TRUTH, BETTER)
    floors = draw(joints.percent, joints.percent + PATIENTS, metrics=own).floors
    assert floors == ("floor: mean", "floor: median")


def test_string_grades_count_in_their_order():
    words = np.array(["none", "mild", "severe"])
    display = draw(words[TRUTH], {"a": words[WORSE]}, metrics="macro_mae", labels=list(words))
    assert display.scores["macro MAE"]["a"][0] == pytest.approx(macro_mae(TRUTH, WORSE))


def test_estimators_are_scored_through_their_pipelines(classifier, regressor, joints):
    drawn = {"n_resamples": 40, "ax": Figure}
    display = StrategyComparisonDisplay.from_estimator(classifier, joints.X, joints.grades, **drawn)
    prediction = {"CNNClassifier": classifier.predict(joints.X)}
    same = draw(joints.grades, prediction, groups=joints.patients, n_resamples=40)
    assert display.scores == same.scores
    metrics = ["class_normalized_accuracy", "mae", "crps"]
    display = StrategyComparisonDisplay.from_estimator(
        regressor, joints.X, joints.percent, metrics=metrics, reference=joints.percent[:30], **drawn
    )
    forecast = regressor[-1].forecast(joints.X)
    error = np.abs(forecast.prediction - joints.percent).mean()
    assert display.scores["MAE"]["CRPSRegressor"][0] == pytest.approx(error)
    assert display.scores["CRPS"]["CRPSRegressor"][0] == pytest.approx(crps(joints.percent, forecast.distribution))
    assert "floor: always 0" in display.scores["class-normalised accuracy"]


def test_warning_of_rare_grades_is_given_once():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        draw([0, 0, 0, 1], {"a": [0, 0, 0, 1], "b": [0, 0, 1, 1]}, groups=[1, 2, 3, 4])
    (warning,) = caught
    assert warning.filename == __file__
    assert "class-normalised accuracy:" in str(warning.message) and "lack some grade" in str(warning.message)


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([0, 1], [0]), {}, "rows must agree in number"),
        (([0, 1], [0, 1]), {"metrics": "acuracy"}, "metrics must name some of accuracy, .* got 'acuracy'"),
        (([0, 1], [0, 1]), {"metrics": []}, "got none"),
        (([0, 1], [0, 1]), {"groups": [1, 1]}, "groups must hold at least 2 groups"),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **settings)


@pytest.mark.parametrize("known", [[0, 0, 10, 20], [0, 10, 20], [5, 0, 20, 10, 20, 10], [7.5, 7.5, 2, 100]])
def test_report_figure_and_function_have_one_median(known):
    known = np.array(known, dtype=float)
    target = SimpleNamespace(y=known, target=Target.decide(known, "percent"), references=lambda: [(known, slice(None))])
    median = np.sort(known)[(len(known) - 1) // 2]
    assert of_figure(find_metric("mae"), known, known)["floor: median"].tolist() == [median] * len(known)
    assert of_report(target)["floor: median"].median.tolist() == [median] * len(known)
    assert value_floors(known)["median"]["mae"] == pytest.approx(np.abs(known - median).mean())
    # None is nearer to all targets than it.
    assert np.abs(known - median).sum() == pytest.approx(np.abs(known - np.median(known)).sum())


def test_a_registered_metric_is_drawn_under_its_title():
    @register_metric("missed", title="missed grades", better="lower")
    def missed(y_true, y_pred):
        return np.mean(y_true != y_pred)

    display = draw(TRUTH, {"better": BETTER}, metrics=["missed"], groups=PATIENTS)
    assert display.scores["missed grades"]["better"][0] == np.mean(TRUTH != BETTER)
    assert display.smaller_is_better == ("missed grades",)
