"""The page that a search, a study or an evaluation ends in: what its result is as the subject of a report."""

from pathlib import Path

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._spreadsheet_cells import write_csv
from skerosion.model_selection import audit_split
from skerosion.report import Subject, cases_of, draw_cases, fill_all, make_document, write_page

from ._attention_maps import attention_maps
from ._finished_fits import begun
from ._head_curve import head_curve, head_frame
from ._image_facts import measure_images
from ._origins import describe_images
from ._shortcuts import measure_shortcuts
from ._winners import read_winner

AUDITED = 20_000
"""Images up to which a page looks for alike pairs and for shortcuts; the pairs grow with the square of their number."""


def write_search_page(result, tables, verdicts, settings, figures, out, **told):
    """Write ``report.html`` of a search.

    Parameters
    ----------
    result : SearchResult
    tables, verdicts : dict
        As `skerosion.report.make_tables` and `skerosion.report.verdicts_of` return them.
    settings : dict
        As `describe_settings` returns them.
    figures : list of pathlib.Path
    out : pathlib.Path
    **told
        ``note`` for every reader, the ``page``, a `PageOptions`, ``tell``, which gets a line on each step or is None,
        and more ``frames``.

    Returns
    -------
    pathlib.Path
    """
    parts = {"all": np.arange(len(result.y))}
    of = {"scored": result, "tables": tables, "verdicts": verdicts, "parts": parts}
    of["frames"] = _audited(result, [f"fold {number}" for number in result.fold_of_row], told["tell"])
    of["frames"] |= _shortcuts(result, verdicts, result.data.table, settings, told["tell"]) | told.pop("frames")
    of["frames"] |= _more_patients(result, verdicts)
    told["estimators"] = lambda task: read_winner(settings["winners"], task, out)
    return _write("search", result, settings, figures, out, f"these rows, {result.origin}", of, told)


def write_study_page(result, tables, settings, figures, out, **told):
    """Write ``report.html`` of a study; its results are those of the test part.

    Parameters
    ----------
    result : StudyResult
    tables : StudyTables
    settings, figures, out, **told
        As for `write_search_page`.

    Returns
    -------
    pathlib.Path
    """
    scores = tables.of_part("test")
    named = {"recall": "test_recall", "difference": "test_difference"}
    named |= {f"by_{task}": f"test_{task}_by" for task in scores}
    scores |= {name: tables.scores[of] for name, of in named.items() if of in tables.scores}
    of = {"scored": result.part("test"), "tables": scores, "verdicts": tables.against_floors["test"]}
    kept = ("outliers", "reading", "changes")
    frames = {name: tables.frames[name] for name in kept if name in tables.frames}
    frames |= _audited(result, result.parts, told["tell"])
    table = None if result.data.table is None else result.data.table.iloc[result.parts["test"]]
    shortcuts = _shortcuts(of["scored"], of["verdicts"], table, settings, told["tell"])
    frames |= shortcuts | told.pop("frames") | _more_patients(result, of["verdicts"])
    of |= {"parts": result.parts, "frames": frames}
    told["estimators"] = lambda task: result.estimator(task, of["verdicts"][task].strategy).pipeline
    return _write("study", result, settings, figures, out, "the validation part, other patients", of, told)


def write_evaluation_page(report, settings, figures, out, **told):
    """Write ``report.html`` of an evaluation.

    Parameters
    ----------
    report : EvaluationReport
    settings, figures, out, **told
        As for `write_search_page`.

    Returns
    -------
    pathlib.Path
    """
    result = report.result
    frames = report.frames | _measured(result.rows) | _beside_training(result.rows, settings)
    frames |= _shortcuts(result, report.verdicts, result.data.table, settings, told["tell"])
    of = {"scored": result, "tables": report.tables, "verdicts": report.verdicts, "frames": frames}
    of |= {"parts": {"all": np.arange(len(result.y))}}
    return _write("evaluation", result, settings, figures, out, "these rows, which flatters it a little", of, told)


def _audited(result, parts, tell):
    """The audit of the split as the subject takes it, and the measures of its images; nothing of too many."""
    if len(result.y) > AUDITED:
        return {}
    _begin(tell, "looking for copies of images and of patients")
    return {"audit": audit_split(result.rows, parts).frame} | _measured(result.rows)


def _begin(tell, doing):
    if tell is not None:
        tell(begun(doing))


def _measured(rows):
    return {"images": measure_images(rows)} if rows.kind == "images" and 0 < len(rows) <= AUDITED else {}


