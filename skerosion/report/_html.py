"""A document as one HTML file that needs no network, no script to be read, and no other file."""

import base64
import functools
import itertools
import mimetypes
import re
from importlib import metadata, resources
from pathlib import Path

import jinja2
from markupsafe import Markup, escape


def to_html(document, folder):
    """Draw a document as HTML.

    Parameters
    ----------
    document : Document
    folder : path-like
        The folder that the files of its pictures lie in; they become a part of the page.

    Returns
    -------
    str

    Examples
    --------
    >>> from skerosion.report._document import Document, Section, Text
    >>> from skerosion.report._html import to_html
    >>> document = Document("Grades <5", "", [Section("verdict", "Verdict", [Text(("It grades.",))])])
    >>> "<h1>Grades &lt;5</h1>" in to_html(document, ".")
    True
    """
    templates = _templates()
    used = {"shown": shown, "kind_of": kind_of, "place": place, "embedded": functools.partial(embedded, Path(folder))}
    drawn = templates.get_template("blocks.html.j2").make_module(used)
    return templates.get_template("report.html.j2").render(
        document=document,
        draw=lambda block: getattr(drawn, type(block).__name__)(block),
        style=Markup(_part("report.css")),
        script=Markup(_part("report.js")),
        version=metadata.version("skerosion"),
    )


@functools.cache
def _templates():
    loader = jinja2.FunctionLoader(_part)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


def _part(name):
    return resources.files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def shown(cell):
    """A cell as text.

    Examples
    --------
    >>> from skerosion.report._html import shown
    >>> shown(None), shown(12345), shown(0.123456), shown("original")
    ('–', '12,345', '0.1235', 'original')
    >>> print(shown("0.5 (0.4–0.6)"))
    0.5 <span class="ends">(0.4–0.6)</span>
    """
    if cell is None:
        return "–"
    if isinstance(cell, bool) or isinstance(cell, str):
        return _with_ends_kept(str(cell))
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.4g}"


_ENDS = re.compile(r"\(-?[\d.,]+(?:–| to )-?[\d.,]+\)")


def _with_ends_kept(text):
    """A text whose intervals stay on one line."""
    if not _ENDS.search(text):
        return text
    ends = [Markup('<span class="ends">{}</span>').format(found) for found in _ENDS.findall(text)]
    others = [escape(part) for part in _ENDS.split(text)]
    return Markup("").join(part for pair in itertools.zip_longest(others, ends, fillvalue="") for part in pair)


OUTCOMES = ("problem", "tip", "passed", "not given")
BRIEF, LONG = 12, 40
"""Characters up to which a cell stays on one line, and from which it is prose that a narrow screen must not squeeze."""


def kind_of(cell):
    """The class of a cell by what it says: an outcome of a check, prose, or nothing.

    Examples
    --------
    >>> from skerosion.report._html import kind_of
    >>> kind_of("not given"), kind_of("row 295"), kind_of("a sentence that goes on and on, and then on")
    ('not-given', 'brief', 'prose')
    """
    if cell in OUTCOMES:
        return str(cell).replace(" ", "-")
    length = len(cell) if isinstance(cell, str) else 0
    return "brief" if length <= BRIEF else "prose" if length > LONG else ""


def place(value, first, last):
    """Where a value stands between two others, in hundredths.

    Examples
    --------
    >>> from skerosion.report._html import place
    >>> place(0.25, 0.2, 0.4)
    25.0
    """
    return round(100 * (value - first) / (last - first), 2)


_PICTURES = (".png", ".jpg", ".svg")


def embedded(folder, file):
    """A picture as an address that holds it, which it may be already.

    Raises
    ------
    ValueError
        For another file than a picture below the folder: what a report names is read, and handed on with its page.
    """
    if file.startswith("data:image/"):
        return file
    if Path(file).suffix not in _PICTURES or not (folder / file).resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"pictures of a report must be {', '.join(_PICTURES)} below its folder, got {file!r}")
    kind = mimetypes.guess_type(file)[0] or "image/png"
    return f"data:{kind};base64,{base64.b64encode((folder / file).read_bytes()).decode()}"
