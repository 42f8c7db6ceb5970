"""Every table of a study: the thesis' and, beside them, floors, intervals, paired differences and results by joint."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ._differences import difference_table
from ._factors import factor_tables
from ._outliers import disagreement, halo_table, outlier_frame
from ._score_columns import DECIDED_BY, grade_metrics
from ._score_tables import (
    MAKERS,
    ScoreTable,
    bootstrap_of,
    graded,
    recall_table,
    winning_strategy,
)
from ._verdicts import verdicts_of
from ._visit_tables import activity_table, label_frame_of_visits, rau_table, visit_frame


@dataclass(frozen=True)
class StudyTables:
    """The tables of a study.

    Parameters
    ----------
    scores : dict of str to ScoreTable
        Scores with their intervals, such as ``"validation_classifier"`` and ``"test_regressor"``.
    frames : dict of str to DataFrame
        What has no intervals: ``"split"``, ``"labels"``, ``"trainings"``, ``"outliers"``, and for a registry
        ``"visits"``, ``"labelled_visits"``, ``"reading"`` and ``"changes"``.
    chosen : dict of str to str
        Task -> strategy that was the best on the validation part.
    visits : VisitForecasts or None, default=None
        The Rau scores of the test part's visits; None where rows are not joints of visits.
    against_floors : dict of str to dict of str to Verdict, default={}
        ``"validation"`` and ``"test"`` -> task -> what was chosen beside the best floor.

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report import StudyTables
    >>> table = ScoreTable("test", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> tables = StudyTables({"test_classifier": table}, frames={}, chosen={"classifier": "original"})
    >>> tables.of_part("test")["classifier"].value("original", "accuracy")
    0.5
    """

    scores: dict
    frames: dict
    chosen: dict
    visits: object | None = None
    against_floors: dict = field(default_factory=dict)

    @property
    def kept(self):
        """The chosen strategies that were better than every floor where they were chosen: those worth keeping."""
        verdicts = self.against_floors.get("validation", {})
        return {task: name for task, name in self.chosen.items() if task not in verdicts or verdicts[task].beats}

    def of_part(self, name):
        """The tables of the tasks for one part, by task."""
        return {task: self.scores[f"{name}_{task}"] for task in DECIDED_BY if f"{name}_{task}" in self.scores}


def make_study_tables(result, factors, names):
    """All tables of a study, and the disagreement of labels with their neighbours.

    Parameters
    ----------
    result : StudyResult
    factors : dict of str to ndarray of str, shape (n_rows,)
        What rows are told apart by.
    names : sequence of str
        What each row is called.

    Returns
    -------
    tables : StudyTables
    found : DataFrame
        As `disagreement` returns it.
    """
    tables = _make_tables(result, factors)
    found = disagreement(result, tables.chosen)
    frames = tables.frames | {"outliers": outlier_frame(result, found, names)}
    return replace(tables, scores=tables.scores | {"halo": halo_table(result, found)}, frames=frames), found


def _make_tables(result, factors):
    """The tables without those of outliers; what is chosen is chosen on the validation part.

    Parameters
    ----------
    result : StudyResult
    factors : dict of str to ndarray of str, shape (n_rows,)
        What rows are told apart by.

    Returns
    -------
    StudyTables
    """
    validation, test = result.part("validation"), result.part("test")
    scores = _score_tables(validation)
    chosen = {
        task: winning_strategy(result.decided_by[task], scores[f"validation_{task}"], validation.titles)
        for task in _tasks(result)
    }
    scores |= _score_tables(test)
    of_validation, of_test = ({task: scores[f"{part}_{task}"] for task in chosen} for part in ("validation", "test"))
    against_floors = {
        "validation": verdicts_of(validation, of_validation, chosen),
        "test": verdicts_of(test, of_test, chosen),
    }
    difference = difference_table(test, of_test, chosen)
    scores |= {"test_difference": difference} if difference else {}
    if factors:
        of_rows = {name: values[result.parts["test"]] for name, values in factors.items()}
        scores |= {f"test_{task}_by": table for task, table in factor_tables(test, of_rows, chosen).items()}
    for name in ("validation", "test"):
        scores |= _neighbor_tables(result.neighbors(name))
    frames = {"split": split_frame(result), "labels": label_frame(result), "trainings": training_frame(result)}
    visits = result.visits(chosen)
    clinical, of_visits = _visit_tables(result, visits)
    return StudyTables(scores | clinical, frames | of_visits, chosen, visits, against_floors)


def _tasks(result):
    return [task for task in DECIDED_BY if task in result.plan.tasks and any(of == task for of, _ in result.arrays)]


def _score_tables(part):
    """The tables of scores of one part: by task, the regressors as grades, and the recall of each grade."""
    tables = {f"{part.name}_{task}": maker(part) for task, maker in MAKERS.items() if part.of_task(task)}
    if part.of_task("regressor"):
        tables[f"{part.name}_regressor_grades"] = grade_table(part)
    return tables | {f"{part.name}_recall": recall_table(part)}


def grade_table(part):
    """The metrics of grades for the medians of the regressors, beside which a classifier's can be held.

    Parameters
    ----------
    part : StudyPart

    Returns
    -------
    ScoreTable
    """
    metrics, bootstrap = grade_metrics(part.target.classes), bootstrap_of(part)
    rows = [
        (name, "strategy", bootstrap.cells(metrics, part.grades, each))
        for name, each in graded(part).items()
        if name.startswith("regressor")
    ]
    title = f"Regressors' medians as grades: {part.extent}"
    return ScoreTable(title, tuple(metrics), rows, tuple(bootstrap.notes))


def _neighbor_tables(part):
    tables = {}
    for task, maker in MAKERS.items():
        if part.of_task(task):
            table = maker(part)
            title = f"Nearest neighbours in the embedding. {table.title}"
            tables[f"{part.name}_{task}_neighbors"] = ScoreTable(title, table.columns, table.rows, table.notes)
    return tables


def _visit_tables(result, visits):
    """Tables of visits, with and without intervals; none where rows are not joints of visits."""
    if visits is None:
        return {}, {}
    frame, labelled = visit_frame(visits, result.data), label_frame_of_visits(result.data)
    trained = labelled[labelled["patient_id"].isin(result.rows.groups[result.parts["train"]])]["rau"]
    activity = activity_table(labelled, frame, result.plan.seed)
    scores = {"test_rau": rau_table(visits, trained, result.plan.seed)}
    frames = {"visits": frame, "labelled_visits": labelled}
    for name, of in {"reading": visits.reading, "changes": visits.changes}.items():
        told = [frame.assign(task=task) for task, frame in of.items()]
        frames |= {name: pd.concat(told, ignore_index=True)} if told else {}
    return scores | ({"das28": activity} if activity else {}), frames


def split_frame(result):
    """Rows, patients, images a patient and grades of each part.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    DataFrame
        One row per part, and one for all.
    """
    parts = result.parts | {"all": np.arange(len(result.y))}
    grades = result.target.grade(result.y)
    lines = []
    for name, rows in parts.items():
        of_patient = np.unique(result.rows.groups[rows], return_counts=True)[1]
        line = {"part": name, "images": len(rows), "patients": len(of_patient)}
        line |= {"images a patient, median": float(np.median(of_patient)), "largest": int(of_patient.max())}
        counts = [int((grades[rows] == grade).sum()) for grade in result.target.classes]
        lines.append(line | {f"grade {name}": n for name, n in zip(result.target.labels, counts, strict=True)})
    return pd.DataFrame(lines)


def label_frame(result):
    """How often each label occurs.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    DataFrame
        label, images, percent of all images.
    """
    labels, counts = np.unique(result.y, return_counts=True)
    return pd.DataFrame({"label": labels, "images": counts, "percent": (100 * counts / counts.sum()).round(2)})


def training_frame(result):
    """Every training: what it did about the imbalance, how many rows it saw and how its loss went.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    DataFrame
    """
    lines = []
    for job in result.jobs:
        about = result.about[job.task, job.training.name]
        loss = about["loss"]
        line = {"task": job.task, "training": job.training.row_title, "strategy": job.strategy, "seed": about["seed"]}
        line |= {"images trained on": about["rows_trained"], "epochs": len(loss)}
        lines.append(line | {"first loss": loss[0], "last loss": loss[-1]})
    return pd.DataFrame(lines)


def final_lines(tables, titles):
    """What was chosen and how it does on the test part, one line per task, after notes on the scores of visits.

    Parameters
    ----------
    tables : StudyTables
    titles : dict of str to str

    Returns
    -------
    list of str
    """
    notes = [] if tables.visits is None else tables.visits.notes
    return [*notes, *(_final_line(tables, task, titles[strategy]) for task, strategy in tables.chosen.items())]


def _final_line(tables, task, row):
    chosen, tested = (tables.against_floors[part][task] for part in ("validation", "test"))
    on_test = f"On the test part: {_cells(tables.scores[f'test_{task}'], row)}; {tested.text}."
    if task in tables.kept:
        return f"Chosen on the validation part, {task}: {chosen.text}. {on_test}"
    return (
        f"No {task} is chosen on the validation part: {chosen.text}. What is said of the chosen {task} is said of it "
        f"all the same, and no {task}.skerosion is kept. {on_test}"
    )


def _cells(table, row):
    cells = next(cells for name, _, cells in table.rows if name == row)
    texts = [f"{column} {value:.3g} ({low:.3g} to {high:.3g})" for column, (value, low, high) in cells.items()]
    return ", ".join(texts)
