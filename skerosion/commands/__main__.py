"""Run the command line as ``python -m skerosion.commands``."""

from skerosion.commands import app

app(prog_name="skerosion")
