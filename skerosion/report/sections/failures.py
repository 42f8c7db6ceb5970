"""The images that were graded worst, and those whose truth was the greatest surprise."""

import numpy as np

from .._document import Table, Text
from .results import pictures

TITLE, PLACE = "Failures", 150

N_WORST = 15


def blocks(subject):
    """A table a candidate; images are numbered as they stand in the predictions, and named where that is allowed."""
    worst = [_worst(subject, task, name) for task in subject.verdicts for name in subject.candidates(task)]
    return [*worst, *_pictures(subject)]


CASES = {"worst": "the worst", "doubtful": "those it was most in doubt of, others than the worst"}


def _pictures(subject):
    """The images themselves, where they were asked for."""
    if not subject.page.pictures:
        return [Text((WITHHELD,), "note")]
    titles = {
        f"cases_{kind}_{task}": f"{task.capitalize()}: {of}" for task in subject.verdicts for kind, of in CASES.items()
    }
    return [*pictures(subject, titles), Text((f"{MAPS[subject.what]} {BRIGHT}",), "note")]


MAPS = {
    "search": "Predictions are out of fold; maps, if any, are of the winner, which was fitted on all images.",
    "study": "Maps are of the chosen estimator, which was not fitted on these images.",
    "evaluation": "Maps, where there are any, are of the best estimator.",
}


BRIGHT = "They are bright where the prediction depends on the image most, which is a hint at its reason and no proof."


WITHHELD = (
    "Images are of patients and not shown. Whoever may show them asks for pictures (page={'pictures': True}); "
    "the page then holds the worst and the most doubtful ones, with where the grader looked."
)


def _worst(subject, task, candidate):
    scored, (forecast, row_title) = subject.scored, subject.candidates(task)[candidate]
    predicted, surprise = subject.grades_by(task, candidate), surprises(forecast, scored, task)
    errors = errors_of(subject, predicted)
    order = np.lexsort((-surprise, -errors))[:N_WORST]
    shown = subject.target.shown
    rows = [
        [
            name_of_row(subject, row),
            str(shown(scored.grades[[row]])[0]),
            str(shown(predicted[[row]])[0]),
            int(errors[row]),
            round(float(surprise[row]), 2),
        ]
        for row in order
    ]
    title = f"{task.capitalize()}, {row_title}: the worst {len(rows)} of {len(scored.y):,}"
    columns = ("image", "true", "predicted", "grades apart", "surprise")
    return Table(title, columns, rows, NOTES, of=(task, row_title))


NOTES = (
    "Surprise is minus the natural logarithm of the probability that the forecast gave the true grade.",
    "Rows are counted as in the files of the folder predictions, the first below the header as row 1.",
)


def name_of_row(subject, row):
    """What the page calls a scored image, in tables; its name follows only where names are allowed."""
    return number_of_row(row) if subject.names is None else f"{number_of_row(row)}, {subject.names[row]}"


def number_of_row(row):
    """What figures call a scored image."""
    return f"row {row + 1}"


def errors_of(subject, predicted):
    """By how many grades each scored row is wrong."""
    classes = subject.target.classes
    return np.abs(np.searchsorted(classes, predicted) - np.searchsorted(classes, subject.scored.grades))


def surprises(forecast, scored, task):
    """Minus the logarithm of the probability of each true grade."""
    if task == "classifier":
        position = np.searchsorted(forecast.classes, scored.grades)
        likely = forecast.probabilities[np.arange(len(position)), position]
    else:
        likely = probability_of_grades(forecast.distribution, scored)
    return -np.log(np.clip(likely, 1e-12, None))


def probability_of_grades(distribution, scored):
    """The probability that a distribution gives the true grade of each row."""
    grades, mass = scored.target.grade(distribution.grid), np.diff(distribution.cdf, axis=1, prepend=0)
    return np.where(grades == scored.grades[:, None], mass, 0).sum(axis=1)
