"""Scripts in benchmarks/ import their neighbours by name, as the folder of a running script is on the path."""

import pathlib
import sys

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
