import os

import pytest

from skerosion.experiments._quiet import kept_back


def test_notes_are_kept_back(capfd):
    with kept_back():
        os.write(2, b"oneDNN custom operations are on\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_failure_shows_what_was_kept_back(capfd):
    with pytest.raises(ImportError), kept_back():
        os.write(2, b"no libcuda\n")
        raise ImportError("tensorflow")
    assert "no libcuda" in capfd.readouterr().err
