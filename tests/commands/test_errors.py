"""Errors on the command line: one line in its words, an exit code for each kind, and a word on what nobody foresaw."""

import pytest
import typer
from typer.testing import CliRunner

from skerosion.commands import app, demo, predict, search, study, train
from skerosion.commands._errors import in_options, one_line_errors, option_names
from skerosion.experiments import SearchStopped
from skerosion.grades import Target

OPTIONS = option_names(search.search)


def ended(error, options=None):
    """Return the exit code that an error ends a command with."""
    with pytest.raises(typer.Exit) as end, one_line_errors(options=options):
        raise error
    return end.value.exit_code


@pytest.mark.parametrize("command", [search.search, study.study, train.train, predict.predict, demo.demo])
def test_parameters_have_the_options_that_the_help_shows(command):
    shown = CliRunner().invoke(app, [command.__name__, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    options = option_names(command)
    assert options and all(option in shown for option in options.values())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("leave them out with on_problem='report'", "leave them out with --on-problem report"),
        (
            "say how it is written, sep=';' or encoding='cp1252'",
            "say how it is written, --sep ';' or --encoding cp1252",
        ),
        ("name the column of the patients (group=).", "name the column of the patients (--group)."),
        ("choose fewer folds, folds=3", "choose fewer folds, --folds 3"),
        ("leave it out with refit=False", "leave it out with --no-refit"),
        ("kind='grade' or kind='auto'", "--grade or kind='auto'"),
        ("order=[...] or order=[0, 0.5, 1]", "--order or --order 0,0.5,1"),
        ("Stopped by ParameterError: batch_size must be 1", "Stopped by ParameterError: --batch-size must be 1"),
        ("in Python: load_image_table(path, size=32)", "in Python: load_image_table(path, size=32)"),
        ("ImageRows(images, groups=patients)", "ImageRows(images, groups=patients)"),
        ("filters must be a sequence, got 4", "filters must be a sequence, got 4"),
    ],
)
def test_parameters_are_told_as_options(said, told):
    assert in_options(said, OPTIONS) == told


@pytest.mark.parametrize("values", [[0, 0.5, 2], ["none", "mild"], list(range(19))])
def test_a_target_is_asked_about_in_options(values, capsys):
    with pytest.raises(typer.Exit), one_line_errors(options=OPTIONS):
        Target.decide(values)
    told = capsys.readouterr().err
    assert "--order" in told and "order=" not in told and "kind=" not in told


def test_interruption_has_its_own_exit_code():
    with pytest.raises(typer.Exit) as end, one_line_errors():
        raise SearchStopped("3 of 6 fits are finished") from KeyboardInterrupt()
    assert end.value.exit_code == 130
    assert ended(KeyboardInterrupt()) == 130


@pytest.mark.parametrize("error", [FileNotFoundError(2, "none", "a.csv"), MemoryError("full"), SearchStopped("enough")])
def test_errors_of_users_and_machines_have_no_advice(error, capsys):
    assert ended(error) == 2
    assert capsys.readouterr().err == f"Error: {error}\n"


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
