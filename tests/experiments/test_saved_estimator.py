"""What the file of an estimator says beside the estimator."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, ImageRows, save_estimator
from skerosion.experiments import EstimatorFileError, SavedEstimator, card_message, known_by, load_saved
from skerosion.experiments._saved_estimator import as_saved
from skerosion.grades import Target
from tests.brightness_estimator import make_joints

CARD = {"intended use": "For trying it out.", "limits": "Drawn joints alone."}


@pytest.fixture(scope="module")
def fitted():
    return LogisticRegression().fit([[0.0], [1.0]], [0, 1])


def test_card_and_marks_come_back(fitted, tmp_path):
    rows = make_joints()[0]
    saved = SavedEstimator.of(fitted, "classifier", "trained", Target.decide([0, 1]), rows, {}, card=CARD)
    again = load_saved(saved.save(tmp_path / "one.skerosion"))
    assert again.card == CARD and again.marks == saved.marks and known_by(again.marks, rows).images.all()
    assert card_message(again) == "Intended use: For trying it out. Limits: Drawn joints alone."


def test_a_file_that_says_nothing_has_an_empty_card(fitted, tmp_path):
    saved = load_saved(save_estimator(fitted, tmp_path / "one.skerosion"))
    assert saved.card == {} and saved.marks == {} and card_message(saved) == ""


@pytest.mark.parametrize("card", [{"limits": 3}, ["limits"], {"limits": "\x1b[2J"}, {"limits": "two\nlines"}])
def test_a_card_is_text_of_one_line(fitted, tmp_path, card):
    path = save_estimator(fitted, tmp_path / "one.skerosion", {"card": card})
    with pytest.raises(EstimatorFileError, match="what it tells about its estimator"):
        load_saved(path)


@pytest.mark.parametrize("marks", [{"salt": 3}, [1], {"salt": "a", "images": [1]}, {"salt": "a"}])
def test_marks_that_are_none_are_refused(fitted, tmp_path, marks):
    path = save_estimator(fitted, tmp_path / "one.skerosion", {"marks": marks})
    with pytest.raises(EstimatorFileError, match="what it tells about its estimator"):
        load_saved(path)


def test_rows_of_an_array_are_known_from_files(fitted):
    images = np.arange(512, dtype=np.uint8).reshape(2, 16, 16)
    saved = SavedEstimator.of(fitted, "classifier", "trained", Target.decide([0, 1]), ImageRows(images), {})
    assert known_by(saved.marks, ImageRows(images.copy())).images.all()


def test_a_fitted_estimator_says_what_it_grades():
    X = np.linspace(0, 1, 30, dtype=np.float32)[:, np.newaxis]
    small = {"epochs": 1, "dense_units": (2,), "random_state": 0}
    grades = np.repeat([0, 1, 2], 10)
    of = {
        "classes": CNNClassifier(**small).fit(X, grades),
        "percent": CRPSRegressor(**small).fit(X, grades * 40.0),
        "grid": CRPSRegressor(grid="auto", **small).fit(X, grades.astype(float)),
    }
    targets = {name: as_saved(each).target for name, each in of.items()}
    assert {name: (each.kind, each.classes) for name, each in targets.items()} == {
        "classes": ("grade", (0, 1, 2)),
        "percent": ("percent", (0, 1, 2, 3, 4, 5)),
        "grid": ("grade", (0, 1, 2)),
    }
    assert [as_saved(each).task for each in of.values()] == ["classifier", "regressor", "regressor"]
    with pytest.raises(ValueError, match="estimators must say what their target is"):
        as_saved(CNNRegressor(**small).fit(X, grades * 7.5))
