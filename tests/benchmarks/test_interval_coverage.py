"""The simulation of intervals: draws are kept and taken up again, and what is known to hold holds in it."""

import doctest
import json

import interval_coverage as ic
import numpy as np
import pytest
from _forecasts import SHARES, draw_images, draw_joints


def part(simulate, name="tried"):
    return ic.Part("table", name, simulate)


def test_examples():
    assert doctest.testmod(ic).failed == 0


def test_draws_are_kept_and_more_are_the_same_as_all_at_once(tmp_path):
    one = part(lambda rng: {"held": rng.uniform() < 0.9, "other": rng.uniform()})
    some = one.draws(tmp_path, 13, seed=0)
    more = one.draws(tmp_path, 25, seed=0)
    assert more["other"][:13] == some["other"] and len(more["held"]) == 25
    other = tmp_path / "other"
    other.mkdir()
    assert more == one.draws(other, 25, seed=0)
    assert one.draws(tmp_path, 5, seed=0) == {line: values[:5] for line, values in some.items()}
    (path,) = tmp_path.glob("*.json")
    assert len(json.loads(path.read_text())["draws"]) == 25


def test_a_page_keeps_the_tables_that_were_not_drawn(tmp_path):
    page = tmp_path / "coverage.md"
    page.write_text(f"# Words\n\n{ic.NUMBERS}\n\n")
    ic.write_page(page, {("adapt", "a"): {"gain": [1, 1]}, ("rau", "a"): {"score": [0, 1]}})
    before = page.read_text()
    ic.write_page(page, {("rau", "a"): {"score": [0, 1, 1]}})
    assert page.read_text() == before.replace("Draws: 2", "Draws: 3", 1).replace(ic.cell([0, 1]), ic.cell([0, 1, 1]))
    assert before.startswith("# Words") and before.index("Rau scores") < before.index("Gains")


def test_no_two_parts_share_a_file():
    names = [each.name for each in ic.parts()]
    assert len(set(names)) == len(names)


def test_forecasts_are_calibrated_and_patients_have_something_in_common():
    images = draw_images(2000, np.random.default_rng(0), "rare")
    said = images.said(0.7, np.random.default_rng(1))
    np.testing.assert_allclose(np.bincount(images.grades) / len(images.grades), SHARES["rare"], atol=0.01)
    np.testing.assert_allclose(said.probabilities.mean(axis=0), SHARES["rare"], atol=0.01)
    low, high = said.distribution.interval(0.9).T
    assert np.mean((images.percent >= low) & (images.percent <= high)) == pytest.approx(0.93, abs=0.03)
    means = np.bincount(images.groups, images.severity) / np.bincount(images.groups)
    assert means.var() > 0.5


def test_misread_films_are_few_and_far_off():
    right, misread = (draw_joints(300, np.random.default_rng(0), share) for share in (0.0, 0.2))
    np.testing.assert_array_equal(right.grades, misread.grades)
    changed = (right.cdf != misread.cdf).any(axis=1)
    visits = np.unique(right.visits[changed])
    assert len(visits) / (right.visits.max() + 1) == pytest.approx(0.2, abs=0.05)


def test_few_patients_are_covered_by_expanded_percentiles_and_not_by_plain_ones(monkeypatch):
    monkeypatch.setattr(ic, "POPULATION", 2000)
    ic.population.cache_clear()
    held = [ic.bootstrap(np.random.default_rng(k), 6, "frequent", ["mean_error"]) for k in range(60)]
    ic.population.cache_clear()
    printed, plain = (np.mean([draw[line] for draw in held]) for line in ("mean error", "mean error, plain"))
    assert printed > 0.9 and plain < printed - 0.05


def test_conformal_sets_hold_what_they_claim_for_an_estimator_that_is_too_sure():
    held = [ic.conformal(np.random.default_rng(k), 20, 1.6) for k in range(20)]
    for line in ("sets by row", "sets by patient", "intervals by row", "intervals by patient"):
        assert np.mean([draw[line] for draw in held]) > 0.87


def test_closed_forms_hold_for_independent_images():
    held = [ic.proportions(np.random.default_rng(k), 50, (1, 1)) for k in range(100)]
    assert np.mean([draw["Wilson's, of the accuracy"] for draw in held]) > 0.88
