import io

import pytest
from rich.console import Console

from skerosion.report import ScoreTable
from skerosion.report._format import print_table, to_frame, to_markdown

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


def test_frame_has_one_line_a_score():
    frame = to_frame(TABLE)
    assert len(frame) == 7
    assert frame[frame.metric == "CRPS"].value.tolist() == [0.03, 0.05]


def test_markdown_marks_the_best_strategy_where_no_floor_is_better():
    text = to_markdown(TABLE)
    assert "| oversampled | 0.600 (0.500–0.700) |" in text
    assert "| floor: mean | 0.900 (0.900–0.900) | – | – |" in text
    assert "(-0.100 to 0.300)" in text and "**0.0300**" in text
    assert text.endswith("Note: too few patients")
    assert len({line.count("|") for line in text.splitlines() if line.startswith("|")}) == 1


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
