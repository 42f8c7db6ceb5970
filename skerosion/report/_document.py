"""What a report says, before it has a form: sections of blocks, which are all data and go to JSON and back."""

import json
from dataclasses import asdict, dataclass, field, replace

SCHEMA = 3
"""Version of the file that a document is kept in."""


@dataclass(frozen=True)
class Text:
    """Paragraphs.

    Parameters
    ----------
    paragraphs : tuple of str
    role : {"", "lead", "note"}, default=""
        ``"lead"`` is what everybody should read, ``"note"`` what belongs to the block above.
    """

    paragraphs: tuple
    role: str = ""


@dataclass(frozen=True)
class Facts:
    """Names and what they are.

    Parameters
    ----------
    facts : dict of str to str
    """

    facts: dict


@dataclass(frozen=True)
class Table:
    """A table of texts and numbers.

    Parameters
    ----------
    title : str
    columns : tuple of str
    rows : list of list
        The first cell names the row. A cell is text, a number or None.
    notes : tuple of str, default=()
    marked : list of (int, int), default=()
        Row and column of the cells that are the best of theirs.
    dimmed : list of int, default=()
        Rows that are not candidates, such as floors.
    alarms : list of (int, int), default=()
        Cells that nobody should overlook.
    of : tuple of str, default=()
        The task whose candidates its rows name, or a task and the one candidate that it is about.
    """

    title: str
    columns: tuple
    rows: list
    notes: tuple = ()
    marked: list = field(default_factory=list)
    dimmed: list = field(default_factory=list)
    alarms: list = field(default_factory=list)
    of: tuple = ()


@dataclass(frozen=True)
class Confusion:
    """How often each grade is predicted where each is true.

    Parameters
    ----------
    title : str
    labels : tuple of str
        The grades.
    counts : list of list of int
        A row a true grade, a column a predicted one.
    of : tuple of str
        The task, and the candidate that predicts.
    """

    title: str
    labels: tuple
    counts: list
    of: tuple


@dataclass(frozen=True)
class Points:
    """Scores with their intervals, drawn side by side.

    Parameters
    ----------
    title : str
    panels : list of dict
        For each score its ``title``, what is ``better``, the ``ends`` of its axis with the ``ticks`` between them, and
        its ``rows``: name, whether it is a floor, value and ends of the interval, None where there are none, and these
        as text.
    of : tuple of str
        The task whose candidates the rows name.
    """

    title: str
    panels: list
    of: tuple


@dataclass(frozen=True)
class Flow:
    """Steps that images go through, each with how many are left and what was left out.

    Parameters
    ----------
    steps : list of (str, str, list of str)
        What is there, how many, and what was left out before it.
    """

    steps: list


@dataclass(frozen=True)
class Picture:
    """A figure.

    Parameters
    ----------
    title : str
    file : str
        Below the folder of the report.
    alternative : str
        What it shows, for those who do not see it.
    """

    title: str
    file: str
    alternative: str


@dataclass(frozen=True)
class FilmView:
    """A film with the boxes of its joints, and over it where a network looked.

    Parameters
    ----------
    title : str
    file : str
        The film: below the folder of the report, or an address that holds it.
    overlay : str or None
        Likewise a picture of the same extent, clear where nothing is to be seen.
    size : list of int
        Width and height of the film, in pixels.
    boxes : list of dict
        For each joint its ``name``, ``label``, ``corners`` (x and y of four, the upper side of the crop first) and
        ``kind``: "", "doubtful" or "odd".
    alternative : str
        What it shows, for those who do not see it.
    """

    title: str
    file: str
    overlay: str | None
    size: list
    boxes: list
    alternative: str


@dataclass(frozen=True)
class NotGiven:
    """Something that the data cannot answer.

    Parameters
    ----------
    what : str
    answered_by : str
        The argument or the command that would answer it.
    """

    what: str
    answered_by: str


BLOCKS = {kind.__name__: kind for kind in (Text, Facts, Table, Confusion, Points, Flow, Picture, FilmView, NotGiven)}


@dataclass(frozen=True)
class Section:
    """A part of a report with a heading of its own.

    Parameters
    ----------
    name, title : str
    blocks : list
    """

    name: str
    title: str
    blocks: list

    @property
    def given(self):
        """Whether anything in it was answered."""
        return any(not isinstance(block, NotGiven) for block in self.blocks)


@dataclass(frozen=True)
class Document:
    """A report.

    Parameters
    ----------
    title : str
    note : str
        What every reader must know of the data.
    sections : list of Section

    Examples
    --------
    >>> from skerosion.report._document import Document, Section, Text
    >>> document = Document("A search", "", [Section("verdict", "Verdict", [Text(("It beats the floor.",))])])
    >>> Document.from_json(document.to_json()) == document
    True
    """

    title: str
    note: str
    sections: list

    def in_words(self, words):
        """Return the document with its paragraphs, and what would answer what is not given, in other words.

        Parameters
        ----------
        words : callable
            From one text to another.
        """
        sections = [replace(each, blocks=[_in_words(block, words) for block in each.blocks]) for each in self.sections]
        return replace(self, sections=sections)

    def to_json(self):
        """Return the document as text."""
        sections = [
            {"name": each.name, "title": each.title, "blocks": [_described(block) for block in each.blocks]}
            for each in self.sections
        ]
        return json.dumps({"schema": SCHEMA, "title": self.title, "note": self.note, "sections": sections}, indent=1)

    @classmethod
    def from_json(cls, text):
        """Read a document that `to_json` wrote.

        Raises
        ------
        ValueError
            For anything else.
        """
        try:
            known = json.loads(text)
            schema, sections = known["schema"], known["sections"]
            if schema == SCHEMA:
                return cls(known["title"], known["note"], [_section(each) for each in sections])
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise ValueError(f"a report must be what skerosion wrote as report.json: {error}.") from error
        again = "run the command that wrote it again"
        raise ValueError(f"a report must be of schema {SCHEMA}, got {schema!r:.60}; {again}.")


def _in_words(block, words):
    if isinstance(block, NotGiven):
        return replace(block, answered_by=words(block.answered_by))
    if isinstance(block, Text):
        return replace(block, paragraphs=tuple(map(words, block.paragraphs)))
    return replace(block, notes=tuple(map(words, block.notes))) if isinstance(block, Table) else block


def _described(block):
    return {"kind": type(block).__name__} | asdict(block)


def _section(known):
    return Section(known["name"], known["title"], [_block(each) for each in known["blocks"]])


TUPLES = ("paragraphs", "columns", "notes", "labels", "of")


def _block(known):
    fields = {name: value for name, value in known.items() if name != "kind"}
    # What JSON has as lists, blocks compare as tuples.
    tuples = {name: tuple(fields[name]) for name in TUPLES if name in fields}
    nested = {name: [tuple(pair) for pair in fields[name]] for name in ("marked", "alarms", "steps") if name in fields}
    return BLOCKS[known["kind"]](**(fields | tuples | nested))
