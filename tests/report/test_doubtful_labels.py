"""Labels that forecasts find hard to believe: the table of the page, and the check that counts them."""

import copy
import dataclasses

import numpy as np
import pytest

from skerosion.forecasts import Forecast, GridDistribution
from skerosion.metrics import expected_losses, label_losses, standardized_losses
from skerosion.report._doubtful_labels import doubtful_labels, unlikely_labels
from skerosion.report.checks import unlikely_labels as check
from skerosion.report.sections import reference


def with_forecast(subject, task, forecast):
    """The same subject, whose best strategy of a task, its only one, has predicted something else."""
    scored = copy.copy(subject.scored)
    scored.__dict__["predictions"] = {(task, subject.verdicts[task].strategy): forecast}
    return dataclasses.replace(subject, scored=scored, verdicts={task: subject.verdicts[task]})


def sure_of(subject, wrong, p=0.999):
    """Probabilities p for each true grade, but for the next one on some rows."""
    classes = np.array(subject.target.classes)
    at = np.searchsorted(classes, subject.scored.grades)
    at[wrong] = (at[wrong] + 1) % len(classes)
    probabilities = np.full((len(at), len(classes)), (1 - p) / (len(classes) - 1))
    probabilities[np.arange(len(at)), at] = p
    return Forecast.of_probabilities(probabilities, classes)


def test_doubtful_labels_are_those_of_an_audit(subject):
    forecast, scored = subject.chosen("classifier"), subject.scored
    table = doubtful_labels(dataclasses.replace(subject, verdicts={"classifier": subject.verdicts["classifier"]}))
    losses = label_losses(forecast, scored.grades) - expected_losses(forecast)
    expected = standardized_losses(losses, scored.fold_of_row, np.zeros(len(losses)))
    np.testing.assert_allclose(table.sort_values("row")["score"], expected, atol=1e-5)
    assert table["score"].is_monotonic_decreasing


def test_a_label_that_contradicts_its_forecast_leads_the_table(subject):
    told = with_forecast(subject, "classifier", sure_of(subject, [5]))
    table = next(block for block in reference.blocks(told) if "hardest to believe" in getattr(block, "title", ""))
    assert table.rows[0][0] == "row 6" and table.rows[0][1] != table.rows[0][2]


def test_unlikely_labels_are_counted_beside_those_to_be_expected(subject):
    told = with_forecast(subject, "classifier", sure_of(subject, list(range(8))))
    n, k = len(subject.scored.y), len(subject.target.classes)
    found, expected = unlikely_labels(told)
    assert (found, expected) == (8, pytest.approx(n * 0.001))
    assert check.find(told)[0] == "tip" and k > 1
    assert check.find(with_forecast(subject, "classifier", sure_of(subject, [])))[0] == "passed"


def test_distributions_are_counted_by_the_grades_they_fall_into(subject):
    grid = np.unique(subject.y).astype(float)
    sure = GridDistribution(grid, (grid >= subject.y[:, np.newaxis]).astype(float))
    told = with_forecast(subject, "regressor", Forecast.of_distribution(sure))
    assert unlikely_labels(told) == (0, 0.0)


def test_without_verdicts_nothing_is_said(subject):
    assert check.find(dataclasses.replace(subject, verdicts={}))[0] == "not given"
