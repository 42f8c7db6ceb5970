"""Every file that is read, cut short, with bits turned round and parts exchanged: read, or told in one line."""

import numpy as np
import pytest

from tests.malformed.damages import cuts, flips, splices
from tests.malformed.judging import judge
from tests.malformed.readers import READERS, sample_names, samples_of

pytestmark = pytest.mark.once


@pytest.fixture
def unclear(tmp_path):
    """A function that reads many contents under one name, and returns what is unclear about any."""

    def judged(reader, name, contents):
        problems = {}
        for content in contents:
            # The page of a report lies beside it, and a table of films is of all in a folder.
            path = tmp_path / name
            path.write_bytes(content)
            if problem := judge(reader, path):
                problems.setdefault(problem.replace(str(tmp_path), ""), content[:60])
        return problems

    return judged


@pytest.mark.parametrize(("reader", "name"), sample_names())
def test_whole_files_are_read(reader, name, tmp_path):
    (tmp_path / name).write_bytes(samples_of(reader)[name])
    assert READERS[reader].read(tmp_path / name) is not None


@pytest.mark.parametrize(("reader", "name"), sample_names())
def test_a_damaged_file_is_read_or_told(reader, name, unclear):
    content = samples_of(reader)[name]
    few = [content[:length] for length in (0, 1, len(content) // 2, len(content) - 1)]
    assert unclear(reader, name, few + flips(content, 4) + splices(content, 1)) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("reader", "name"), sample_names())
def test_damage_anywhere_is_read_or_told(reader, name, unclear):
    content = samples_of(reader)[name]
    assert unclear(reader, name, cuts(content) + flips(content, 200) + splices(content, 20)) == {}


def test_other_kinds_of_files_are_told(tmp_path):
    """What is a picture to one reader is nothing to another."""
    rng = np.random.default_rng(0)
    contents = [next(iter(samples_of(name).values())) for name in ("pictures", "films", "tables", "reports")]
    contents += [
        rng.bytes(300),
        bytes(300),
        b"\xff" * 300,
        b"PK\5\6" + bytes(18),
        b"\x80\x04." + bytes(99),
        b"{}",
        b"[]",
    ]
    readers = (
        "pictures",
        "tables",
        "settings",
        "candidates",
        "notes",
        "reports",
        "points",
        "stored fits",
        "reread labels",
    )
    for reader in readers:
        name = next(iter(samples_of(reader)))
        for content in contents:
            (tmp_path / name).write_bytes(content)
            assert judge(reader, tmp_path / name) == ""
