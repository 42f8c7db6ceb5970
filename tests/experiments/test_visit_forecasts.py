"""What a study tells of visits beside their scores."""

import numpy as np
import pytest

from skerosion.experiments._visit_forecasts import found_rises
from skerosion.visits import rau_distribution


def test_rises_are_tested_on_patients_who_calibrate_nothing():
    n = 60
    rng = np.random.default_rng(0)
    level = rng.uniform(0.2, 0.6, n)
    rose = np.arange(n) >= 40
    damaged = np.column_stack([level + 0.02 * rng.normal(size=n), level + 0.3 * rose + 0.02 * rng.normal(size=n)])
    joints = np.repeat(1 - damaged.ravel(), 20)
    cdf = np.column_stack([joints, np.ones(len(joints))])
    patients, visits = np.repeat(np.arange(n), 40), np.tile(np.repeat([0, 1], 20), n)
    rau = rau_distribution(cdf, patients, visits, bins=None)
    frame = found_rises(rau, np.column_stack([np.full(n, 9.0), 9.0 + rose]).ravel()).set_index("rule")
    assert frame["stable"].tolist() == [40, 40] and frame["rises"].tolist() == [20, 20]
    assert frame.loc["test", "found"] > 0.9 and 0 < frame.loc["test", "alarm above"] < 5
    assert found_rises(rau, np.zeros(2 * n)) is None
    assert frame.loc["smallest detectable change", "alarm above"] == pytest.approx(
        rau.changes()["smallest_detectable"].median(), rel=0.1
    )
