"""Modules of a user's own: found by name or file, importable by workers, their classes known by name."""

import importlib
import os
import pickle
import sys

import pytest

from skerosion import _own_modules
from skerosion._own_modules import import_own, own_classes

pytestmark = pytest.mark.once

GRADER = """
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge


class OwnGrader(BaseEstimator):
    pass
"""


@pytest.fixture(autouse=True)
def forgets(monkeypatch):
    """Leave no module of a test behind."""
    monkeypatch.setattr(_own_modules, "_IMPORTED", {})
    monkeypatch.setattr(sys, "path", list(sys.path))
    known = set(sys.modules)
    yield
    for name in set(sys.modules) - known:
        del sys.modules[name]


def test_a_file_is_a_module_of_its_name(tmp_path):
    path = tmp_path / "graders_of_file.py"
    path.write_text(GRADER)
    import_own([path])
    kind = own_classes()["OwnGrader"]
    assert list(own_classes()) == ["OwnGrader"], "what the module imports from elsewhere is not its own"
    assert pickle.loads(pickle.dumps(kind())).__class__ is kind
    first = importlib.import_module("graders_of_file")
    import_own([str(path)])
    assert importlib.import_module("graders_of_file") is first


def test_a_package_gives_the_classes_that_it_takes_from_its_modules(tmp_path, monkeypatch):
    package = tmp_path / "graders_of_package"
    package.mkdir()
    (package / "parts.py").write_text(GRADER)
    (package / "__init__.py").write_text("from .parts import OwnGrader")
    monkeypatch.syspath_prepend(tmp_path)
    import_own(["graders_of_package"])
    assert own_classes()["OwnGrader"].__module__ == "graders_of_package.parts"


@pytest.mark.parametrize(
    ("given", "content", "told"),
    [
        ("nowhere.py", None, "'.*nowhere.py', which does not exist"),
        ("json.py", "", "names that no other module has, got '.*json.py'; rename the file, such as to 'my_json.py'"),
        ("not-a-name.py", "", "names that no other module has"),
        ("broken_module_of_mine.py", "x = missing", "which fails: NameError: name 'missing'"),
    ],
)
def test_what_cannot_be_imported_is_told(tmp_path, given, content, told):
    if content is not None:
        (tmp_path / given).write_text(content)
    with pytest.raises(ValueError, match=f"modules must .*{told}"):
        import_own([os.fspath(tmp_path / given)])


def test_a_module_that_there_is_not_is_told():
    with pytest.raises(
        ValueError, match="modules must be names of modules .*, got 'no_such_module', which there is none of"
    ):
        import_own(["no_such_module"])
