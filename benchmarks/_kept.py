"""What the rounds of a run measured, in a file: it survives a run of hours that ends early, and travels to the page."""

import json
import pathlib
from dataclasses import asdict, dataclass, field, fields

from _measure import today


@dataclass(frozen=True)
class Run:
    """What a run measured.

    Parameters
    ----------
    sizes : dict of str to int or str
        What the cases were given.
    rounds : list of dict
        ``rounds[k][case][measurement]`` is a number or a text.
    machine : str
        What it ran on, as `describe_machine` puts it.
    date : str
        As 2026-01-31.
    """

    sizes: dict
    rounds: list
    machine: str
    date: str = field(default_factory=today)

    def write(self, path):
        """Write it as JSON, such as ``{"sizes": {}, "rounds": [{"keras": {"seconds": 2.5}}], "machine": ..., ...}``."""
        pathlib.Path(path).write_text(json.dumps(asdict(self), indent=1) + "\n")


def read_run(path, comparison):
    """Return the `Run` in a file, written by `Run.write` or by hand; sizes that it does not name are the default.

    Raises
    ------
    SystemExit
        If a part of a run is missing, or a size or case is none of the comparison's.
    """
    content = json.loads(pathlib.Path(path).read_text())
    parts = [part.name for part in fields(Run)]
    _check(set(content) == set(parts) and content["rounds"], path, f"must have {', '.join(parts)}", content)
    _check(set(content["sizes"]) <= set(comparison.sizes), path, "has unknown sizes", content["sizes"])
    for outcome in content["rounds"]:
        _check(set(outcome) <= set(comparison.cases), path, "has unknown cases", outcome)
        _check(set(outcome) == set(content["rounds"][0]), path, "must have the same cases in every round", outcome)
    return Run(**content | {"sizes": comparison.sizes | content["sizes"]})


def _check(holds, path, rule, got):
    if not holds:
        raise SystemExit(f"{path} {rule}, got {', '.join(got) or 'none'}")
