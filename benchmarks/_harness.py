"""Run the sides of a comparison in turn, each in a process of its own, and put what they say of each other on a page.

A script names its cases (functions from the sizes to measurements) and its questions (which measurement of which case
is compared with which), and hands both to `compare`. Every round runs each case once, every second round in the
opposite order, so that neither always has the machine as the other left it; a ratio or a difference is taken within a
round, and its median over the rounds told. What all of them need beforehand, such as files, is prepared once.
"""

import argparse
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
from _kept import Run, read_run
from _measure import describe_machine

RESULTS = pathlib.Path(__file__).resolve().parents[1] / "docs" / "results"
_ANSWER = "measured: "
_PREPARATION = "preparation"


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
        What the ratio (with `difference` the difference, without a peer the value) was asked to be.
    difference : bool
        Whether the row tells by how much ours is more than the peer's, in `unit`, in place of their ratio.
    """

    text: str
    ours: tuple
    peer: tuple | None = None
    unit: str = "s"
    at_most: float | None = None
    at_least: float | None = None
    difference: bool = False

    @property
    def sides(self):
        """The sides there are."""
        return [self.ours] + ([self.peer] if self.peer else [])

    def put_beside(self, outcome):
        """Return the ratio, or the difference, of the two sides in a round."""
        ours, peer = (outcome[case][key] for case, key in self.sides)
        return ours - peer if self.difference else ours / peer


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
    prepare : callable or None
        ``prepare(sizes)``, run once before the rounds in a process of its own, leaves what the cases find there, such
        as files; what it returns, a dict of measurements or nothing, is told.
    pairs : int
        Rounds, where `--pairs` says nothing.
    """

    cases: dict
    questions: list
    sizes: dict
    quick: dict
    notes: Callable = lambda sizes, medians: ""
    page: str = "performance.md"
    title: str = "Speed and memory"
    gpu_only: bool = False
    prepare: Callable | None = None
    pairs: int = 5


def compare(comparison):
    """Be the command line of a script: run the comparison, or in a child process one part of it."""
    options, sizes = _read_options(comparison)
    if options.case:
        print(_ANSWER + json.dumps(_find_part(comparison, options.case)(sizes) or {}))
    elif options.enter:
        _report(comparison, options, read_run(options.enter, comparison))
    elif comparison.gpu_only and not options.quick and "no GPU" in describe_machine():
        print("no GPU here (nvidia-smi finds none): nothing was run; --quick shows that all sides run")
    else:
        _report(comparison, options, _run_all(comparison, options, sizes))


def _find_part(comparison, name):
    return comparison.prepare if name == _PREPARATION else comparison.cases[name].run


def _run_all(comparison, options, sizes):
    """Prepare, and run the rounds of all cases that can run and are asked for; keep them where a file is given."""
    questions = _find_questions(comparison, options.only, sizes)
    available = _leave_out_missing(comparison.cases, questions, with_notes=not options.only)
    if comparison.prepare:
        told = _tell(_run_alone(_PREPARATION, sizes)) or "ready"
        print(f"{_PREPARATION}: {told}", flush=True)
    run = Run(sizes, [], describe_machine())
    for number in range(options.pairs):
        run.rounds.append(_run_round(number, available, sizes))
        if options.keep:
            run.write(options.keep)
    return run


def _find_questions(comparison, only, sizes):
    return [asked for asked in comparison.questions if only in asked.text.format(**sizes)]


def _report(comparison, options, run):
    """Tell what the cases of a run answer, and put it on the page."""
    medians = {name: _medians([outcome[name] for outcome in run.rounds]) for name in run.rounds[0]}
    asked = _find_questions(comparison, options.only, run.sizes)
    questions = [question for question in asked if {side[0] for side in question.sides} <= set(medians)]
    rows = [_row(question, comparison.cases, run, medians) for question in questions]
    note = "" if options.only else comparison.notes(run.sizes, medians)
    _print_table(questions, rows, note)
    page = options.page or (None if options.quick or options.no_page else RESULTS / comparison.page)
    if page:
        _write(page, comparison, rows, note, run, options.quick)


