"""Errors on the command line: one line in its words, an exit code for each kind, and a word on what nobody foresaw."""

import os

import pytest
import typer

from skerosion.commands._errors import one_line_errors
from skerosion.experiments import SearchStopped


def ended(error):
    """Return the exit code that an error ends a command with."""
    with pytest.raises(typer.Exit) as end, one_line_errors():
        raise error
    return end.value.exit_code


def test_interruption_has_its_own_exit_code():
    with pytest.raises(typer.Exit) as end, one_line_errors():
        raise SearchStopped("3 of 6 fits are finished") from KeyboardInterrupt()
    assert end.value.exit_code == 130
    assert ended(KeyboardInterrupt()) == 130


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "a.csv"), "No such file or directory: a.csv"),
        (OSError(28, "the disk is full"), "the disk is full"),
        (FileExistsError("out is there already"), "out is there already"),
        (MemoryError("full"), "full"),
        (SearchStopped("enough"), "enough"),
    ],
)
def test_errors_of_users_and_machines_have_no_advice(error, said, capsys):
    assert ended(error) == 2
    assert capsys.readouterr().err == f"Error: {said}\n"


@pytest.mark.parametrize("error", [KeyError("loss"), AttributeError("no such"), ValueError("shapes (3,) and (4,)")])
def test_errors_that_nobody_foresaw_have_a_word_on_debug(error, capsys):
    assert ended(error) == 1
    told = capsys.readouterr().err
    assert (
        told.startswith(f"Error: {type(error).__name__}: {error}\n") and "--debug" in told and "Traceback" not in told
    )


def test_an_error_that_stopped_a_search_is_judged_by_its_cause(capsys):
    with pytest.raises(typer.Exit) as end, one_line_errors():
        raise SearchStopped("Stopped while fitting by KeyError: 'loss'.") from KeyError("loss")
    assert end.value.exit_code == 1 and "--debug" in capsys.readouterr().err


def test_debug_lets_the_error_through():
    with pytest.raises(ValueError, match="why"), one_line_errors(debug=True):
        raise ValueError("why")


def test_a_backend_for_windows_that_is_not_there_is_not_asked_for(monkeypatch):
    """Commands draw into files."""
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    with one_line_errors():
        assert os.environ["MPLBACKEND"] == "agg"
