"""What a command tells its user: errors as one line, without a traceback that nobody can read, on any terminal."""

import re
import sys
from contextlib import contextmanager

import typer
from typer.core import TyperGroup


class AnyTerminal(TyperGroup):
    """Commands that write a question mark for what the terminal's encoding lacks, such as a dash, and go on."""

    def main(self, *args, **options):
        """Run the command."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        return super().main(*args, **options)


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
