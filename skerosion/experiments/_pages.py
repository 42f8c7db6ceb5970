"""The page that a search, a study or an evaluation ends in: what its result is as the subject of a report."""

from pathlib import Path

import numpy as np

from skerosion.report import Subject, make_document, write_page


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
        ``note`` for every reader, and the ``card`` of the subject.

    Returns
    -------
    pathlib.Path
    """
    parts = {"all": np.arange(len(result.y))}
    of = {"scored": result, "tables": tables, "verdicts": verdicts, "parts": parts}
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
    of |= {"parts": result.parts, "frames": {"outliers": tables.frames["outliers"]}}
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
    of = {"scored": result, "tables": report.tables, "verdicts": report.verdicts, "frames": report.frames}
    of |= {"parts": {"all": np.arange(len(result.y))}}
    return _write("evaluation", result, settings, figures, out, "these rows, which flatters it a little", of, told)


def _write(what, result, settings, figures, out, chosen_on, of, told):
    drawn = {path.stem: path.relative_to(out).as_posix() for path in map(Path, figures) if path.suffix == ".png"}
    rows = {"y": result.y, "groups": result.groups, "table": result.data.table, "excluded": result.data.excluded}
    more = {"records": getattr(result, "records", {}), "figures": drawn, "card": told.get("card", {})}
    subject = Subject(what, settings=settings, chosen_on=chosen_on, **of, **rows, **more)
    article = "an" if what == "evaluation" else "a"
    title = f"Report of {article} {what}: {len(result.y):,} images"
    return write_page(make_document(subject, title, told.get("note", "")), out)
