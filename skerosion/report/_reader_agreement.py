"""How far two readers agree, beside how far estimators agree with the second of them."""

import numpy as np
import pandas as pd

from skerosion.grades import class_positions

from ._doubt import PatientBootstrap
from ._score_columns import column, grade_metrics
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
    lines = []
    for who, grades in ({"reference": result.grades} | graded(result)).items():
        grades = grades[read]
        cells = _agreement(result.target, second, grades, bootstrap)
        lines += [[who, name, *(round(float(end), 4) for end in ends), n] for name, (ends, n) in cells.items()]
    return pd.DataFrame(lines, columns=["who", "measure", "value", "low", "high", "images"])


def _agreement(target, second, grades, bootstrap):
    """Measure -> its value and interval, and the number of images."""
    from sklearn.metrics import accuracy_score

    classes, kappa = np.array(target.classes), column("quadratic_kappa").title
    apart, none = np.abs(class_positions(second, classes) - class_positions(grades, classes)), np.zeros(len(second))
    cells = {
        kappa: (bootstrap.score(grade_metrics(classes)[kappa], second, grades), len(second)),
        "same grade": (bootstrap.score(accuracy_score, none, apart), len(second)),
        "at most one grade apart": (bootstrap.score(accuracy_score, none, np.maximum(apart - 1, 0)), len(second)),
    }
    for grade, label in zip(target.classes, target.labels, strict=True):
        if (of := second == grade).any():
            name = f"same grade where the second reader says {label}"
            cells[name] = bootstrap.score(accuracy_score, none, apart, of), int(of.sum())
    return cells
