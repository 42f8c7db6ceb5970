import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from skerosion.clinical import ratingen
from skerosion.metrics import class_normalized_accuracy
from skerosion.plotting import ConfusionMatricesDisplay
from skerosion.plotting._confusion import _row_shares

grades = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@given(grades)
def test_rows_sum_to_one_and_their_diagonal_to_the_accuracy(pairs):
    truth, prediction = np.transpose(pairs)
    shares = _row_shares(confusion_matrix(truth, prediction, labels=range(4)))
    present = np.isin(range(4), truth)
    np.testing.assert_allclose(shares[present].sum(axis=1), 1)
    assert np.isnan(shares[~present]).all()
    assert np.diag(shares)[present].mean() == pytest.approx(class_normalized_accuracy(truth, prediction))


def test_every_cell_can_be_read():
    predictions = {"a": [0, 0, 1, 1], "b": [0, 0, 0, 0]}
    display = ConfusionMatricesDisplay.from_predictions([0, 0, 0, 1], predictions, labels=[0, 1, 2], ax=Figure)
    written = display.texts_["a"]
    assert [text.get_text() for text in written[:2].ravel()] == ["67", "33", "0", "0", "100", "0"]
    assert written[2].tolist() == [None] * 3
    assert written[0, 0].get_color() == "white" and written[0, 1].get_color() == "black"
    assert display.axes_[1].get_title(loc="left") == "b\nclass-normalised accuracy 0.500"
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == ["0 (3)", "1 (1)", "2 (0)"]
    np.testing.assert_allclose(display.images_["a"].get_array()[0], [200 / 3, 100 / 3, 0])


def test_colorbar_can_be_left_out():
    with_bar, without = (
        ConfusionMatricesDisplay.from_predictions([0, 1], [0, 1], colorbar=colorbar, ax=Figure)
        for colorbar in (True, False)
    )
    assert len(with_bar.figure_.axes) == 2 and with_bar.colorbar_.vmax == 100
    assert len(without.figure_.axes) == 1 and without.colorbar_ is None


def test_estimators_are_graded_through_their_pipelines(classifier, regressor, joints):
    display = ConfusionMatricesDisplay.from_estimator(classifier, joints.X, joints.grades, name="ours", ax=Figure)
    same = ConfusionMatricesDisplay.from_predictions(
        joints.grades, classifier.predict(joints.X), name="ours", ax=Figure
    )
    assert display.matrices["ours"].tolist() == same.matrices["ours"].tolist()
    display = ConfusionMatricesDisplay.from_estimator(regressor, joints.X, joints.percent, ax=Figure)
    medians = regressor[-1].predict_distribution(joints.X).median()
    expected = confusion_matrix(joints.grades, ratingen(medians), labels=range(6))
    assert display.matrices["CRPSRegressor"].tolist() == expected.tolist()
    assert display.display_labels.tolist() == list(range(6))


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([0, 1], [0]), {}, "rows must agree in number"),
        (([0, 1], [0, 7]), {"labels": [0, 1]}, r"labels must hold all grades, got .*7"),
        (([0, 1], [0.2, 0.7]), {}, "Unknown label type"),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatricesDisplay.from_predictions(*arguments, ax=Figure, **settings)
