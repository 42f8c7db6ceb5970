"""The table in CONTRIBUTING.md counts the templates as they are, and none is missing there."""

import pathlib
import re

REPO_ROOT = pathlib.Path(__file__).parents[2]
ROW = re.compile(r"^\| an? .*?\| (\d+) \| 0 \| .*`(own_\w+\.py)`", re.MULTILINE)


def test_lines_are_counted_right():
    counted = {name: int(lines) for lines, name in ROW.findall((REPO_ROOT / "CONTRIBUTING.md").read_text("utf-8"))}
    templates = (REPO_ROOT / "examples" / "templates").glob("own_*.py")
    assert counted == {path.name: len(path.read_text("utf-8").splitlines()) for path in templates}
