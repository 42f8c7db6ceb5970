"""Errors on the command line: one line in its words, an exit code for each kind, and a word on what nobody foresaw."""

import os
import warnings
from concurrent.futures import CancelledError

import pytest
import typer
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.commands._errors import one_line_errors, told_warnings
from skerosion.experiments import SearchStopped
from skerosion.experiments._cluster import ClusterFailed


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


def test_a_file_of_a_name_much_like_it_is_asked_about(tmp_path, capsys):
    (tmp_path / "labels.csv").touch()
    path = str(tmp_path / "label.csv")
    assert ended(FileNotFoundError(2, "No such file or directory", path)) == 2
    assert capsys.readouterr().err == f"Error: No such file or directory: {path}. Did you mean 'labels.csv'?\n"


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
    lost = ClusterFailed("The dask scheduler tcp://10.0.0.5:8786 was lost.")
    lost.__cause__ = CancelledError()
    with pytest.raises(typer.Exit) as end, one_line_errors():
        raise SearchStopped(f"{lost} 3 of 18 fits are finished.") from lost
    assert end.value.exit_code == 2 and "--debug" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "rule"),
    [
        ("--epochs", "ten", "a whole number"),
        ("--size", "16px", "a whole number"),
        ("--seed", "-1", "at least 0"),
        ("--seed", "4294967296", "at most 4294967295"),
        ("--preset", "large", "one of 'thesis', 'fast', 'best'"),
    ],
)
def test_a_value_of_another_type_is_told(option, value, rule):
    given = ["search", "labels.csv", "--image", "path", "--target", "grade", "--out", "out", option, value]
    done = CliRunner().invoke(app, given, env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == 2 and f"{option} must be {rule}, got '{value}'." in done.stderr


def test_warnings_are_messages_that_are_said_once(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with told_warnings():
            for _ in range(2):
                warnings.warn("percent: these look like grades", stacklevel=1)
    assert capsys.readouterr().err == "percent: these look like grades\n"


def test_what_pydicom_says_of_how_a_film_is_written_is_no_message(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with told_warnings():
            for file in ("lib/pydicom/valuerep.py", "lib/skerosion/datasets.py"):
                warnings.warn_explicit(f"said in {file}", UserWarning, file, 1)
    assert capsys.readouterr().err == "said in lib/skerosion/datasets.py\n"


def test_debug_lets_the_error_through():
    with pytest.raises(ValueError, match="why"), one_line_errors(debug=True):
        raise ValueError("why")


def test_a_backend_for_windows_that_is_not_there_is_not_asked_for(monkeypatch):
    """Commands draw into files."""
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    with one_line_errors():
        assert os.environ["MPLBACKEND"] == "agg"
