"""What does a grader lose on crops about found joints, and does moving boxes in training save it?

On the clinics of clinic.py: graders are trained on crops about true points, with boxes moved by a tenth (--jitter) and
left as they are, and grade the joints of the third clinic cut out about true points, about those that a localizer
finds, and about true points moved at random (--moved). Both crops of a joint are compared, patients are resampled.

Usage: python benchmarks/found_crops.py --folder clinics --finder localizer.skerosion [--patients 90 320] [--seeds 0 1]
       [--jitter 0.1] [--moved 0.1] [--exposure 0] [--film 448] [--size 32] [--epochs 12] [--held-out 2] [--jobs 1]
"""

import argparse
import time
import warnings

import numpy as np
import pandas as pd
from clinic import Clinic, grader
from rau_coverage import RESAMPLES

from skerosion.clinical import HAND_JOINTS, ratingen
from skerosion.datasets import crop_joints
from skerosion.forecasts import forecast_of
from skerosion.metrics import group_bootstrap_difference, quadratic_kappa, within_one_accuracy

JOINT = ["image", "side", "joint"]
GRADES = list(range(6))
METRICS = {
    "quadratic kappa": lambda y, grades: quadratic_kappa(y, grades, labels=GRADES),
    "within one": within_one_accuracy,
}


def crops_of(clinic, kind, arguments):
    """Return the joints that are cut out by points of a kind, with their pixels, kept in a file of the folder."""
    path = clinic.folder / f"crops-{kind}-{arguments.size}.pickle"
    if not path.exists():
        points, settings = clinic.points_by(kind, arguments), {"size": arguments.size, "joints": HAND_JOINTS}
        data = crop_joints(clinic.films, points, group="patient_id", root=clinic.folder, **settings)
        pixels = pd.Series(list(np.asarray(data.X)), index=pd.MultiIndex.from_frame(data.table[JOINT]))
        pixels.to_pickle(path)
    return pd.read_pickle(path)


def pairs(clinic, kind, arguments):
    """Return the true grades and patients of the joints that are cut out in both ways, and both arrays of pixels."""
    true, other = (crops_of(clinic, each, arguments) for each in ("true", kind))
    index = true.index.intersection(other.index, sort=False)
    truth = clinic.joints().set_index(["image", "side", "joint"])["percent"].reindex(index).to_numpy()
    patients = clinic.films.set_index("path")["patient_id"].reindex(index.get_level_values(0)).to_numpy()
    print(f"{kind}: {len(index)} of {len(true)} joints of {len(set(patients))} patients are cut out in both ways")
    return ratingen(truth), patients, *(np.stack(each.reindex(index).to_list()) for each in (true, other))


def graded(saved, pixels):
    """Return the grades of crops: those of the predicted median percentages."""
    return ratingen(forecast_of(saved.pipeline, pixels).distribution.median())


def difference(metric, y, first, second, patients):
    """Return the difference of a metric between two gradings of the same joints, as text."""
    cell = group_bootstrap_difference(metric, y, first, second, patients, n_resamples=RESAMPLES, random_state=0)
    return f"{cell.estimate:+.3f} ({cell.low:+.3f} to {cell.high:+.3f})"


def report(kind, seed, both, graders):
    """Print, for graders trained without and with moved boxes, what they reach on either crops, and the difference."""
    y, patients, true, other = both
    of = {jitter: (graded(saved, true), graded(saved, other)) for jitter, saved in graders.items()}
    for jitter, (by_true, by_other) in of.items():
        cells = []
        for metric in METRICS.values():
            cells += [f"{metric(y, by_true):.3f}", f"{metric(y, by_other):.3f}"]
            cells += [difference(metric, y, by_other, by_true, patients)]
        print(f"| {kind} | {jitter:g} | {seed} | {' | '.join(cells)} |", flush=True)
    (_, without), (_, with_jitter) = of.values()
    gains = [difference(metric, y, with_jitter, without, patients) for metric in METRICS.values()]
    print(f"| {kind}: what jitter gains on them | | {seed} | | | {' | | | '.join(gains)} |", flush=True)


def main():
    """Train, cut out, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", required=True, help="where the films lie or are written, as of clinic.py")
    parser.add_argument("--finder", required=True, help="file of a fitted JointLocalizer")
    parser.add_argument("--patients", type=int, nargs=2, default=(90, 320), help="of the first and the third clinic")
    parser.add_argument("--seeds", type=int, nargs="+", default=(0, 1), help="of the graders")
    for name, default in (("film", 448), ("size", 32), ("epochs", 12), ("jobs", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--held-out", type=int, default=2, help="seed of the third clinic")
    for name, default in (("jitter", 0.1), ("moved", 0.1), ("exposure", 0.0)):
        parser.add_argument(f"--{name}", type=float, default=default)
    arguments = parser.parse_args()
    arguments.seed, jitters, started = 0, (0.0, arguments.jitter), time.perf_counter()
    warnings.simplefilter("ignore", UserWarning)  # lost fingers are meant
    training, held_out = (
        Clinic(arguments.folder, *each, arguments)
        for each in zip(("training", "held-out"), arguments.patients, strict=True)
    )
    kinds = ["found", *(["moved"] if arguments.moved else [])]
    both = {kind: pairs(held_out, kind, arguments) for kind in kinds}
    heads = [f"{name}: true | other | difference" for name in METRICS]
    print(f"\n| points | jitter | seed | {' | '.join(heads)} |\n|{'---|' * 9}", flush=True)
    for seed in arguments.seeds:
        of = [argparse.Namespace(**vars(arguments) | {"jitter": jitter, "seed": seed}) for jitter in jitters]
        graders = {each.jitter: grader(training, each) for each in of}
        for kind, crops in both.items():
            report(kind, seed, crops, graders)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
