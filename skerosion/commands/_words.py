"""The words of the command line: options where the package below names parameters."""

import re
import shlex
from contextlib import contextmanager
from contextvars import ContextVar
from typing import get_args, get_type_hints

import typer

TRUSTED, REGISTERS = r"hand it in as trusted=\[Class\]\.", r"(register_\w+ adds another)"
"""How the package below says that a part of the user's own is missing."""

IN_PYTHON = r" In Python, .*?[^.]\.(?= [A-Z]|\n|$)"
"""A sentence for those alone who write Python."""

CALL = r"\b(\w+)\((\w+)=([^()]*)\)"
"""A function called with one parameter; some are commands too."""

_OPTIONS = ContextVar("options of the command that runs", default=None)


@contextmanager
def telling_options_of(command):
    """Make messages tell parameters as the options of a command while it runs."""
    before = _OPTIONS.set(option_names(command))
    try:
        yield
    finally:
        _OPTIONS.reset(before)


def option_names(command):
    """What the parameters of a command are called on the command line; arguments have no name there.

    Examples
    --------
    >>> from skerosion.commands import predict
    >>> from skerosion.commands._words import option_names
    >>> names = option_names(predict.predict)
    >>> names["on_problem"], names["force"], "table" in names
    ('--on-problem', '--force', False)
    """
    hints = get_type_hints(command, include_extras=True)
    said = {name: get_args(hint)[-1] for name, hint in hints.items() if get_args(hint)}
    options = {name: each for name, each in said.items() if isinstance(each, type(typer.Option()))}
    # The first text within `Annotated[..., typer.Option(text)]` is a name, which typer keeps as the default.
    return {
        name: each.default if isinstance(each.default, str) else f"--{name.replace('_', '-')}"
        for name, each in options.items()
    }


def in_options(text, options=None):
    """Write the parameters that a message names as the options that stand for them.

    Parameters
    ----------
    text : str
        In which a parameter is written as in Python, ``name=value``; as ``name=``; or at the start of a rule, as
        ``name must``. Calls, ``function(name=value)``, become a command with its option where there is one of this
        name, and stay as they are elsewhere. Sentences that start with ``In Python,`` are left out.
    options : dict of str to str or None, default=None
        None takes those of the command that runs.

    Returns
    -------
    str

    Examples
    --------
    >>> from skerosion.commands._words import in_options
    >>> options = {"order": "--order", "force": "--force", "jobs": "--jobs", "percent": "--percent"}
    >>> in_options("jobs must be positive, got 0; overwrite with force=True", options)
    '--jobs must be positive, got 0; overwrite with --force'
    >>> in_options("say kind='percent', order=['none', 'mild'], or classes=[...] of the estimator", options)
    'say --percent, --order none,mild, or classes=[...] of the estimator'
    >>> in_options("search with parameters={'head': 'corn'}", {"parameter": "--set"})
    'search with --set head=corn'
    >>> in_options("ask for page={'pictures': True}. In Python, there is show() too.", {"pictures": "--pictures"})
    'ask for --pictures.'
    >>> in_options("known to evaluate(second_reader=)", options)
    'known to skerosion evaluate --second-reader'
    """
    options = _OPTIONS.get() if options is None else options
    if not options:
        return text
    text = re.sub(CALL, _as_command, re.sub(IN_PYTHON, "", text))
    text = re.sub(rf"page=\{{'({'|'.join(options)})': [^}}]*\}}", lambda found: options[found[1]], text)
    if "modules" in options:
        text = re.sub(TRUSTED, f"name its module with {options['modules']}.", text)
        text = re.sub(REGISTERS, rf"\1, in a module that {options['modules']} names", text)
    rule = rf"(^|: )({'|'.join(options)}) (?=must)"
    text = re.sub(rule, lambda found: f"{found[1]}{options[found[2]]} ", text)
    if "parameter" in options:
        text = re.sub(r"(^|: )parameters (?=must)", rf"\1{options['parameter']} ", text)
        text = re.sub(r",? parameters=\{'(\w+)': '?([^'}]*)'?\}", rf" {options['parameter']} \1=\2", text)
    named = rf"\b({'|'.join([*options, 'kind'])})=(\[[^]]*\]|'[^']*'|True\b|False\b|\d[\d.]*\b|(?!\w))"
    return re.sub(named, lambda found: _in_option(found, options), text)


def _as_command(found):
    """Return the command for a call of the function of its name, with the option for the parameter that is told."""
    from skerosion import commands

    name, parameter, value = found.groups()
    command = getattr(getattr(commands, name, None), name, None)
    option = {} if command is None else option_names(command)
    return f"skerosion {name} {_given(option[parameter], value)}" if parameter in option else found[0]


def _in_option(found, options):
    """Return the option for one ``name=value`` of a message."""
    name, value = found.groups()
    if name == "kind":
        return options.get(value.strip("'"), found[0])
    if re.search(r"\w\([^()]*$", found.string[: found.start()]):
        return found[0]
    return _given(options[name], value)


def _given(option, value):
    """Return an option with a value that is written as in Python."""
    if value == "False":
        return option.replace("--", "--no-")
    given = "" if value in ("True", "[...]", "...") else re.sub(r"[\[\]' ]", "", value)
    return f"{option} {shlex.quote(given)}" if given else option
