import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from skerosion.inspection import halo_slope, label_disagreement, nearest_joints


@given(st.integers(0, 10_000), st.booleans())
def test_neighbours_are_the_nearest_of_other_patients(seed, grouped):
    rng = np.random.default_rng(seed)
    embeddings, labels, patients = rng.random((20, 3)), rng.integers(0, 6, 20), rng.integers(0, 5, 20)
    table = nearest_joints(embeddings, labels, n_neighbors=4, groups=patients if grouped else None)
    distances = cdist(embeddings, embeddings)
    owners = patients if grouped else np.arange(20)
    distances[owners[:, None] == owners] = np.inf
    np.testing.assert_allclose(table.distance.to_numpy().reshape(20, 4), np.sort(distances, axis=1)[:, :4])
    np.testing.assert_allclose(table.distance, distances[table["query"], table.neighbor])
    np.testing.assert_array_equal(table.label, labels[table.neighbor])
    assert table["rank"].tolist() == [1, 2, 3, 4] * 20
    assert ("group" in table) == grouped


def test_queries_may_be_of_known_or_new_patients():
    embeddings, labels, patients = [[0.0], [1.0], [2.0]], ["a", "b", "c"], [1, 2, 2]
    new = nearest_joints(embeddings, labels, [[1.1]], n_neighbors=1, groups=patients)
    known = nearest_joints(embeddings, labels, [[1.1]], n_neighbors=1, groups=patients, query_groups=[2])
    stranger = nearest_joints(embeddings, labels, [[1.1]], n_neighbors=1, groups=patients, query_groups=[9])
    assert (new.label.item(), known.label.item(), stranger.label.item()) == ("b", "a", "b")
    assert known.group.item() == 1


def test_too_many_neighbours_are_an_error():
    with pytest.raises(ValueError, match="n_neighbors must be at most the joints of other patients, got 2 with 1 such"):
        nearest_joints([[0.0], [1.0], [2.0]], [0, 1, 2], n_neighbors=2, groups=[1, 1, 2])
    with pytest.raises(ValueError, match="rows must agree in number: embeddings has 2, y has 3"):
        nearest_joints([[0.0], [1.0]], [0, 1, 2])


def test_disagreement_is_the_label_minus_the_means():
    rng = np.random.default_rng(0)
    embeddings, percent, patients = rng.random((30, 2)), rng.integers(0, 100, 30), np.repeat(np.arange(10), 3)
    patients[-1] = 99
    table = label_disagreement(embeddings, percent, patients, n_neighbors=6)
    near = nearest_joints(embeddings, percent, n_neighbors=6, groups=patients)
    for row in range(30):
        neighbors = near[near["query"] == row].label.mean()
        others = percent[(patients == patients[row]) & (np.arange(30) != row)]
        assert table.neighbors[row] == pytest.approx(neighbors)
        assert table.against_neighbors[row] == pytest.approx(percent[row] - neighbors)
        assert table.n_others[row] == len(others)
        if len(others):
            assert table.others[row] == pytest.approx(others.mean())
            assert table.against_others[row] == pytest.approx(percent[row] - others.mean())
    assert np.isnan(table.others[29]) and table.index.tolist() == list(range(30))


def test_without_patients_only_neighbours_are_compared():
    table = label_disagreement([[0.0], [0.1], [9.0]], [0, 50, 50], n_neighbors=1)
    assert list(table) == ["label", "neighbors", "against_neighbors"]
    assert table.against_neighbors.tolist() == [-50, 50, 0]


def disagreement_with_halo(share, seed=0):
    """Joints whose embedding is their damage, and labels drawn by a share towards the patient's mean."""
    rng = np.random.default_rng(seed)
    damage = rng.uniform(0, 100, (150, 6))
    labels = damage + share * (damage.mean(axis=1, keepdims=True) - damage)
    return label_disagreement(damage.reshape(-1, 1), labels.ravel(), np.repeat(np.arange(150), 6), n_neighbors=15)


def test_halo_is_found_where_there_is_one():
    without, with_halo = (halo_slope(disagreement_with_halo(share), random_state=0) for share in (0, 0.5))
    assert abs(without.estimate) < 0.01 < 0.05 < with_halo.low


def test_slope_is_that_of_least_squares():
    table = disagreement_with_halo(0.3)
    expected = np.polyfit(table.others - table.neighbors, table.against_neighbors, 1)[0]
    interval = halo_slope(table, n_resamples=50, random_state=0)
    assert interval.estimate == pytest.approx(expected) and interval.low <= expected <= interval.high


def test_halo_needs_patients():
    with pytest.raises(ValueError, match="give groups to label_disagreement"):
        halo_slope(label_disagreement([[0.0], [1.0]], [0, 1], n_neighbors=1))
    single = label_disagreement([[0.0], [1.0]], [0, 1], [1, 2], n_neighbors=1)
    with pytest.raises(ValueError, match="got 0 joints of patients with several"):
        halo_slope(single)
