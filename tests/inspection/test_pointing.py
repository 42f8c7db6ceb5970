import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.inspection import pointing_game, pointing_scores


@pytest.fixture
def masks():
    masks = np.zeros((60, 10, 10), bool)
    masks[:, 2:5, 3:7] = True
    return masks


def test_perfect_even_empty_and_wrong_maps(masks):
    maps = np.stack([masks[0], np.ones((10, 10)), np.zeros((10, 10)), ~masks[0]]).astype(float)
    scores = pointing_scores(maps, masks[:4])
    assert scores.hit.tolist() == [1, 0.12, 0.12, 0] and scores.energy.tolist() == [1, 0.12, 0.12, 0]
    assert scores.chance.tolist() == [0.12] * 4


@given(st.integers(0, 1000), st.floats(0.1, 50))
def test_scale_does_not_matter(seed, scale):
    rng = np.random.default_rng(seed)
    maps, masks = rng.normal(size=(3, 6, 6)), rng.random((3, 6, 6)) > 0.5
    np.testing.assert_allclose(pointing_scores(maps, masks), pointing_scores(scale * maps, masks))


def test_negative_values_have_no_energy(masks):
    maps = np.where(masks[:1], 1.0, -5.0)
    assert pointing_scores(maps, masks[:1]).energy.item() == 1


def test_random_maps_hit_by_chance(masks):
    maps = np.random.default_rng(0).random(masks.shape)
    table = pointing_game(maps, masks, groups=np.repeat(np.arange(20), 3), random_state=0)
    assert (table.difference_low < 0).loc["hit"] and (table.difference_high > 0).loc["hit"]
    assert table.estimate["energy"] == pytest.approx(0.12, abs=0.01)
    assert table.n.tolist() == [60, 60]


def test_estimates_are_means_over_images_with_a_mask(masks):
    masks[::2] = False
    rng = np.random.default_rng(0)
    maps = rng.random(masks.shape) + 0.5 * masks
    scores, table = pointing_scores(maps, masks), pointing_game(maps, masks)
    assert scores.isna().all(axis=1).tolist() == [True, False] * 30
    np.testing.assert_allclose(table.estimate, scores[["hit", "energy"]].mean())
    np.testing.assert_allclose(table.difference, table.estimate - 0.12)
    assert table.n.tolist() == [30, 30] and "low" not in table


def test_tolerance_widens_the_masks():
    masks, maps = np.zeros((1, 9, 9), bool), np.zeros((1, 9, 9))
    masks[0, 4, 4], maps[0, 4, 7] = True, 1
    assert [pointing_scores(maps, masks, tolerance=radius).hit.item() for radius in (0, 2, 3)] == [0, 0, 1]
    assert pointing_scores(maps, masks, tolerance=1).chance.item() == pytest.approx(5 / 81)


@pytest.mark.parametrize(
    ("maps", "masks", "message"),
    [
        (np.zeros((2, 4, 4)), np.zeros((2, 4, 5)), r"shape \(n, H, W\), got \(2, 4, 4\) and \(2, 4, 5\)"),
        (np.full((2, 4, 4), np.nan), np.ones((2, 4, 4)), "maps must be finite, got NaN or infinity in 2"),
        (np.ones((2, 4, 4)), np.zeros((2, 4, 4)), "masks must mark a place in some image, got 2 empty ones"),
    ],
)
def test_wrong_input_is_named(maps, masks, message):
    with pytest.raises(ValueError, match=message):
        pointing_game(maps, masks)
