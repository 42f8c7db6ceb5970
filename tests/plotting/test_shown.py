import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from skerosion.plotting import (
    AttentionMapDisplay,
    ConfusionMatricesDisplay,
    EmbeddingDisplay,
    JointSheetDisplay,
    NearestJointsDisplay,
    PITHistogramDisplay,
    PredictedCDFDisplay,
    PredictionTruthDisplay,
    ReliabilityDisplay,
)
from skerosion.plotting._shown import by_name, drawable_images, evaluations, target_name_of


def test_names_come_from_the_mapping_or_the_class(classifier, regressor, joints):
    assert list(evaluations({"a": classifier, "b": classifier}, joints.X, joints.grades)) == ["a", "b"]
    assert list(evaluations(regressor, joints.X, joints.percent)) == ["CRPSRegressor"]
    assert list(evaluations(regressor, joints.X, joints.percent, name="ours")) == ["ours"]


def test_name_beside_a_mapping_is_an_error():
    with pytest.raises(ValueError, match="name must be left out where y_pred is a mapping.*got 'a'"):
        by_name({"b": [0]}, "a")


def test_empty_mapping_is_an_error():
    with pytest.raises(ValueError, match="y_pred must hold at least one entry"):
        by_name({})


def test_percent_is_the_unit_of_ratingen_bins():
    assert target_name_of(None, "ratingen", "target") == "percent eroded"
    assert target_name_of(None, [1.0, 2.0], "target") == "target"
    assert target_name_of("KL grade", "ratingen", "target") == "KL grade"


def test_targets_of_another_length_are_an_error(classifier, joints):
    with pytest.raises(ValueError, match="rows must agree in number: y has 59, prediction has 60"):
        ConfusionMatricesDisplay.from_estimator(classifier, joints.X, joints.grades[1:])


@pytest.mark.parametrize("display", [PredictedCDFDisplay, JointSheetDisplay, PITHistogramDisplay])
def test_estimator_without_a_distribution_is_an_error(display, joints):
    dummy = DummyRegressor().fit(np.zeros((60, 1)), joints.percent)
    with pytest.raises(ValueError, match="must predict distributions.*DummyRegressor gives none: take CRPSRegressor"):
        display.from_estimator(dummy, joints.X, joints.percent)


@pytest.mark.parametrize("display", [PredictedCDFDisplay, JointSheetDisplay])
def test_displays_of_rows_take_one_estimator(display, regressor, joints):
    with pytest.raises(ValueError, match="estimator must be a single one, got a mapping of 1"):
        display.from_estimator({"a": regressor}, joints.X, joints.percent)


DISPLAYS = {
    AttentionMapDisplay: (["X"], {}, "titels", "titles"),
    ConfusionMatricesDisplay: (["X", "y"], {}, "column", "columns"),
    EmbeddingDisplay: (["X", "y"], {}, "projektion", "projection"),
    JointSheetDisplay: (["X", "y"], {}, "quantile", "quantiles"),
    NearestJointsDisplay: (["X", "y"], {"rows": [0]}, "n_neighbours", "n_neighbors"),
    PITHistogramDisplay: (["X", "y"], {}, "nbins", "n_bins"),
    PredictedCDFDisplay: (["X", "y"], {}, "quantile", "quantiles"),
    ReliabilityDisplay: (["X", "y"], {}, "nbins", "n_bins"),
    PredictionTruthDisplay: (["X", "y"], {}, "limit", "limits"),
}


@pytest.mark.parametrize("display", DISPLAYS, ids=lambda display: display.__name__)
def test_a_misspelt_setting_is_told_before_anything_is_predicted(display):
    rows, more, wrong, right = DISPLAYS[display]
    with pytest.raises(TypeError, match=f"settings must be among .*got '{wrong}'. Did you mean {right}?"):
        display.from_estimator(None, *rows, **more, **{wrong: 1})


@pytest.mark.parametrize(("display", "name"), [(ReliabilityDisplay, "labels"), (JointSheetDisplay, "y_pred")])
def test_what_the_estimator_decides_is_no_setting(display, name):
    with pytest.raises(TypeError, match=f"settings must be among .*got '{name}'"):
        display.from_estimator(None, "X", "y", **{name: [0]})


def test_images_of_two_channels_are_not_drawn():
    with pytest.raises(ValueError, match=r"must hold grey or colour images to be drawn, got 2 channels"):
        drawable_images(np.zeros((3, 8, 8, 2), np.uint8))
