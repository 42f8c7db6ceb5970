"""Is a grade as good from a network that was trained in bfloat16, and how long does an epoch take?

The thesis' network on the knees at 64 pixels, in float32 and with dtype_policy="mixed_bfloat16", from the same seeds.
Both are fitted on four fifths of the patients of the training part and scored on the others; the official validation
part takes no part. Differences are paired by patient and averaged over the seeds. Time is told where the processor has
bfloat16 alone: others imitate it, which takes longer than float32.

Each finished fit is a file in OUT; the same command goes on where it was stopped.

Usage: python benchmarks/mixed_precision.py --out FOLDER [--seeds 2] [--epochs 20] [--knees 0] [--data FOLDER]
       [--page docs/results/performance.md]
"""

import argparse
import pathlib
import statistics
import time

import _knees
import _page
import numpy as np
from _knees import FOLDER, GRADES, SCORES, KeptFits, Part, cdf_of, load_knees, mean_interval, median_grade
from _measure import describe_machine
from _networks import epoch_times
from sklearn.model_selection import GroupKFold

from skerosion.metrics import group_bootstrap_difference

POLICIES = ("float32", "mixed_bfloat16")
SETTINGS = {"batch_size": 50, "learning_rate": 1e-3, "verbose": 0}


def split(part, n_knees=0):
    """Return four fifths of a part, by patient, and the rest; of the first knees alone where a number is given."""
    part = Part(part.X[:n_knees], part.y[:n_knees]) if n_knees else part
    sides = next(GroupKFold(5, shuffle=True, random_state=0).split(part.y, groups=part.groups))
    return tuple(Part(part.X[side], part.y[side]) for side in sides)


def fit(policy, seed, epochs, training, held_out):
    """Fit one network; return what it says of the patients held out, and the seconds of an epoch after the first."""
    from skerosion import CNNClassifier

    times = epoch_times()
    settings = SETTINGS | {"epochs": epochs, "random_state": seed, "callbacks": [lambda: times]}
    network = CNNClassifier(dtype_policy=policy, **settings).fit(training.X, training.y)
    said = np.zeros((len(held_out.y), len(GRADES)))
    said[:, network.classes_] = network.predict_proba(held_out.X)
    return {"probabilities": said}, {"epoch": statistics.median(times.seconds[1:] or times.seconds)}


def differences(part, ours, others):
    """Return the paired differences in quadratic kappa and CRPS, each with its interval, as means over seeds."""
    shown, found = {"quadratic kappa": median_grade, "CRPS": cdf_of}, {}
    settings = {"groups": part.groups, "n_resamples": _knees.RESAMPLES, "random_state": 0}
    for name, show in shown.items():
        pairs = [
            group_bootstrap_difference(SCORES[name], part.y, show(one), show(other), **settings)
            for one, other in zip(ours, others, strict=True)
        ]
        found[name] = mean_interval(pairs)
    return found


def tell(fits, part, epochs, timed):
    """Return a sentence with the differences, and the times where the processor has bfloat16."""
    said = {policy: [arrays["probabilities"] for arrays, _ in each] for policy, each in fits.items()}
    found = differences(part, said[POLICIES[1]], said[POLICIES[0]])
    shown = [f"{name} {each.estimate:+.3f} ({each.low:+.3f} to {each.high:+.3f})" for name, each in found.items()]
    seconds = {policy: statistics.median(about["epoch"] for _, about in each) for policy, each in fits.items()}
    took = f"An epoch takes {seconds[POLICIES[1]]:.1f} s in mixed_bfloat16 and {seconds[POLICIES[0]]:.1f} s in float32."
    return (
        f"The thesis' network trained in mixed_bfloat16 beside float32, {epochs} epochs, {len(said['float32'])} seeds, "
        f"{len(part.y)} knees of {len(np.unique(part.groups))} patients held out of the training part, paired: "
        f"{', '.join(shown)}. {took if timed else 'The processor has no bfloat16, so no times are told.'}"
    )


def has_bfloat16(path="/proc/cpuinfo"):
    """Whether the processor computes in bfloat16 itself."""
    try:
        flags = set(pathlib.Path(path).read_text(errors="replace").split())
    except OSError:
        return False
    return bool(flags & {"avx512_bf16", "amx_bf16", "bf16"})


def main():
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder of the finished fits, outside the repository")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--knees", type=int, default=0, help="only so many of the training part; 0 takes all")
    parser.add_argument("--data", default=FOLDER, help="folder of labels.csv and the images")
    parser.add_argument("--page", type=pathlib.Path, help="page to put the note on")
    arguments = parser.parse_args()
    kept, (training, held_out) = KeptFits(arguments.out), split(load_knees(arguments.data)[0], arguments.knees)
    fits = {policy: [] for policy in POLICIES}
    for seed in range(arguments.seeds):
        for policy in POLICIES:
            about = {"policy": policy, "seed": seed, "epochs": arguments.epochs, "knees": arguments.knees}
            run = lambda p=policy, s=seed: fit(p, s, arguments.epochs, training, held_out)  # noqa: E731
            fits[policy].append(kept.make(f"{policy}-{seed}", about, run))
            print(f"{policy}, seed {seed}: {fits[policy][-1][1]['seconds']:.0f} s", flush=True)
    note = tell(fits, held_out, arguments.epochs, has_bfloat16())
    print(note)
    if arguments.page:
        text, machine = _page.put_machine(arguments.page.read_text(), describe_machine())
        note = f"{note} ({time.strftime('%Y-%m-%d')}, {machine})"
        arguments.page.write_text(_page.put_note(text, pathlib.Path(__file__).name, note))


if __name__ == "__main__":
    main()
