"""The audit of a split: what is planted is found, and different patients are not."""

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from skerosion import ImageRows
from skerosion.datasets import ImageTable
from skerosion.model_selection import SplitAudit, audit_split
from skerosion.model_selection._near_images import ChancePairs, alike_pairs

pytestmark = pytest.mark.once

HALF = 40


@pytest.fixture(scope="module")
def images():
    """Pictures of one kind, a bright joint space each, with grain of their own."""
    rng = np.random.default_rng(0)
    grain = gaussian_filter(rng.normal(size=(2 * HALF, 48, 48)), (0, 1, 1))
    joint = np.exp(-(np.linspace(-2, 2, 48)[:, None] ** 2)) * np.ones(48)
    return np.clip(110 + 60 * joint + 40 * grain, 0, 255).astype(np.uint8)


PARTS = {"train": np.arange(HALF), "test": np.arange(HALF, 2 * HALF)}


def kinds(audit):
    return audit.frame[["kind", "row a", "row b"]].values.tolist()


def test_an_honest_split_is_clean(images):
    audit = audit_split(images, PARTS, groups=np.arange(2 * HALF))
    assert len(audit.frame) == 0 and 0 < audit.threshold < 1 and "nothing in two parts" in repr(audit)


def test_patients_identical_and_near_images_are_found(images):
    changed = images.copy()
    changed[HALF] = images[0]
    changed[HALF + 1] = (0.7 * images[1]).astype(np.uint8)
    changed[HALF + 2] = np.roll(images[2], 1, axis=1)
    groups = np.arange(2 * HALF)
    groups[-1] = 5
    audit = audit_split(changed, PARTS, groups=groups)
    expected = {("patient", 5, 79), ("identical", 0, 40), ("near", 1, 41), ("near", 2, 42)}
    assert set(map(tuple, kinds(audit))) == expected
    near = audit.frame[audit.frame["kind"] == "near"]
    assert (near["score"] > audit.threshold).all() and (near["expected"] < 0.05).all()
    assert near["score"].is_monotonic_decreasing
    assert (audit.frame["part a"] == "train").all() and (audit.frame["part b"] == "test").all()


def test_pairs_within_a_part_are_none_of_its_business(images):
    changed = images.copy()
    changed[1], changed[3] = images[0], (0.7 * images[2]).astype(np.uint8)
    assert len(audit_split(changed, PARTS).frame) == 0


def test_copies_of_rows_are_told_from_identical_images(images):
    rows = ImageRows(images)
    repeated = rows.take(np.r_[0:80, 3], copy_number=np.r_[np.zeros(80, int), 1])
    audit = audit_split(repeated, {"train": range(80), "validation": [80]})
    assert kinds(audit) == [["copy", 3, 80]]


def test_parts_as_a_column_and_rows_of_no_part(images):
    changed = images.copy()
    changed[HALF] = images[0]
    column = np.array(["train"] * HALF + ["test"] * HALF)
    assert kinds(audit_split(changed, column)) == [["identical", 0, HALF]]
    column[HALF] = ""
    audit = audit_split(changed, column)
    assert len(audit.frame) == 0 and audit.n_rows == 2 * HALF - 1


def test_features_and_few_rows_have_no_near_images(images):
    few = audit_split(images[:10], {"a": range(5), "b": range(5, 10)})
    features = audit_split(np.arange(80.0).reshape(40, 2), {"a": range(20), "b": range(20, 40)})
    assert few.threshold is None and features.threshold is None and "not looked for" in repr(few)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"a": [0, 1], "b": [1]}, "must not share rows, got row 1"),
        ({"a": [0, 99]}, "positions from 0 to 79"),
        (["a", "b"], "must name the part of each of the 80 rows, got 2"),
    ],
)
def test_parts_that_cannot_be(images, parts, says):
    with pytest.raises(ValueError, match=says):
        audit_split(images, parts)


def test_score_is_the_correlation_and_blind_to_exposure(images):
    two = np.concatenate([images[:1], (40 + 0.5 * images[:1].astype(float)).astype(np.uint8)])[..., None]
    pairs, scores = alike_pairs(lambda rows: two[rows], 2, np.arange(2))
    assert pairs.tolist() == [[0, 1]] and scores[0] > 0.98
    assert len(alike_pairs(lambda rows: two[rows], 2, np.zeros(2))[0]) == 0


@pytest.mark.parametrize("share", [0, 0.05, 0.3])
def test_chance_is_that_of_different_patients_however_many_copies_there_are(share):
    rng = np.random.default_rng(1)
    n = 4000
    # The largest of very many, as they come from a Gumbel distribution.
    best = np.tanh(0.4 - 0.05 * np.log(np.cumsum(rng.exponential(size=(n, 3)), axis=1)))
    copies = rng.random(n) < share
    best[copies, 0] = rng.uniform(0.93, 0.99, copies.sum())
    chance = ChancePairs(best)
    exact = np.tanh(0.4 + 0.05 * np.log(n / 2 / 0.05))
    assert chance.threshold == pytest.approx(exact, abs=0.03)
    assert chance.expected([chance.threshold])[0] == pytest.approx(0.05)


