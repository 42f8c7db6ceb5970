"""The figures of a search, from its out-of-fold predictions."""

from pathlib import Path

import numpy as np

from ._strategies import TITLES


def write_figures(result, out):
    """Write every figure of a search as PNG and as PDF.

    Parameters
    ----------
    result : SearchResult
    out : path-like
        Figures go to its folder ``figures``.

    Returns
    -------
    list of pathlib.Path
    """
    from skerosion.plotting import save_figure

    folder = Path(out) / "figures"
    return [path for name, figure in make_figures(result).items() for path in save_figure(figure, folder / name)]


def make_figures(result):
    """All figures of a search by name.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    dict of str to matplotlib.figure.Figure
    """
    figures = {"labels": _labels(result)}
    if result.of_task("classifier"):
        figures["confusion_classifier"] = _confusion(result)
    if result.of_task("regressor"):
        figures["prediction_against_truth"] = _against_truth(result)
        figures |= {f"cdfs_{name}": _cdfs(result, each) for name, each in result.of_task("regressor").items()}
    return figures


def _labels(result):
    from skerosion import plotting

    if result.target.kind == "percent":
        return plotting.plot_percent_histogram(result.y)
    return plotting.plot_grade_histogram(result.grades, classes=result.target.classes)


def _confusion(result):
    from skerosion.plotting import plot_confusion_matrices

    predictions = {TITLES[name]: each.prediction for name, each in result.of_task("classifier").items()}
    target = result.target
    return plot_confusion_matrices(result.grades, predictions, classes=target.classes, name=target.grade_name)


def _against_truth(result):
    from skerosion import plotting

    means = {TITLES[name]: each.distribution.mean() for name, each in result.of_task("regressor").items()}
    if result.target.kind == "percent":
        return plotting.plot_percents_against_truth(result.y, means)
    return plotting.plot_grades_against_truth(result.grades, means, classes=result.target.classes)


def _cdfs(result, predictions):
    """For each grade a typical forecast, and below it one that nine of ten are better than."""
    from skerosion.metrics import crps
    from skerosion.plotting import example_rows, plot_predicted_cdfs

    scores = crps(result.y, predictions.cdf, grid=predictions.grid, per_sample=True, unit="points")
    rows = np.concatenate([example_rows(result.grades, scores, quantile) for quantile in (0.5, 0.9)])
    return plot_predicted_cdfs(
        predictions.grid,
        predictions.cdf[rows],
        result.y[rows],
        scores=scores[rows],
        label="eroded surface, percent" if result.target.kind == "percent" else "grade",
        columns=len(rows) // 2,
        row_names=("typical", "poor (9 of 10 are better)"),
    )
