"""Saved estimators on labelled patients that they have not seen: nothing is fitted, all is told with its doubt."""

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, Callable, FilePath, Sequence
from skerosion._writing import write_text
from skerosion.datasets import ImageTable
from skerosion.datasets.joints import JointCrops, cut_again
from skerosion.forecasts import step_of
from skerosion.grades import note_of_grades
from skerosion.report import (
    PageOptions,
    agreement_frame,
    factor_tables,
    factors_of,
    gain_tables,
    make_tables,
    robustness_tables,
    verdicts_of,
    write_figures,
    write_predictions,
    write_tables,
)

from ._adapted import adapt_estimators, checked_counts
from ._cluster import check_scheduler
from ._degradations import DEGRADATIONS
from ._descriptions import describe_estimator
from ._evaluated_result import predict_all, predictions_of, truth_of
from ._finished_fits import begun
from ._folder import check_free, clear_results
from ._identity import data_digest
from ._marks import known_by
from ._pages import write_evaluation_page
from ._predicted_forms import Form, predict_forms
from ._progress_bar import progress_bar
from ._record import command_line, settings_text, versions
from ._saved_estimator import as_saved, card_message
from ._scored import Scored
from ._scorings import keep_scoring, read_scorings, scoring_of
from ._training_audit import audit_training

BOX_ERROR = 0.125
"""By which boxes are moved, as a share of their side: a tenth of the finger's length where the side is 0.8 of it."""


