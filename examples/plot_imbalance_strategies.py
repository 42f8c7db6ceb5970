"""
Which way of handling the imbalance grades best?
================================================

Most joints are healthy and the grades that matter are rare. Three strategies stand side by side in one grid search:
leave the training rows as they are, repeat the rare grades as augmented copies, or weigh the grades. A fourth divides
the probabilities by the training shares. It needs no training of its own: a grid search fits it all the same, the
command ``skerosion search`` reads it off the fits of the first.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

import os

import matplotlib.pyplot as plt
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.model_selection import GridSearchCV, GroupKFold

from skerosion import AugmentingOverSampler, ClassWeighter, CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import scorers

# %%
# Joints, grades and patients. The images stay where they are: ``ImageRows`` is a view that carries the patients along
# through samplers, folds and validation splits. (``SKEROSION_FAST`` makes the example small enough for a test.)
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4, 10: 0.3, 30: 0.12, 50: 0.08, 70: 0.06, 100: 0.04}  # percent eroded: share of the joints
joints = make_joint_images(150 if fast else 700, size=32, labels=histogram, random_state=0)
grades = ratingen(joints.percent)
X = ImageRows(joints.images, groups=joints.patients)
print(pd.Series(grades).value_counts().sort_index())

# %%
# One pipeline, whose first step the search exchanges. Every step is an ordinary scikit-learn or imbalanced-learn
# object.
network = {"filters": (16, 32, 64), "dense_units": (64,), "dropout": 0.2, "batch_size": 20}
classifier = CNNClassifier(**network, epochs=1 if fast else 10, random_state=0)
strategies = {
    "original": "passthrough",
    "oversampled": AugmentingOverSampler(random_state=0),
    "class weights": ClassWeighter("balanced"),
}
search = GridSearchCV(
    Pipeline([("imbalance", "passthrough"), ("cnn", classifier)]),
    [
        {"imbalance": list(strategies.values())},
        {"imbalance": ["passthrough"], "cnn__decision": ["balanced"]},
    ],
    scoring=scorers("accuracy", "class_normalized_accuracy", "within_one_accuracy"),
    refit="class_normalized_accuracy",
    cv=GroupKFold(3),
).fit(X, grades, groups=joints.patients)

# %%
# Plain accuracy puts the rows as they are above the class weights. Accuracy normalised by class, which counts each
# grade alike however rare it is, puts them last.
names = [*strategies, "balanced decision"]
table = pd.DataFrame(
    {
        "accuracy": search.cv_results_["mean_test_accuracy"],
        "class-normalised": search.cv_results_["mean_test_class_normalized_accuracy"],
        "±1, class-normalised": search.cv_results_["mean_test_within_one_accuracy"],
    },
    index=names,
)
print(table.round(3))

axes = table.plot.barh(figsize=(7, 3.5), color=["0.8", "0.5", "0.2"], edgecolor="black")
axes.axvline(1 / 6, linestyle=":", color="black", label="constant grade, class-normalised")
axes.set(xlabel="mean over 3 folds by patient (synthetic joints)", xlim=(0, 1))
axes.invert_yaxis()
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.tight_layout()
plt.show()
