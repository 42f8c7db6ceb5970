"""A room is a folder with an ``__init__.py``, whatever else lies in the package's folder."""

import fnmatch
import pathlib
import tomllib

import pytest
from setuptools import find_packages

from tests.package_files import modules, rooms

REPO_ROOT = pathlib.Path(__file__).resolve().parents[1]
FILES = ["__init__.py", "cli.py", "metrics/__init__.py", "metrics/_crps.py", "datasets/__init__.py"]
FILES += ["datasets/registry/__init__.py", "datasets/registry/_tables.py"]
LEFT_BEHIND = [
    "__pycache__/cli.cpython-311.pyc",
    "metrics/__pycache__/__init__.cpython-311.pyc",
    ".ipynb_checkpoints/cli-checkpoint.py",
    ".ipynb_checkpoints/__init__-checkpoint.py",
    "removed/__pycache__/_gone.cpython-311.pyc",
    "removed/_gone.py",
    "metrics/cli (copy).py",
    "metrics/.#_crps.py",
    ".DS_Store",
    "build/lib/skerosion/metrics/_old.py",
]


@pytest.fixture
def package(tmp_path):
    for name in FILES + LEFT_BEHIND:
        path = tmp_path / "skerosion" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "skerosion"


def test_what_is_left_behind_is_no_room(package):
    assert [room.name for room in rooms(package)] == ["datasets", "metrics"]
    assert sorted(str(path.relative_to(package)) for path in modules(package)) == sorted(FILES)


def test_what_is_left_behind_is_not_installed(package):
    tools = tomllib.loads((REPO_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    settings = tools["setuptools"]["packages"]["find"]
    assert settings.pop("namespaces") is False
    names = {"skerosion", "skerosion.metrics", "skerosion.datasets", "skerosion.datasets.registry"}
    assert set(find_packages(package.parent, **settings)) == names


def test_what_is_no_module_is_installed_too():
    tools = tomllib.loads((REPO_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (patterns,) = tools["setuptools"]["package-data"].values()
    package = REPO_ROOT / "skerosion"
    others = [path for path in package.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    # A folder of a package that is none itself is named in the pattern.
    named = [path.name if (path.parent / "__init__.py").is_file() else f"page/{path.name}" for path in others]
    assert "synthetic.skerosion" in named and "report.css" in {path.name for path in others}
    assert not [name for name in named if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
