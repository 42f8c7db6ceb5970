"""Every line of a table to predict is kept: with what it says, whose it is, and why it has no prediction."""

import warnings

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import load_image_table, read_text_table
from skerosion.experiments import NewImages, SavedEstimator, prediction_columns
from skerosion.experiments._predict import patient_columns
from skerosion.forecasts import Forecast, GridDistribution
from skerosion.grades import Target

TABLE = """file,who,age,mean
a.png,P1 ,61,x
gone.png,P1,61,x
b.png,P2,,x
broken.png,P3,50,x
,P2,40,x
a.png,P1,61,x
copy.png,P2,7,x
b.png,,7,x
"""
KNOWN = [0, 2, 5, 6, 7]
"""Lines with an image that can be read; copy.png holds what a.png does."""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new")
    for name, grey in (("a.png", 10), ("copy.png", 10), ("b.png", 200)):
        Image.new("L", (8, 8), grey).save(folder / name)
    (folder / "broken.png").write_bytes(b"\x89PNG no more")
    (folder / "new.csv").write_text(TABLE)
    return folder / "new.csv"


def loaded(table, **options):
    images = NewImages(read_text_table(table), "file", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return images, load_image_table(table, image="file", target=None, on_problem="report")


def saved(task="classifier", target=None):
    return SavedEstimator(None, task, "original", target or Target.decide([0, 1, 2]), (8, 8, 1), {})


def grades(probabilities, classes=(0, 1, 2)):
    return Forecast.of_probabilities(probabilities, classes)


def test_every_line_stands_in_its_place_with_its_reason(table):
    images, data = loaded(table)
    lines = images.table(data, pd.DataFrame({"prediction": [3, 1, 4, 1, 5]}))
    assert lines["path"].tolist() == ["a.png", "gone.png", "b.png", "broken.png", "", "a.png", "copy.png", "b.png"]
    assert lines["prediction"][KNOWN].tolist() == [3, 1, 4, 1, 5]
    assert (lines["reason"] == "").tolist() == [line in KNOWN for line in range(8)]
    assert lines["prediction"].isna().tolist() == [line not in KNOWN for line in range(8)]
    assert lines["reason"][1].startswith("missing file") and lines["reason"][4] == "no image named"
    assert lines["reason"][3].startswith("unreadable file: ")


def test_columns_are_kept_as_the_table_writes_them(table):
    images, _ = loaded(table, group="who", keep=["all"])
    assert images.told.columns.tolist() == ["path", "who", "age", "mean (table)"]
    assert images.told["age"].tolist() == ["61", "61", "", "50", "40", "61", "7", "7"]
    assert images.told["who"].tolist() == ["P1", "P1", "P2", "P3", "P2", "P1", "P2", ""]
    assert loaded(table, keep=["age", "file", "age"])[0].told.columns.tolist() == ["path", "age"]
    with pytest.raises(ValueError, match=r"keep='agee' must be one column.*Did you mean 'age'\?"):
        loaded(table, keep=["agee"])


def test_what_comes_twice_and_who_is_missing_is_said(table):
    images, data = loaded(table, group="who")
    again, nobody = images.notes(data)
    assert again.startswith("3 rows show the image of another row: row 5 (a.png) that of row 0, row 6 (copy.png)")
    assert "counts once for its patient" in again
    assert nobody == "1 rows name no patient and are in no patient's row: row 7."
    assert "patient" not in loaded(table)[0].notes(data)[0]


def test_lines_without_a_patient_are_nobodys_for_an_estimator_of_patients(table):
    images, data = loaded(table, group="who")
    assert images.rows(data).groups.tolist() == ["P1", "P2", "P1", "P2", "line 7 without a patient"]
    assert loaded(table)[0].rows(data).groups is None


def test_an_image_counts_once_for_its_patient(table):
    images, data = loaded(table, group="who")
    forecast = grades([[0.5, 0.5, 0], [0.2, 0.8, 0], [0, 0, 1], [0, 0.4, 0.6], [1, 0, 0]])
    rows = images.patient_table(data, saved(), forecast).set_index("who")
    assert rows.index.tolist() == ["P1", "P2", "P3"]
    assert rows["n_images"].tolist() == [3, 3, 1] and rows["n_predicted"].tolist() == [1, 2, 0]
    assert rows.loc["P1", "mean"] == pytest.approx(0.5)
    # P2 has b.png and copy.png: its worst is 2 with .6, otherwise 1.
    assert rows.loc["P2", ["p_worst_0", "p_worst_1", "p_worst_2"]].tolist() == pytest.approx([0, 0.4, 0.6])
    assert rows.loc["P2", "mean"] == pytest.approx((0.8 + 1.6) / 2)
    assert rows.loc["P3"].drop(["n_images", "n_predicted"]).isna().all()


def test_patient_that_lost_digits_is_refused(table, tmp_path):
    (tmp_path / "new.csv").write_text("file,who\na.png,1.23E+11\n")
    with pytest.raises(ValueError, match="group must name patients, got 1 rows that do not, row 0: patient in scient"):
        NewImages(read_text_table(tmp_path / "new.csv"), "file", group="who")


def test_patients_of_a_regressor_of_percentages_have_ratingen_grades():
    distribution = GridDistribution([0, 30, 100], [[0.5, 1, 1], [0.5, 0.5, 1]])
    target = Target.decide([0, 30, 100], "percent")
    rows = patient_columns(saved("regressor", target), Forecast.of_distribution(distribution), ["a", "a"])
    # The worst is 0 with 1/4, 30 with 1/4 and 100 with 1/2, which are the grades 0, 2 and 5.
    assert rows.filter(like="p_worst_").iloc[0].tolist() == pytest.approx([0.25, 0, 0.25, 0, 0, 0.5])
    assert rows.loc["a", "mean"] == pytest.approx(32.5)


def test_classifier_of_percentages_predicts_grades_of_patients():
    target = Target.decide([0, 30, 100], "percent")
    rows = patient_columns(saved("classifier", target), grades(np.eye(3), (0, 2, 5)), ["a", "a", "b"])
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
    rows = patient_columns(estimator, forecast, ["a", "a"])
    assert rows.loc["a", "worst"] == "severe" and rows.loc["a", "mean"] == pytest.approx(0.95)
    assert rows[["p_worst_none", "p_worst_mild", "p_worst_severe"]].values[0].tolist() == pytest.approx([0, 0.2, 0.8])


def test_single_values_have_a_worst_and_a_mean_alone():
    rows = patient_columns(saved("regressor"), Forecast(np.array([1.0, 3.0, 2.0])), ["b", "b", "a"])
    assert rows.index.tolist() == ["b", "a"] and rows.columns.tolist() == ["n_images", "worst", "mean"]
    assert rows.loc["b"].tolist() == [2, 3, 2]


def test_names_without_an_order_have_no_worst():
    estimator = saved(target=Target("grade", ("mild", "none"), ""))
    with pytest.raises(ValueError, match="group must be left out where grades have no order.*got mild, none"):
        patient_columns(estimator, grades(np.eye(2), ("mild", "none")), ["a", "a"])
