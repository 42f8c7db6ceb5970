"""Checks of a report: each is a file of `checks`, with a code by which it can be muted."""

import difflib
import importlib
import pkgutil
from dataclasses import dataclass

from . import checks

LEVELS = ("passed", "tip", "problem", "not given")


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Parameters
    ----------
    level : {"passed", "tip", "problem", "not given"}
    said : str
        The number behind it, in words.
    code, title, remedy : str, default=""
        Of the check.
    """

    level: str
    said: str
    code: str = ""
    title: str = ""
    remedy: str = ""


def run_checks(subject, mute=()):
    """What every check finds in a subject.

    Parameters
    ----------
    subject : Subject
    mute : sequence of str, default=()
        Codes of checks to leave out.

    Returns
    -------
    list of Finding
    """
    found = []
    for code in check_codes(mute):
        check = importlib.import_module(f"{checks.__name__}.{code}")
        level, said = check.find(subject)
        found.append(Finding(level, said, code, check.TITLE, check.REMEDY))
    return found


def check_codes(mute=()):
    """The codes of all checks but some.

    Parameters
    ----------
    mute : sequence of str, default=()

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        Where a code is of no check.
    """
    codes = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    for code in mute:
        if code not in codes:
            near = difflib.get_close_matches(str(code), codes, 1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise ValueError(f"mute must name checks, {', '.join(codes)}, got {code!r}{hint}")
    return [code for code in codes if code not in mute]


def share_improving(subject, task):
    """Share of a task's best fits whose loss still fell by more than a hundredth in the last epoch; None if unknown.

    Validation losses are read where there are any.
    """
    strategy = subject.scored.fit_of(subject.verdicts[task].strategy)
    losses = [each.get("val_loss") or each.get("loss") for each in subject.records.get((task, strategy), ())]
    losses = [each for each in losses if each]
    if not losses:
        return None
    return sum(len(each) < 2 or each[-2] - each[-1] > 0.01 * abs(each[-2]) for each in losses) / len(losses)
