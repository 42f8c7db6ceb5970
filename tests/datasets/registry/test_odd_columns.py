"""A registry whose numbers are in another unit says so, and names columns and what was seen."""

import warnings

import pandas as pd
import pytest

from skerosion.clinical import registry_columns
from skerosion.datasets import load_registry, write_registry


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """The tables of a small registry, its folder and the form of its images."""
    options = {"max_visits": 2, "size": 16, "missing_files": 0, "random_state": 0}
    files = write_registry(tmp_path_factory.mktemp("registry"), 4, **options)
    return pd.read_csv(files.main), pd.read_csv(files.secondary), files.main.parent, files.images


def read(registry, joints=lambda main: main, clinical=lambda secondary: secondary):
    """Read the registry with changed tables; return its message and what was warned of."""
    main, secondary, folder, images = registry
    columns = [column for column in registry_columns() if column in main]
    main = main.assign(**{column: joints(main[column]) for column in columns})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data = load_registry(main, clinical(secondary), images, root=folder)
    return data.message, [str(warning.message) for warning in caught]


def test_percentages_as_shares_are_noticed(registry):
    message, warned = read(registry, joints=lambda column: column / 100)
    assert warned == [message]
    assert message.startswith("percent (hand_left_1 to hand_right_10) is read in percent, and ")
    assert "as if they were shares of 1. If so, multiply them by 100.\n" in message


def test_scores_without_their_decimal_point_are_noticed(registry):
    def lost(secondary):
        return secondary.assign(das28bsr_score=(secondary["das28bsr_score"] * 100).round())

    message, warned = read(registry, clinical=lost)
    assert warned == [message] and message.startswith("das28bsr_score holds ")
    assert "values that are no DAS28 score (0 to 10), in " in message and "das283crp_score" not in message


def test_grades_read_as_percentages_are_noticed(registry):
    message, warned = read(registry, joints=lambda column: (column / 20).round())
    assert warned == [message] and message.startswith("percent (hand_left_1 to hand_right_10): all ")
    assert "are whole numbers from 0 to 5, so that all are of Ratingen grades 0 and 1" in message


def test_a_column_of_another_spelling_is_named_and_what_is_lacking_counted(registry):
    main, secondary, folder, images = registry
    for spelled in ("HAND_LEFT_4", "hand-left-4", "Hand Left 4"):
        with pytest.warns(UserWarning, match=f"column '{spelled}' is not read; rename it to hand_left_4"):
            data = load_registry(main.rename(columns={"hand_left_4": spelled}), secondary, images, root=folder)
        assert " joints without a column in main: hand_left_4" in data.message
    data = load_registry(main.drop(columns="hand_left_4"), secondary, images, root=folder)
    assert " joints without a column in main: hand_left_4" in data.message


@pytest.mark.parametrize("text", ["3,2", "<5", "low"])
def test_scores_that_are_text_are_noticed(registry, text):
    def written(secondary):
        texts = secondary["das28bsr_score"].astype(str).tolist()
        return secondary.assign(das28bsr_score=["n/a", *[text] * (len(texts) - 1)])

    message, warned = read(registry, clinical=written)
    assert warned == [message] and f"no number, in 4 visits, such as {text!r}" in message


def test_a_registry_in_its_units_is_quiet(registry):
    assert read(registry)[1] == []
