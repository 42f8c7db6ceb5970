import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from skerosion.metrics import class_normalized_accuracy
from skerosion.plotting import confusion_shares, plot_confusion_matrices

grades = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@given(grades)
def test_rows_sum_to_one_and_their_diagonal_to_the_accuracy(pairs):
    truth, prediction = np.transpose(pairs)
    shares, counts = confusion_shares(truth, prediction, range(4))
    present = counts > 0
    np.testing.assert_allclose(shares[present].sum(axis=1), 1)
    assert np.isnan(shares[~present]).all() and counts.sum() == len(pairs)
    assert np.diag(shares)[present].mean() == pytest.approx(class_normalized_accuracy(truth, prediction))


def test_every_cell_can_be_read():
    figure = plot_confusion_matrices([0, 0, 0, 1], {"a": [0, 0, 1, 1], "b": [0, 0, 0, 0]}, classes=[0, 1, 2])
    first, second = figure.axes[:2]
    assert [text.get_text() for text in first.texts] == ["67", "33", "0", "0", "100", "0"]
    assert first.texts[0].get_color() == "white" and first.texts[1].get_color() == "black"
    assert second.get_title(loc="left").endswith("0.500")
    assert [label.get_text() for label in first.get_yticklabels()] == ["0 (3)", "1 (1)", "2 (0)"]
