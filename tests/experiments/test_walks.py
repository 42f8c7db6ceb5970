"""The walks of docs/architecture.md lead past names that are where it says, in at most ten steps each."""

import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
TEXT = PAGE.read_text(encoding="utf-8")
PLACES = re.findall(r"`(\w+)` \(`(\w+/\w+\.py)`\)", TEXT)


def test_walks_have_ten_steps_at_most():
    walks = re.split(r"\nThe way of ", TEXT)[1:]
    assert len(walks) == 3 and all(len(re.findall(r"(?m)^\d+\. ", walk.split("\n## ")[0])) <= 10 for walk in walks)


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_name_is_where_the_page_says(name, place):
    source = (PAGE.parents[1] / "skerosion" / place).read_text(encoding="utf-8")
    assert re.search(rf"(?m)^(def|class) {name}\b", source)


def test_places_are_found():
    assert len(PLACES) > 15
