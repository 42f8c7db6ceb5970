"""Run the sides of a comparison in turn, each in a process of its own, and put medians of their ratios on a page.

A script names its cases (functions from the sizes to measurements) and its questions (which measurement of which case
is compared with which), and hands both to `compare`. Every round runs each case once, every second round in the
opposite order, so that neither always has the machine as the other left it; a ratio is taken within a round.
"""

import argparse
import functools
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import _page
from _measure import describe_machine, today

RESULTS = pathlib.Path(__file__).resolve().parents[1] / "docs" / "results"
_ANSWER = "measured: "


@dataclass(frozen=True)
class Case:
    """One side of a comparison.

    Parameters
    ----------
    run : callable
        ``run(sizes)`` returns a dict of measurements: numbers, or text for the notes.
    label : str
        What the page calls it.
    needs : tuple of str
        Modules without which the case is left out.
    for_notes : bool
        Run although no question asks for it.
    """

    run: Callable
    label: str = ""
    needs: tuple = ()
    for_notes: bool = False


@dataclass(frozen=True)
class Question:
    """One row of the page.

    Parameters
    ----------
    text : str
        The question; ``{name}`` stands for a size.
    ours, peer : (str, str)
        Case and measurement; without a peer the row tells the value alone.
    unit : str
        Of both measurements: "s", "MB" or whatever is to follow the number.
    at_most, at_least : float or None
        What the ratio (without a peer: the value) was asked to be.
    """

    text: str
    ours: tuple
    peer: tuple | None = None
    unit: str = "s"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def sides(self):
        """The sides there are."""
        return [self.ours] + ([self.peer] if self.peer else [])


@dataclass(frozen=True)
class Comparison:
    """What a script compares.

    Parameters
    ----------
    cases : dict of str to Case
    questions : list of Question
    sizes, quick : dict of str to int or str
        Options and their defaults; `quick` holds those that `--quick` makes tiny.
    notes : callable
        ``notes(sizes, medians)`` returns a text for the page, where ``medians[case][measurement]`` is what it says;
        it raises where the sides did not do the same.
    page : str
        File in docs/results.
    title : str
        Of a new page.
    gpu_only : bool
        Without a GPU run only with `--quick`.
    """

    cases: dict
    questions: list
    sizes: dict
    quick: dict
    notes: Callable = lambda sizes, medians: ""
    page: str = "performance.md"
    title: str = "Speed and memory"
    gpu_only: bool = False


def compare(comparison):
    """Be the command line of a script: run the comparison, or in a child process one case of it."""
    options, sizes = _read_options(comparison)
    if options.case:
        print(_ANSWER + json.dumps(comparison.cases[options.case].run(sizes)))
        return
    if comparison.gpu_only and not options.quick and "no GPU" in describe_machine():
        print("no GPU here (nvidia-smi finds none): nothing was run; --quick shows that all sides run")
        return
    questions = [asked for asked in comparison.questions if options.only in asked.text.format(**sizes)]
    available, questions = _leave_out_missing(comparison.cases, questions, with_notes=not options.only)
    rounds = [_run_round(number, available, sizes) for number in range(options.pairs)]
    medians = {name: _medians([outcome[name] for outcome in rounds]) for name in available}
    rows = [_row(asked, comparison.cases, rounds, medians, sizes) for asked in questions]
    note = "" if options.only else comparison.notes(sizes, medians)
    _print_table(rows, note)
    page = options.page or (None if options.quick or options.no_page else RESULTS / comparison.page)
    if page:
        _write(page, comparison.title, rows, note, _command(comparison, options, sizes))


