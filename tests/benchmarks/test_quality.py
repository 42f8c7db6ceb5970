"""Benchmarks of quality: fits are kept and taken up again, pages say what is there, promises are measured rightly."""

import argparse
import doctest
import json

import _knees
import best_grader
import conformal
import numpy as np
import pytest
import quality
from imblearn.pipeline import Pipeline

from skerosion import AugmentedForecaster, ContextForecaster, ForecastEnsemble, ImageRows, save_estimator
from skerosion.experiments import make_estimator
from skerosion.networks import list_heads
from skerosion.networks._heads import find_head


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Intervals are not what is tested here."""
    monkeypatch.setattr(_knees, "RESAMPLES", 40)


@pytest.fixture(scope="module")
def parts():
    """Forty and twenty tiny images of patients with two each, with all five grades in both."""
    rng = np.random.default_rng(0)
    made = []
    for count in (40, 20):
        images = rng.integers(0, 255, (count, 16, 16, 1)).astype("uint8")
        made.append(_knees.Part(ImageRows(images, groups=np.arange(count) // 2), np.arange(count) % 5))
    return made


@pytest.mark.parametrize("module", [_knees, quality, best_grader, conformal])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def test_every_head_of_classes_is_compared():
    registered = set(list_heads()) - {"plain"}  # which an example of the documentation registers
    assert set(quality.HEADS) == {name for name in registered if find_head(name).gives != "values"}


def test_a_finished_fit_is_not_made_again(tmp_path):
    kept, calls = _knees.KeptFits(tmp_path / "fits"), []

    def fit():
        calls.append(1)
        return {"probabilities": np.ones((2, 5)) / 5}, {"history": {"loss": [1.0]}}

    for _ in range(2):
        arrays, facts = kept.make("corn-0", {"seed": 0, "filters": (4,)}, fit)
    assert len(calls) == 1 and arrays["probabilities"].shape == (2, 5)
    assert facts["history"] == {"loss": [1.0]} and facts["seconds"] >= 0
    with pytest.raises(SystemExit, match="choose another folder"):
        kept.get("corn-0", {"seed": 1, "filters": (4,)})


def test_the_score_is_the_mean_over_seeds(parts):
    rng = np.random.default_rng(0)
    stack = rng.dirichlet(np.ones(5), (2, 20))
    each = [_knees.rps(parts[1].y, _knees.cdf_of(probabilities)) for probabilities in stack]
    interval = _knees.score(parts[1], stack, np.full(5, 0.2), "CRPS")
    assert interval.estimate == pytest.approx(np.mean(each)) and interval.low < interval.estimate < interval.high


def test_the_page_of_heads_says_what_is_missing(parts, tmp_path):
    rng = np.random.default_rng(0)
    arguments = argparse.Namespace(out=tmp_path, seeds=1, epochs=8, size=64, page_only=True)
    kept = _knees.KeptFits(tmp_path)
    for _, _, name, settings, _ in list(quality.all_fits(arguments))[:2]:
        said = {"probabilities": rng.dirichlet(np.ones(5), 20)}
        kept.make(name, settings, lambda said=said: (said, {"history": {"loss": [0.5]}}))
    found = quality.run(arguments, parts)
    stacks = quality.stacked(found)
    scores, beyond = quality.scored(stacks, parts), quality.beyond_default(stacks, parts[1])
    text = quality.page(found, scores, beyond, arguments, parts)
    assert list(beyond) == ["softmax"] and "| corn |" in text and "Not run yet: beta, seed 0; " in text
    assert [path.name for path in quality.draw(scores, tmp_path)] == ["heads.png"]


def test_the_ladder_ends_in_the_saved_settings():
    last = best_grader.recipes()[list(best_grader.RUNGS)[-1]]
    of_ladder_alone = {"size": best_grader.SETTINGS["reading"]["size"], "epochs": 40}
    recipe = {name: value for name, value in best_grader.NETWORK.items() if name not in ("type", "decision")}
    assert last == recipe | of_ladder_alone


TINY = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "batch_size": 20, "epochs": 1, "head": "corn"}


def test_rungs_are_fitted_once_and_written(parts, tmp_path, monkeypatch):
    tried = f"{best_grader.INSTEAD}two"
    ladder = {tried: {"size": 16, **TINY, "epochs": 2}, "one": {"size": 16, **TINY}}
    monkeypatch.setattr(best_grader, "recipes", lambda: ladder)
    arguments, kept = argparse.Namespace(seeds=2, rungs=None), _knees.KeptFits(tmp_path)
    found = best_grader.run(arguments, kept, lambda size: parts)
    rows = best_grader.rows_of(found, parts[1], np.full(5, 0.2), "median")
    assert [row[0] for row in rows] == ["one", tried] and found["one"][0].shape == (2, 20, 5)
    assert json.loads(json.dumps(rows)) == rows and len(list(tmp_path.glob("*.npz"))) == 4


def test_a_saved_estimator_is_taken_apart(parts, tmp_path):
    network = make_estimator({"type": "OrdinalClassifier", **TINY, "decision": "median"})
    ensemble = ForecastEnsemble(network, n_seeds=2, random_state=0)
    whole = ContextForecaster(AugmentedForecaster(ensemble), strength=0.5).fit(parts[0].X, parts[0].y)
    path = tmp_path / "grader.skerosion"
    save_estimator(Pipeline([("estimator", whole)]), path)
    settings = {"reading": {"size": 16}, "estimator": {"type": "OrdinalClassifier", **TINY}}
    made = {"settings": settings, "seed": 0, "written": "now", "seconds": 6.0}
    path.with_name("grader.skerosion.json").write_text(json.dumps(made))
    rows = best_grader.open_saved(path, _knees.KeptFits(tmp_path), lambda size: parts)
    assert list(rows) == [
        "1 epochs: each of 2 saved networks",
        "their seeds together",
        "mirror image too",
        "other knee too",
    ]
    members, together, _, last = (stack for stack, _ in rows.values())
    np.testing.assert_allclose(members.mean(axis=0), together[0], atol=1e-6)
    np.testing.assert_array_equal(whole.predict(parts[1].X), _knees.median_grade(last[0]))


def test_coverage_counts_rows_and_patients():
    held = np.array([True, True, False, True])
    whole, weights = conformal.by_patient(held, np.array([1, 1, 2, 2]))
    assert whole.tolist() == [True, True, False, False] and weights.tolist() == [0.5] * 4


def test_uniform_values_look_uniform_and_others_do_not():
    rng = np.random.default_rng(0)
    values, groups = rng.uniform(size=400), np.arange(400) // 2
    assert conformal.uniformity(values, groups)[1] > 0.05 > conformal.uniformity(values**2, groups)[1]


def test_sets_of_kept_forecasts_hold_what_they_promise():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(5), 800)
    y = (probabilities.cumsum(axis=1) > rng.uniform(size=(800, 1))).argmax(axis=1)
    rows = ImageRows(probabilities.astype("float32"), groups=np.arange(800) // 2)
    lines = conformal.coverage_rows("drawn", "grades", conformal.KeptClassifier(), rows, y, 10)
    assert all(0.87 < float(line[3]) < 0.95 for line in lines)
    calibration, values = conformal.calibration_rows("drawn", conformal.KeptClassifier(), rows, y)
    assert all(float(line[3]) > 0.01 for line in calibration) and len(values) == 3
