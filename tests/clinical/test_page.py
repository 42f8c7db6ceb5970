"""The examples of the clinical page run."""

import doctest
import pathlib

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "clinical.md"


def test_examples_of_the_page():
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.testfile(str(PAGE), module_relative=False, optionflags=options, encoding="utf-8")
    assert result.attempted > 5 and not result.failed