def test_images_of_one_patient_have_no_chance_pairs(images):
    """What other patients' images have in common cannot be told without any: identical ones are found all the same."""
    changed = images.copy()
    changed[HALF] = images[0]
    audit = audit_split(changed, PARTS, groups=np.repeat("a", 2 * HALF))
    assert audit.threshold is None and "near" not in set(audit.frame["kind"])
    assert ["identical", 0, HALF] in kinds(audit)


@pytest.mark.parametrize(("n", "last"), [(5, None), (6, "  and 1 more: see frame"), (8, "  and 3 more: see frame")])
def test_what_was_found_is_shown_up_to_five_pairs(n, last):
    kinds = ["identical"] * (n - 2) + ["copy", "copy"]
    frame = pd.DataFrame({"kind": kinds, "row a": range(n), "row b": range(10, 10 + n)})
    frame = frame.assign(**{"part a": "train", "part b": "test", "score": 1.0, "expected": 0.0})
    lines = repr(SplitAudit(frame, n_rows=40, threshold=0.61234)).splitlines()
    assert lines[0] == (
        f"SplitAudit of 40 rows: {n - 2} identical, 2 copy; near-identical images from a correlation of 0.61"
    )
    assert lines[1] == "  identical: row 0 of train, row 10 of test"
    assert len(lines) == 1 + min(n, 5) + (last is not None) and (last is None or lines[-1] == last)


def test_an_audit_that_found_nothing_says_so():
    empty = pd.DataFrame({"kind": []})
    assert repr(SplitAudit(empty, 1, None)) == (
        "SplitAudit of 1 row: nothing in two parts; near-identical images were not looked for"
    )


def test_patients_come_with_the_table_unless_others_are_given(images):
    patients = np.arange(2 * HALF).astype(str)
    patients[HALF] = "0"
    table = ImageTable(ImageRows(images), np.zeros(2 * HALF), patients, None, None, "")
    assert kinds(audit_split(table, PARTS)) == [["patient", 0, HALF]]
    assert kinds(audit_split(table, PARTS, groups=np.arange(2 * HALF))) == []


def test_a_frame_says_how_alike_each_kind_is(images):
    changed = images.copy()
    changed[HALF + 1] = images[1]
    rows = ImageRows(changed).take(np.r_[0 : 2 * HALF, 3], copy_number=np.r_[np.zeros(2 * HALF, int), 1])
    groups = np.r_[np.arange(2 * HALF), 3]
    groups[HALF] = 0
    audit = audit_split(rows, {**PARTS, "validation": [2 * HALF]}, groups=groups)
    expected = pd.DataFrame(
        [
            ["patient", 0, 40, "train", "test", np.nan, np.nan],
            ["patient", 3, 80, "train", "validation", np.nan, np.nan],
            ["copy", 3, 80, "train", "validation", 1.0, 0.0],
            ["identical", 1, 41, "train", "test", 1.0, 0.0],
        ],
        columns=["kind", "row a", "row b", "part a", "part b", "score", "expected"],
    )
    pd.testing.assert_frame_equal(audit.frame, expected, check_dtype=False)


def test_a_picture_in_three_parts_is_three_pairs_of_its_first_rows(images):
    changed = images.copy()
    changed[[1, 30, 31, 60]] = images[0]
    parts = {"a": range(20), "b": range(20, HALF), "c": range(HALF, 2 * HALF)}
    assert kinds(audit_split(changed, parts)) == [["identical", 0, 30], ["identical", 0, 60], ["identical", 30, 60]]


def test_rows_that_were_repeated_without_change_are_identical_images(images):
    repeated = ImageRows(images).take(np.r_[0:80, 3])
    assert kinds(audit_split(repeated, {"train": range(80), "validation": [80]})) == [["identical", 3, 80]]


def test_pairs_stand_in_the_order_of_their_rows():
    flat = ImageRows(np.tile(np.linspace(0, 1, 300, dtype=np.float32)[:, None, None], (1, 4, 4)))
    patients = np.arange(300)
    patients[[270, 280, 290]] = [8, 4, 6]
    audit = audit_split(flat, {"train": range(200), "test": range(200, 300)}, groups=[f"{each}" for each in patients])
    assert kinds(audit) == [["patient", 4, 280], ["patient", 6, 290], ["patient", 8, 270]]
    names = np.array(["z", "y", "x", "z", "y", "x"])
    audit = audit_split(flat[:6], {"train": range(3), "test": range(3, 6)}, groups=names)
    assert kinds(audit) == [["patient", 0, 3], ["patient", 1, 4], ["patient", 2, 5]]


def test_twenty_pictures_are_enough_to_look_for_near_ones(images):
    twenty = audit_split(images[:20], {"a": range(10), "b": range(10, 20)})
    assert twenty.threshold is not None
    assert audit_split(images[:19], {"a": range(10), "b": range(10, 19)}).threshold is None


def test_positions_end_with_the_last_row(images):
    with pytest.raises(ValueError, match=r"^parts must hold positions from 0 to 79, got others in 'a'\.$"):
        audit_split(images, {"a": [80]})
    with pytest.raises(ValueError, match=r"^parts must "):
        audit_split(images, np.zeros((40, 2)))
