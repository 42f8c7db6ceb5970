"""A document as one HTML file that needs no network, no script to be read, and no other file."""

import base64
import functools
import mimetypes
from importlib import metadata, resources
from pathlib import Path

import jinja2
from markupsafe import Markup


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
    drawn = templates.get_template("blocks.html.j2").make_module(
        {"shown": shown, "embedded": functools.partial(embedded, Path(folder))}
    )
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
    """
    if cell is None:
        return "–"
    if isinstance(cell, bool) or isinstance(cell, str):
        return str(cell)
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.4g}"


def embedded(folder, file):
    """A picture as an address that holds it."""
    kind = mimetypes.guess_type(file)[0] or "image/png"
    return f"data:{kind};base64,{base64.b64encode((folder / file).read_bytes()).decode()}"
