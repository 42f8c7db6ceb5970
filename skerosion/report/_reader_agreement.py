"""How far readers agree, beside how far estimators agree with them."""

import warnings

import numpy as np
import pandas as pd

from skerosion.metrics import agreement_measures, reader_agreement, reader_level

from ._doubt import PatientBootstrap
from ._score_tables import graded


def agreement_frame(result, second, read):
    """Agreement of the reference and of each estimator with a second reader, with patient-bootstrap intervals.

    Parameters
    ----------
    result : Scored
    second : ndarray of int of shape (n_rows,)
        The grades of the second reader.
    read : ndarray of bool of shape (n_rows,)
        The rows that the second reader graded; others do not count.

    Returns
    -------
    DataFrame
        ``who`` agrees with the second reader, the ``measure``, its ``value`` with ``low`` and ``high``, and ``images``.
        Weighted kappa, the shares of images with the same grade and with grades at most one apart, and the share of the
        same grade where the second reader gives each grade.
    """
    groups, second = (None if result.groups is None else result.groups[read]), second[read]
    bootstrap = PatientBootstrap(groups, len(second), seed=result.seed)
    classes, lines = np.array(result.target.classes), []
    for who, grades in ({"reference": result.grades} | graded(result)).items():
        grades = grades[read]
        cells = agreement_measures(grades, second, classes, result.target.labels, bootstrap.score)
        lines += [[who, name, *(round(float(end), 4) for end in ends), n] for name, (ends, n) in cells.items()]
    return pd.DataFrame(lines, columns=["who", "measure", "value", "low", "high", "images"])


def reader_frames(result, readers, chosen):
    """How far the readers agree whose votes the rows bring along, and where estimators stand among them.

    Parameters
    ----------
    result : Scored
        Its predictions are of patients that were not trained on.
    readers : sequence of str
        What the readers are called.
    chosen : dict of str to str
        The strategy of each task that is compared.

    Returns
    -------
    dict of str to DataFrame
        ``"readers"`` as `skerosion.metrics.reader_agreement` gives it, and ``"reader_level"`` as
        `skerosion.metrics.reader_level` does, for each task.
    """
    votes = pd.DataFrame(result.rows.map_votes(result.target.grade).votes, columns=list(readers))
    groups = np.arange(len(votes)) if result.groups is None else result.groups
    told = {"order": np.array(result.target.classes), "random_state": result.seed}
    grades = {task: _grades(result, task, strategy) for task, strategy in chosen.items()}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        frames = {"readers": reader_agreement(votes, groups, **told)}
        levels = [reader_level(said, votes, groups, **told).assign(task=task) for task, said in grades.items()]
    frames |= {"reader_level": pd.concat(levels)} if levels else {}
    frames["readers"].attrs["notes"] = tuple(dict.fromkeys(str(each.message) for each in caught))
    return frames


def _grades(result, task, strategy):
    forecast = result.of_task(task)[strategy]
    return forecast.prediction if task == "classifier" else result.median_grade(forecast)
