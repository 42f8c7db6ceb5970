"""The note on how often rows were scored: kept, told, counted once, and never in the way."""

import json

import pytest

from skerosion.experiments._scorings import keep_scoring, read_scorings

FIRST = {"date": "2026-01-31", "command": "skerosion evaluate a b", "data": "ab", "estimators": {"grader": "cd"}}
SECOND = FIRST | {"date": "2026-02-01", "estimators": {"grader": "ef"}}


def kept(path, *scorings):
    """What is told of each of some evaluations, one after the other."""
    told = []
    for scoring in scorings:
        said = []
        told.append((keep_scoring(path, read_scorings(path), scoring, said.append)["scored before"], said))
    return told


def test_others_are_counted_and_the_same_once_more_is_not(tmp_path):
    path = tmp_path / "labels.csv.scored.json"
    again = FIRST | {"date": "2026-02-02", "estimators": {"renamed": "cd"}}
    told = kept(path, FIRST, SECOND, again, SECOND | {"data": "other rows"})
    assert [times for times, _ in told] == [0, 1, 1, 2]
    assert told[0][1] == [] and "scored once before, last on 2026-01-31: skerosion evaluate a b" in told[1][1][0]
    assert "scored 2 times before" in told[3][1][0]
    assert [each["date"] for each in read_scorings(path)] == ["2026-02-01", "2026-02-02", "2026-02-01"]


def test_a_note_that_cannot_be_written_is_told(tmp_path):
    said = []
    keep_scoring(tmp_path, [], FIRST, said.append)  # a folder of that name, for a superuser writes into any other
    assert len(said) == 1 and "cannot be written" in said[0] and "will not know of this one" in said[0]


@pytest.mark.parametrize("text", ["[]", '{"form": 2, "scorings": []}', '{"form": 1, "scorings": [{}]}', "no json"])
def test_what_is_no_note_is_named_and_left_alone(tmp_path, text):
    path = tmp_path / "labels.csv.scored.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"scorings must be .*labels\.csv\.scored\.json"):
        read_scorings(path)
    assert path.read_text() == text


def test_the_note_is_json_that_people_can_read(tmp_path):
    kept(tmp_path / "note.json", FIRST)
    assert json.loads((tmp_path / "note.json").read_text()) == {"form": 1, "scorings": [FIRST]}
