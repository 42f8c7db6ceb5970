"""The figures of scored rows: of a search, of an evaluation, or of one part of a study."""

from pathlib import Path

from matplotlib.figure import Figure

from ._points import drawn_columns
from ._score_columns import DECIDED_BY, errors_among

MOST_GRADES = 12
"""With more, a panel of reliability for each says nothing any more."""


def write_figures(result, tables, out):
    """Write every figure as PNG and as PDF.

    Parameters
    ----------
    result : Scored
    tables : dict of str to ScoreTable
        Those of the tasks, as `make_tables` returns them.
    out : path-like
        Figures go to its folder ``figures``.

    Returns
    -------
    list of pathlib.Path
    """
    from skerosion.plotting import save_figure

    folder = Path(out) / "figures"
    displays = make_displays(result, tables)
    return [path for name, each in displays.items() for path in save_figure(each.figure_, folder / name)]


def make_displays(result, tables):
    """All figures by name, in figures that pyplot does not keep.

    Parameters
    ----------
    result : Scored
    tables : dict of str to ScoreTable

    Returns
    -------
    dict of str to display
    """
    displays = {"labels": _labels(result)}
    displays |= {f"strategies_{task}": _compared(tables[task], task, result) for task in DECIDED_BY if task in tables}
    if result.of_task("classifier"):
        displays["confusion_classifier"] = _confusion(result)
        if len(result.target.classes) <= MOST_GRADES:
            displays["reliability_classifier"] = _reliability(result)
    if result.of_task("regressor"):
        displays |= {"prediction_against_truth": _against_truth(result), "pit_regressor": _pit(result)}
        displays |= {f"cdfs_{name}": _cdfs(result, name, each) for name, each in result.of_task("regressor").items()}
    return displays


def _labels(result):
    from skerosion.plotting import ScoreHistogramDisplay

    target = result.target
    if target.kind == "percent":
        return ScoreHistogramDisplay.from_predictions(result.y, bins=target.bins, ax=Figure)
    return ScoreHistogramDisplay.from_predictions(
        target.shown(result.grades), labels=target.labels, target_name=target.grade_name, ax=Figure
    )


def _compared(table, task, result):
    from skerosion.plotting import StrategyComparisonDisplay

    columns = [column for column in drawn_columns(task) if any(column in cells for _, _, cells in table.rows)]
    scores = {column: {row: cells[column] for row, _, cells in table.rows if column in cells} for column in columns}
    floors = [row for row, kind, _ in table.rows if kind == "floor"]
    resampled = "images" if result.groups is None else "patients"
    settings = {"floors": floors, "smaller_is_better": errors_among(columns), "resampled": resampled}
    return StrategyComparisonDisplay(scores, **settings, row_name=result.candidate).plot(Figure)


def _confusion(result):
    from skerosion.plotting import ConfusionMatricesDisplay

    shown = result.target.shown
    predictions = {result.titles[name]: shown(each.prediction) for name, each in result.of_task("classifier").items()}
    settings = {"labels": result.target.labels, "target_name": result.target.grade_name, "ax": Figure}
    return ConfusionMatricesDisplay.from_predictions(shown(result.grades), predictions, **settings)


def _reliability(result):
    """The networks' own probabilities: those behind the balanced decision are the ones of ``original``."""
    from skerosion.plotting import ReliabilityDisplay

    classifiers = result.of_task("classifier").items()
    probabilities = {result.titles[result.fit_of(name)]: each.probabilities for name, each in classifiers}
    settings = {"labels": result.target.labels, "target_name": result.target.grade_name, "ax": Figure}
    return ReliabilityDisplay.from_predictions(result.target.shown(result.grades), probabilities, **settings)


def _against_truth(result):
    from skerosion.plotting import PredictionTruthDisplay

    means = {result.titles[name]: each.distribution.mean() for name, each in result.of_task("regressor").items()}
    settings = {"kind": "jitter", "target_name": result.target.grade_name}
    if result.target.kind == "percent":
        settings = {"kind": "hexbin", "limits": (0, 100), "target_name": "percent eroded"}
    return PredictionTruthDisplay.from_predictions(result.y, means, ax=Figure, **settings)


def _pit(result):
    from skerosion.plotting import PITHistogramDisplay

    forecasts = {result.titles[name]: each.distribution for name, each in result.of_task("regressor").items()}
    return PITHistogramDisplay.from_predictions(result.y, forecasts, random_state=result.seed, ax=Figure)


def _cdfs(result, name, predictions):
    """For each grade a typical forecast, and below it one that nine of ten are better than."""
    from skerosion.plotting import PredictedCDFDisplay

    settings = {"bins": result.target.bins, "quantiles": (0.5, 0.9), "name": result.titles[name], "ax": Figure}
    return PredictedCDFDisplay.from_predictions(result.y, predictions.distribution, **settings)
