import importlib
import importlib.util
import math
import pathlib
import subprocess
import sys

import _harness
import _joint_files
import gpu
import pytest

from skerosion.networks import NetworkSpec, build_network
from skerosion.networks._backbones import _BACKBONES

BENCHMARKS = pathlib.Path(_harness.__file__).parent
SCRIPTS = sorted([*BENCHMARKS.glob("bench_*.py"), BENCHMARKS / "first_steps.py", BENCHMARKS / "gpu.py"])
NEEDS = {"bench_crps": "scoringrules", "bench_search": "skorch"}
TINY = {"gpu": {"side": 16}}
# What takes minutes, or differs from a case that runs in a name only.
LEFT_OUT = {"gpu": ("inception_v3", "mixed"), "bench_search": ("scikeras",)}


def run_all_cases(name):
    """Run the quick size of every case of a script in this process; return what a round would give."""
    comparison = importlib.import_module(name).COMPARISON
    sizes = comparison.sizes | comparison.quick | TINY.get(name, {})
    if comparison.prepare:
        comparison.prepare(sizes)
    outcome = {}
    for case, definition in comparison.cases.items():
        missing = [module for module in definition.needs if importlib.util.find_spec(module) is None]
        if not missing and not any(part in case for part in LEFT_OUT.get(name, ())):
            outcome[case] = definition.run(sizes)
    return comparison, sizes, outcome


def check_answers(name):
    """Every question whose cases ran has its numbers, and the notes can be told where all did."""
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    comparison, sizes, outcome = run_all_cases(name)
    answered = [question for question in comparison.questions if {side[0] for side in question.sides} <= set(outcome)]
    assert answered
    for question in answered:
        assert "{" not in question.text.format(**sizes)
        assert all(math.isfinite(outcome[case][key]) for case, key in question.sides)
    if set(outcome) == set(comparison.cases):
        assert isinstance(comparison.notes(sizes, outcome), str)


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_help_tells_what_is_measured(script):
    command = [sys.executable, str(script), "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "--pairs" in told and "--quick" in told


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bench_bootstrap", "bench_crps", "bench_repair"])
def test_scores_quickly(name):
    check_answers(name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["bench_fit", "bench_predict", "bench_refit", "bench_search", "bench_trunk", "first_steps", "gpu"]
)
def test_networks_quickly(name):
    check_answers(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bench_headers", "bench_jpeg", "bench_scale"])
def test_files_quickly(name, monkeypatch, tmp_path):
    monkeypatch.setattr(_joint_files, "FOLDER", tmp_path)
    check_answers(name)


def test_a_script_that_takes_long_runs_one_round():
    import bench_scale

    assert bench_scale.COMPARISON.pairs == 1


def test_other_networks_are_not_compared():
    import bench_scale

    medians = {"all": {"parameters": 5}, "one step": {"parameters": 6}}
    with pytest.raises(ValueError, match="the networks differ: 5 and 6 parameters"):
        bench_scale.tell(bench_scale.COMPARISON.sizes, medians)


def test_joints_are_written_once(monkeypatch, tmp_path):
    monkeypatch.setattr(_joint_files, "FOLDER", tmp_path)
    sizes = {"images": 3, "side": 16}
    assert _joint_files.write_joints(sizes)["images a second"] > 0
    assert _joint_files.joint_table(sizes).exists() and _joint_files.write_joints(sizes) == {}


@pytest.mark.slow
def test_a_script_runs_from_the_command_line():
    command = [sys.executable, str(BENCHMARKS / "bench_repair.py"), "--quick", "--rows", "50"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "beside the estimator" in told and "; ratio " in told and "written to" not in told


def test_without_a_gpu_only_the_quick_sizes_run(monkeypatch, capsys):
    monkeypatch.setattr(_harness, "describe_machine", lambda: "2 cores, no GPU")
    monkeypatch.setattr(sys, "argv", ["gpu.py"])
    _harness.compare(gpu.COMPARISON)
    assert "no GPU here" in capsys.readouterr().out


@pytest.mark.slow
def test_inception_is_the_same_on_both_sides():
    _BACKBONES.pop("inception_v3", None)
    gpu.register_inception()
    spec = NetworkSpec(input_shape=(75, 75, 1), n_outputs=6, head="softmax", backbone="inception_v3")
    ours, plain = build_network(spec), gpu.build_plain("inception_v3", 75, "float32")
    assert gpu.count_flops(ours) == gpu.count_flops(plain)
    assert plain.count_params() > 22_000_000
