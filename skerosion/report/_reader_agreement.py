"""How far two readers agree, beside how far estimators agree with the second of them."""

import pandas as pd

from ._doubt import PatientBootstrap
from ._score_columns import column, grade_metrics
from ._score_tables import graded

MEASURES = tuple(column(name).title for name in ("quadratic_kappa", "accuracy", "within_one_accuracy"))


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
        Beside the measures of all rows the share of the same grade where the second reader gives each grade.
    """
    from sklearn.metrics import accuracy_score

    groups, second = (None if result.groups is None else result.groups[read]), second[read]
    bootstrap = PatientBootstrap(groups, len(second), seed=result.seed)
    metrics = grade_metrics(result.target.classes)
    lines = []
    for who, grades in ({"reference": result.grades} | graded(result)).items():
        grades = grades[read]
        cells = {name: (bootstrap.score(metrics[name], second, grades), len(second)) for name in MEASURES}
        for grade, label in zip(result.target.classes, result.target.labels, strict=True):
            if (of := second == grade).any():
                name = f"same grade where the second reader says {label}"
                cells[name] = bootstrap.score(accuracy_score, second, grades, of), int(of.sum())
        lines += [[who, name, *(round(float(end), 4) for end in ends), n] for name, (ends, n) in cells.items()]
    return pd.DataFrame(lines, columns=["who", "measure", "value", "low", "high", "images"])
