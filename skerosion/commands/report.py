"""``skerosion report``: draw the page of a folder again."""

from pathlib import Path
from typing import Annotated

import typer

from ._printing import say


def report(
    folder: Annotated[
        Path, typer.Argument(help="Folder that search, study, evaluate or demo left.", show_default=False)
    ],
):
    """Draw report.html of a folder again from its report.json, such as with a newer version of skerosion."""
    from skerosion.report import redraw

    say(f"The report is {redraw(folder)}.")