def _read_options(comparison):
    module = sys.modules["__main__"]
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=module.__doc__, formatter_class=style, allow_abbrev=False)
    parser.add_argument("--pairs", type=int, help="rounds in which each side runs once (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works; writes no page")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the questions that contain this text")
    parser.add_argument("--page", type=pathlib.Path, help=f"page to write (docs/results/{comparison.page})")
    parser.add_argument("--no-page", action="store_true", help="print only")
    for name, default in comparison.sizes.items():
        text = f"default {default}, with --quick {comparison.quick.get(name, default)}"
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), help=text)
    parser.add_argument("--case", choices=comparison.cases, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.pairs = options.pairs or (1 if options.quick else 5)
    defaults = comparison.sizes | (comparison.quick if options.quick else {})
    given = {name: getattr(options, name) for name in defaults}
    return options, {name: defaults[name] if value is None else value for name, value in given.items()}


def _leave_out_missing(cases, questions, with_notes):
    """Return the cases that can run and are asked for, or serve the notes, and the questions they answer."""
    missing = {name: [need for need in case.needs if not _is_installed(need)] for name, case in cases.items()}
    asked = {side[0] for question in questions for side in question.sides}
    for name in asked:
        if missing[name]:
            print(f"{name} is left out: {', '.join(missing[name])} not installed (benchmarks/requirements.txt)")
    answered = [question for question in questions if not any(missing[side[0]] for side in question.sides)]
    wanted = {side[0] for question in answered for side in question.sides}
    available = [
        name for name, case in cases.items() if not missing[name] and (name in wanted or with_notes and case.for_notes)
    ]
    return {name: cases[name] for name in available}, answered


def _is_installed(name):
    return importlib.util.find_spec(name) is not None


def _run_round(number, cases, sizes):
    outcome = {}
    for name in cases if number % 2 == 0 else reversed(cases):
        outcome[name] = _run_alone(name, sizes)
        told = ", ".join(f"{key} {show(value)}" for key, value in outcome[name].items())
        print(f"round {number + 1}, {name}: {told}", flush=True)
    return outcome


def _run_alone(name, sizes):
    """Run a case in a new process."""
    given = [text for key, value in sizes.items() for text in (f"--{key.replace('_', '-')}", str(value))]
    command = [sys.executable, sys.modules["__main__"].__file__, "--case", name, *given]
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ}
    answer = subprocess.run(command, capture_output=True, text=True, env=environment)
    told = [line for line in answer.stdout.splitlines() if line.startswith(_ANSWER)]
    if answer.returncode or not told:
        raise SystemExit(f"{' '.join(command)} ended with {answer.returncode}:\n{answer.stderr[-4000:]}")
    return json.loads(told[-1].removeprefix(_ANSWER))


def _medians(outcomes):
    """Return the median of each number, and the first of each text."""
    first = outcomes[0]
    return {
        key: value if isinstance(value, str) else statistics.median(outcome[key] for outcome in outcomes)
        for key, value in first.items()
    }


def _row(question, cases, rounds, medians, sizes):
    """Return the cells of a row, without its last one."""
    (name, key), peer = question.ours, question.peer
    ours = show(medians[name][key], question.unit)
    asked = functools.partial(_verdict, question)
    if peer is None:
        return [question.text.format(**sizes), ours, "", "", asked(medians[name][key], question.unit)]
    ratios = [outcome[name][key] / outcome[peer[0]][peer[1]] for outcome in rounds]
    middle = statistics.median(ratios)
    span = f" ({show(min(ratios))} to {show(max(ratios))})" if len(ratios) > 1 else ""
    beside = f"{cases[peer[0]].label or peer[0]} {show(medians[peer[0]][peer[1]], question.unit)}"
    return [question.text.format(**sizes), ours, beside, show(middle) + span, asked(middle, "")]


def _verdict(question, value, unit):
    """Tell what was asked for and whether it was reached."""
    if question.at_most is not None:
        return f"at most {show(question.at_most, unit)}: {'yes' if value <= question.at_most else 'no'}"
    if question.at_least is not None:
        return f"at least {show(question.at_least, unit)}: {'yes' if value >= question.at_least else 'no'}"
    return ""


def show(value, unit=""):
    """Write a number with three digits that count, short times in milliseconds.

    Examples
    --------
    >>> show(1234.5, "MB"), show(0.13456), show(0.0123, "s"), show(14.23, "s"), show("text")
    ('1,234 MB', '0.135', '12.3 ms', '14.2 s', 'text')
    """
    if isinstance(value, str):
        return value
    if unit == "s" and abs(value) < 0.1:
        return show(1000 * value, "ms")
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {unit}".strip()


def _print_table(rows, note):
    for row in rows:
        question, ours, beside, ratio, asked = row
        print(f"\n{question}\n  skerosion {ours}" + (f"; {beside}; ratio {ratio}" if beside else ""))
        if asked:
            print(f"  asked for {asked}")
    if note:
        print(f"\n{note}")


def _command(comparison, options, sizes):
    """Return what repeats this run, and how often it was run."""
    script = pathlib.Path(sys.modules["__main__"].__file__).name
    quick = " --quick" if options.quick else ""
    defaults = comparison.sizes | (comparison.quick if options.quick else {})
    given = [f" --{name.replace('_', '-')} {sizes[name]}" for name in sizes if sizes[name] != defaults[name]]
    rounds = "1 round" if options.pairs == 1 else f"{options.pairs} rounds"
    return script, f"`{script}{quick}{''.join(given)}`, {rounds}"


def _write(page, title, rows, note, command):
    script, how = command
    text = page.read_text() if page.exists() else _page.EMPTY.format(title=title)
    text, machine = _page.put_machine(text, describe_machine())
    for row in rows:
        text = _page.put_row(text, [*row, f"{how}, {today()}, {machine}"])
    if note:
        text = _page.put_note(text, script, f"{note} ({today()}, {machine})")
    page.write_text(_page.drop_machines(text))
    print(f"\nwritten to {page}")