@dataclass(frozen=True)
class EvaluationReport:
    """A finished evaluation, as `evaluate` returns it.

    Parameters
    ----------
    result : Scored
        Rows with their truth and the predictions of each estimator.
    tables : dict of str to ScoreTable
        ``"classifier"``, ``"regressor"``, ``"difference"``, ``"recall"``, of subgroups ``"by_classifier"`` and
        ``"by_regressor"``, of changed images ``"robustness_classifier"`` and ``"robustness_regressor"``, and of
        recalibration ``"adapted_classifier"`` and ``"adapted_regressor"``, as far as there are any.
    verdicts : dict of str to Verdict
        The best estimator of each task beside the best floor.
    frames : dict of str to DataFrame
        ``"agreement"`` where there is a second reader, ``"audit"`` where the training table is known.
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
    force: bool = False,
    trained: ImageTable | None = None,
    by: Sequence[str] = (),
    second_reader: str | None = None,
    robustness: bool | Mapping[str, Callable] = True,
    adapt: int | Sequence[int] = (),
    seed: int = 0,
    scheduler: str | None = None,
    say: Callable = print,
    note: str = "",
    page: Mapping | None = None,
    scorings: FilePath | None = None,
    about: Mapping | None = None,
):
    """Test saved estimators on labelled patients that they have not seen; nothing is fitted.

    Images, and whole tables of patients, that an estimator was trained on are told (`known_by`); a few known patients
    among new ones are for the caller to know, for files of estimators name none.

    Parameters
    ----------
    estimators : fitted estimator, path-like or dict of str to them
        Estimators, or their files as :func:`save_estimator` and commands write them; a dict says how tables call them.
        All of the same target, which a file tells best: of a fitted one it is its classes, `bins` or grid.
    data : ImageTable
        Labelled, read as the estimators read images.
    out : path-like or None, default=None
        Folder for tables, predictions, figures, settings and the report; None writes nothing.
    force : bool, default=False
        Whether an earlier evaluation in `out` is replaced.
    trained : ImageTable or None, default=None
        What the estimators were trained on, read alike: its patients and images are looked for among those of `data`.
    by : sequence of str, default=()
        Columns of the table; the best estimator of each task is told for their values too.
    second_reader : str or None, default=None
        Column of the grades of another reader, in the spelling of the target; rows without one do not count there.
    robustness : bool or dict of str to callable, default=True
        Changes of the images whose cost is told, name -> function from images (m, H, W, C) to images of the same shape
        and dtype, each by itself. True takes two exposures, the other polarity, two rotations, a shift, half the
        resolution and JPEG of quality 30, and predicts all images nine times in place of once. Joints that
        `crop_joints` cut out are cut again, too, about boxes with the errors of a finder.
    adapt : int or sequence of int, default=()
        On how many of the patients each estimator is recalibrated: by a temperature, by factors of the grades for other
        shares (label shift), by both, and deciding so that all grades count alike; a regressor by a temperature, and by
        the levels of its CDF. What that gains is told on the other patients, over 50 draws. Nothing of it is kept.
    seed : int, default=0
        Seed of the draws and of the resamples of patients.
    scheduler : str or None, default=None
        Address of a dask scheduler whose workers predict instead of this machine, as in `search_strategies`: each
        estimator, and each change of the images, by itself.
    say : callable, default=print
        Gets each message as one string.
    note : str, default=""
        Written above the tables, for what every reader must know of the data.
    page : mapping or None, default=None
        Choices for ``report.html``: ``card``, what only you can say, under ``"intended use"``, ``"limits"`` and items
        of checklists, such as ``{"CLAIM 5": "retrospective"}``; ``mute``, codes of checks to leave out; ``pictures``,
        whether the worst and most doubtful images, which are of patients, are in it, with names; ``words``, a function
        from a text that names parameters to what the page says instead.
    scorings : path-like or None, default=None
        File that notes date, command and digests of this evaluation, for the next one to tell how often these rows were
        scored. The same estimators on the same data count once. None neither reads nor keeps a note.
    about : dict or None, default=None
        Added to the settings' description of the data.

    Returns
    -------
    EvaluationReport

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CNNClassifier
    >>> from skerosion.datasets import ImageTable, as_image_rows
    >>> from skerosion.experiments import evaluate
    >>> grades, patients = np.tile([0, 1], 12), np.repeat(np.arange(12).astype(str), 2)
    >>> images = np.repeat(80 + 80 * grades.astype("uint8"), 256).reshape(24, 16, 16)
    >>> rows = as_image_rows(images, groups=patients)
    >>> network = CNNClassifier(epochs=1, filters=(4,), convolutions=1, dense_units=(4,), random_state=0)
    >>> table = ImageTable(rows, grades, patients, None, None, "")
    >>> report = evaluate({"grader": network.fit(rows, grades)}, table, robustness=False, say=lambda text: None)
    >>> [name for name, _, _ in report.tables["classifier"].rows]
    ['grader', 'floor: commonest', 'floor: always 1']
    """
    started, options = time.perf_counter(), PageOptions.of(page)
    named = estimators if isinstance(estimators, Mapping) else {"estimator": estimators}
    estimators = {name: as_saved(each) for name, each in named.items()}
    if out is not None:
        check_free(out, force=force)
    check_scheduler(scheduler)
    _check_patients(data)
    counts, factors, noted = checked_counts(adapt, data), _factors(data, by), read_scorings(scorings)
    say(begun(f"predicting {counted(len(data.y), 'image')}"))
    predict = partial(predict_forms, estimators, scheduler=scheduler, say=say)
    result = predict_all(estimators, data, seed, lambda rows: predict({"the images": Form(rows)})["the images"])
    known = [*_known(estimators, result.rows), *_notes_of_target(result)]
    for text in known:
        say(text)
    frames = {} if second_reader is None else {"agreement": _agreement(result, second_reader)}
    frames |= {} if trained is None else {"audit": _audit(trained, data, say)}
    say(begun("making the tables and their intervals"))
    tables = make_tables(result)
    verdicts = verdicts_of(result, tables)
    for verdict in verdicts.values():
        say(f"Against the floors, {verdict.task}: {verdict.text}.")
    if factors:
        chosen = {task: verdict.strategy for task, verdict in verdicts.items()}
        tables |= _named("by", factor_tables(result, factors, chosen))
    if counts:
        say(begun("recalibrating on some of the patients"))
    tables |= _named("adapted", gain_tables(result, adapt_estimators(estimators, result, counts)))
    changed = _predicted_changed(predict, estimators, result, data, robustness, say)
    tables |= _named("robustness", robustness_tables(result, changed))
    report = EvaluationReport(result, tables, verdicts, frames, None if out is None else Path(out))
    if out is None and scorings is None:
        return report
    settings = _settings(report, estimators, {"second reader": second_reader} | dict(about or {}), started)
    if scorings is not None:
        scoring = scoring_of(result, estimators, settings["data"]["digest"])
        settings |= keep_scoring(scorings, noted, scoring, say)
    if out is not None:
        note = " ".join(filter(None, [note, *_cards(estimators), *known]))
        options = _with_card(options, estimators)
        _write(report, estimators, settings, {"note": note, "page": options, "tell": say})
    return report


def _check_patients(data):
    if not hasattr(data, "groups"):
        raise TypeError(f"data must be what load_image_table returns, got {data!r:.60}.")
    if data.groups is not None and len(np.unique(data.groups)) < 2:
        raise ValueError(
            f"group must tell patients apart, who are resampled, got one in all rows, {str(data.groups[0])!r}."
        )


def _audit(trained, data, say):
    """The pairs of the table and what was trained on; how many there are is said at once."""
    found = audit_training(trained, data)
    counts = {kind: int((found["kind"] == kind).sum()) for kind in ("patient", "identical", "near")}
    seen = f"{counted(counts['patient'], 'patient')} and {counted(counts['identical'], 'image')} of the table"
    say(f"Beside the training table: {seen} in it, {counted(counts['near'], 'more image')} nearly so.")
    return found


def _factors(data, by):
    if by and data.groups is None:
        raise ValueError("by must be left out where the patients are not known: name their column (group=).")
    return factors_of(data, by) if by else {}


def _named(prefix, tables):
    return {f"{prefix}_{task}": table for task, table in tables.items()}


def _predicted_changed(predict, estimators, result, data, robustness, say):
    """What is predicted for the images after each change; feature vectors are not images."""
    rows = result.rows
    if rows.kind != "images":
        return {}
    changes = DEGRADATIONS if robustness is True else robustness or {}
    changed = {name: Form(rows, change) for name, change in changes.items()}
    if robustness is True and isinstance(data, JointCrops):
        changed["boxes moved as by a finder"] = Form(cut_again(data, BOX_ERROR, result.seed))
    with progress_bar(len(changed), say=say) as update:
        said = predict(changed, update=update)
    return {name: predictions_of(estimators, each) for name, each in said.items()}


def _agreement(result, column):
    table = result.data.table
    if table is None or column not in table:
        columns = "none" if table is None else ", ".join(map(str, table.columns))
        raise ValueError(f"second_reader must be a column of the table, {columns}; got {column!r}.")
    read = table[column].notna().to_numpy() & (table[column].astype(str).str.strip() != "").to_numpy()
    if not read.any():
        raise ValueError(f"second_reader must hold grades, got the column {column!r} without any.")
    grades = np.zeros(len(read), dtype=int)
    grades[read] = _grades_read(result.target, table[column].to_numpy()[read])
    return agreement_frame(result, grades, read)


def _grades_read(target, given):
    """The grades of another reader, in the spelling of the target."""
    if target.names is None:
        numbers = pd.to_numeric(pd.Series(given), errors="coerce").to_numpy(dtype=float)
        if np.isnan(numbers).any():
            raise ValueError(
                f"second_reader must hold numbers, as the target does, got {given[np.isnan(numbers)][0]!r}."
            )
        given = numbers
    return target.grade(truth_of(target, given, "second_reader"))


def _settings(report, estimators, about, started):
    """What made the evaluation, as ``settings.json`` has it."""
    result = report.result
    grades, counts = np.unique(result.grades, return_counts=True)
    of_data = {"rows": len(result.y), "patients": None if result.groups is None else len(np.unique(result.groups))}
    of_data |= {"grades": {str(grade): int(n) for grade, n in zip(grades, counts, strict=True)}}
    of_data |= {"image_shape": result.rows.image_shape, "messages": [result.data.message]}
    of_data |= {"digest": data_digest(result.rows, result.y, result.groups)}
    return {
        "command": command_line(result.data),
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "plan": {"seed": result.seed},
        "estimators": {name: _told(saved) | {"digest": saved.digest} for name, saved in estimators.items()},
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


def _notes_of_target(result):
    """Whether the table holds what looks like grades where the estimators know percentages."""
    return [text for text in (note_of_grades(result.y, "percent"),) if text and result.target.kind == "percent"]


def _known(estimators, rows):
    """What estimators were trained on, of the images and patients on which they are tested."""
    seen = {name: known_by(saved.marks, rows) for name, saved in estimators.items() if saved.marks}
    return [text for text in (known.message(name) for name, known in seen.items()) if text]


def _told(saved):
    """What the file of an estimator tells, without the marks of all its images, and the parameters of what predicts."""
    told = {name: told for name, told in saved.about().items() if name != "marks"}
    return told | {"parameters": describe_estimator(step_of(saved.pipeline), defaults=True)}


def _with_card(options, estimators):
    """The choices for a page with what the maker of a single estimator says, where the user says nothing else."""
    saved, *others = estimators.values()
    return options if others else replace(options, card={**saved.card, **options.card})


def _write(report, estimators, settings, told):
    result, out = report.result, report.out
    clear_results(out)
    told["tell"](begun("drawing the figures"))
    write_tables(report.tables, out, frames=report.frames, heading=told["note"])
    write_predictions(result, out / "predictions")
    figures = write_figures(result, report.tables, out)

    def of_task(task):
        return estimators[report.verdicts[task].strategy].pipeline

    write_evaluation_page(report, settings, figures, out, estimators=of_task, **told)
    # Last: by its settings a folder is known to hold a result, which no later call replaces unasked.
    write_text(out / "settings.json", settings_text(settings))
