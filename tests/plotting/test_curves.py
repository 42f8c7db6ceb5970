from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError

from skerosion import CNNClassifier
from skerosion.plotting import TrainingCurvesDisplay

HISTORY = {"loss": [1.0, 0.6, 0.5], "val_loss": [1.1, 0.8, 0.9], "learning_rate": [0.1, 0.1, 0.05]}


def test_curves_are_the_history():
    display = TrainingCurvesDisplay.from_history({"a": HISTORY, "b": {"loss": [2.0]}}, ax=Figure)
    assert display.training_["a"].get_xydata().tolist() == [[1, 1.0], [2, 0.6], [3, 0.5]]
    assert display.validation_["a"].get_ydata().tolist() == HISTORY["val_loss"]
    assert display.lowest_["a"].get_xydata().tolist() == [[2, 0.8]]
    assert list(display.validation_) == ["a"] and display.training_["b"].get_ydata().tolist() == [2.0]
    names = [text.get_text() for text in display.legend_.get_texts()]
    assert names == ["a, training", "a, validation", "b, training", "lowest validation"]


def test_training_and_validation_differ_without_colour():
    display = TrainingCurvesDisplay.from_history(HISTORY, ax=Figure)
    training, validation = display.training_["network"], display.validation_["network"]
    assert training.get_linestyle() != validation.get_linestyle()
    assert training.get_markerfacecolor() != validation.get_markerfacecolor()


def test_other_quantities_can_be_drawn():
    display = TrainingCurvesDisplay.from_history(HISTORY, quantity="learning_rate", name="a", ax=Figure)
    assert display.ax_.get_ylabel() == "learning rate" and display.validation_ == {}


def test_estimator_gives_its_history_through_pipeline_and_search(classifier, regressor):
    search = SimpleNamespace(best_estimator_=regressor)
    display = TrainingCurvesDisplay.from_estimator({"a": classifier, "b": search}, ax=Figure)
    same = TrainingCurvesDisplay.from_history({"a": classifier[-1].history_, "b": regressor[-1].history_}, ax=Figure)
    for name in ("a", "b"):
        assert display.training_[name].get_ydata().tolist() == same.training_[name].get_ydata().tolist()
    assert list(display.validation_) == ["a"]
    assert list(TrainingCurvesDisplay.from_estimator(classifier, ax=Figure).training_) == ["CNNClassifier"]


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match=r"quantity must be one that network recorded, of \['learning_rate'.*'mae'"):
        TrainingCurvesDisplay.from_history(HISTORY, quantity="mae")
    with pytest.raises(ValueError, match="must have the history_ of its training.*got DummyClassifier"):
        TrainingCurvesDisplay.from_estimator(DummyClassifier().fit([[0], [1]], [0, 1]))
    with pytest.raises(NotFittedError):
        TrainingCurvesDisplay.from_estimator(CNNClassifier())
