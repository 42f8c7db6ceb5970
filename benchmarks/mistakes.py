"""Make every mistake of `_mistakes.py` in a process of its own: what is said, and after how much processor time.

Run as ``python benchmarks/mistakes.py``; with ``--page docs/mistakes.md`` the tables of that page are written anew.
Seconds are those of the process from after ``import pandas`` on, so that they hold what the package itself costs.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from _measure import describe_machine
from _mistakes import COMMANDS, PYTHON, make_files

MADE = """
import json, shlex, sys, time
import pandas
call, answer = sys.argv[1:]
started = time.process_time()
says = ""
try:
    if call.startswith("skerosion "):
        from skerosion.commands import app
        app(shlex.split(call)[1:], prog_name="skerosion")
    else:
        exec(call)
except SystemExit:
    pass
except Exception as error:
    says = f"{type(error).__name__}: {error}"
seconds = time.process_time() - started
heavy = sorted({"sklearn", "tensorflow"} & set(sys.modules))
open(answer, "w").write(json.dumps({"seconds": seconds, "says": says, "heavy": heavy}))
"""
START, END = "<!-- {} -->", "<!-- end of {} -->"


def make(mistake):
    """Make one mistake in a folder of its own; return what is said, seconds and what was loaded."""
    with tempfile.TemporaryDirectory() as folder:
        work, answer = pathlib.Path(folder, "work"), pathlib.Path(folder, "answer.json")
        work.mkdir()
        make_files(work)
        command = [sys.executable, "-c", MADE, mistake.call, str(answer)]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        found = json.loads(answer.read_text())
        said = found["says"] or done.stderr or done.stdout
        return found | {"says": plain(said.replace(f"{folder}/", ""))}


def plain(text):
    """Return what is said in one line, without the box that usage errors stand in."""
    text = re.sub(r"(?s)^Usage:.*?╭[^╮]*╮", "Error:", text)
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


def shortened(text, most=330):
    """Return a text that is no longer than a cell bears."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


def row(mistake, found):
    """Return the row of a mistake."""
    call = mistake.call.replace("|", "\\|")
    said = shortened(found["says"]).replace("|", "\\|").replace("`", "'")
    return f"| {mistake.what} | `{call}` | `{said}` | {found['seconds']:.2f} |"


def table(mistakes):
    """Return the table of some mistakes, and tell each as it is made."""
    lines = ["| mistake | what was run | what it says | seconds |", "|---|---|---|---|"]
    for mistake in mistakes:
        found = make(mistake)
        lines.append(row(mistake, found))
        print(lines[-1], *found["heavy"], flush=True)
    return "\n".join(lines)


def put(text, name, content):
    """Return a page with another content between the two marks of this name."""
    start, end = START.format(name), END.format(name)
    before, rest = text.split(start)
    return f"{before}{start}\n{content}\n{end}{rest.split(end)[1]}"


def main():
    """Make all mistakes, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=pathlib.Path)
    page = parser.parse_args().page
    tables = {
        "light": table(each for each in COMMANDS if each.light),
        "heavy": table(each for each in COMMANDS if not each.light),
        "python": table(PYTHON),
    }
    if page is not None:
        text = page.read_text(encoding="utf-8")
        for name, content in (tables | {"machine": describe_machine()}).items():
            text = put(text, name, content)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