def _beside_training(rows, settings):
    """Quantiles of the grey values beside those of the images that the first estimator was trained on."""
    trained = next(iter(settings["estimators"].values()))["images"].get("grey")
    scored = describe_images(rows).get("grey")
    return {"grey": pd.DataFrame({"trained on": trained, "scored": scored})} if trained and scored else {}


def _shortcuts(scored, verdicts, table, settings, tell):
    """The shortcuts to the grades of the first task's best strategy; nothing where they cannot be told."""
    task = next(iter(verdicts), None)
    if task is None or not 0 < len(scored.y) <= AUDITED:
        return {}
    _begin(tell, "looking for shortcuts to the grades")
    forecast = scored.of_task(task)[verdicts[task].strategy]
    predicted = forecast.prediction if task == "classifier" else scored.median_grade(forecast)
    columns = settings["data"].get("columns") or {}
    named = (columns.get(each) for each in ("image", "target", "group"))
    without = [name for name in (*named, settings["data"].get("second reader")) if name]
    without += [*settings["data"].get("readers", ()), *targets_among(table, scored)]
    found = measure_shortcuts(scored.rows, scored.grades, scored.target.classes, predicted, table, without)
    return {} if found is None else {"shortcuts": found}


def _more_patients(result, verdicts):
    """What more patients would bring to the head of the first task's best network; nothing where it cannot be told."""
    task = next(iter(verdicts), None)
    if task is None or len(result.y) > AUDITED:
        return {}
    embedding = result.embedding(task, verdicts[task].strategy)
    curve = head_curve(embedding, result.target.grade(result.y), result.groups, result.neighbourhoods)
    return {} if curve is None else {"learning_curve": head_frame(curve)}


def targets_among(table, scored):
    """The columns that hold the target itself, as numbers or as the names of its grades: no shortcut to it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import pandas as pd
    >>> from skerosion.experiments._pages import targets_among
    >>> from skerosion.grades import Target
    >>> y = np.array([0.0, 1.0, 1.0])
    >>> scored = SimpleNamespace(y=y, grades=y.astype(int), target=Target.decide(y))
    >>> targets_among(pd.DataFrame({"kl": [0, 1, 1], "text": ["0", "1", "1"], "age": [50, 61, 60]}), scored)
    ['kl', 'text']
    """
    if table is None:
        return []
    named = np.asarray(scored.target.shown(scored.grades)).astype(str)
    return [name for name in table if _equals(table[name], scored.y) or (table[name].astype(str) == named).all()]


def _equals(column, y):
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    return np.array_equal(numbers, np.asarray(y, dtype=float))


def _write(what, result, settings, figures, out, chosen_on, of, told):
    drawn = {path.stem: path.relative_to(out).as_posix() for path in map(Path, figures) if path.suffix == ".png"}
    rows = {"y": result.y, "groups": result.groups, "table": result.data.table, "excluded": result.data.excluded}
    rows["names"] = _names(result, of) if told["page"].pictures else None
    more = {"records": getattr(result, "records", {}), "figures": drawn, "page": told["page"]}
    subject = Subject(what, settings=settings, chosen_on=chosen_on, **of, **rows, **more)
    drawn |= _cases(subject, out, told["estimators"], told["tell"])
    for name, frame in fill_all(subject).items():
        write_csv(out / "tables" / f"checklist_{name}.csv", frame)
    article = "an" if what == "evaluation" else "a"
    title = f"Report of {article} {what}: {counted(len(result.y), 'image')}"
    return write_page(make_document(subject, title, told.get("note", "")), out)


def _names(result, of):
    """What the table calls the scored images; None where there is no table."""
    data = result.data
    return None if data.table is None else data.names.to_numpy()[of["parts"].get("test", slice(None))]


def _cases(subject, out, estimators, tell):
    """Draw the worst and the most doubtful images where they are asked for; those of an earlier call go."""
    for path in (out / "figures").glob("cases_*"):
        path.unlink()
    if not subject.page.pictures or subject.scored.rows.kind != "images":
        return {}
    from skerosion.plotting import save_figure

    _begin(tell, "drawing the worst and the most doubtful images")
    drawn = {}
    for task in subject.verdicts:
        estimator = estimators(task)
        for kind, rows in cases_of(subject, task).items():
            figure = draw_cases(subject, task, rows, attention_maps(estimator, subject.scored.rows[rows], ["Grad-CAM"]))
            (path,) = save_figure(figure, out / "figures" / f"cases_{kind}_{task}", formats=("png",))
            drawn[path.stem] = path.relative_to(out).as_posix()
    return drawn
