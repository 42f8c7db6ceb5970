"""Agreement of readers against a table that was counted by hand, and against scikit-learn."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from skerosion.grades import Target
from skerosion.report import agreement_frame

# Rows: the second reader says 0, 1, 2, 3; columns: the reference does. 40 images.
COUNTS = np.array([[9, 2, 1, 0], [3, 6, 2, 0], [0, 1, 7, 2], [1, 0, 2, 4]])


def frame_of(counts, classes=(0, 1, 2, 3)):
    second, reference = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    classes = np.array(classes)
    target = Target.decide(classes, "grade")
    scored = SimpleNamespace(target=target, grades=classes[reference], groups=None, seed=0, of_task=lambda task: {})
    frame = agreement_frame(scored, classes[second], np.ones(len(second), dtype=bool))
    return frame.set_index("measure"), classes[second], classes[reference]


@pytest.mark.parametrize("classes", [(0, 1, 2, 3), (0, 5, 10, 15)])
def test_every_measure_is_what_counting_gives(classes):
    frame, *_ = frame_of(COUNTS, classes)
    assert frame.loc["same grade", "value"] == 26 / 40  # 9 + 6 + 7 + 4
    assert frame.loc["at most one grade apart", "value"] == 38 / 40  # 26 and 2 + 3 + 2 + 1 + 2 + 2 beside it
    for says, (same, n) in {0: (9, 12), 1: (6, 11), 2: (7, 10), 3: (4, 7)}.items():
        row = frame.loc[f"same grade where the second reader says {classes[says]}"]
        assert row["value"] == pytest.approx(same / n, abs=1e-4) and row["images"] == n


def test_kappa_is_weighted_by_hand_and_by_scikit_learn():
    frame, second, reference = frame_of(COUNTS)
    weights = np.subtract.outer(range(4), range(4)) ** 2
    expected = np.outer(COUNTS.sum(axis=1), COUNTS.sum(axis=0)) / COUNTS.sum()
    by_hand = 1 - (weights * COUNTS).sum() / (weights * expected).sum()
    value = frame.loc["quadratic kappa", "value"]
    assert value == pytest.approx(by_hand, abs=1e-4)
    assert value == pytest.approx(cohen_kappa_score(second, reference, weights="quadratic"), abs=1e-4)
    assert frame.loc["quadratic kappa", "low"] < value < frame.loc["quadratic kappa", "high"]
