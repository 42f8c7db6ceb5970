"""Saved estimators on labelled patients that they have not seen: nothing is fitted, all is told with its doubt."""

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from skerosion._types import Any, Callable, FilePath, Sequence
from skerosion._writing import write_text
from skerosion.datasets import ImageTable
from skerosion.forecasts import Forecast, forecast_of
from skerosion.grades import is_number
from skerosion.report import (
    agreement_frame,
    deciding,
    factor_tables,
    factors_of,
    make_tables,
    verdicts_of,
    write_figures,
    write_predictions,
    write_tables,
)

from ._identity import data_digest
from ._marks import known_by
from ._pages import write_evaluation_page
from ._record import command_line, settings_text, versions
from ._saved import SavedEstimator, card_message
from ._scored import Scored

TABLES = ("classifier", "regressor", "difference", "recall", "by_classifier", "by_regressor", "agreement")
"""Every table that an evaluation can leave."""


@dataclass(frozen=True)
class Evaluated(Scored):
    """What saved estimators predict for the rows of a labelled table."""

    target: object
    data: ImageTable
    y: np.ndarray
    predictions: dict
    titles: dict
    decided_by: dict
    seed: int

    origin = "of estimators that are not fitted on them; floors are made of these images' own grades"

    @property
    def rows(self):
        """All images."""
        return self.data.X

    @property
    def groups(self):
        """Patient of each row, or None."""
        return self.data.groups

    @staticmethod
    def fit_of(strategy):
        """Every estimator has fits of its own."""
        return strategy

    def references(self):
        """The table's own targets: what estimators were trained on, their files do not hold."""
        return [(self.y, np.arange(len(self.y)))]


@dataclass(frozen=True)
class EvaluationReport:
    """A finished evaluation, as `evaluate` returns it.

    Parameters
    ----------
    result : Scored
        Rows with their truth and the predictions of each estimator.
    tables : dict of str to ScoreTable
        ``"classifier"``, ``"regressor"``, ``"difference"``, ``"recall"``, and of subgroups ``"by_classifier"`` and
        ``"by_regressor"``, as far as there are any.
    verdicts : dict of str to Verdict
        The best estimator of each task beside the best floor.
    frames : dict of str to DataFrame
        ``"agreement"`` where there is a second reader.
    out : path-like or None
        Folder of everything that was written.
    """

    result: Scored
    tables: dict
    verdicts: dict
    frames: dict
    out: Path | None


def evaluate(
    estimators: Any,
    data: ImageTable,
    *,
    out: FilePath | None = None,
    by: Sequence[str] = (),
    second_reader: str | None = None,
    seed: int = 0,
    say: Callable = print,
    note: str = "",
    about: Mapping | None = None,
):
    """Test saved estimators on labelled patients that they have not seen; nothing is fitted.

    Images, and whole tables of patients, that an estimator was trained on are told (`known_by`); a few known patients
    among new ones are for the caller to know, for files of estimators name none.

    Parameters
    ----------
    estimators : SavedEstimator or dict of str to SavedEstimator
        Name of the row in tables -> estimator, as `skerosion.experiments.load_saved` reads it. All of the same target.
    data : ImageTable
        Labelled, read as the estimators read images.
    out : path-like or None, default=None
        Folder for tables, predictions, figures, settings and the report; None writes nothing.
    by : sequence of str, default=()
        Columns of the table; the best estimator of each task is told for their values too.
    second_reader : str or None, default=None
        Column of the grades of another reader, in the spelling of the target; rows without one do not count there.
    seed : int, default=0
        Seed of the resamples of patients.
    say : callable, default=print
        Gets each message as one string.
    note : str, default=""
        Written above the tables, for what every reader must know of the data.
    about : dict or None, default=None
        Added to the settings' description of the data.

    Returns
    -------
    EvaluationReport

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageTable, as_image_rows
    >>> from skerosion.experiments import SavedEstimator, evaluate, make_pipeline
    >>> from skerosion.grades import Target
    >>> grades, patients = np.tile([0, 1], 12), np.repeat(np.arange(12).astype(str), 2)
    >>> rows = as_image_rows(np.zeros((24, 16, 16), np.uint8) + grades[:, None, None].astype(np.uint8), groups=patients)
    >>> target, small = Target.decide(grades), {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    >>> pipeline = make_pipeline("classifier", "original", target, parameters=small).fit(rows, grades)
    >>> saved = SavedEstimator(pipeline, "classifier", "original", target, (16, 16, 1), {})
    >>> report = evaluate({"grader": saved}, ImageTable(rows, grades, patients, None, None, ""), say=lambda text: None)
    >>> [name for name, _, _ in report.tables["classifier"].rows]
    ['grader', 'floor: commonest', 'floor: always 1']
    """
    started = time.perf_counter()
    if isinstance(estimators, SavedEstimator):
        estimators = {"estimator": estimators}
    result = _predicted(estimators, data, seed)
    known = _known(estimators, result.rows)
    for text in known:
        say(text)
    if by and result.groups is None:
        raise ValueError("by must be left out where the patients are not known: name their column (group=).")
    factors = factors_of(data, by) if by else {}
    frames = {} if second_reader is None else {"agreement": _agreement(result, second_reader)}
    tables = make_tables(result)
    verdicts = verdicts_of(result, tables)
    for verdict in verdicts.values():
        say(f"Against the floors, {verdict.task}: {verdict.text}.")
    if factors:
        chosen = {task: verdict.strategy for task, verdict in verdicts.items()}
        tables |= {f"by_{task}": table for task, table in factor_tables(result, factors, chosen).items()}
    report = EvaluationReport(result, tables, verdicts, frames, None if out is None else Path(out))
    if out is not None:
        note = " ".join(filter(None, [note, *_cards(estimators), *known]))
        card = next(iter(estimators.values())).card if len(estimators) == 1 else {}
        _write(report, _settings(report, estimators, about or {}, started), note, card)
    return report


