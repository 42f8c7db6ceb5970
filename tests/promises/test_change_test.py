"""ChangeTest: false alarms on average and for a given calibration, discoveries, and pairs that are unlike."""

import warnings

import numpy as np
import pytest
from scipy.stats import norm, t

from skerosion.promises import ChangeTest
from skerosion.promises._discoveries import benjamini_hochberg, possibility


def stable(seed, n):
    """Changes with heavy tails, of pairs of different patients."""
    return np.random.default_rng(seed).standard_t(3, n)


def false_alarms(test, alpha):
    return t(3).sf(test.threshold(alpha))


def test_p_values_are_shares_with_the_new_pair_counted_in():
    test = ChangeTest().fit([0.0, 1.0, 2.0, 3.0], groups=range(4))
    np.testing.assert_allclose(test.p_values([-1.0, 1.0, 1.5, 3.0, 4.0]), [1, 0.8, 0.6, 0.4, 0.2])
    assert test.smallest_p_ == 0.2 and test.threshold(0.2) == 3.0 and test.threshold(0.19) == np.inf


@pytest.mark.parametrize(("n", "confidence"), [(19, None), (50, None), (50, 0.9), (200, 0.9)])
def test_false_alarms_are_what_is_promised(n, confidence):
    made = [false_alarms(ChangeTest(confidence=confidence).fit(stable(seed, n), range(n)), 0.1) for seed in range(400)]
    if confidence is None:
        assert np.mean(made) < 0.1 + 0.006 and np.max(made) > 0.12
    else:
        assert 0.86 < np.mean(np.array(made) <= 0.1) < 1


@pytest.mark.parametrize("confidence", [None, 0.5, 0.95])
def test_a_threshold_is_where_p_values_reach_alpha(confidence):
    test = ChangeTest(confidence=confidence).fit(stable(0, 80), range(80))
    threshold = test.threshold(0.1)
    above, at = test.p_values([threshold + 1e-9, threshold])
    assert above <= 0.1 < at and test.p_values([np.inf])[0] == pytest.approx(test.smallest_p_)


def test_confidence_asks_for_larger_changes():
    thresholds = [
        ChangeTest(confidence=each).fit(stable(0, 100), range(100)).threshold(0.1) for each in (0.5, 0.9, 0.99)
    ]
    assert np.all(np.diff(thresholds) > 0)
    assert ChangeTest(confidence=0.9).fit(stable(0, 20), range(20)).threshold(0.05) == np.inf


def test_discoveries_are_false_no_more_often_than_their_rate():
    shares = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        test = ChangeTest().fit(rng.normal(size=300), range(300))
        with warnings.catch_warnings(action="ignore"):
            found = test.test(rng.normal(size=60) + 4 * (np.arange(60) < 12), rate=0.2)["discovery"].to_numpy()
        shares.append(found[12:].sum() / max(found.sum(), 1))
    assert np.mean(shares) < 0.2 and np.mean(shares) > 0.05


def test_the_procedure_is_that_of_its_definition():
    p = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205])
    assert benjamini_hochberg(p, 0.05).sum() == 2 and not benjamini_hochberg(np.array([0.9]), 0.1).any()


def test_impossible_discoveries_are_said():
    assert "no discovery at rate=0.05 is possible among 40 pairs" in possibility(40, 0.1, 0.05)
    test = ChangeTest().fit(stable(0, 19), range(19))
    with pytest.warns(UserWarning, match=r"smallest p-value is 0.05: among 100 pairs 50 .* 999 stable pairs"):
        assert not test.test(np.r_[np.full(20, 99.0), np.zeros(80)])["discovery"].any()


def test_pairs_unlike_the_stable_ones_are_told():
    joints = np.full((60, 2), 32) - np.arange(60)[:, None] % 4
    test = ChangeTest().fit(stable(0, 60), range(60), n_joints=joints, kind=["hand"] * 60)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert test.test([1.0] * 4, n_joints=joints[:4], kind=["hand"] * 4, rate=0.9)["comparable"].all()
    with pytest.warns(UserWarning, match="2 pairs with numbers of joints or kinds of film that no stable pair has"):
        told = test.test([1.0] * 3, n_joints=[[32, 32], [32, 9], [30, 30]], kind=["hand", "hand", "foot"], rate=0.9)
    assert told["comparable"].tolist() == [True, False, False]
    with pytest.warns(UserWarning, match="29 joints in the median where stable ones have 30"):
        test.test(np.ones(60), n_joints=np.full((60, 2), 29), rate=0.99)


def test_errors_name_what_is_wrong():
    with pytest.raises(ValueError, match="groups must hold each patient once, got 2 pairs of 'a'"):
        ChangeTest().fit([0.0, 1.0, 2.0], groups=["a", "b", "a"])
    with pytest.raises(ValueError, match="groups must name the patient"):
        ChangeTest().fit([0.0, 1.0], groups=None)
    with pytest.raises(ValueError, match="changes must be numbers"):
        ChangeTest().fit([0.0, np.nan], groups=[0, 1])
    with pytest.raises(ValueError, match=r"n_joints must be of shape \(2, 2\)"):
        ChangeTest().fit([0.0, 1.0], groups=[0, 1], n_joints=[3, 4])
    with pytest.raises(ValueError, match="confidence must be"):
        ChangeTest(confidence=1.5).fit([0.0], groups=[0])


def test_uniform_errors_give_uniform_p_values():
    test = ChangeTest().fit(norm.ppf((np.arange(999) + 0.5) / 999), range(999))
    np.testing.assert_allclose(np.quantile(test.p_values(stable(1, 1)), 0.5), test.p_values(stable(1, 1))[0])
    np.testing.assert_allclose(test.p_values(norm.ppf([0.5, 0.9])), [0.5, 0.1], atol=0.002)
