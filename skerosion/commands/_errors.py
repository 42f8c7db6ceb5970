"""What a command tells its user when it fails: one line in the words of the command line, on any terminal."""

import errno
import inspect
import os
import re
import sys
import traceback
import warnings
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from skerosion._user_files import named_alike

from ._config import Config, write_config
from ._printing import is_for_users, say, visible
from ._words import in_options, telling_options_of

PACKAGE = str(Path(__file__).parents[1])
UsageError = typer.BadParameter.__base__
Debug = Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")]


class QuickCommand(TyperCommand):
    """A command that shows its help before any option is read: typer loads what checks values, which takes longer."""

    def parse_args(self, context, args):
        """Show the help where it is asked for, else read the options."""
        if "--help" in args:
            typer.echo(context.get_help())
            context.exit()
        try:
            return super().parse_args(context, args)
        except UsageError as error:
            if hasattr(error.__cause__, "errors"):
                raise UsageError(_told(error.param, error.__cause__.errors()[0]), ctx=error.ctx) from error
            if "extra argument" in error.message:
                error.message = f"{error.message.rstrip('.')}. {HINT}"
            raise


def _told(parameter, wrong):
    """What a value must be that typer could not read, in the words of all other errors."""
    limits = wrong.get("ctx", {})
    rules = {"int_parsing": "a whole number", "float_parsing": "a number"}
    rules |= {"greater_than_equal": f"at least {limits.get('ge')}", "less_than_equal": f"at most {limits.get('le')}"}
    choice = wrong["msg"].rpartition(" is not ")[2].rstrip(".")
    rule = rules.get(wrong["type"], choice)
    return f"{max(parameter.opts, key=len)} must be {rule}, got {wrong['input']!r:.60}."


HINT = "Lists are written with commas (--order none,mild), --set with = (--set epochs=3), names with blanks in quotes."
"""What was meant where there are more words than a command takes."""


class AnyTerminal(TyperGroup):
    """Commands that write a question mark for what the terminal's encoding lacks, such as a dash, and go on."""

    def main(self, *args, **options):
        """Run the command."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        return super().main(*args, **options)

    def parse_args(self, context, args):
        """Leave help to the command that it is asked of, before options are read."""
        if "--help" in args and args[0] in self.commands:
            self.commands[args[0]].make_context(args[0], args[1:], parent=context)
        return super().parse_args(context, args)


def plain_errors(command):
    """Give a command the options ``--config`` and ``--debug``, and its errors in one line that names options.

    Parameters
    ----------
    command : function
        With the options of the command as parameters, as typer takes it. Returns whether its table names films, where
        it knows.

    Returns
    -------
    function
    """

    @wraps(command)
    def run(*, context, config=None, debug=False, **given):
        with telling_options_of(command), one_line_errors(debug), told_warnings():
            of_films = command(**given)
            write_config(context, given, bare=bool(of_films))

    signature = inspect.signature(command)
    more = {"context": (typer.Context, None), "config": (Config, None), "debug": (Debug, False)}
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in more.items()
    ]
    run.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *added])
    run.__annotations__ = {**command.__annotations__, **{name: kind for name, (kind, _) in more.items()}}
    return run


@contextmanager
def one_line_errors(debug=False):
    """Print what went wrong as one line and end with exit code 2, 1 for a fault of ours, 130 after an interruption.

    Parameters
    ----------
    debug : bool, default=False
        Let the error through with its traceback.
    """
    # Notes of TensorFlow on its own build would bury the command's messages; a level that is set already stays.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Commands draw into files alone: a backend for windows that is not there, or misspelt, must not stop them.
    os.environ["MPLBACKEND"] = "agg"
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        if debug:
            raise
        typer.echo("Interrupted.", err=True)
        raise typer.Exit(130) from None
    except Exception as error:
        # Who reads the output has gone, such as `head`: there is nobody to tell.
        if debug or getattr(error, "errno", None) == errno.EPIPE:
            raise
        raise typer.Exit(_tell(error)) from None


@contextmanager
def told_warnings():
    """Say each warning for the user once, as a message of the command, without the line of code that warns."""
    said = set()
    with warnings.catch_warnings():
        shown = warnings.showwarning

        def tell(message, category, filename, *where, **more):
            if not issubclass(category, UserWarning):
                shown(message, category, filename, *where, **more)
            elif is_for_users(category, filename) and str(message) not in said:
                said.add(str(message))
                say(str(message))

        warnings.showwarning = tell
        yield


def _tell(error):
    """Print an error and return the exit code that it ends with."""
    foreseen = is_foreseen(error)
    text = in_options(_message(error)) if foreseen else f"{type(error).__name__}: {error}"
    typer.echo(f"Error: {visible(text) or type(error).__name__}", err=True)
    if isinstance(error.__cause__, KeyboardInterrupt):
        return 130
    if not foreseen:
        typer.echo(
            "Nobody foresaw this error. Where what you gave is right it is a fault of skerosion: the same command with "
            "--debug shows where it arose.",
            err=True,
        )
    return 2 if foreseen else 1


def _message(error):
    """What an error says; of one of the system what is wrong and with which file, without the number."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    if error.filename is None:
        return error.strerror
    alike = named_alike(error.filename)
    return f"{error.strerror}: {error.filename}{alike and f'.{alike}'}"


def is_foreseen(error):
    """Tell whether an error is for the user: of the system, of a class of this package or raised by a statement of it.

    An error that stopped others, such as the fits of a search, is judged by its cause.
    """
    if isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
        return is_foreseen(error.__cause__)
    if isinstance(error, (OSError, MemoryError)) or type(error).__module__.startswith("skerosion."):
        return True
    file, line = _origin(error)
    return file.startswith(PACKAGE) and line.startswith("raise ")


def _origin(error):
    """File and line of code that raised an error, in this process or in one that fitted for it."""
    if error.__cause__ is not None and type(error.__cause__).__name__ == "_RemoteTraceback":
        *_, (file, line) = re.findall(r'File "(.+)", line .*\n +(.+)', str(error.__cause__)) or [("", "")]
        return file, line
    frames = traceback.extract_tb(error.__traceback__)
    return (frames[-1].filename, frames[-1].line or "") if frames else ("", "")
