"""Does a report hold up in a browser? Offline, by axe-core, printed, dark and light, narrow and wide, without a script.

Reads pages that are named, or makes one of a search on 6,604 rows whose estimators read the brightness of small images:
it is the page that is tried, not a grader. Chromium and npm have to be installed; axe-core comes from npm into a
folder that is thrown away. Pictures of each page are left in OUT, to be looked at.

Usage: python benchmarks/page_checks.py [REPORT.html ...] [--rows 6604] [--out /tmp/pages] [--page docs/results/page.md]
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import pandas as pd
from _chromium import Chromium, Tab

ROOT = pathlib.Path(__file__).resolve().parents[1]
AXE = "axe-core@4"
SIZES = {"wide": (1200, 900), "narrow": (390, 844)}
LARGEST = 5e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=6604)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir(), "pages"))
    parser.add_argument("--page", type=pathlib.Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    reports = options.reports or [make_report(options.rows, options.out / "report")]
    axe = fetch_axe()
    with Chromium() as browser:
        frame = pd.DataFrame([check(browser, path.resolve(), axe, options.out) for path in reports])
    text = as_markdown(frame)
    print(text)
    if options.page is not None:
        write_numbers(options.page, text)
    sys.exit(int(not (frame["holds"] == "yes").all()))


def make_report(n_rows, out):
    """The page of a search on rows of three grades, three of each patient."""
    import pytest

    sys.path.insert(0, str(ROOT))
    from skerosion.experiments import SearchPlan, search_strategies
    from tests.brightness_estimator import make_joints, use_brightness

    rows, grades, patients = (each[:n_rows] for each in make_joints(-(-n_rows // 3)))
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        search_strategies(rows, grades, patients, out=out, plan=SearchPlan(folds=2), progress=False, force=True)
    return out / "report.html"


def fetch_axe():
    """The script of axe-core."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "install", "--silent", "--no-save", AXE], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        return pathlib.Path(folder, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")


def check(browser, path, axe, out):
    """One line of figures of a page."""
    faults, wider, complaints, answers = set(), [], [], set()
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            tab = Tab(browser, path.as_uri(), width=width, height=height, dark=dark)
            name = f"{path.parent.name}_{size}_{'dark' if dark else 'light'}"
            tab.picture(out / f"{name}.png")
            wider += [name] if tab.run("document.documentElement.scrollWidth") > width else []
            faults |= violations(tab, axe)
            answers.add(tab.run(USED))
            complaints += tab.complaints()
    pdf = tab.pdf()
    (out / f"{path.parent.name}.pdf").write_bytes(pdf)
    serious = {rule for rule, impact in faults if impact in ("serious", "critical")}
    figures = {
        "report": path.parent.name,
        "MB": round(path.stat().st_size / 1e6, 2),
        "complaints offline": len(complaints),
        "axe: serious": ", ".join(sorted(serious)) or "none",
        "axe: others": ", ".join(sorted({rule for rule, _ in faults} - serious)) or "none",
        "wider than the screen": ", ".join(wider) or "never",
        "pages printed": len(re.findall(rb"/Type\s*/Page\b", pdf)),
        "chooses, and reads to keys": "yes" if answers == {True} else "no",
        "same without a script": "yes" if reads_alike(browser, path) else "no",
    }
    good = not serious and not wider and not complaints and figures["MB"] * 1e6 < LARGEST
    good = good and figures["chooses, and reads to keys"] == figures["same without a script"] == "yes"
    return figures | {"holds": "yes" if good else "no"}


USED = """(() => {
  const shown = (each) => each.checkVisibility();
  const alone = [...document.querySelectorAll("select")].every((select) => [...select.options].every((option) => {
    select.value = option.value;
    select.dispatchEvent(new Event("change"));
    const blocks = [...select.closest("section").querySelectorAll("[data-candidate]")];
    const task = select.parentElement.textContent.match(/the (\\w+)/)[1];
    const seen = blocks.filter((each) => each.dataset.task === task && shown(each));
    return option.value ? seen.every((each) => each.dataset.candidate === option.value) && seen.length : seen.length;
  }));
  const holders = [...document.querySelectorAll("output")].map((each) => each.previousElementSibling);
  const read = holders.filter(shown).every((each) => {
    each.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
    return each.nextElementSibling.textContent === each.querySelector("[title]").title;
  });
  return Boolean(alone && read);
})()"""
"""Chooses every candidate, after which only its own blocks may be seen, and reads the first point of each figure."""


def violations(tab, axe):
    """The rules that a page breaks, each with its impact."""
    tab.run(axe + "\n; null")
    found = tab.run("axe.run().then(done => done.violations.map(each => [each.id, each.impact]))")
    return {tuple(each) for each in found}


def reads_alike(browser, path):
    """Whether every text of the page is there without its script; buttons and choices add none."""
    texts = "[...document.querySelectorAll('h1,h2,p,dd,td,figcaption')].filter(each => each.checkVisibility())"
    seen = f"{texts}.map(each => each.textContent)"
    with_script, without = (Tab(browser, path.as_uri(), script=script).run(seen) for script in (True, False))
    return set(with_script) <= set(without)


def as_markdown(frame):
    """A table with a row a figure."""
    lines = [f"| | {' | '.join(frame['report'])} |", "|---" * (len(frame) + 1) + "|"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(map(str, frame[name]))} |" for name in frame.columns[1:])])


def write_numbers(page, text):
    """Put a table between the marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition("<!-- numbers -->")
    _, mark, after = rest.partition("<!-- end -->")
    page.write_text(f"{before}<!-- numbers -->\n\n{text}\n\n{mark}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
