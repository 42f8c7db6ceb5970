"""Messages name options where the package names parameters."""

import pytest
import typer
from typer.testing import CliRunner

from skerosion.commands import app, demo, predict, search, study, train
from skerosion.commands._errors import one_line_errors
from skerosion.commands._printing import say
from skerosion.commands._words import in_options, option_names, telling_options_of
from skerosion.grades import Target

OPTIONS = option_names(search.search)


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
        ("parameters must be among epochs, got 'epoch'.", "--set must be among epochs, got 'epoch'."),
        ("filters must be a sequence, got 4", "filters must be a sequence, got 4"),
        ("Name them. In Python, pass classes=[...] of an estimator. Go on.", "Name them. Go on."),
        ("read by X, in Python too.", "read by X, in Python too."),
        ("evaluate(trained=), the table", "skerosion evaluate --trained, the table"),
        ("evaluate(robustness=False) or evaluate(jobs=2)", "skerosion evaluate --no-robustness or evaluate(jobs=2)"),
        ("asks for pictures (page={'pictures': True})", "asks for pictures (--pictures)"),
    ],
)
def test_parameters_are_told_as_options(said, told):
    assert in_options(said, OPTIONS) == told


@pytest.mark.parametrize("values", [[0, 0.5, 2], ["none", "mild"], list(range(19))])
def test_a_target_is_asked_about_in_options(values, capsys):
    with pytest.raises(typer.Exit), telling_options_of(search.search), one_line_errors():
        Target.decide(values)
    told = capsys.readouterr().err
    assert "--order" in told and "order=" not in told and "kind=" not in told


def test_what_a_command_says_is_in_options_while_it_runs(capsys):
    with telling_options_of(search.search):
        say("Pass size= for another.")
    say("Pass size= for another.")
    assert capsys.readouterr().err == "Pass --size for another.\nPass size= for another.\n"
