"""Write the tables of docs/settings.md from the schema of settings: python docs/settings_tables.py.

The tables stand between comments on the page; `tests/docs/test_settings.py` fails where they are not those of today.
"""

import json
import pathlib
import re

from skerosion.experiments import settings_schema

PAGE = pathlib.Path(__file__).with_name("settings.md")
NETWORKS = ("CNNClassifier", "OrdinalClassifier", "CRPSRegressor", "CNNRegressor")


def with_tables(page):
    """Return the text of the page with the tables of today.

    Parameters
    ----------
    page : str

    Returns
    -------
    str
    """
    forms = {name: form for name, form in settings_schema()["$defs"].items() if name != "estimator"}
    networks = {name: forms.pop(name) for name in NETWORKS}
    for mark, lines in {"networks": of_networks(networks), "others": of_others(forms)}.items():
        table = "\n".join([f"<!-- {mark} -->", *lines, f"<!-- end of {mark} -->"])
        page = re.sub(rf"<!-- {mark} -->.*<!-- end of {mark} -->", lambda _, table=table: table, page, flags=re.DOTALL)
    return page


def of_networks(forms):
    """Return a table of the parameters of networks: those of all first, then those of some, with their names."""
    owners = {}
    for name, form in forms.items():
        for parameter, each in parameters(form):
            owners.setdefault((parameter, *in_words(each)), []).append(name)
    rows = sorted(owners, key=lambda row: len(owners[row]) < len(forms))
    yield from header("parameter", "default", "what it may be, and what it does", "of")
    for row in rows:
        yield line(f"`{row[0]}`", *row[1:], "all" if len(owners[row]) == len(forms) else ", ".join(owners[row]))


def of_others(forms):
    """Return a table of the parameters of estimators that are made of others."""
    yield from header("estimator", "parameter", "default", "what it may be, and what it does")
    for name, form in forms.items():
        for parameter, each in parameters(form):
            yield line(f"`{name}`", f"`{parameter}`", *in_words(each))


def parameters(form):
    """Return the names and forms of the parameters of an estimator."""
    return [(name, each) for name, each in form["properties"].items() if name != "type"]


def in_words(form):
    """Return the default of a parameter as JSON, and what is said of it up to the end of its first sentence."""
    kinds, _, words = form.get("description", "").partition(". ")
    first = re.match(r".+?[.;](?= |$)", words)
    default = f"`{json.dumps(form['default'])}`" if "default" in form else "must be given"
    return default, f"{kinds}. {first[0].rstrip('.;') if first else words}"


def header(*names):
    """Return the two lines that begin a table."""
    return f"| {' | '.join(names)} |", "|---" * len(names) + "|"


def line(*cells):
    """Return a line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
