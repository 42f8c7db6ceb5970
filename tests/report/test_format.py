from skerosion.report import ScoreTable
from skerosion.report._format import to_frame, to_markdown

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
