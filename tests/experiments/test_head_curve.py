"""What more patients would bring to the head of a network, from the embeddings of a search or a study."""

from types import SimpleNamespace

import numpy as np
import pytest

from skerosion.experiments import _head_curve
from skerosion.experiments._head_curve import FEWEST_PATIENTS, head_curve, head_frame
from skerosion.experiments._pages import _more_patients
from skerosion.grades import Target


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Curves of fewer splits than reports show."""
    monkeypatch.setattr(_head_curve, "_DRAWS", 4)


@pytest.fixture(scope="module")
def embedded():
    """Embeddings of three joints of each of 120 patients, two networks of which have each seen one half."""
    rng = np.random.default_rng(0)
    patients, grades = np.repeat(np.arange(120), 3), rng.integers(3, size=360)
    values = np.column_stack([grades + 0.8 * rng.normal(size=360), rng.normal(size=(360, 20))])
    values[180:] = -values[180:]  # another network: what it sees cannot be compared
    return values, grades, patients, [np.arange(180), np.arange(180, 360)]


def test_networks_are_not_mixed_and_their_curves_put_together(embedded):
    curve = head_curve(*embedded)
    assert curve.sizes.tolist() == [8, 15, 25, 42] and len(curve.scores) == len(curve.resampled) == 4
    score = curve.scores.mean(axis=0)
    assert score[-1] > score[0] and score[-1] > 0.4
    frame = head_frame(curve)
    assert frame["extrapolated"].tolist() == [False] * 4 + [True] * 2 and frame["patients"].iloc[-1] == 84
    assert frame.attrs["notes"][0].startswith("42 more patients would bring the head +")


def test_rows_of_one_grade_are_a_score_of_nothing(embedded):
    values, _, patients, networks = embedded
    curve = head_curve(values, np.r_[1, np.zeros(359, dtype=int)], patients, networks)
    assert np.isfinite(curve.scores).all()


def test_a_page_has_a_curve_where_it_can_be_told(embedded):
    values, grades, patients, networks = embedded
    result = SimpleNamespace(y=grades, groups=patients, neighbourhoods=networks, target=Target.decide(grades))
    verdicts = {"classifier": SimpleNamespace(strategy="original")}
    result.embedding = lambda task, strategy: values
    assert list(_more_patients(result, verdicts)) == ["learning_curve"]
    assert _more_patients(result, {}) == {}
    result.embedding = lambda task, strategy: None
    assert _more_patients(result, verdicts) == {}
    few = np.arange(3 * (FEWEST_PATIENTS - 1))
    assert head_curve(values, grades, patients, [few]) is None and head_curve(values, grades, None, networks) is None
