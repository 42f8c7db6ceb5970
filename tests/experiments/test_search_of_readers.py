"""A search on the votes of readers: what fits receive, and what report and tables say of the readers."""

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets import ImageTable
from skerosion.experiments import SearchPlan, StudyPlan, run_study, search_strategies
from skerosion.metrics import reader_agreement, reader_level
from tests.brightness_estimator import make_joints, use_brightness

PLAN = {"folds": 2, "strategies": ("original",), "parameters": {"epochs": 2}}


def with_readers(values=lambda grades: grades):
    """Joints of which the first reader sees the grade, the second one more now and then, the third little."""
    rows, y, groups = make_joints()
    said = [y, np.minimum(y + (np.arange(len(y)) % 3 == 0), y.max()), np.where(np.arange(len(y)) % 2, np.nan, y)]
    votes = np.column_stack(said).astype(float)
    rows = rows.with_votes(votes).map_votes(values)
    return ImageTable(rows, values(y), groups, None, None, "", readers=("amy", "ben", "cem"))


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    data = with_readers()
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        told = {"progress": False, "figures": False, "say": lambda message: None}
        report = search_strategies(data, out=tmp_path_factory.mktemp("readers"), plan=SearchPlan(**PLAN), **told)
    return data, report


def test_tables_are_those_of_the_metrics(searched):
    data, report = searched
    votes = pd.DataFrame(data.X.votes, columns=data.readers)
    told = {"order": np.unique(data.y), "random_state": 0}
    expected = reader_agreement(votes, data.groups, **told)
    found = pd.read_csv(report.out / "tables" / "readers.csv")
    assert found["measure"].tolist() == expected["measure"].tolist()
    assert np.allclose(found["value"], expected["value"], atol=1e-6)
    forecast = report.result.predictions["classifier", "original"]
    level = pd.read_csv(report.out / "tables" / "reader_level.csv")
    expected = reader_level(forecast.prediction, votes, data.groups, **told)
    assert np.allclose(level.loc[level["task"] == "classifier", "difference"], expected["difference"], atol=1e-6)


def test_the_page_tells_the_readers(searched):
    page = (searched[1].out / "report.html").read_text(encoding="utf-8")
    assert "Estimators among readers" in page and "the median of the readers" in page
    assert "amy, ben" in page


def test_fits_receive_the_votes_on_the_scale_of_their_task(monkeypatch, tmp_path):
    """A classifier of percentages is trained on grades, and so are the votes that it reads."""
    seen, brightness = {}, use_brightness(monkeypatch)
    fit = brightness.fit

    def noting(self, X, y):
        seen[self.task] = X.votes, np.asarray(y)
        return fit(self, X, y)

    monkeypatch.setattr(brightness, "fit", noting)
    data = with_readers(lambda grades: 20.0 * np.asarray(grades))
    plan = SearchPlan(**PLAN, kind="percent")
    search_strategies(data, out=tmp_path, plan=plan, progress=False, figures=False, refit=False, say=lambda text: None)
    for votes, y in seen.values():
        assert np.array_equal(votes[:, 0], y)
    assert seen["classifier"][1].max() < 6 < seen["regressor"][1].max()


# Few patients, whose resamples may lack a grade.
@pytest.mark.filterwarnings("ignore:the metric is undefined on")
def test_a_study_tells_the_readers_of_its_test_part(monkeypatch, tmp_path):
    use_brightness(monkeypatch)
    data, settings = with_readers(), {"tasks": ("classifier",), "strategies": ("original",), "sizes": (0.4, 0.3, 0.3)}
    told = {"progress": False, "figures": False, "say": lambda message: None}
    study = run_study(data, out=tmp_path, plan=StudyPlan(**settings, transfer=()), **told)
    test = study.result.parts["test"]
    votes = pd.DataFrame(data.X.votes[test], columns=data.readers)
    expected = reader_agreement(votes, data.groups[test], order=np.unique(data.y), random_state=0)
    found = pd.read_csv(tmp_path / "tables" / "readers.csv")
    assert np.allclose(found["value"], expected["value"], atol=1e-6)
    assert "Estimators among readers" in (tmp_path / "report.html").read_text(encoding="utf-8")
