"""
Which way of handling the imbalance grades best?
================================================

Most joints are healthy and the grades that matter are rare. Three strategies stand side by side: leave the training
rows as they are, repeat the rare grades as augmented copies, or weigh the grades. A fourth divides the predicted
probabilities by the training shares, which needs no training of its own.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.model_selection import GroupKFold, cross_validate

from skerosion import AugmentingOverSampler, ClassWeighter, CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import class_normalized_accuracy, group_bootstrap_difference
from skerosion.plotting import ConfusionMatricesDisplay, ScoreHistogramDisplay, StrategyComparisonDisplay

# %%
# Joints, grades and patients. The images stay where they are: ``ImageRows`` is a view that carries the patients along
# through samplers, folds and validation splits. (``SKEROSION_FAST`` makes the example small enough for a test.)
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4, 10: 0.3, 30: 0.12, 50: 0.08, 70: 0.06, 100: 0.04}  # percent eroded: share of the joints
joints = make_joint_images(150 if fast else 700, size=32, labels=histogram, random_state=0)
grades = ratingen(joints.percent)
X = ImageRows(joints.images, groups=joints.patients)
ScoreHistogramDisplay.from_predictions(grades, target_name="Ratingen grade (synthetic)")
plt.show()

# %%
# A strategy is a step in front of the network, an ordinary object of scikit-learn or imbalanced-learn. A
# ``GridSearchCV`` over that step would name a winner; ``cross_validate`` also hands out the fitted pipelines, so that
# each can grade the patients it has never seen.
network = {"filters": (16, 32, 64), "dense_units": (64,), "dropout": 0.2, "batch_size": 20}
classifier = CNNClassifier(**network, epochs=1 if fast else 10, random_state=0)
strategies = {
    "original": "passthrough",
    "oversampled": AugmentingOverSampler(random_state=0),
    "class weights": ClassWeighter("balanced"),
}
predictions = {name: np.empty_like(grades) for name in [*strategies, "balanced decision"]}
for name, step in strategies.items():
    pipeline = Pipeline([("imbalance", step), ("cnn", classifier)])
    keeping = {"return_estimator": True, "return_indices": True}
    fits = cross_validate(pipeline, X, grades, groups=joints.patients, cv=GroupKFold(3), **keeping)
    for fitted, rows in zip(fits["estimator"], fits["indices"]["test"], strict=True):
        predictions[name][rows] = fitted.predict(X[rows])
        if name == "original":
            # The same network, asked differently: no training.
            fitted.set_params(cnn__decision="balanced")
            predictions["balanced decision"][rows] = fitted.predict(X[rows])

# %%
# Open diamonds never look at an image. Plain accuracy tells no strategy from the one that calls every joint healthy.
# Accuracy normalised by class counts each grade alike, however rare it is: all four see something, and the rows as
# they are come last. Intervals come from resampling patients, whose joints resemble each other.
StrategyComparisonDisplay.from_predictions(
    grades,
    predictions,
    metrics=["accuracy", "class_normalized_accuracy", "within_one_accuracy"],
    groups=joints.patients,
    n_resamples=100 if fast else 1000,
)
plt.show()

# %%
# Two intervals that overlap leave the question open; the paired difference on the same resamples answers it.
low, high = group_bootstrap_difference(
    class_normalized_accuracy,
    grades,
    predictions["oversampled"],
    predictions["original"],
    joints.patients,
    random_state=0,
)
print(f"class-normalised accuracy, oversampled minus original: 95 % interval {low:.3f} to {high:.3f}")

# %%
# Where the grades go: each row is the joints of one true grade, in percent.
ConfusionMatricesDisplay.from_predictions(grades, predictions, target_name="Ratingen grade")
plt.show()
