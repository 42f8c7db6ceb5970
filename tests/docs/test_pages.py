"""The pages hold together: links lead somewhere, each page is reached, code runs as it stands."""

import functools
import pathlib
import re
import shlex

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

import skerosion
from skerosion import CNNClassifier
from skerosion.commands import app

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = REPO_ROOT / "docs"
BUILT = ("_build", "auto_examples", "generated", "_templates")
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if not set(BUILT) & set(path.relative_to(DOCS).parts)]
READ_IN_THE_REPOSITORY = [REPO_ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
LINK = re.compile(r"(?<!`)\[[^]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def without_code(text):
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def anchors(path):
    """Return the anchors of a page's headings, as forges and Sphinx make them."""
    titles = HEADING.findall(without_code(path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES + READ_IN_THE_REPOSITORY, ids=lambda path: str(path.relative_to(REPO_ROOT)))
def test_links_lead_to_files_and_headings(path):
    for link in LINK.findall(without_code(path.read_text(encoding="utf-8"))):
        if re.match(r"\w+:", link):
            continue
        address, _, anchor = link.partition("#")
        target = path.parent / address if address else path
        assert target.exists(), f"{path.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{path.name} links to {link}, which has no such heading"


def test_every_page_is_in_a_toctree():
    named = set()
    for path in PAGES:
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            for entry in (line for line in tree.splitlines() if line and not line.startswith(":")):
                named |= set(path.parent.glob(f"{entry}.md"))
    assert set(PAGES) - named == {DOCS / "index.md"}


def test_examples_of_the_table_of_tasks_are_there_and_complete():
    """Whoever looks for a task finds every example from the guide."""
    named = set(re.findall(r"\.\./examples/(\w+)\.py", (DOCS / "guide.md").read_text(encoding="utf-8")))
    assert named == {path.stem for path in (REPO_ROOT / "examples").glob("*.py")}


@pytest.fixture(scope="module")
def joints(tmp_path_factory):
    """A folder with labels.csv and the images of 40 joints of 20 patients."""
    folder = tmp_path_factory.mktemp("joints")
    rng = np.random.default_rng(0)
    grades = rng.permutation(np.repeat([0, 1, 2], [20, 12, 8]))
    for number, grade in enumerate(grades):
        Image.fromarray((rng.integers(0, 80, (16, 16)) + 80 * grade).astype("uint8")).save(folder / f"{number}.png")
    names = [f"{number}.png" for number in range(40)]
    table = pd.DataFrame({"path": names, "kl_grade": grades, "patient_id": np.repeat(np.arange(20), 2)})
    table.to_csv(folder / "labels.csv", index=False)
    return folder


@pytest.mark.parametrize("page", ["index", "start"])
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_python_of_the_first_pages_runs_as_it_stands(page, joints, monkeypatch):
    """Word for word; only the network is smaller."""
    small = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "batch_size": 20, "epochs": 1}
    monkeypatch.setitem(vars(skerosion), "CNNClassifier", functools.partial(CNNClassifier, **small))
    monkeypatch.chdir(joints)
    code = re.search(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(encoding="utf-8"), re.DOTALL).group(1)
    names = {}
    exec(code, names)
    assert names["search"].best_estimator_ is not None
    if page == "index":
        assert len([line for line in code.splitlines() if line]) <= 10


@pytest.mark.parametrize("page", ["README.md", "docs/start.md", "docs/guide.md"])
def test_commands_of_the_pages_are_understood(page):
    """Every option that a page writes is one that the command knows."""
    blocks = re.findall(r"```sh\n(.*?)```", (REPO_ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    commands = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("skerosion ")]
    assert commands
    for command, *arguments in commands:
        shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
        assert {part for part in arguments if part.startswith("--")} <= set(re.findall(r"--[\w-]+", shown)) | {"--help"}
