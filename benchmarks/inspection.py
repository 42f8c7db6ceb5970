"""Do the maps point at the erosion? Activation map, Grad-CAM and occlusion on synthetic joints of held-out patients.

A small CRPSRegressor learns the percentage of eroded surface of synthetic joints and is never shown where the erosions
are. On held-out patients the maps of their eroded joints are compared with the pixels that were eroded: how often the
maximum lies in them, or within two pixels of them, and how much of the map, against the share of the image that they
fill. All settings of the maps are their defaults, but for the second Grad-CAM, which explains another target.

The network, and the defaults of the occlusion, were chosen on patients of another set of joints, seed 2. Choose on
``--part validation``.

Usage: python benchmarks/inspection.py [--joints 1800] [--size 48] [--epochs 16] [--seed 5] [--figure maps]
"""

import argparse
import time
from functools import partial

import numpy as np
from keras import layers
from sklearn.metrics import mean_absolute_error

from skerosion import CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity, pointing_game, pointing_scores
from skerosion.metrics import group_bootstrap_difference
from skerosion.model_selection import train_validation_test_split
from skerosion.networks import register_backbone

# Percent eroded: share of the joints. Damage as common as this teaches a small network in a minute.
LABELS = {0: 0.3, 20: 0.2, 40: 0.2, 60: 0.1, 80: 0.1, 100: 0.1}
NETWORK = {"backbone": "averaged", "filters": (8, 16, 24), "convolutions": 2, "dense_units": (32,), "dropout": 0.1}
TRAINING = {"batch_size": 32, "learning_rate": 4e-3}
RESAMPLES = 1000
# Column of the scores and pixels by which the eroded place is widened; the cells of the last layer are four wide.
MEASURES = {"hit": ("hit", 0), "hit within 2 pixels": ("hit", 2), "energy": ("energy", 0)}


def averaged(images, *, filters, convolutions, dtype):
    """Blocks of convolutions with a pooling between, then the mean over all places: each place has its share."""
    hidden = images
    for block, width in enumerate(filters, start=1):
        if block > 1:
            hidden = layers.MaxPooling2D(2, name=f"block{block}_pool", dtype=dtype)(hidden)
        for number in range(1, convolutions + 1):
            name = f"block{block}_conv{number}"
            hidden = layers.Conv2D(width, 3, padding="same", use_bias=False, name=name, dtype=dtype)(hidden)
            hidden = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm", dtype=dtype)(hidden)
            hidden = layers.ReLU(name=f"{name}_relu", dtype=dtype)(hidden)
    return layers.GlobalAveragePooling2D(name="embedding", dtype=dtype)(hidden)


def stretched(images):
    """Return uint8 images whose darkest pixel is 0 and whose lightest is 255: exposure differs between visits."""
    low, high = (function(images, axis=(1, 2), keepdims=True).astype(float) for function in (np.min, np.max))
    return np.rint(255 * (images - low) / np.maximum(high - low, 1)).astype(np.uint8)


def train(arguments):
    """Draw joints, fit the regressor, and return it with its held-out joints and their masks."""
    settings = {"size": arguments.size, "labels": LABELS, "random_state": arguments.seed, "return_mask": True}
    joints = make_joint_images(arguments.joints, **settings)
    X = ImageRows(stretched(joints.images), groups=joints.patients)
    parts = train_validation_test_split(X, joints.percent, sizes=(0.6, 0.1, 0.3), random_state=arguments.seed)
    training, held_out = parts[0], parts[1 if arguments.part == "validation" else 2]
    regressor = CRPSRegressor(**NETWORK, **TRAINING, epochs=arguments.epochs, random_state=arguments.seed, verbose=0)
    regressor.fit(training.X, training.y)
    regressor.set_params(batch_size=256)  # more at a time, once it is trained
    return regressor, training, held_out, joints.masks[held_out.X.indices]


def report_fit(regressor, training, held_out):
    """Print what the network has learned, so that a map of nothing is not taken for one."""
    error = mean_absolute_error(held_out.y, regressor.predict_distribution(held_out.X).median())
    floor = np.abs(held_out.y - np.median(training.y)).mean()
    patients = [len(np.unique(part.groups)) for part in (training, held_out)]
    print(f"{len(training.y)} joints of {patients[0]} patients trained on, {len(held_out.y)} of {patients[1]} held out")
    print(f"MAE of the median on held-out joints {error:.1f}, of the training median {floor:.1f} percentage points")


