"""A search over imbalance strategies: skerosion against scikeras with imbalanced-learn, the same work in each.

Three strategies (as they are, random oversampling, class weights) x 5 patient folds and a refit on 500 images of
32x32 whose grades have the shares .6 .2 .08 .05 .04 .03; five blocks of 32, 32, 64, 64, 128 filters, dense layers
256-256, one epoch of batch 100, two scorers. Each run is a process of its own; the two alternate, and the ratio of each
pair is taken.

Usage: python benchmarks/bench_search.py [--pairs 5]
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

import numpy as np

SHARES = (0.6, 0.2, 0.08, 0.05, 0.04, 0.03)
FILTERS = (32, 32, 64, 64, 128)
DENSE_UNITS = (256, 256)


def make_data():
    """500 images of 32x32, their grades and 100 patients."""
    rng = np.random.default_rng(0)
    grades = rng.choice(len(SHARES), size=500, p=SHARES)
    images = rng.integers(0, 160, (500, 32, 32, 1)).astype("uint8")
    images[:, :8, :8] += (15 * grades[:, None, None, None]).astype("uint8")
    return images, grades, np.repeat(np.arange(100), 5)


def run_search(pipeline, grid, X, y, groups):
    """The same GridSearchCV for both."""
    from sklearn.metrics import balanced_accuracy_score, make_scorer
    from sklearn.model_selection import GridSearchCV, GroupKFold

    scoring = {"accuracy": "accuracy", "balanced": make_scorer(balanced_accuracy_score)}
    return GridSearchCV(pipeline, grid, scoring=scoring, refit="balanced", cv=GroupKFold(5)).fit(X, y, groups=groups)


def search_with_skerosion():
    """Rows are sampled, one program serves all fits."""
    from imblearn.over_sampling import RandomOverSampler
    from imblearn.pipeline import Pipeline

    from skerosion import ClassWeighter, CNNClassifier, ImageRows, RowSampler

    images, grades, patients = make_data()
    classifier = CNNClassifier(filters=FILTERS, dense_units=DENSE_UNITS, epochs=1, random_state=0)
    pipeline = Pipeline([("imbalance", "passthrough"), ("cnn", classifier)])
    steps = ["passthrough", RowSampler(RandomOverSampler(random_state=0)), ClassWeighter()]
    return run_search(pipeline, {"imbalance": steps}, ImageRows(images, groups=patients), grades, patients)


def search_with_scikeras():
    """Flattened images for the sampler, a new Keras model for each fit; scikit-learn's tags are put right first."""
    from imblearn.over_sampling import RandomOverSampler
    from imblearn.pipeline import Pipeline
    from scikeras.wrappers import KerasClassifier
    from sklearn.base import BaseEstimator
    from sklearn.utils import ClassifierTags

    class Classifier(KerasClassifier):
        def __sklearn_tags__(self):
            tags = BaseEstimator.__sklearn_tags__(self)
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
            return tags

    images, grades, patients = make_data()
    classifier = Classifier(
        model=build_keras_network,
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        epochs=1,
        batch_size=100,
        verbose=0,
        class_weight=None,
    )
    pipeline = Pipeline([("imbalance", "passthrough"), ("cnn", classifier)])
    grid = [
        {"imbalance": ["passthrough", RandomOverSampler(random_state=0)]},
        {"imbalance": ["passthrough"], "cnn__class_weight": ["balanced"]},
    ]
    return run_search(pipeline, grid, images.reshape(500, -1), grades, patients)


def build_keras_network():
    """The same network in plain Keras."""
    from keras import Input, Sequential, layers

    network = Sequential([Input((1024,)), layers.Reshape((32, 32, 1)), layers.Rescaling(1 / 255)])
    for width in FILTERS:
        for _ in range(2):
            network.add(layers.Conv2D(width, 3, padding="same", kernel_initializer="he_normal"))
            network.add(layers.BatchNormalization())
            network.add(layers.ReLU())
        network.add(layers.MaxPooling2D())
    network.add(layers.Flatten())
    for units in DENSE_UNITS:
        network.add(layers.Dense(units))
        network.add(layers.BatchNormalization())
        network.add(layers.ReLU())
        network.add(layers.Dropout(0.5))
    network.add(layers.Dense(len(SHARES), activation="softmax"))
    return network


SEARCHES = {"skerosion": search_with_skerosion, "scikeras": search_with_scikeras}


def measure_here(name):
    """Seconds and growth of memory of one search in this process, imports not counted."""
    import psutil
    import scikeras.wrappers  # noqa: F401

    process = psutil.Process()
    before, started = process.memory_info().rss, time.perf_counter()
    SEARCHES[name]()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": (process.memory_info().rss - before) / 2**20}


def measure(name):
    """The same in a new process."""
    command = [sys.executable, __file__, "--one", name]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1])


def main():
    """Print each pair and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--one", choices=SEARCHES)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_here(options.one)))
        return
    ratios = []
    for pair in range(options.pairs):
        ours, theirs = measure("skerosion"), measure("scikeras")
        ratios.append(ours["seconds"] / theirs["seconds"])
        print(f"pair {pair + 1}: skerosion {ours['seconds']:.1f} s, +{ours['megabytes']:.0f} MB;", end=" ")
        print(f"scikeras {theirs['seconds']:.1f} s, +{theirs['megabytes']:.0f} MB; ratio of times {ratios[-1]:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


if __name__ == "__main__":
    main()
