"""A page of results: one row a question, one note a script, one line a machine; all else on it is left as it is."""

import re

COLUMNS = ("question", "skerosion", "beside it", "ratio", "asked for", "run")
NOTES, MACHINES = "## Notes", "## Machines"
EMPTY = f"""# {{title}}

| {" | ".join(COLUMNS)} |
|{"---|" * len(COLUMNS)}

{NOTES}

{MACHINES}
"""


def put_row(text, cells):
    """Replace the row of a question, or append it to the table.

    Examples
    --------
    >>> page = EMPTY.format(title="Speed")
    >>> page = put_row(page, ["How fast?", "2 s", "4 s", "0.5", "", "today"])
    >>> page = put_row(page, ["How fast?", "1 s", "4 s", "0.25", "", "today"])
    >>> print(page)  # doctest: +ELLIPSIS
    # Speed
    <BLANKLINE>
    | question | skerosion | beside it | ratio | asked for | run |
    |---|---|---|---|---|---|
    | How fast? | 1 s | 4 s | 0.25 |  | today |
    ...
    """
    cells = [cell.replace("|", "\\|") for cell in cells]
    row = f"| {' | '.join(cells)} |"
    lines = text.split("\n")
    header = next(place for place, line in enumerate(lines) if line.startswith(f"| {COLUMNS[0]} |"))
    end = header + 2
    while end < len(lines) and lines[end].startswith("|"):
        if lines[end].startswith(f"| {cells[0]} |"):
            lines[end] = row
            return "\n".join(lines)
        end += 1
    return "\n".join([*lines[:end], row, *lines[end:]])


def put_note(text, script, note):
    """Replace what a script says besides its rows; an empty note takes it away.

    Examples
    --------
    >>> page = put_note(EMPTY.format(title="Speed"), "bench_fit.py", "Half of it is arithmetic.")
    >>> "- `bench_fit.py`: Half of it is arithmetic." in page
    True
    """
    return _put_item(text, NOTES, f"- `{script}`: ", note)


def put_machine(text, description):
    """Return the page and the name of the machine on it, a new one where its line is not there yet.

    Examples
    --------
    >>> page, name = put_machine(EMPTY.format(title="Speed"), "2 cores")
    >>> name, put_machine(page, "4 cores")[1], put_machine(page, "2 cores")[1]
    ('M1', 'M2', 'M1')
    """
    known = dict(re.findall(r"^- (M\d+): (.*)$", text, flags=re.MULTILINE))
    for name, line in known.items():
        if line == description:
            return text, name
    name = next(name for number in range(1, len(known) + 2) if (name := f"M{number}") not in known)
    return _put_item(text, MACHINES, f"- {name}: ", description), name


def drop_machines(text):
    """Take away machines that no row and no note names any more."""
    for name in re.findall(r"^- (M\d+): ", text, flags=re.MULTILINE):
        if len(re.findall(rf"\b{name}\b", text)) == 1:
            text = _put_item(text, MACHINES, f"- {name}: ", "")
    return text


def _put_item(text, heading, start, content):
    """Replace the list item that starts so, or append it to the list under the heading; no content, no item."""
    head, _, rest = text.partition(f"{heading}\n")
    body, mark, after = rest.partition("\n## ")
    items = [line for line in body.strip("\n").split("\n") if line]
    known = [place for place, line in enumerate(items) if line.startswith(start)]
    new = [start + content] if content else []
    place = known[0] if known else len(items)
    items[place : place + len(known)] = new
    body = "".join(f"{line}\n" for line in items)
    return f"{head.rstrip()}\n\n{heading}\n" + (f"\n{body}" if body else "") + mark + after
