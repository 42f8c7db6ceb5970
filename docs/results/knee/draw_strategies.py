"""Draw the strategies figure of the knees from the tables of docs/results/knee.md; run it when these change."""

import pathlib
import re

from matplotlib.figure import Figure

from skerosion.plotting import StrategyComparisonDisplay, save_figure

HERE = pathlib.Path(__file__).resolve().parent
CELL = re.compile(r"\**(-?[\d.]+)\** \((-?[\d.]+)–(-?[\d.]+)\)")
SCORES = ("accuracy", "class-normalised accuracy", "quadratic kappa")


def read_table(text, title):
    """Return score -> row -> (estimate, low, high) of the table that follows a title in bold."""
    lines = text[text.index(f"**{title}") :].split("\n\n")[1].splitlines()
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    cells = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows}
    return {score: {row: _numbers(cells[row][score]) for row in cells} for score in header[1:]}


def _numbers(cell):
    found = CELL.fullmatch(cell)
    return tuple(float(number) for number in found.groups()) if found else None


def draw(columns):
    """Return the display of the classifier's strategies and floors, so many panels beside each other."""
    table = read_table((HERE.parent / "knee.md").read_text(), "Classifier")
    floors = [row for row in table[SCORES[0]] if row.startswith("floor")]
    display = StrategyComparisonDisplay({score: table[score] for score in SCORES}, floors=floors)
    return display.plot(ax=Figure, columns=columns)


if __name__ == "__main__":
    # The second one is for telephones.
    for name, columns, size in (("strategies", 3, (9.6, 2.75)), ("strategies_narrow", 1, (5.2, 7))):
        display = draw(columns)
        display.figure_.set_size_inches(size)
        save_figure(display.figure_, HERE / name, formats=("png",), dpi=150)
