"""Doubtful labels of a search: each label against the joints that look alike to a network that saw none of them."""

import numpy as np
import pandas as pd
import pytest

from skerosion.experiments import _jobs
from skerosion.experiments._folds import Fold
from skerosion.report import disagreement

pytestmark = pytest.mark.once


def test_neighbours_are_other_patients_of_the_same_fold(result):
    found = disagreement(result, {"classifier": "original", "regressor": "original"}).set_index("row")
    embedding, groups = result.embedding("regressor", "original"), result.groups
    assert sorted(found.index) == list(range(len(result.y)))
    n_neighbors = min(51, min(len(fold.test) - 3 for fold in result.folds) // 4)
    for row in (0, 7, 31):
        (fold,) = (fold for fold in result.folds if row in fold.test)
        others = fold.test[groups[fold.test] != groups[row]]
        nearest = others[np.argsort(((embedding[others] - embedding[row]) ** 2).sum(axis=1))[:n_neighbors]]
        assert found.loc[row, "neighbors"] == pytest.approx(result.y[nearest].mean())


def test_a_fit_without_a_network_keeps_no_embedding(monkeypatch, joints):
    def refuse(*args):
        raise TypeError("no network")

    monkeypatch.setattr(_jobs, "embed", refuse)
    fold = Fold(0, np.arange(6), np.arange(6, 12), 0)
    assert _jobs._embedding_of_test(None, joints[0], fold) == {}


def test_search_without_embeddings_doubts_no_label(result):
    for fits in result.arrays.values():
        for _, arrays in fits:
            arrays.pop("embedding")
    assert disagreement(result, {"classifier": "original"}) is None


def test_search_lists_them(finished):
    report, _ = finished
    listed = pd.read_csv(report.out / "tables" / "outliers.csv")
    assert len(listed) == 50 and listed["against_neighbors"].is_monotonic_increasing
    assert "Labels that disagree with the images that look alike" in (report.out / "report.html").read_text("utf-8")
