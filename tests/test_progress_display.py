"""Progress in logs: how many lines a run of some length leaves, and what they say."""

import io
import itertools

import pytest
from rich.console import Console

from skerosion._progress_display import ProgressDrawn, ProgressLines, show_progress


def lines_of(seconds, steps_per_second=1):
    """Lines of a run that takes so long and reports each step, by a clock that is not real."""
    said, steps = [], int(seconds * steps_per_second)
    clock = itertools.count(0, 1 / steps_per_second)
    progress = ProgressLines(steps, said.append, clock=lambda: next(clock))
    for step in range(steps):
        progress.update(1, f"fold {1 + 5 * step // steps}")
    progress.stop()
    return said


@pytest.mark.parametrize(("hours", "most"), [(5 / 3600, 0), (50 / 3600, 2), (1 / 6, 12), (1, 62), (10, 210), (24, 300)])
def test_log_stays_short(hours, most):
    said = lines_of(3600 * hours, steps_per_second=1)
    assert len(said) <= most and (len(said) >= most / 2)


def test_lines_do_not_depend_on_how_often_work_is_reported():
    assert abs(len(lines_of(3600, 10)) - len(lines_of(3600, 1))) <= 1


def test_a_line_says_share_time_gone_time_left_and_what_runs():
    said = lines_of(600)
    assert said[0] == "2 % after 0:00:10, about 0:09:50 left: fold 1"
    assert said[-1] == "100 % after 0:10:01."
    folds = [int(line.rsplit(" ", 1)[1]) for line in said[:-1]]
    assert folds == sorted(folds) and set(folds) == {1, 2, 3, 4, 5} and len(folds) == 10


def test_work_of_an_earlier_call_does_not_count_as_fast():
    said, clock = [], iter([0.0, 20.0])
    ProgressLines(100, said.append, done=80, clock=lambda: next(clock)).update(10, "fold 5")
    assert said == ["90 % after 0:00:20, about 0:00:20 left: fold 5"]


def test_the_time_left_is_not_foretold_from_the_first_steps():
    said, clock = [], iter([0.0, 20.0])
    ProgressLines(1000, said.append, clock=lambda: next(clock)).update(9, "fold 1")
    assert said == ["1 % after 0:00:20: fold 1"]


def test_nothing_is_said_to_be_finished_that_was_interrupted():
    said, clock = [], iter([0.0, 20.0, 30.0])
    progress = ProgressLines(100, said.append, clock=lambda: next(clock))
    progress.update(50)
    progress.stop()
    assert len(said) == 1


@pytest.mark.parametrize(
    ("terminal", "environment", "drawn"),
    [(True, {"TERM": "xterm"}, True), (True, {"TERM": "dumb"}, False), (False, {}, False)],
)
def test_a_bar_is_drawn_where_the_cursor_moves(terminal, environment, drawn):
    console = Console(file=io.StringIO(), force_terminal=terminal, _environ=environment)
    progress = show_progress(2, console=console)
    progress.update(2, "fold [1]")
    progress.stop()
    assert isinstance(progress, ProgressDrawn if drawn else ProgressLines)