def measure(maps, masks, groups, seed):
    """Print three lines a method with their intervals, and the difference to the activation map."""
    settings = {"groups": groups, "n_resamples": RESAMPLES, "random_state": seed}
    print("| map | measure | estimate | chance | beyond chance | beyond the activation map |")
    print("|---|---|---|---|---|---|")
    for name, values in maps.items():
        for kind, (column, tolerance) in MEASURES.items():
            row = pointing_game(values, masks, tolerance=tolerance, **settings).loc[column]
            beyond = (row.difference, row.difference_low, row.difference_high)
            scores, first = (
                pointing_scores(each, masks, tolerance=tolerance)[column] for each in (values, maps["activation map"])
            )
            paired = "" if values is maps["activation map"] else cell(compare(scores, first, groups, seed))
            estimate = f"{row.estimate:.3f} ({row.low:.3f} to {row.high:.3f})"
            print(f"| {name} | {kind} | {estimate} | {row.chance:.3f} | {cell(beyond)} | {paired} |")


def measure_by_damage(maps, masks, percent):
    """Print the hits of each method apart for joints of little and much damage."""
    values = np.unique(percent)
    print("\n| hits at | " + " | ".join(f"{value:g} %" for value in values) + " |")
    print("|---" * (len(values) + 1) + "|")
    print("| joints | " + " | ".join(str((percent == value).sum()) for value in values) + " |")
    chance = [masks[percent == value].mean() for value in values]
    rows = {name: pointing_scores(each, masks).hit.to_numpy() for name, each in maps.items()}
    for name, hits in rows.items():
        print(f"| {name} | " + " | ".join(f"{hits[percent == value].mean():.2f}" for value in values) + " |")
    print("| chance | " + " | ".join(f"{value:.2f}" for value in chance) + " |")


def compare(scores, reference, groups, seed):
    """Return the paired difference of two methods' means with its ends."""
    settings = {"n_resamples": RESAMPLES, "random_state": seed}
    interval = group_bootstrap_difference(
        mean_of, np.zeros(len(scores)), scores.to_numpy(), reference.to_numpy(), groups, **settings
    )
    return interval.estimate, interval.low, interval.high


def mean_of(y_true, y_pred, sample_weight=None):
    """Return the mean of the second argument, for the bootstrap."""
    return float(np.average(y_pred, weights=sample_weight))


def cell(numbers):
    """Return an estimate with its ends."""
    return "{:+.3f} ({:+.3f} to {:+.3f})".format(*numbers)


def draw(path, X, maps, masks, percent):
    """Save the maps of one joint of each percentage, side by side."""
    from matplotlib.figure import Figure

    from skerosion.plotting import AttentionMapDisplay, save_figure

    rows = [int(np.flatnonzero(percent == value)[0]) for value in np.unique(percent)]
    titles = [f"{value:g} % eroded" for value in percent]
    maps = {name.replace(", ", "\n"): each for name, each in maps.items()}
    display = AttentionMapDisplay.from_maps(X, maps, masks=masks, titles=titles, rows=rows, ax=Figure)
    print("\n".join(str(written) for written in save_figure(display.figure_, path, formats=("png",), dpi=110)))


METHODS = {
    "activation map": activation_map,
    "Grad-CAM, mean": grad_cam,
    "Grad-CAM, > 20 %": partial(grad_cam, target=("above", 20)),
    "occlusion": occlusion_sensitivity,
}


def main():
    """Train, map, measure, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("joints", 1800), ("size", 48), ("epochs", 16), ("seed", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--part", choices=("validation", "test"), default="test", help="patients to look at")
    parser.add_argument("--figure", help="where to save the maps side by side, without a suffix")
    arguments = parser.parse_args()
    register_backbone("averaged")(averaged)
    started = time.perf_counter()
    regressor, training, held_out, masks = train(arguments)
    report_fit(regressor, training, held_out)
    eroded = np.flatnonzero(held_out.y > 0)
    X, masks, groups = held_out.X.take(eroded), masks[eroded], held_out.groups[eroded]
    maps = {name: method(regressor, X) for name, method in METHODS.items()}
    print(f"{len(eroded)} eroded joints of {len(np.unique(groups))} held-out patients have maps\n")
    measure(maps, masks, groups, arguments.seed)
    measure_by_damage(maps, masks, held_out.y[eroded])
    if arguments.figure:
        draw(arguments.figure, X, maps, masks, held_out.y[eroded])
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