def _read_options(comparison):
    module = sys.modules["__main__"]
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=module.__doc__, formatter_class=style, allow_abbrev=False)
    rounds = f"rounds in which each side runs once ({comparison.pairs}; with --quick 1)"
    parser.add_argument("--pairs", type=int, help=rounds)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works; writes no page")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the questions that contain this text")
    parser.add_argument("--page", type=pathlib.Path, help=f"page to write (docs/results/{comparison.page})")
    parser.add_argument("--no-page", action="store_true", help="print only")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--keep", type=pathlib.Path, metavar="FILE", help="file for what the rounds measure, as JSON")
    kept.add_argument("--enter", type=pathlib.Path, metavar="FILE", help="run nothing: report what FILE has kept")
    for name, default in comparison.sizes.items():
        text = f"default {default}, with --quick {comparison.quick.get(name, default)}"
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), help=text)
    parser.add_argument("--case", choices=[_PREPARATION, *comparison.cases], help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.pairs = options.pairs or (1 if options.quick else comparison.pairs)
    defaults = comparison.sizes | (comparison.quick if options.quick else {})
    given = {name: getattr(options, name) for name in defaults}
    return options, {name: defaults[name] if value is None else value for name, value in given.items()}


def _leave_out_missing(cases, questions, with_notes):
    """Return the cases that can run and are asked for, or serve the notes."""
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
    return {name: cases[name] for name in available}


def _is_installed(name):
    return importlib.util.find_spec(name) is not None


def _run_round(number, cases, sizes):
    outcome = {}
    for name in cases if number % 2 == 0 else reversed(cases):
        outcome[name] = _run_alone(name, sizes)
        print(f"round {number + 1}, {name}: {_tell(outcome[name])}", flush=True)
    return outcome


def _tell(outcome):
    return ", ".join(f"{key} {show(value)}" for key, value in outcome.items())


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


def _row(question, cases, run, medians):
    """Return the cells of a row, without its last one."""
    (name, key), peer = question.ours, question.peer
    text, ours = question.text.format(**run.sizes), medians[name][key]
    if peer is None:
        return [text, show(ours, question.unit), "", "", _verdict(question, ours, question.unit)]
    beside = f"{cases[peer[0]].label or peer[0]} {show(medians[peer[0]][peer[1]], question.unit)}"
    told, middle = _put_beside(question, run.rounds)
    asked = _verdict(question, middle, question.unit, " more") if question.difference else _verdict(question, middle)
    return [text, show(ours, question.unit), beside, told, asked]


def _put_beside(question, rounds):
    """Return the median ratio or difference of the rounds, as text with the least and the largest, and alone."""
    unit, sign = (question.unit, "+") if question.difference else ("", "")
    values = [question.put_beside(outcome) for outcome in rounds]
    middle, least, most = (
        (sign if value > 0 else "") + show(value, unit)
        for value in (statistics.median(values), min(values), max(values))
    )
    return middle + (f" ({least} to {most})" if len(values) > 1 else ""), statistics.median(values)


def _verdict(question, value, unit="", more=""):
    """Tell what was asked for and whether it was reached."""
    if question.at_most is not None:
        return f"at most {show(question.at_most, unit)}{more}: {'yes' if value <= question.at_most else 'no'}"
    if question.at_least is not None:
        return f"at least {show(question.at_least, unit)}{more}: {'yes' if value >= question.at_least else 'no'}"
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


def _print_table(questions, rows, note):
    for question, (text, ours, beside, told, asked) in zip(questions, rows, strict=True):
        what = "difference" if question.difference else "ratio"
        print(f"\n{text}\n  skerosion {ours}" + (f"; {beside}; {what} {told}" if beside else ""))
        if asked:
            print(f"  asked for {asked}")
    if note:
        print(f"\n{note}")


def _write(page, comparison, rows, note, run, quick):
    """Put rows and note on a page, with what repeats the run, how often it was run, when and where."""
    script = pathlib.Path(sys.modules["__main__"].__file__).name
    defaults = comparison.sizes | (comparison.quick if quick else {})
    given = [f" --{name.replace('_', '-')} {value}" for name, value in run.sizes.items() if value != defaults[name]]
    rounds = "1 round" if len(run.rounds) == 1 else f"{len(run.rounds)} rounds"
    text = page.read_text() if page.exists() else _page.EMPTY.format(title=comparison.title)
    text, machine = _page.put_machine(text, run.machine)
    for row in rows:
        how = f"`{script}{' --quick' if quick else ''}{''.join(given)}`, {rounds}, {run.date}, {machine}"
        text = _page.put_row(text, [*row, how])
    if note:
        text = _page.put_note(text, script, f"{note} ({run.date}, {machine})")
    page.write_text(_page.drop_machines(text))
    print(f"\nwritten to {page}")
