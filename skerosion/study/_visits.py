"""What the joints' forecasts say about a patient's visit: the Rau score, and how it goes with DAS28."""

import numpy as np
import pandas as pd

from skerosion.clinical import RATINGEN_EDGES, ratingen, rau_score
from skerosion.report._scores import PatientBootstrap
from skerosion.report._tables import ScoreTable

ACTIVITY = {"das28bsr_score": "DAS28-ESR", "das283crp_score": "DAS28-CRP"}
"""Columns of the registry's secondary table and what they are called."""

RAU_COLUMNS = ("MAE of the Rau score", "mean error", "correlation")


def knows_visits(data, target):
    """Whether rows are joints of visits, with percentages of eroded surface."""
    return hasattr(data, "wide") and target.kind == "percent"


def visit_table(result, chosen):
    """One row for each visit of the held-out patients: its true Rau score and the predicted ones.

    Parameters
    ----------
    result : StudyResult
        Of a registry.
    chosen : dict of str to str
        Task -> strategy.

    Returns
    -------
    DataFrame
        patient_id, date, part, n_joints, rau (of the labels), for each task ``<task>`` (grades decided on) and
        ``<task>, expected`` (expected grades), and the DAS28 of the visit where the registry has it.
    """
    frames = []
    for name in ("validation", "test"):
        part, rows = result.part(name), result.parts[name]
        true = _rau(result, rows, ratingen(part.y))
        frame = pd.DataFrame({"part": name, "n_joints": true.n_joints, "rau": true.score})
        for task, strategy in chosen.items():
            decided, expected = visit_grades(part, task, part.predictions[task, strategy])
            frame[task] = _rau(result, rows, decided).score
            frame[f"{task}, expected"] = _rau(result, rows, expected).score
        frames.append(frame)
    visits = pd.concat(frames)
    return visits.join(_activity(result.data)).reset_index()


def visit_grades(part, task, predictions):
    """The grade decided on for each joint, and its expected grade, which need not be whole."""
    if task == "classifier":
        return predictions.prediction, predictions.probabilities @ predictions.classes
    probabilities = predictions.distribution.grade_probabilities(RATINGEN_EDGES)
    return part.median_grade(predictions), probabilities @ np.arange(probabilities.shape[1])


def _rau(result, rows, grades):
    """The Rau score of each visit with a joint among these rows."""
    values = np.full(len(result.y), np.nan)
    values[rows] = grades
    return rau_score(result.data.wide(values).dropna(how="all"))


def _activity(data):
    columns = {column: name for column, name in ACTIVITY.items() if column in data.table}
    return data.table.groupby(["patient_id", "date"])[list(columns)].first().rename(columns=columns)


def true_visits(result):
    """The Rau score of the labels and DAS28 for every visit of the registry, with its patient.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    DataFrame
        patient_id, date, rau, n_joints and the columns of DAS28 that the registry has.
    """
    rau = rau_score(ratingen(result.data.wide()))
    frame = pd.DataFrame({"rau": rau.score, "n_joints": rau.n_joints})
    return frame.join(_activity(result.data)).reset_index()


def rau_table(visits, trained, seed):
    """How far predicted Rau scores lie from those of the labels, for the visits of the test part.

    Parameters
    ----------
    visits : DataFrame
        As `visit_table` makes it.
    trained : array-like
        True Rau scores of the train part's visits, whose mean is the floor.
    seed : int

    Returns
    -------
    ScoreTable
    """
    test = visits[visits["part"] == "test"]
    predicted = [name for name in test.columns if name.split(",")[0] in ("classifier", "regressor")]
    bootstrap = PatientBootstrap(test["patient_id"], len(test), seed=seed)
    rows = [(_word(name), "strategy", _rau_cells(bootstrap, test["rau"], test[name])) for name in predicted]
    floor = np.full(len(test), np.mean(trained))
    cells = _rau_cells(bootstrap, test["rau"], floor, RAU_COLUMNS[:2])
    title = f"Rau score of {len(test):,} visits of {test['patient_id'].nunique():,} patients, test part"
    return ScoreTable(title, RAU_COLUMNS, [*rows, ("floor: mean", "floor", cells)], tuple(bootstrap.notes))


def _word(name):
    return name.replace(", expected", ", expected grades") if "expected" in name else f"{name}, grades decided on"


def _rau_cells(bootstrap, true, predicted, columns=RAU_COLUMNS):
    from sklearn.metrics import mean_absolute_error

    metrics = dict(zip(RAU_COLUMNS, (mean_absolute_error, mean_error, correlation), strict=True))
    true, predicted = np.asarray(true, dtype=float), np.asarray(predicted, dtype=float)
    return bootstrap.cells({column: metrics[column] for column in columns}, true, predicted)


def activity_table(true, visits, seed):
    """Correlation of DAS28 with the Rau score: of the labels in all visits, and of the forecasts in the test part.

    Parameters
    ----------
    true : DataFrame
        As `true_visits` makes it.
    visits : DataFrame
        As `visit_table` makes it.
    seed : int

    Returns
    -------
    ScoreTable or None
        None where the registry has no DAS28.
    """
    test = visits[visits["part"] == "test"]
    sources = {
        "Rau score of the labels, all visits": (true, "rau"),
        "Rau score of the labels, test part": (test, "rau"),
    }
    sources |= {
        f"Rau score of the {task}, test part": (test, f"{task}, expected")
        for task in ("classifier", "regressor")
        if task in test
    }
    columns, notes = [name for name in ACTIVITY.values() if name in true], []
    rows = [(name, "level", _activity_cells(frame, of, columns, seed, notes)) for name, (frame, of) in sources.items()]
    if not any(cells for _, _, cells in rows):
        return None
    return ScoreTable("Correlation of DAS28 with the Rau score", tuple(columns), rows, tuple(dict.fromkeys(notes)))


def _activity_cells(frame, of, columns, seed, notes):
    cells = {}
    for column in columns:
        known = frame[[of, column, "patient_id"]].dropna()
        if known["patient_id"].nunique() > 2:
            bootstrap = PatientBootstrap(known["patient_id"], len(known), seed=seed)
            cells |= bootstrap.cells({column: correlation}, known[of].to_numpy(), known[column].to_numpy())
            notes += [f"{column}: {len(known):,} visits have both ({of}).", *bootstrap.notes]
    return cells


def mean_error(y_true, y_pred, sample_weight=None):
    """Mean of prediction minus truth.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.study._visits import mean_error
    >>> float(mean_error(np.array([0.0, 2.0]), np.array([1.0, 2.0])))
    0.5
    """
    return np.average(y_pred - y_true, weights=sample_weight)


def correlation(y_true, y_pred, sample_weight=None):
    """Pearson's correlation; NaN where one of both is constant.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.study._visits import correlation
    >>> round(float(correlation(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))), 6)
    1.0
    """
    covariance = np.cov(y_true, y_pred, aweights=sample_weight, ddof=0)
    spread = np.sqrt(covariance[0, 0] * covariance[1, 1])
    return covariance[0, 1] / spread if spread > 0 else np.nan
