"""Errors of a command as one line, without a traceback that a user cannot read."""

import re
from contextlib import contextmanager

import typer


@contextmanager
def one_line_errors(debug=False):
    """Print what went wrong as one line and end with exit code 2, or 130 after an interruption.

    Parameters
    ----------
    debug : bool, default=False
        Let the error through with its traceback.
    """
    import errno
    import os

    # Notes of TensorFlow on its own build would bury the command's messages; a level that is set already stays.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        yield
    except (ValueError, TypeError, LookupError, OSError, RuntimeError, MemoryError) as error:
        if debug or isinstance(error, BrokenPipeError) or getattr(error, "errno", None) == errno.EPIPE:
            raise
        _fail(error)
    except KeyboardInterrupt:
        if debug:
            raise
        typer.echo("Interrupted.", err=True)
        raise typer.Exit(130) from None


def _fail(error):
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    text = text.replace("on_problem='report'", "--on-problem report")
    text = re.sub(r"\b(sep|encoding)=(?=')", r"--\1 ", text)
    typer.echo(f"Error: {text or type(error).__name__}", err=True)
    raise typer.Exit(130 if isinstance(error.__cause__, KeyboardInterrupt) else 2) from None
