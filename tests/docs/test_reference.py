"""Every public name of every room has a row in the reference and an example that runs."""

import ast
import doctest
import importlib
import pathlib
import re

import pytest

from tests.package_files import rooms

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]
REFERENCE = REPO_ROOT / "docs" / "reference.rst"
SECTION = re.compile(r"^\.\. currentmodule:: skerosion\.(\w+)$", re.MULTILINE)


def exported(room):
    """Return what a room exports, read from its file, or from its stub where names are imported on first touch."""
    stub = room / "__init__.pyi"
    file = stub if stub.is_file() else room / "__init__.py"
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


ROOMS = {room.name: exported(room) for room in rooms(REPO_ROOT / "skerosion")}
ROOMS = {room: names for room, names in ROOMS.items() if names}
PUBLIC = [(room, name) for room, names in ROOMS.items() for name in names]
_, *parts = SECTION.split(REFERENCE.read_text(encoding="utf-8"))


def rows(room):
    """Names that the sections of a room list, on whatever level."""
    sections = (section for other, section in zip(parts[::2], parts[1::2], strict=True) if other == room)
    return [name for section in sections for name in re.findall(r"^   (\w+)$", section, re.MULTILINE)]


@pytest.mark.parametrize("room", ROOMS)
def test_reference_lists_what_the_room_exports(room):
    listed = rows(room)
    assert listed, f"docs/reference.rst lacks a section with `.. currentmodule:: skerosion.{room}`"
    missing, unknown = sorted(set(ROOMS[room]) - set(listed)), sorted(set(listed) - set(ROOMS[room]))
    assert not missing, f"add rows to a section of skerosion.{room} in docs/reference.rst: {missing}"
    assert not unknown, f"docs/reference.rst lists what skerosion.{room} does not export: {unknown}"
    assert len(listed) == len(set(listed))


def test_every_promised_name_is_used_in_a_guide_or_an_example():
    """A name that no page needs is the room's own; results, history and the design are no guides."""
    apart = {"architecture.md", "reliability.md", "corrections.md", "changelog.md"}
    pages = [REPO_ROOT / "README.md", *(path for path in (REPO_ROOT / "docs").glob("*.md") if path.name not in apart)]
    pages += (REPO_ROOT / "examples").rglob("*.py")
    words = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in pages)))
    assert not [f"skerosion.{room}.{name}" for room, name in PUBLIC if name not in words]
    # Films brought eleven (reading them, points, crops, finders, synthetic ones, grades), several readers three,
    # the audit of labels two, promises beside sets, and the export to ONNX
    # one each.
    assert len(PUBLIC) <= 122


@pytest.mark.parametrize(("room", "name"), PUBLIC)
def test_public_name_has_an_example(room, name):
    thing = getattr(importlib.import_module(f"skerosion.{room}"), name)
    assert doctest.DocTestParser().get_examples(thing.__doc__ or ""), f"skerosion.{room}.{name} needs a >>> example"
