"""Do the maps point at the erosion? Activation map, Grad-CAM and occlusion on synthetic joints of held-out patients.

A small CRPSRegressor learns the percentage of eroded surface of synthetic joints and is never shown where the erosions
are. On held-out patients the maps of their eroded joints are compared with the pixels that were eroded: how often the
maximum lies in them, and how much of the map, against the share of the image that they fill. Grad-CAM and occlusion
explain the mean of the predicted distribution; all maps are of the default layer, the last one.

Usage: python benchmarks/inspection.py [--joints 1800] [--size 48] [--epochs 12] [--seed 2] [--figure maps]
"""

import argparse
import time

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
NETWORK = {"backbone": "shallow", "filters": (8, 16, 24), "dense_units": (32,), "dropout": 0.1, "batch_size": 32}
BONE = 0.8  # the quantile of an image's grey levels that covers a place; chosen on the joints of seed 0
RESAMPLES = 2000


@register_backbone("shallow")
def shallow(images, *, filters, dtype):
    """Three convolutions, one pooling, then the mean and the maximum over all places: learns from few joints."""
    hidden = images
    for number, width in enumerate(filters, start=1):
        hidden = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv{number}", dtype=dtype)(hidden)
        hidden = layers.BatchNormalization(momentum=0.9, name=f"conv{number}_norm", dtype=dtype)(hidden)
        hidden = layers.ReLU(name=f"conv{number}_relu", dtype=dtype)(hidden)
        if number == 1:
            hidden = layers.MaxPooling2D(2, name="pool", dtype=dtype)(hidden)
    pools = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    return layers.Concatenate(name="embedding")([pool(dtype=dtype)(hidden) for pool in pools])


def stretched(images):
    """Return uint8 images whose darkest pixel is 0 and whose lightest is 255: exposure differs between visits."""
    low, high = (function(images, axis=(1, 2), keepdims=True).astype(float) for function in (np.min, np.max))
    return np.rint(255 * (images - low) / np.maximum(high - low, 1)).astype(np.uint8)


def occlude(regressor, X):
    """Cover with the grey of bone, which mends an erosion; the image's mean would erode the bone beside it."""
    bone = np.quantile(X.read(), BONE, axis=(1, 2, 3))
    return occlusion_sensitivity(regressor, X, fill=bone)


def train(arguments):
    """Draw joints, fit the regressor, and return it with its held-out joints and their masks."""
    settings = {"size": arguments.size, "labels": LABELS, "random_state": arguments.seed, "return_mask": True}
    joints = make_joint_images(arguments.joints, **settings)
    X = ImageRows(stretched(joints.images), groups=joints.patients)
    parts = train_validation_test_split(X, joints.percent, sizes=(0.6, 0.35, 0.05), random_state=arguments.seed)
    training, held_out = parts[:2]
    regressor = CRPSRegressor(**NETWORK, learning_rate=4e-3, epochs=arguments.epochs, random_state=arguments.seed)
    regressor.fit(training.X, training.y)
    return regressor, training, held_out, joints.masks[held_out.X.indices]


def report_fit(regressor, training, held_out):
    """Print what the network has learned, so that a map of nothing is not taken for one."""
    error = mean_absolute_error(held_out.y, regressor.predict_distribution(held_out.X).median())
    floor = np.abs(held_out.y - np.median(training.y)).mean()
    patients = [len(np.unique(part.groups)) for part in (training, held_out)]
    print(f"{len(training.y)} joints of {patients[0]} patients trained on, {len(held_out.y)} of {patients[1]} held out")
    print(f"MAE of the median on held-out joints {error:.1f}, of the training median {floor:.1f} percentage points")


def measure(maps, masks, groups, seed):
    """Print one line a method: hits and energy with their intervals, and the difference to the activation map."""
    first = {measure: pointing_scores(maps["activation map"], masks)[measure] for measure in ("hit", "energy")}
    print("| map | measure | estimate | chance | beyond chance | beyond the activation map |")
    print("|---|---|---|---|---|---|")
    for name, values in maps.items():
        settings = {"groups": groups, "n_resamples": RESAMPLES, "random_state": seed}
        table, scores = pointing_game(values, masks, **settings), pointing_scores(values, masks)
        for kind, row in table.iterrows():
            beyond = (row.difference, row.difference_low, row.difference_high)
            paired = compare(scores[kind], first[kind], groups, seed) if name != "activation map" else None
            print(
                f"| {name} | {kind} | {row.estimate:.3f} ({row.low:.3f} to {row.high:.3f}) | {row.chance:.3f} | "
                f"{cell(beyond)} | {'' if paired is None else cell(paired)} |"
            )


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
    display = AttentionMapDisplay.from_maps(X, maps, masks=masks, titles=titles, rows=rows, ax=Figure)
    print("\n".join(str(written) for written in save_figure(display.figure_, path, formats=("png",), dpi=110)))


METHODS = {"activation map": activation_map, "Grad-CAM": grad_cam, "occlusion": occlude}


def main():
    """Train, map, measure, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("joints", 1800), ("size", 48), ("epochs", 12), ("seed", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--figure", help="where to save the maps side by side, without a suffix")
    arguments = parser.parse_args()
    started = time.perf_counter()
    regressor, training, held_out, masks = train(arguments)
    report_fit(regressor, training, held_out)
    eroded = np.flatnonzero(held_out.y > 0)
    X, masks, groups = held_out.X.take(eroded), masks[eroded], held_out.groups[eroded]
    maps = {name: method(regressor, X) for name, method in METHODS.items()}
    print(f"{len(eroded)} eroded joints of {len(np.unique(groups))} held-out patients have maps\n")
    measure(maps, masks, groups, arguments.seed)
    if arguments.figure:
        draw(arguments.figure, X, maps, masks, held_out.y[eroded])
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
