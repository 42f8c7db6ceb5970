"""Columns in another unit are noticed as a whole, with what was seen; columns of the right unit are not."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from skerosion.clinical import das28_crp, das28_esr, ratingen, unit_note

RNG = np.random.default_rng(0)
HEALTH = RNG.integers(0, 101, 200)  # mm
CRP = RNG.gamma(2, 8, 200).round(1)  # mg/L, of active disease
QUIET_CRP = np.exp(RNG.normal(1.0, 1.1, 200)).round(1)  # of remission: a median of 3 mg/L
PERCENT = RNG.choice([0, 5, 10, 15, 20, 50, 100], 200, p=[0.68, 0.16, 0.07, 0.02, 0.03, 0.02, 0.02])


@pytest.mark.parametrize(
    ("kind", "values", "seen"),
    [
        ("global_health", HEALTH / 10, r"in mm, and 200 of 200 values lie between 0 and 10 .*centimetres.*by 10\.$"),
        ("global_health", np.arange(11), "centimetres or points of a scale to 10"),
        (
            "global_health",
            HEALTH / 100,
            r"between 0 and 1 \(the largest is 1\), as if they were shares of 1.*by 100",
        ),
        ("global_health", [*(HEALTH[:20] / 10), *[np.nan] * 80], "20 of 20 values"),
        ("crp", CRP / 10, r"crp is read in mg/L, and 200 of 200 values .*\(the largest is .*mg/dL.*by 10"),
        ("crp", QUIET_CRP / 10, "mg/dL"),
        ("crp", [*(CRP / 10), 12.5, 14], "200 of 202 values lie between 0 and 10 .*largest is 14"),
        ("crp", [*CRP, 4400], r"1 of 201 values lie above 600 \(the largest is 4400\).*not µg/L or nmol/L"),
        ("esr", [20, 340], r"1 of 2 values lie above 200 \(the largest is 340\), which is hardly ever measured"),
        ("percent", PERCENT / 100, "percent is read in percent, and 200 of 200 values.*shares of 1.*by 100"),
        ("percent", [0.0] * 9 + [0.2], "shares of 1"),
    ],
)
def test_another_unit_is_noticed(kind, values, seen):
    assert re.search(seen, unit_note(kind, values))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("global_health", HEALTH),
        ("global_health", np.arange(1, 10) / 2),  # too few to tell
        ("global_health", [0] * 50),
        ("global_health", [*range(11), 35]),
        ("global_health", []),
        ("crp", CRP),
        ("crp", QUIET_CRP),
        ("crp", CRP[:19] / 10),
        ("crp", [0.0] * 100),
        ("esr", RNG.integers(1, 140, 200)),
        ("esr", [0.5]),
        ("percent", PERCENT),
        ("percent", [0, 1] * 20),  # healthy joints, or classes
        ("percent", [0.5] * 9),
        ("percent", np.zeros(500)),
        ("tender", [40]),
    ],
)
def test_the_right_unit_is_not(kind, values):
    assert unit_note(kind, values) == ""


def scores(**changes):
    values = {"tender": 4, "swollen": 5, "crp": CRP, "global_health": HEALTH, **changes}
    return das28_crp(**values)


@pytest.mark.parametrize("kind", [np.asarray, list, pd.Series, pd.array])
@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda kind: scores(global_health=kind(HEALTH / 10)), "global_health"),
        (lambda kind: scores(crp=kind(CRP / 10)), "crp"),
        (lambda kind: das28_esr(4, 5, kind(np.full(200, 20.0)), kind(HEALTH / 10)), "global_health"),
        (lambda kind: ratingen(kind(PERCENT / 100)), "percent"),
    ],
)
def test_functions_warn_at_their_caller(call, name, kind):
    with pytest.warns(UserWarning, match=f"^{name} is read in") as caught:
        call(kind)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    ("score", "name"),
    [(lambda: scores(global_health=HEALTH / 10), "global_health"), (lambda: scores(crp=CRP / 10), "crp")],
)
def test_a_score_warns_of_another_unit(score, name):
    with pytest.warns(UserWarning, match=f"^{name} is read in"):
        score()


def test_right_units_are_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores()
        ratingen(PERCENT)
        ratingen(RNG.uniform(0, 1, 100), zero_threshold=1)  # predictions of healthy joints
        ratingen(0.7), das28_crp(4, 5, 0.8, 3)
