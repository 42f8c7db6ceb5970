"""Options from a file: `--config FILE` for every command, and the file that repeats a run."""

import difflib
import json
import os
import re
import tempfile
import tomllib
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, get_args, get_type_hints

import typer

from skerosion._own_modules import is_file
from skerosion._user_files import check_depth, kind_of, parse_json

CONFIG = "config.json"
"""File in OUT that repeats a run."""

LEFT_OUT = ("config", "debug", "force", "help", "scheduler", "schema")
"""Options that say how a command is called once, not what it does."""


def take_config(context: typer.Context, value: Path | None):
    """Let the options of a file stand where the command line says nothing.

    Parameters
    ----------
    context : typer.Context
        Of the command, whose parameters are not read yet.
    value : Path or None
        The file.

    Returns
    -------
    Path or None
    """
    if value is not None:
        context.default_map = {**(context.default_map or {}), **options_of(value, context)}
    return value


Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="TOML or JSON file with options, such as `folds = 3`; paths in it start from its folder.",
        is_eager=True,
        callback=take_config,
    ),
]


def options_of(path, context):
    """The parameters of a command that a file sets.

    Parameters
    ----------
    path : pathlib.Path
    context : typer.Context

    Returns
    -------
    dict of str to object

    Raises
    ------
    typer.BadParameter
        For a file that cannot be read, and for what is not an option of the command.
    """
    names = config_names(context.command)
    options = {}
    for name, given in _read(path).items():
        if name not in names:
            near = difflib.get_close_matches(str(name), names, 1)
            hint = f"; did you mean {near[0]}" if near else ""
            raise typer.BadParameter(f"{path} must hold options of {context.info_name}, got {name!r}{hint}.")
        parameter = names[name]
        try:
            options[parameter.name] = _value(given, parameter, path, context)
        except ValueError as error:
            raise typer.BadParameter(f"{name} in {path} must be {error}, got {given!r:.60}.") from error
    return options


def config_names(command):
    """What the parameters of a command are called in a file: as on the command line, without dashes in front."""
    named = {max(each.opts, key=len).lstrip("-"): each for each in command.params}
    return {name: each for name, each in named.items() if name not in LEFT_OUT}


_LARGEST = 2**20
# Names of many parts: what tomllib takes for them, in time and memory, grows with the square of their number.
_DOTS = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){60}""")


def _read(path):
    """The content of a file of options."""
    kind = "JSON" if path.suffix == ".json" else "TOML"
    try:
        if kind_of(path):
            raise typer.BadParameter(f"{path} must be a file, got {kind_of(path)}.")
        text = path.read_text(encoding="utf-8")
        if len(text) > _LARGEST or _DOTS.search(text):
            raise ValueError("it is longer, or its names are, than options of a command are")
        known = parse_json(text) if kind == "JSON" else tomllib.loads(text)
        check_depth(known)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"{path} must be {kind}: {error}.") from error
    if not isinstance(known, dict):
        raise typer.BadParameter(f"{path} must hold a name and a value for each option, got {known!r:.60}.")
    return known


def _value(given, parameter, path, context):
    """A value of a file as the command line has it; a ValueError says what it must be."""
    several = parameter.multiple or parameter.nargs != 1
    is_path = partial(_is_path, parameter.name, path_names(context.command))
    if isinstance(given, dict) and several and not is_path(None):
        return [f"{name}={value!r}" for name, value in given.items()]
    if isinstance(given, dict) and is_path(None) and not several:
        return _as_file(given, parameter, context)
    values = given if several and isinstance(given, list) else [given]
    for each in values:
        check_kind(each, _kinds(_hints(context.command)[parameter.name]))
    values = [os.path.join(path.parent, each) if is_path(each) else each for each in values]
    if several:
        return values
    return ",".join(map(str, values[0])) if isinstance(values[0], list) else values[0]


def _is_path(name, paths, value):
    """Tell a path from another value; a module may be given by its file."""
    return name in paths or (name == "modules" and isinstance(value, str) and is_file(value))


def check_kind(given, kinds):
    """Raise ValueError, which says what a value must be, where it is none of some types.

    Examples
    --------
    >>> from skerosion.commands._config import check_kind
    >>> check_kind(3, {int, type(None)})
    >>> check_kind("three", {int, type(None)})
    Traceback (most recent call last):
    ValueError: a whole number
    """
    choices = [name.value for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for name in kind]
    if choices:
        expected, right = f"one of {', '.join(choices)}", given in choices
    elif bool in kinds:
        expected, right = "true or false", isinstance(given, bool)
    elif int in kinds or float in kinds:
        types = int if int in kinds else (int, float)
        expected = "a whole number" if int in kinds else "a number"
        right = isinstance(given, types) and not isinstance(given, bool)
    else:
        is_list = isinstance(given, list) and Path not in kinds and all(isinstance(each, _LISTED) for each in given)
        expected = "text" if Path in kinds else "text, or a list of such"
        right = isinstance(given, str) or is_list
    if not right:
        raise ValueError(expected)


_LISTED = (str, int, float)


def path_names(command):
    """The parameters of a command that are paths."""
    return {name for name, hint in _hints(command).items() if Path in _kinds(hint)}


def _hints(command):
    """The annotations of a command's parameters."""
    return get_type_hints(command.callback, include_extras=True)


def _kinds(hint):
    """All types that an annotation is made of."""
    return {hint} | {kind for part in get_args(hint) for kind in _kinds(part)}


def _as_file(given, parameter, context):
    """A description that stands in the file itself, where the command line names a file of its own."""
    folder = context.with_resource(tempfile.TemporaryDirectory())
    file = Path(folder, f"{parameter.name}.json")
    file.write_text(json.dumps(given), encoding="utf-8")
    return str(file)


def write_config(context, given, bare=False):
    """Write the file that repeats a run: into its folder OUT, or beside its file OUT.

    Parameters
    ----------
    context : typer.Context
    given : dict of str to object
        The parameters of the command as it ran.
    bare : bool, default=False
        Whether paths are written without their folders, which may tell whose the films of a table are.
    """
    from skerosion._writing import write_text

    out = given.get("out")
    if context.command.name not in REPEATED or out is None:
        return
    path = out / CONFIG if out.is_dir() else out.with_name(f"{out.name}.{CONFIG}")
    paths, chosen = path_names(context.command), {}
    for name, parameter in config_names(context.command).items():
        if parameter.name in given and context.get_parameter_source(parameter.name).name != "DEFAULT":
            is_path = partial(_is_path, parameter.name, paths)
            chosen[name] = _written(given[parameter.name], is_path, path.parent, bare)
    write_text(path, json.dumps(chosen, indent=2) + "\n")


REPEATED = ("search", "study", "train", "evaluate", "demo")
"""Commands that leave the file which repeats them."""


def _written(value, is_path, folder, bare):
    """A value as a file has it: a path below OUT from there, any other from the root; a description as it stands.

    `bare` leaves a path its last part alone, which is to be looked for beside the file then.
    """
    if isinstance(value, (list, tuple)):
        return [_written(each, is_path, folder, bare) for each in value]
    if isinstance(value, Enum):
        return value.value
    if value is None or not is_path(value):
        return value
    full, folder = Path(value).resolve(), folder.resolve()
    if full.suffix == ".json" and full.is_file():
        return json.loads(full.read_text(encoding="utf-8"))
    if full.is_relative_to(folder):
        return full.relative_to(folder).as_posix()
    return full.name if bare else str(full)
