"""From a subject to the files of its report: a document, and the page that is drawn of it."""

from pathlib import Path

from skerosion._writing import write_text

from ._document import Document, Section
from ._html import to_html
from .sections import find_sections

DOCUMENT, PAGE = "report.json", "report.html"


def make_document(subject, title, note=""):
    """What a report says of a subject, section by section.

    Parameters
    ----------
    subject : Subject
    title : str
    note : str, default=""
        What every reader must know of the data.

    Returns
    -------
    Document
    """
    sections = [Section(name, each.TITLE, each.blocks(subject)) for name, each in find_sections().items()]
    return Document(title, note, sections).in_words(subject.page.words)


def write_page(document, out):
    """Write a document as ``report.json`` and as ``report.html``.

    Parameters
    ----------
    document : Document
    out : path-like
        Folder of the report, below which its pictures lie.

    Returns
    -------
    pathlib.Path
        The page.
    """
    out = Path(out)
    write_text(out / DOCUMENT, document.to_json() + "\n")
    return write_text(out / PAGE, to_html(document, out))


def redraw(out):
    """Draw the page of a folder again from its ``report.json``.

    Parameters
    ----------
    out : path-like

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        Where the folder holds no report, or a damaged one.
    """
    path = Path(out) / DOCUMENT
    if not path.is_file():
        raise ValueError(f"{out} must hold a {DOCUMENT}, which search, study, evaluate and demo leave; it does not.")
    # What is no text at all is no report either, and said so.
    try:
        document = Document.from_json(path.read_text(encoding="utf-8", errors="replace"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    try:
        return write_text(Path(out) / PAGE, to_html(document, out))
    except OSError:
        raise
    except Exception as error:  # of any kind, for blocks that somebody made up
        raise ValueError(f"{path} must be a report that can be drawn: {error}.") from error
