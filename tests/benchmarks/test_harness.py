import doctest
import json
import os
import pathlib
import subprocess
import sys
import textwrap

import _harness
import _kept
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
        return {"seconds": seconds * sizes["work"], "megabytes": 4 - seconds / 4, "remark": "a text"}
    return run

def fail(sizes):
    raise ValueError("cannot be measured")

def prepare(sizes):
    measure("preparation", 1)(sizes)
    return {"files": sizes["work"]}

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
        Question("Work {work}: more", ("skerosion", "megabytes"), ("limit", "megabytes"), "MB", at_most=2,
                 difference=True),
        Question("Work {work}: less", ("limit", "megabytes"), ("skerosion", "megabytes"), "MB", at_least=-0.5,
                 difference=True),
        Question("Work {work}: beside the absent", ("skerosion", "seconds"), ("absent", "seconds")),
    ] + BROKEN,
    sizes={"work": 10, "name": "a"},
    quick={"work": 1},
    prepare=prepare,
    pairs=2,
    notes=lambda sizes, medians: f"limit {medians['limit']['seconds']:g}, {medians['peer']['remark']}",
))
'''
MEMORY = [f"| Work 10: {what}" for what in ("memory", "more", "less")]
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


@pytest.mark.slow
def test_rounds_alternate_in_fresh_processes(run, tmp_path):
    told = run("--no-page")
    names, processes = zip(*map(str.split, (tmp_path / "bench_fake.log").read_text().splitlines()), strict=True)
    assert names == ("preparation", "skerosion", "peer", "limit", "limit", "peer", "skerosion")
    assert len(set(processes)) == 7
    assert told.count("preparation: files 10\n") == 1


@pytest.mark.slow
def test_a_row_has_medians_the_ratio_and_what_was_asked_for(run, tmp_path):
    page = tmp_path / "page.md"
    for _ in range(2):
        run("--page", str(page))
    rows = [line.split(" | ") for line in page.read_text().splitlines() if line.startswith("| Work")]
    assert [row[0] for row in rows] == ["| Work 10: time", "| Work 10: rate", *MEMORY]
    assert rows[0][1:5] == ["10 s", "the peer 40 s", "0.25 (0.25 to 0.25)", "at most 0.2: no"]
    assert rows[1][4] == "at least 0.2: yes"
    assert rows[2][1:5] == ["3.75 MB", "", "", "at most 20 MB: yes"]
    assert rows[3][1:5] == ["3.75 MB", "limit 1.75 MB", "+2 MB (+2 MB to +2 MB)", "at most 2 MB more: yes"]
    assert rows[4][1:5] == ["1.75 MB", "skerosion 3.75 MB", "-2 MB (-2 MB to -2 MB)", "at least -0.5 MB more: no"]
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


def test_a_difference_is_told_as_one(run):
    told = run("--quick", "--only", "more")
    assert "skerosion 3.75 MB; limit 1.75 MB; difference +2 MB\n  asked for at most 2 MB more: yes" in told


def test_what_a_run_kept_is_entered_without_a_run(run, tmp_path):
    kept, first, later = (tmp_path / name for name in ("kept.json", "first.md", "later.md"))
    run("--pairs", "1", "--work", "5", "--keep", str(kept), "--page", str(first))
    (tmp_path / "bench_fake.log").unlink()
    assert "written to" in run("--enter", str(kept), "--page", str(later))
    assert later.read_text() == first.read_text()
    assert "`bench_fake.py --work 5`, 1 round, " in later.read_text()
    assert not (tmp_path / "bench_fake.log").exists()


def test_results_written_by_hand_have_their_own_machine_and_date(run, tmp_path):
    rounds = [{"skerosion": {"seconds": seconds}, "peer": {"seconds": 8.0}} for seconds in (1.0, 2.0, 6.0)]
    content = {"sizes": {}, "rounds": rounds, "machine": "2 cores, long ago", "date": "2025-01-31"}
    kept, page = tmp_path / "kept.json", tmp_path / "page.md"
    kept.write_text(json.dumps(content))
    run("--enter", str(kept), "--page", str(page), "--only", "time")
    row = next(line for line in page.read_text().splitlines() if line.startswith("| Work 10: time"))
    assert "| 2 s | the peer 8 s | 0.25 (0.125 to 0.75) | at most 0.2: no | `bench_fake.py`, 3 rounds" in row
    assert row.endswith(", 2025-01-31, M1 |")
    assert "- M1: 2 cores, long ago\n" in page.read_text()


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"rounds": []}, "must have sizes, rounds, machine, date"),
        ({"host": "a"}, "must have sizes, rounds, machine, date, got sizes, rounds, machine, date, host"),
        ({"sizes": {"wrok": 1}}, "has unknown sizes, got wrok"),
        ({"rounds": [{"pear": {}}]}, "has unknown cases, got pear"),
        ({"rounds": [{"peer": {}}, {}]}, "must have the same cases in every round, got none"),
    ],
)
def test_a_file_that_is_not_of_the_comparison_is_refused(changes, message, tmp_path):
    comparison = _harness.Comparison(cases={"peer": None}, questions=[], sizes={"work": 1}, quick={})
    content = {"sizes": {}, "rounds": [{"peer": {}}], "machine": "2 cores", "date": "2025-01-31"}
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(content))
    assert _kept.read_run(kept, comparison) == _kept.Run({"work": 1}, [{"peer": {}}], "2 cores", "2025-01-31")
    kept.write_text(json.dumps(content | changes))
    with pytest.raises(SystemExit, match=message):
        _kept.read_run(kept, comparison)


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
