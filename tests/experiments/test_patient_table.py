"""One row per patient: the worst image and the mean of all, in the grades of the estimator."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets import NewImages
from skerosion.experiments import SavedEstimator, patient_table, prediction_columns
from skerosion.forecasts import Forecast, GridDistribution
from skerosion.grades import Target


def saved(task="classifier", target=None):
    return SavedEstimator(None, task, "original", target or Target.decide([0, 1, 2]), (8, 8, 1), {})


def grades(probabilities, classes=(0, 1, 2)):
    return Forecast.of_probabilities(probabilities, classes)


def pooled(estimator, forecast, patients, *, lines=None, contents=None, **settings):
    """The rows of patients, of images that are all read and all different unless said otherwise."""
    lines = np.arange(len(patients)) if lines is None else np.array(lines)
    digests = np.arange(len(patients))[:, None] if contents is None else np.array(contents)[:, None]
    images = NewImages(pd.DataFrame({"file": "x.png", "who": patients}), "file", group="who")
    data = SimpleNamespace(X=SimpleNamespace(indices=lines, source=SimpleNamespace(digests=digests)))
    return patient_table(estimator, forecast, images, data, **settings).set_index("who")


def test_patients_come_as_in_the_table_and_those_without_an_image_too():
    forecast = grades([[0.5, 0.5, 0], [0.2, 0.8, 0], [0, 0, 1], [0, 0.4, 0.6], [1, 0, 0]])
    # Lines 1, 3 and 4 cannot be read; 0 and 5 show one image, 6 shows another; 7 is nobody's.
    patients, contents = ["P1", "P1", "P2", "P3", "P2", "P1", "P2", ""], [9, 0, 8, 0, 0, 9, 7, 8]
    rows = pooled(saved(), forecast, patients, lines=[0, 2, 5, 6, 7], contents=contents)
    assert rows.index.tolist() == ["P1", "P2", "P3"]
    assert rows["n_images"].tolist() == [3, 3, 1] and rows["n_predicted"].tolist() == [1, 2, 0]
    assert rows.loc["P1", "mean"] == pytest.approx(0.5)
    # The worst of P2 is 2 with .6, otherwise 1.
    assert rows.loc["P2", ["p_worst_0", "p_worst_1", "p_worst_2"]].tolist() == pytest.approx([0, 0.4, 0.6])
    assert rows.loc["P2", "mean"] == pytest.approx((0.8 + 1.6) / 2)
    assert rows.loc["P3"].drop(["n_images", "n_predicted"]).isna().all()


def test_no_image_of_any_patient_leaves_their_numbers():
    rows = pooled(saved(), grades([[1, 0, 0]]), ["P1", ""], lines=[1])
    assert rows.to_dict("list") == {"n_images": [1], "n_predicted": [0]}


def test_correlation_and_interval_reach_the_pool():
    coins = grades([[0.5, 0.5, 0]] * 2)
    rows = pooled(saved(), coins, ["a", "a"], correlation=1)
    assert rows.loc["a", "p_worst_0"] == 0.5 and rows.loc["a", "mean_high"] == 1
    assert pooled(saved(), coins, ["a", "a"], interval=0.4).loc["a", ["mean_low", "mean_high"]].tolist() == [0.5, 0.5]


def test_patients_of_a_regressor_of_percentages_have_ratingen_grades():
    distribution = GridDistribution([0, 30, 100], [[0.5, 1, 1], [0.5, 0.5, 1]])
    target = Target.decide([0, 30, 100], "percent")
    rows = pooled(saved("regressor", target), Forecast.of_distribution(distribution), ["a", "a"])
    # The worst is 0 with 1/4, 30 with 1/4 and 100 with 1/2, which are the grades 0, 2 and 5.
    assert rows.filter(like="p_worst_").iloc[0].tolist() == pytest.approx([0.25, 0, 0.25, 0, 0, 0.5])
    assert rows.loc["a", "mean"] == pytest.approx(32.5)


def test_classifier_of_percentages_predicts_grades_of_patients():
    target = Target.decide([0, 30, 100], "percent")
    rows = pooled(saved("classifier", target), grades(np.eye(3), (0, 2, 5)), ["a", "a", "b"])
    assert rows["worst"].tolist() == [2, 5] and rows["mean"].tolist() == [1, 5]
    assert rows[["p_worst_0", "p_worst_2", "p_worst_5"]].values.tolist() == [[0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("classes", [(0, 1, 2), ("mild", "none", "severe")], ids=["places", "names"])
def test_names_in_an_order_have_a_worst_and_an_interval(classes):
    order = pd.Categorical(["none"], ["none", "mild", "severe"], ordered=True)
    probabilities = np.array([[0.9, 0.1, 0.0], [0.0, 0.2, 0.8]])
    # Columns in the order of `classes`: names may stand in that of the alphabet.
    given = probabilities[:, [1, 0, 2]] if classes[0] == "mild" else probabilities
    estimator, forecast = saved(target=Target.decide(order)), grades(given, classes)
    columns = prediction_columns(estimator, forecast, interval=0.9)
    assert columns["prediction"].tolist() == ["none", "severe"] == columns["median"].tolist()
    assert columns["interval_high"].tolist() == ["mild", "severe"] and columns["mean"].tolist() == pytest.approx(
        [0.1, 1.8]
    )
    rows = pooled(estimator, forecast, ["a", "a"])
    assert rows.loc["a", "worst"] == "severe" and rows.loc["a", "mean"] == pytest.approx(0.95)
    assert rows[["p_worst_none", "p_worst_mild", "p_worst_severe"]].values[0].tolist() == pytest.approx([0, 0.2, 0.8])


def test_single_values_have_a_worst_and_a_mean_alone():
    rows = pooled(saved("regressor"), Forecast(np.array([1.0, 3.0, 2.0])), ["b", "b", "a"])
    assert rows.index.tolist() == ["b", "a"] and rows.columns.tolist() == ["n_images", "n_predicted", "worst", "mean"]
    assert rows.loc["b"].tolist() == [2, 2, 3, 2]


def test_names_without_an_order_have_no_worst():
    estimator = saved(target=Target("grade", ("mild", "none"), ""))
    with pytest.raises(ValueError, match="group must be left out where grades have no order.*got mild, none"):
        pooled(estimator, grades(np.eye(2), ("mild", "none")), ["a", "a"])
