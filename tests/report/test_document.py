"""A document goes to JSON and back, and anything else is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

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


@pytest.mark.parametrize("damaged", ["", "{}", "[]", "nonsense", '{"schema": 99}', '{"schema": 3, "title": "t"}', "3"])
def test_anything_else_is_refused(damaged):
    with pytest.raises(ValueError, match="must be"):
        Document.from_json(damaged)


def test_section_of_nothing_but_gaps_is_not_given():
    assert not Section("a", "A", [NotGiven("this", "that")]).given
    assert Section("a", "A", [NotGiven("this", "that"), Text(("said",))]).given
