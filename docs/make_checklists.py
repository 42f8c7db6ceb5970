"""Write checklists.md: the items of CLAIM and of TRIPOD+AI, and what of this package answers each.

python docs/make_checklists.py
"""

from pathlib import Path

from skerosion.report import CHECKLISTS, made_by

PAGE = Path(__file__).with_name("checklists.md")

HEAD = """# Checklists

Journals ask for lists of what a report has to say. Every `report.html` ends in two of them, filled in with what the
run says, and as CSV in `OUT/tables`; where nothing is known stands "not given", and nothing is invented. This page says
for each item what answers it: a command, a function or a class of this package; or you, in a file after `--card` (or
`page={"card": ...}` of `search_strategies`, `run_study` and `evaluate`):

```json
{"intended use": "to count erosions in trials", "CLAIM 5": "retrospective"}
```

That an item can be answered does not make the answer good, and no list makes a study sound. The numbers are those of
the lists. The words are ours and short: read the lists themselves before you hand something in.

"""


def text():
    """The page."""
    shares = [_share(each) for each in CHECKLISTS]
    total = "| list | items | answered by the package | by you |\n|---|---|---|---|\n" + "\n".join(shares)
    return HEAD + total + "\n\n" + "\n\n".join(map(_table, CHECKLISTS)) + "\n"


def _share(checklist):
    answers = checklist.items["answer"]
    by_us = int((answers != "user").sum())
    users, n = len(answers) - by_us, len(answers)
    return f"| {checklist.name} | {n} | {by_us} ({100 * by_us / n:.0f} %) | {users} ({100 * users / n:.0f} %) |"


def _table(checklist):
    rows = [f"| {item} | {asks} | {_code(made_by(of))} |" for item, asks, of in checklist.items.itertuples(index=False)]
    return "\n".join(
        [f"## {checklist.name}\n\n{checklist.source}.\n", "| item | asks | answered by |\n|---|---|---|", *rows]
    )


def _code(names):
    return names if names == "user" else ", ".join(f"`{name}`" for name in names.split(", "))


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
