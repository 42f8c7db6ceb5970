"""The images that tell most of a grader, the worst and the most doubtful; only for whoever asks for them."""

import numpy as np
from matplotlib.figure import Figure

from .sections.failures import errors_of, number_of_row, surprises

N_SHOWN = 6


def cases_of(subject, task):
    """Positions of the worst and of the most doubtful scored rows.

    Parameters
    ----------
    subject : Subject
    task : str

    Returns
    -------
    dict of str to ndarray of int
        ``"worst"``, by grades apart, then by surprise; ``"doubtful"``, by the spread of the distribution, others than
        those.
    """
    forecast = subject.chosen(task)
    errors = errors_of(subject, subject.chosen_grades(task))
    order = np.lexsort((-surprises(forecast, subject.scored, task), -errors))
    doubtful = np.argsort(-doubt_of(forecast), kind="stable")
    return {"worst": order[:N_SHOWN], "doubtful": doubtful[~np.isin(doubtful, order[:N_SHOWN])][:N_SHOWN]}


def doubt_of(forecast):
    """Return the entropy of the probabilities of grades, or the width of the interval of half of a distribution.

    Of predictions alone nothing is known: it is 0.
    """
    if forecast.distribution is None and forecast.probabilities is None:
        return np.zeros(len(forecast))
    if forecast.distribution is not None and not forecast.is_of_classes:
        return np.ptp(forecast.distribution.interval(0.5), axis=1)
    p = np.clip(forecast.probabilities, 1e-12, 1)
    return -(p * np.log(p)).sum(axis=1)


def draw_cases(subject, task, rows, maps):
    """Draw some scored rows, with where the grader looked or, where nobody knows that, with what it predicted.

    Parameters
    ----------
    subject : Subject
    task : str
    rows : ndarray of int
    maps : dict of str to ndarray of shape (n_rows, H, W)
        By kind; may be empty.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from skerosion.plotting import AttentionMapDisplay, JointSheetDisplay

    images, name = subject.scored.rows[rows], f"{task}, {subject.verdicts[task].row}"
    if maps:
        settings = {"titles": _titles(subject, task, rows), "rows": np.arange(len(rows)), "name": name}
        return AttentionMapDisplay.from_maps(images, maps, ax=Figure, **settings).figure_
    forecast = subject.chosen(task).take(rows)
    # A distribution of grades knows no percentages.
    truth = (subject.scored.grades if forecast.is_of_classes else subject.scored.y)[rows]
    given = {"rows": np.arange(len(rows)), "name": name, "target_name": subject.target.grade_name}
    display = JointSheetDisplay.from_predictions(images, truth, forecast.distribution, ax=Figure, **given)
    for axes, title in zip(display.axes_, _titles(subject, task, rows), strict=False):
        axes.set_title(title, loc="left", fontsize="medium")  # grades as they were decided, and not the median
    return display.figure_


def _titles(subject, task, rows):
    shown = subject.target.shown
    pairs = zip(shown(subject.scored.grades[rows]), shown(subject.chosen_grades(task)[rows]), strict=True)
    names = [number_of_row(row) for row in rows]
    return [f"{name}\ntrue {true}\npredicted {predicted}" for name, (true, predicted) in zip(names, pairs, strict=True)]
