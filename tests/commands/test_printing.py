"""Tables of scores on the terminal: whole numbers, columns in parts, nothing wider than the screen."""

import io

import pytest
from rich.console import Console

from skerosion.commands._printing import print_table
from skerosion.report import ScoreTable

TABLE = ScoreTable(
    "Scores",
    ("accuracy", "CRPS", "CRPS skill"),
    [
        (
            "original",
            "strategy",
            {"accuracy": (0.4, 0.3, 0.5), "CRPS": (0.03, 0.02, 0.04), "CRPS skill": (0.1, -0.1, 0.3)},
        ),
        (
            "oversampled",
            "strategy",
            {"accuracy": (0.6, 0.5, 0.7), "CRPS": (0.05, 0.04, 0.06), "CRPS skill": (0.0, -0.2, 0.2)},
        ),
        ("floor: mean", "floor", {"accuracy": (0.9, 0.9, 0.9)}),
    ],
    notes=("too few patients",),
)


def printed(width):
    screen = io.StringIO()
    print_table(TABLE, Console(file=screen, width=width))
    return screen.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_printed_table_fits_the_terminal(width):
    text = printed(width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for number in ("0.400", "0.0500", "-0.200 to 0.200"):
        assert number in text


def test_long_interval_is_not_broken():
    cell = (-0.0134, -0.0310, -0.0029)
    table = ScoreTable("Difference", ("CRPS",), [("a − b", "difference", {"CRPS": cell})])
    screen = io.StringIO()
    print_table(table, Console(file=screen, width=80))
    assert "-0.0310 to -0.0029" in screen.getvalue()


def test_narrow_terminal_gets_the_columns_in_parts():
    assert printed(120).count("oversampled") == 1
    assert printed(60).count("oversampled") == 2
    assert printed(60).count("Scores") == 1
