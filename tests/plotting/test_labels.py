import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from skerosion.clinical import ratingen
from skerosion.plotting import grade_counts, percent_counts, plot_grade_histogram, plot_percent_histogram


@given(st.lists(st.floats(0, 100), min_size=1), st.sampled_from([5, 10, 20]))
def test_levels_add_up_to_ratingen_grades(percents, step):
    levels, counts = percent_counts(percents, step)
    assert counts.sum() == len(percents)
    edges = [-1, 0, 20, 40, 60, 80, 100]
    of_grades = [counts[(levels > low) & (levels <= high)].sum() for low, high in zip(edges, edges[1:], strict=False)]
    assert of_grades == np.bincount(ratingen(percents), minlength=6).tolist()


def test_grade_that_does_not_occur_counts_zero():
    assert grade_counts([1, 1, 3], classes=[1, 2, 3])[1].tolist() == [2, 0, 1]
    assert grade_counts([1, 1, 3])[0].tolist() == [1, 3]


def test_bars_are_named_by_count_and_share():
    axes = plot_grade_histogram([0] * 30 + [1] * 10, classes=[0, 1, 2], name="KL grade").axes[0]
    assert [text.get_text() for text in axes.texts] == ["30\n75.0%", "10\n25.0%", "0\n0.0%"]
    assert axes.get_title(loc="left") == "40 images, most to least frequent KL grade 3 : 1"


def test_percents_show_borders_and_shares_of_grades():
    axes = plot_percent_histogram([0] * 60 + [5] * 20 + [100] * 20).axes[0]
    assert [text.get_text() for text in axes.texts] == [
        "0\n60.0%",
        "1\n20.0%",
        "2\n0.0%",
        "3\n0.0%",
        "4\n0.0%",
        "5\n20.0%",
    ]
    assert len(axes.lines) == 5
    assert [line.get_xdata()[0] for line in axes.lines] == pytest.approx([2.5, 22.5, 42.5, 62.5, 82.5])
