"""A document goes to JSON and back, and anything else is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from skerosion.report import redraw
from skerosion.report._document import (
    BLOCKS,
    Confusion,
    Document,
    Facts,
    FilmView,
    Flow,
    NotGiven,
    Picture,
    Points,
    Section,
    Table,
    Text,
)
from skerosion.report._html import to_html

pytestmark = pytest.mark.once

text = some.text(max_size=8)
cells = some.none() | text | some.integers() | some.floats(allow_nan=False, allow_infinity=False)
blocks = some.one_of(
    some.builds(Text, some.lists(text).map(tuple), some.sampled_from(["", "lead", "note"])),
    some.builds(Facts, some.dictionaries(text, text)),
    some.builds(Flow, some.lists(some.tuples(text, text, some.lists(text)))),
    some.builds(Picture, text, text, text),
    some.builds(FilmView, text, text, some.none() | text, some.lists(some.integers()), some.lists(some.just({})), text),
    some.builds(NotGiven, text, text),
    some.builds(
        Table,
        text,
        some.lists(text).map(tuple),
        some.lists(some.lists(cells)),
        some.lists(text).map(tuple),
        some.lists(some.tuples(some.integers(), some.integers())),
        some.lists(some.integers()),
        of=some.lists(text, max_size=2).map(tuple),
    ),
    some.builds(
        Confusion, text, some.lists(text).map(tuple), some.lists(some.lists(some.integers())), some.just(("t", "c"))
    ),
    some.builds(Points, text, some.lists(some.dictionaries(text, some.lists(cells))), some.just(("t",))),
)


@given(some.builds(Document, text, text, some.lists(some.builds(Section, text, text, some.lists(blocks)))))
def test_round_trip(document):
    assert Document.from_json(document.to_json()) == document


def test_what_the_package_says_is_told_in_other_words_and_nothing_else():
    blocks = [
        NotGiven("group=", "group="),
        Text(("a group=",), "note"),
        Table("group=", ("group=",), [["group="]], ("group=",)),
        Facts({"file": "group=.png"}),
    ]
    told = Document("group=", "", [Section("s", "S", blocks)]).in_words(lambda text: text.replace("group=", "--group"))
    table = Table("group=", ("group=",), [["group="]], ("--group",))
    assert told.sections[0].blocks == [NotGiven("group=", "--group"), Text(("a --group",), "note"), table, blocks[3]]
    assert told.title == "group="


def test_every_block_is_drawn_for():
    assert set(BLOCKS) == {"Text", "Facts", "Table", "Confusion", "Points", "Flow", "Picture", "FilmView", "NotGiven"}


DAMAGED = [
    "",
    "{}",
    "[]",
    "nonsense",
    '{"schema": 99}',
    '{"schema": 99, "sections": []}',
    '{"schema": 3, "title": "t"}',
]
DAMAGED += ["3", "[" * 100_000, '{"a":' * 100_000, '{"schema": ' + "9" * 10_000 + "}"]


@pytest.mark.parametrize("damaged", DAMAGED, ids=lambda text: text[:30])
def test_anything_else_is_refused(damaged):
    with pytest.raises(ValueError, match="must be"):
        Document.from_json(damaged)


@pytest.mark.parametrize("file", ["../secret.png", "secret.txt", "/etc/hosts", "linked.png", "/etc/passwd\0.png"])
def test_no_other_file_gets_into_a_page(file, tmp_path):
    """Whoever draws a page of another's report hands nothing of his own on with it."""
    folder = tmp_path / "results"
    folder.mkdir()
    for path in (tmp_path / "secret.png", folder / "secret.txt"):
        path.write_text("a secret")
    (folder / "linked.png").symlink_to(tmp_path / "secret.png")
    page = Document("t", "", [Section("a", "A", [Picture("t", file, "told")])])
    (folder / "report.json").write_text(page.to_json())
    with pytest.raises(ValueError, match=r"report.json must be a report that can be drawn: "):
        redraw(folder)
    assert [path.name for path in folder.iterdir() if path.name == "report.html"] == []


MADE_UP = [Table("t", ("a",), 3), Table("t", ("a",), [[{"b": 1}]]), Confusion("t", (), [[1]], ("t", "c"))]
MADE_UP += [Points("t", [{"ends": 3}], ("t",)), FilmView("t", "data:image/png;base64,", None, [], [], ""), Text(3)]


@pytest.mark.parametrize("block", MADE_UP, ids=lambda block: type(block).__name__)
def test_blocks_that_somebody_made_up_are_told(block, tmp_path):
    (tmp_path / "report.json").write_text(Document("t", "", [Section("a", "A", [block])]).to_json())
    with pytest.raises(ValueError, match="must be"):
        redraw(tmp_path)


EVIL = "<script>alert(1)</script>"
NAMED_SO = [
    Text((EVIL,)),
    Facts({EVIL: EVIL}),
    Flow([(EVIL, EVIL, [EVIL])]),
    Table(EVIL, (EVIL,), [[EVIL], [f"{EVIL} (0.4–0.6)"]], (EVIL,), of=(EVIL, f'" onload={EVIL}')),
    Confusion(EVIL, (EVIL,), [[1]], (EVIL, EVIL)),
    Picture(EVIL, "data:image/png;base64,", f'" onerror={EVIL}'),
    FilmView(
        EVIL,
        f'data:image/png;base64,"{EVIL}',
        None,
        [1, 1],
        [{"name": EVIL, "label": EVIL, "corners": [[0, 0]] * 4, "kind": EVIL}],
        EVIL,
    ),
    NotGiven(EVIL, EVIL),
]


@pytest.mark.parametrize("block", NAMED_SO, ids=lambda block: type(block).__name__)
def test_names_of_files_and_patients_are_text_on_a_page(block, tmp_path):
    text = to_html(Document(EVIL, EVIL, [Section(EVIL, EVIL, [block])]), tmp_path)
    assert EVIL not in text and text.count("&lt;script&gt;alert(1)") >= 5
    assert '" onload' not in text and '" onerror' not in text


def test_section_of_nothing_but_gaps_is_not_given():
    assert not Section("a", "A", [NotGiven("this", "that")]).given
    assert Section("a", "A", [NotGiven("this", "that"), Text(("said",))]).given
