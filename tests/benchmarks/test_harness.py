import doctest
import os
import pathlib
import subprocess
import sys
import textwrap

import _harness
import pytest

BENCHMARKS = pathlib.Path(_harness.__file__).parent
SCRIPT = '''
"""Is it fast?"""
import os, pathlib
from _harness import Case, Comparison, Question, compare

def measure(name, seconds):
    def run(sizes):
        with open(pathlib.Path(__file__).with_suffix(".log"), "a") as log:
            print(name, os.getpid(), file=log)
        return {"seconds": seconds * sizes["work"], "megabytes": 3.0, "remark": "a text"}
    return run

def fail(sizes):
    raise ValueError("cannot be measured")

compare(Comparison(
    cases={
        "skerosion": Case(measure("skerosion", 1)),
        "peer": Case(measure("peer", 4), "the peer"),
        "absent": Case(fail, needs=("a_module_that_nobody_has",)),
        "broken": Case(fail),
        "limit": Case(measure("limit", 9), for_notes=True),
    },
    questions=[
        Question("Work {work}: time", ("skerosion", "seconds"), ("peer", "seconds"), at_most=0.2),
        Question("Work {work}: rate", ("skerosion", "seconds"), ("peer", "seconds"), at_least=0.2),
        Question("Work {work}: memory", ("skerosion", "megabytes"), unit="MB", at_most=20),
        Question("Work {work}: beside the absent", ("skerosion", "seconds"), ("absent", "seconds")),
    ] + BROKEN,
    sizes={"work": 10, "name": "a"},
    quick={"work": 1},
    notes=lambda sizes, medians: f"limit {medians['limit']['seconds']:g}, {medians['peer']['remark']}",
))
'''
ASKS_THE_BROKEN = '[Question("Work {work}: broken", ("skerosion", "seconds"), ("broken", "seconds"))]'


@pytest.fixture
def run(tmp_path):
    def run(*options, broken="[]", fails=False):
        script = tmp_path / "bench_fake.py"
        script.write_text(textwrap.dedent(SCRIPT).replace("BROKEN", broken))
        environment = {**os.environ, "PYTHONPATH": str(BENCHMARKS)}
        answer = subprocess.run([sys.executable, script, *options], capture_output=True, text=True, env=environment)
        assert bool(answer.returncode) == fails, answer.stderr
        return answer.stdout + answer.stderr

    return run


def test_examples():
    assert doctest.testmod(_harness).failed == 0


def test_rounds_alternate_in_fresh_processes(run, tmp_path):
    run("--pairs", "2", "--no-page")
    names, processes = zip(*map(str.split, (tmp_path / "bench_fake.log").read_text().splitlines()), strict=True)
    assert names == ("skerosion", "peer", "limit", "limit", "peer", "skerosion")
    assert len(set(processes)) == 6


def test_a_row_has_medians_the_ratio_and_what_was_asked_for(run, tmp_path):
    page = tmp_path / "page.md"
    for _ in range(2):
        run("--pairs", "2", "--page", str(page))
    rows = [line.split(" | ") for line in page.read_text().splitlines() if line.startswith("| Work")]
    assert [row[0] for row in rows] == ["| Work 10: time", "| Work 10: rate", "| Work 10: memory"]
    assert rows[0][1:5] == ["10 s", "the peer 40 s", "0.25 (0.25 to 0.25)", "at most 0.2: no"]
    assert rows[1][4] == "at least 0.2: yes"
    assert rows[2][1:5] == ["3 MB", "", "", "at most 20 MB: yes"]
    assert rows[0][5].startswith("`bench_fake.py`, 2 rounds, 2") and rows[0][5].endswith("M1 |")
    assert page.read_text().count("- `bench_fake.py`: limit 90, a text (") == 1
    assert page.read_text().count("cores") == 1


def test_quick_is_small_and_writes_no_page(run):
    told = run("--quick")
    assert "round 1, skerosion: seconds 1," in told and "round 2" not in told
    assert "the peer 4 s; ratio 0.25" in told and "written" not in told


def test_sizes_and_questions_can_be_chosen(run, tmp_path):
    page = tmp_path / "page.md"
    told = run("--quick", "--work", "5", "--only", "memory", "--page", str(page))
    assert "Work 5: memory" in told and "peer" not in told and "limit" not in told
    assert "`bench_fake.py --quick --work 5`, 1 round, " in page.read_text()


def test_a_peer_that_is_not_installed_is_named(run):
    assert "absent is left out: a_module_that_nobody_has not installed" in run("--quick")


def test_a_case_that_fails_ends_the_run_with_its_error(run):
    told = run("--quick", broken=ASKS_THE_BROKEN, fails=True)
    assert "--case broken" in told and "ValueError: cannot be measured" in told


def test_the_line_of_a_machine_has_no_name_of_a_host():
    import platform

    from _measure import describe_machine

    line = describe_machine()
    assert "cores" in line and "keras" in line and "numpy" in line
    assert platform.node() not in line.split()
