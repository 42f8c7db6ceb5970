"""
From hand to foot: start from what another network has learned
==============================================================

Few joints of the feet have a grade, many of the hands do. A network for the feet need not start anew: it takes the
weights of the one for hands, its upper part learns the feet, and then everything does at a lower rate. The same takes
it from left to right, or from ImageNet (``backbone="InceptionV3", weights="imagenet"``) to joints.

The joints here are **synthetic**, a registry written to disk: its feet are hands made darker, and its right joints
mirrored left ones. How much is gained on real joints has to be measured on real joints.
"""

import os
import tempfile

import matplotlib.pyplot as plt
import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline

from skerosion import CRPSRegressor
from skerosion.datasets import load_registry, write_registry
from skerosion.inspection import Embedder
from skerosion.metrics import group_bootstrap_interval

# %%
# A registry with hands and feet. Three groups of patients: those whose hands are graded, a few whose feet (and right
# hands) are, and those on whom all is measured.
fast = "SKEROSION_FAST" in os.environ
folder = tempfile.TemporaryDirectory()
histogram = {0: 0.3, 20: 0.2, 40: 0.2, 60: 0.1, 80: 0.1, 100: 0.1}  # percent eroded: share of the joints
written = {"max_visits": 1 if fast else 2, "size": 32, "labels": histogram, "missing_files": 0, "random_state": 0}
files = write_registry(folder.name, n_patients=16 if fast else 90, **written)
data = load_registry(*files, size=32)
X, percent, table = data.X, data.y, data.table
part = np.random.default_rng(0).permutation(np.unique(data.groups))
first, second = (0.4, 0.8) if fast else (0.6, 0.7)
many, few, others = np.split(part, [int(first * len(part)), int(second * len(part))])
print(data)


def joints(patients, body_part, side=None):
    """Positions of the joints of some patients, all sides for None."""
    chosen = np.isin(data.groups, patients) & (table["part"] == body_part)
    return np.flatnonzero(chosen if side is None else chosen & (table["side"] == side))


# %%
# The network of the hands: left ones only, of the first group.
network = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.1, "batch_size": 20}
network |= {"learning_rate": 3e-3, "random_state": 0}
left = joints(many, "hand", "left")
hands = CRPSRegressor(**network, epochs=1 if fast else 12).fit(X[left], percent[left])
print(f"{len(left)} left hand joints of {len(many)} patients")

# %%
# Three ways to a network for other joints, from the few patients who have them graded. ``phases`` says what trains:
# first what lies above the backbone, then everything at a tenth of the rate. That upper part may start anew, as it must
# for another target, or with the weights that it has: percentages are percentages. Training from scratch gets as many
# epochs as both phases have.
epochs = 1 if fast else 10
tuning = {**network, "epochs": epochs, "weights": hands, "phases": "head_then_all"}
ways = {
    "from scratch": CRPSRegressor(**{**network, "epochs": 2 * epochs}),
    "tuned, new head": CRPSRegressor(**tuning),
    "tuned, its head": CRPSRegressor(**tuning, reset_head=False),
}
targets = {"feet": ("foot", None), "right hands": ("hand", "right")}
errors = {}
for target, place in targets.items():
    training, test = joints(few, *place), joints(others, *place)
    print(
        f"{target}: {len(training)} joints of {len(few)} patients to learn from, {len(test)} of {len(others)} to test"
    )
    predictions = {"untouched": hands.predict_distribution(X[test]).median()}
    for way, regressor in ways.items():
        predictions[way] = regressor.fit(X[training], percent[training]).predict_distribution(X[test]).median()
    errors[target] = {
        way: group_bootstrap_interval(
            mean_absolute_error, percent[test], median, data.groups[test], n_resamples=200, random_state=0
        )
        for way, median in predictions.items()
    }

# %%
# Mean absolute errors on other patients, beside those of the network for left hands as it is. The bars resample
# patients.
figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained", sharey=True)
for panel, (target, found) in zip(axes, errors.items(), strict=True):
    estimates = np.array([interval.estimate for interval in found.values()])
    ends = np.array([(interval.low, interval.high) for interval in found.values()]).T
    panel.bar(list(found), estimates, yerr=np.abs(ends - estimates), color="0.75", capsize=4)
    panel.set(title=target)
    panel.tick_params(axis="x", labelrotation=20)
axes[0].set_ylabel("mean absolute error (percentage points)")
plt.show()

# %%
# Phases are one parameter, so a search tunes them like any other: here layer by layer from the top, or discriminative
# rates, which fall towards the bottom of the backbone. On the patients who teach the feet, none on two sides.
feet = joints(few, "foot")
grid = {"phases": ["head", "head_then_all", [{"trainable": "head"}, {"rate": 0.1, "lowest_rate": 0.1}]]}
regressor = CRPSRegressor(**network, epochs=1 if fast else 5, weights=hands, reset_head=False)
search = GridSearchCV(regressor, grid, scoring="neg_mean_absolute_error", cv=GroupKFold(2), error_score="raise")
search.fit(X[feet], percent[feet], groups=data.groups[feet])
for phases, score in zip(search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True):
    print(f"{-score:5.1f} points with {phases['phases']}")

# %%
# A frozen backbone gives the same embedding whatever follows. Computed once, it feeds a grid over heads, which train in
# no time on vectors of numbers: heads of this package, or any estimator of scikit-learn.
embeddings = Embedder(FrozenEstimator(hands), layer="embedding").fit_transform(X[feet])
head = CRPSRegressor(epochs=1 if fast else 10, batch_size=20, learning_rate=3e-3, random_state=0)
neighbors = KNeighborsRegressor()
for estimator, grid in (
    (head, {"dense_units": [(), (32,)], "dropout": [0.1, 0.5]}),
    (neighbors, {"n_neighbors": [3, 9], "weights": ["uniform", "distance"]}),
):
    heads = GridSearchCV(estimator, grid, scoring="neg_mean_absolute_error", cv=GroupKFold(2), error_score="raise")
    heads.fit(embeddings, percent[feet], groups=data.groups[feet])
    print(f"{-heads.best_score_:.1f} points with {type(estimator).__name__} and {heads.best_params_}")

# %%
# In a Pipeline, ``memory`` keeps the embeddings of each fold's training rows from candidate to candidate.
with tempfile.TemporaryDirectory() as cache:
    steps = [("embedding", Embedder(FrozenEstimator(hands), layer="embedding")), ("head", neighbors)]
    search = GridSearchCV(Pipeline(steps, memory=cache), {"head__n_neighbors": [3, 9]}, cv=GroupKFold(2))
    search.fit(X[feet], percent[feet], groups=data.groups[feet])
print(f"R2 {search.best_score_:.2f} with {search.best_params_}")
folder.cleanup()
