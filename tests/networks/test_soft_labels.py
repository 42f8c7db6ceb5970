"""Soft labels: what dlordinal gives, and what all of them have in common."""

import numpy as np
import pytest
from scipy import stats

from skerosion.networks._soft_labels import SOFT_LABELS, beta_labels, sord_labels, triangular_labels

# dlordinal 2.7.0: get_beta_soft_labels(5), rows 1 and 2, and row 0, whose published parameters are rounded.
BETA = [
    [1.6306230597e-01, 6.7401521198e-01, 1.5985465218e-01, 3.0671501778e-03, 6.7969522299e-07],
    [5.9739372582e-04, 1.6304604741e-01, 6.7271311773e-01, 1.6304604741e-01, 5.9739372582e-04],
]
BETA_END = [8.3222783301e-01, 1.5097599904e-01, 1.6140799953e-02, 6.5280000256e-04, 2.5600000609e-06]
# dlordinal 2.7.0: get_triangular_soft_labels(5, alpha2=0.05), rows 0 to 3; its last row is not a mirror image of row 0.
TRIANGULAR = [
    [0.9721820676, 0.0278179241, 0, 0, 0],
    [0.0500000013, 0.8999999991, 0.0499999996, 0, 0],
    [0, 0.0500000004, 0.8999999991, 0.0500000004, 0],
    [0, 0, 0.0499999996, 0.8999999991, 0.0500000013],
]


def test_beta_labels_are_those_of_dlordinal():
    labels = beta_labels(5)
    np.testing.assert_allclose(labels[1:3], BETA, atol=1e-7)
    np.testing.assert_allclose(labels[0], BETA_END, atol=0.003)


def test_triangular_labels_are_those_of_dlordinal():
    np.testing.assert_allclose(triangular_labels(5)[:4], TRIANGULAR, atol=1e-8)


@pytest.mark.parametrize(("n_classes", "rounding"), [(3, 0.02), (5, 0.003), (6, 0.04)])
def test_labels_agree_with_dlordinal_live(n_classes, rounding):
    """Up to the integers to which the published parameters of the beta distributions are rounded."""
    theirs = pytest.importorskip("dlordinal.soft_labelling")
    np.testing.assert_allclose(
        triangular_labels(n_classes)[:-1], theirs.get_triangular_soft_labels(n_classes, 0.05)[:-1], atol=1e-7
    )
    np.testing.assert_allclose(beta_labels(n_classes), theirs.get_beta_soft_labels(n_classes), atol=rounding)


def test_sord_is_a_softmax_of_distances():
    decays = np.exp(-2.0 * np.array([1, 0, 1, 2]))
    np.testing.assert_allclose(sord_labels(4)[1], decays / decays.sum())


@pytest.mark.parametrize("shape", SOFT_LABELS)
@pytest.mark.parametrize("n_classes", [2, 3, 5, 11, 101])
def test_every_label_is_a_unimodal_distribution_about_its_class(shape, n_classes):
    labels = SOFT_LABELS[shape](n_classes)
    assert labels.shape == (n_classes, n_classes) and (labels >= 0).all()
    np.testing.assert_allclose(labels.sum(axis=1), 1)
    np.testing.assert_array_equal(labels.argmax(axis=1), np.arange(n_classes))
    np.testing.assert_allclose(labels, labels[::-1, ::-1], atol=1e-9)
    for true, label in enumerate(labels):
        assert (np.diff(label[: true + 1]) >= -1e-12).all() and (np.diff(label[true:]) <= 1e-12).all()


def test_beta_labels_have_the_mean_and_spread_they_promise():
    """Class 2 of 10: mean 0.25 and standard deviation 0.05, by the beta distribution of these moments."""
    p, q = 18.5, 55.5
    assert stats.beta.mean(p, q) == pytest.approx(0.25) and stats.beta.std(p, q) == pytest.approx(0.05)
    np.testing.assert_allclose(beta_labels(10)[2], np.diff(stats.beta.cdf(np.linspace(0, 1, 11), p, q)))
