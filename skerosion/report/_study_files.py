"""The files of a study: tables, predictions and one report that holds them together."""

from pathlib import Path

import numpy as np

from skerosion._writing import write_text

from ._format import CAPTION, explanations, to_markdown
from ._scored_files import write_csvs, write_predictions
from ._study_tables import final_lines

SHOWN_FRAMES = {"split": "The parts", "trainings": "The trainings", "labels": "How often each label occurs"}
"""The tables without intervals that the report shows; the others are files alone."""


def write_study_tables(result, tables, out, *, note="", figures=()):
    """Write every table as CSV, and what was chosen, the tables with intervals and all figures as ``tables.md``.

    Parameters
    ----------
    result : StudyResult
    tables : StudyTables
    out : path-like
    note : str, default=""
        Text above it all.
    figures : sequence of pathlib.Path, default=()
        Figures of this study, below ``out``.

    Returns
    -------
    list of pathlib.Path
    """
    shown = {name: f"**{title}**\n\n{frame_markdown(tables.frames[name])}" for name, title in SHOWN_FRAMES.items()}
    sections = {"The study": [note, *final_lines(tables, result.plan.titles()), *shown.values()]}
    for name, table in tables.scores.items():
        sections.setdefault(section_of(name), []).append(to_markdown(table))
    pictures = [path.relative_to(out).as_posix() for path in figures if path.suffix == ".png"]
    sections["Figures"] = [f"![{path}]({path})" for path in pictures]
    blocks = [f"# {title}" if title == "The study" else f"## {title}" for title in sections]
    texts = ["\n\n".join(filter(None, [head, *of])) for head, of in zip(blocks, sections.values(), strict=True) if of]
    text = "\n\n".join([*texts, CAPTION, explanations(tables.scores.values())])
    return [*write_csvs(tables.scores, tables.frames, out), write_text(Path(out) / "tables.md", text + "\n")]


SECTIONS = {
    "neighbors": "Nearest neighbours in the embedding",
    "by": "Test part, by joint",
    "rau": "Visits",
    "das28": "Visits",
    "halo": "Labels",
    "validation": "Validation part: what is chosen by",
    "test": "Test part: nothing was chosen by it",
}
"""A word of a table's name and the section it belongs to; the first that fits."""


def section_of(name):
    """The section of the report that a table belongs to.

    Examples
    --------
    >>> from skerosion.report._study_files import section_of
    >>> section_of("test_classifier"), section_of("test_classifier_neighbors")
    ('Test part: nothing was chosen by it', 'Nearest neighbours in the embedding')
    """
    words = name.split("_")
    return next(title for word, title in SECTIONS.items() if word in words)


def frame_markdown(frame):
    """A table of texts and numbers in Markdown.

    Parameters
    ----------
    frame : DataFrame

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.report._study_files import frame_markdown
    >>> print(frame_markdown(pd.DataFrame({"part": ["test"], "images": [3], "share": [0.25]})))
    | part | images | share |
    |---|---|---|
    | test | 3 | 0.25 |
    """
    lines = ["| " + " | ".join(map(str, frame.columns)) + " |", "|---" * len(frame.columns) + "|"]
    for row in frame.itertuples(index=False):
        texts = [f"{value:.4g}" if isinstance(value, float) else f"{value}" for value in row]
        lines.append("| " + " | ".join(texts) + " |")
    return "\n".join(lines)


def write_study_predictions(result, names, out):
    """Write what every strategy predicts for each validation and test row, one folder per part.

    Parameters
    ----------
    result : StudyResult
    names : sequence of str
        What each of all rows is called.
    out : path-like

    Returns
    -------
    list of pathlib.Path
    """
    names = np.asarray(names, dtype=object)
    return [
        path
        for part in ("validation", "test")
        for path in write_predictions(
            result.part(part), Path(out) / "predictions" / part, names=names[result.parts[part]]
        )
    ]