def _predicted(estimators, data, seed):
    """What each estimator predicts for the table, on the grades of the target that all share."""
    target = _target_of(estimators)
    y = _truth(target, data.y)
    if data.groups is not None and data.X.groups is None:
        data = replace(data, X=data.X.with_groups(data.groups))
    pairs = {(saved.task, name): _forecast(name, saved, data.X) for name, saved in estimators.items()}
    return Evaluated(target, data, y, pairs, {name: name for name in estimators}, deciding(()), seed)


def _target_of(estimators):
    if not estimators:
        raise ValueError("estimators must name one estimator at least, got none.")
    (first, saved), *others = estimators.items()
    for name, other in others:
        if _meaning(other.target) != _meaning(saved.target):
            raise ValueError(
                f"estimators must grade the same target, got {first} ({_shown(saved)}) and {name} ({_shown(other)}): "
                "evaluate them one by one."
            )
    if saved.target.names is None and not is_number(saved.target.classes):
        raise ValueError(f"the file of {first} must tell the order of its grades: save it with its target.")
    return saved.target


def _meaning(target):
    return target.kind, tuple(target.classes), target.names


def _shown(saved):
    return f"{saved.target.kind} of {', '.join(map(str, saved.target.labels))}"


def _truth(target, y):
    """The targets as numbers; one that the estimators do not know is an error."""
    values = target.values(y)
    if target.kind == "percent":
        unknown = values[~((values >= 0) & (values <= 100))]
    else:
        unknown = values[~np.isin(values, target.classes)]
    if len(unknown):
        known = "0 to 100" if target.kind == "percent" else ", ".join(map(str, target.labels))
        raise ValueError(f"the target must hold what the estimators know, {known}; got {unknown[0]:g} too.")
    return values


def _forecast(name, saved, rows):
    forecast = forecast_of(saved.pipeline, rows)
    if saved.task == "regressor":
        if forecast.distribution is None:
            raise ValueError(f"{name} must predict a distribution, got a regressor of single numbers.")
        return forecast
    if forecast.probabilities is None:
        raise ValueError(f"{name} must predict probabilities, got a classifier without them.")
    if is_number(forecast.classes):
        return forecast.onto_classes(saved.target.classes)
    of_names = forecast.onto_classes(saved.target.names)
    places = saved.target.values(of_names.prediction).astype(int)
    return Forecast(places, of_names.probabilities, np.array(saved.target.classes))


def _agreement(result, column):
    table = result.data.table
    if table is None or column not in table:
        columns = "none" if table is None else ", ".join(map(str, table.columns))
        raise ValueError(f"second_reader must be a column of the table, {columns}; got {column!r}.")
    read = table[column].notna().to_numpy() & (table[column].astype(str).str.strip() != "").to_numpy()
    if not read.any():
        raise ValueError(f"second_reader must hold grades, got the column {column!r} without any.")
    grades = np.zeros(len(read), dtype=int)
    given = table[column].to_numpy()[read]
    grades[read] = result.target.grade(_truth(result.target, given if result.target.names else given.astype(float)))
    return agreement_frame(result, grades, read)


def _settings(report, estimators, about, started):
    """What made the evaluation, as ``settings.json`` has it."""
    result = report.result
    grades, counts = np.unique(result.grades, return_counts=True)
    of_data = {"rows": len(result.y), "patients": None if result.groups is None else len(np.unique(result.groups))}
    of_data |= {"grades": {str(grade): int(n) for grade, n in zip(grades, counts, strict=True)}}
    of_data |= {"image_shape": result.rows.image_shape, "messages": [result.data.message]}
    of_data |= {"digest": data_digest(result.rows, result.y, result.groups)}
    return {
        "command": command_line(),
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "plan": {"seed": result.seed},
        "estimators": {name: _told(saved) for name, saved in estimators.items()},
        "target": asdict(result.target),
        "data": of_data | about,
        "against_floors": {task: asdict(each) for task, each in report.verdicts.items()},
        "seconds": {"this call": round(time.perf_counter() - started, 1)},
        "machine": {"platform": platform.platform(), "cpu_count": os.cpu_count()},
        "versions": versions(),
    }


def _cards(estimators):
    """What the makers of estimators say to every reader."""
    return [f"{name}: {card_message(saved)}" for name, saved in estimators.items() if saved.card]


def _known(estimators, rows):
    """What estimators were trained on, of the images and patients on which they are tested."""
    seen = {name: known_by(saved.marks, rows) for name, saved in estimators.items() if saved.marks}
    return [text for text in (known.message(name) for name, known in seen.items()) if text]


def _told(saved):
    """What the file of an estimator tells, without the marks of all its images."""
    return {name: told for name, told in saved.about().items() if name != "marks"}


def _write(report, settings, note, card):
    result, out = report.result, report.out
    for name in TABLES:  # those of an earlier evaluation that this one does not make
        (out / f"table_{name}.csv").unlink(missing_ok=True)
    write_tables(report.tables, out, heading=note)
    for name, frame in report.frames.items():
        write_text(out / f"table_{name}.csv", frame.to_csv(index=False))
    write_predictions(result, out / "predictions")
    figures = write_figures(result, report.tables, out)
    write_text(out / "settings.json", settings_text(settings))
    write_evaluation_page(report, settings, figures, out, note=note, card=card)
