"""
How sure is a score, and is one estimator better?
=================================================

A score is a draw: other patients would have given another one. Two habits mislead. Joints are counted as if they were
independent, though those of a patient go together, which makes intervals too short. And two estimators are compared by
whether their intervals overlap, though both graded the same patients and should be compared on them, one by one.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from imblearn.pipeline import Pipeline

from skerosion import ClassWeighter, CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import (
    group_bootstrap_difference,
    group_bootstrap_interval,
    recall_interval,
    wilson_interval,
    within_one_accuracy,
)
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import StrategyComparisonDisplay

# %%
# Two estimators, trained on the same joints, and a part of other patients to score them on.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.35, 10: 0.25, 30: 0.13, 50: 0.1, 70: 0.1, 100: 0.07}  # percent eroded: share of the joints
joints = make_joint_images(200 if fast else 900, size=24, labels=histogram, random_state=0)
X, grades = ImageRows(joints.images, groups=joints.patients), ratingen(joints.percent)
training, scored, _ = train_validation_test_split(X, grades, sizes=(0.5, 0.45, 0.05), stratify=True, random_state=0)
network = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.2, "batch_size": 20}
classifier = CNNClassifier(**network, epochs=1 if fast else 8, random_state=0)
predictions = {}
for name, step in {"original": "passthrough", "class weights": ClassWeighter("balanced")}.items():
    pipeline = Pipeline([("imbalance", step), ("cnn", classifier)]).fit(training.X, training.y)
    predictions[name] = pipeline.predict(scored.X)
print(f"{len(scored.y)} joints of {len(np.unique(scored.groups))} patients, {len(np.unique(scored.y))} grades")

# %%
# Three intervals of one number, the within-one accuracy: the mean over the grades of the share predicted at most one
# grade off. Wilson's interval takes it for a share of all joints. The closed form knows that it is a mean of recalls,
# and that the rare grades carry most of the doubt. The bootstrap draws whole patients and needs neither assumption.
resamples = 200 if fast else 2000
bootstrap = group_bootstrap_interval(
    within_one_accuracy, scored.y, predictions["class weights"], scored.groups, n_resamples=resamples, random_state=0
)
estimate = bootstrap.estimate
intervals = {
    "all joints alike (Wilson)": wilson_interval(estimate, len(scored.y)),
    "mean of recalls, closed form": recall_interval(scored.y, predictions["class weights"], tolerance=1),
    "patients resampled": bootstrap,
}
for name, (low, high) in intervals.items():
    print(f"{name:30} {estimate:.3f} ({low:.3f} to {high:.3f}), width {high - low:.3f}")
cells = {name: (estimate, *interval) for name, interval in intervals.items()}
StrategyComparisonDisplay({"±1 class-normalised accuracy": cells}, resampled=None).plot()
plt.show()

# %%
# Both estimators with the intervals to believe, and the floors.
StrategyComparisonDisplay.from_predictions(
    scored.y,
    predictions,
    metrics=["accuracy", "within_one_accuracy"],
    groups=scored.groups,
    reference=training.y,
    n_resamples=resamples,
)
plt.show()

# %%
# Is one better? Each resample scores both on the same patients, so what makes it hard for both cancels. An interval of
# the difference without 0 shows one; an interval around 0 leaves it open, which is not the same as showing that there
# is none.
difference = group_bootstrap_difference(
    within_one_accuracy,
    scored.y,
    predictions["class weights"],
    predictions["original"],
    scored.groups,
    n_resamples=resamples,
    random_state=0,
)
print(f"difference {difference.estimate:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})")

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.hist(difference.draws, bins=30, color="0.8", edgecolor="0.3", hatch="///")
axes.axvline(0, color="black", linestyle="--", label="no difference")
for end in difference:
    axes.axvline(end, color="black", linestyle=":")
axes.axvline(difference.low, color="black", linestyle=":", label="95 % interval")
axes.set(xlabel="class weights minus original, ±1 class-normalised accuracy", ylabel="resamples of patients")
figure.legend(loc="outside upper center", ncols=2)
plt.show()
