"""The figures of a study show its parts, its trainings and its visits."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from skerosion.experiments import StudyResult
from skerosion.report._outliers import disagreement
from skerosion.report._study_figures import _displays


@pytest.fixture
def displays(registry_study, monkeypatch):
    """All figures by name; what only a network has, its maps, is left flat."""

    def flat(result, task, strategy, rows):
        return np.ones(result.rows[rows].shape[:3])

    monkeypatch.setattr(StudyResult, "attention", flat)
    result, tables = registry_study.result, registry_study.tables
    return dict(_displays(result, tables, disagreement(result, tables.chosen)))


@pytest.mark.slow
def test_every_figure_of_the_thesis_is_there(displays, registry_study):
    names = {"labels", "outliers", "neighbors", "das28_labels"}
    for task in ("classifier", "regressor"):
        names |= {f"{kind}_{task}" for kind in ("training", "attention", "embedding", "rau_course")}
        names |= {f"test_{task}_by", f"test_strategies_{task}", f"validation_strategies_{task}"}
    for part in ("validation", "test"):
        kinds = ("confusion_classifier", "reliability_classifier", "prediction_against_truth", "pit_regressor")
        names |= {f"{part}_{kind}" for kind in (*kinds, "cdfs_original", "cdfs_class_weights")}
    assert set(displays) == names
    assert all(isinstance(display.figure_, Figure) for display in displays.values())
    curves = displays["training_classifier"].histories
    assert list(curves) == ["original", "class weights"]
    grades = np.unique(registry_study.result.part("test").grades)
    assert len(displays["attention_regressor"].axes_) == 2 * len(grades)
