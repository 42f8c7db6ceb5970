"""
Patients on one side: splits and nested search
==============================================

Joints of one patient resemble each other: the same bones, the same exposure, the same disease. A split by joint puts
some of them on both sides, and an estimator that only recognises the patient looks as if it could grade.

The joints here are **synthetic**, drawn so that anatomy and damage belong to patients as they do in a clinic.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_predict, cross_validate
from sklearn.neighbors import KNeighborsClassifier

from skerosion import AugmentingOverSampler, CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import scorers
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import StrategyComparisonDisplay

# %%
# Joints of a few patients.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4, 10: 0.3, 30: 0.12, 50: 0.08, 70: 0.06, 100: 0.04}  # percent eroded: share of the joints
joints = make_joint_images(150 if fast else 600, size=24, labels=histogram, random_state=1)
grades, patients = ratingen(joints.percent), joints.patients
print(f"{len(joints)} joints of {len(np.unique(patients))} patients")

# %%
# The estimator that recognises: the nearest neighbour in pixels knows nothing of erosions. On folds of joints its
# neighbours are often the patient's other joints, and quadratic kappa stands clear of 0, which is no better than
# chance. On folds of patients they cannot be, and its interval holds 0: nothing was learnt that helps a new patient.
flat = joints.images.reshape(len(joints), -1).astype(float)
neighbours = KNeighborsClassifier(n_neighbors=1)
by_joint = cross_val_predict(neighbours, flat, grades, cv=KFold(5, shuffle=True, random_state=0))
by_patient = cross_val_predict(neighbours, flat, grades, groups=patients, cv=GroupKFold(5))
StrategyComparisonDisplay.from_predictions(
    grades,
    {"folds of joints (leaks)": by_joint, "folds of patients": by_patient},
    metrics=["accuracy", "class_normalized_accuracy", "quadratic_kappa"],
    groups=patients,
    n_resamples=100 if fast else 1000,
)
plt.show()

# %%
# Three parts by patient, each with about its share of every grade. ``ImageRows`` carry the patients, so everything
# that splits them later still knows.
X = ImageRows(joints.images, groups=patients)
parts = train_validation_test_split(X, grades, stratify=True, random_state=0)
for name, part in zip(("train", "validation", "test"), parts, strict=True):
    print(f"{name:10} {len(part.y):4} joints of {len(np.unique(part.groups)):3} patients")
print("patients in two parts:", len(set(parts[0].groups) & set(parts[2].groups)))

# %%
# A search chooses among strategies on inner folds. Its best score is the largest of several, so it flatters; the
# outer folds of a nested search score the whole procedure, choice included. The patients reach the inner splitter as
# a parameter of the search's ``fit``, and the outer one as ``groups``. A fold has few patients here, so its score says
# little by itself, high or low.
network = {"filters": (8, 16), "convolutions": 1, "dense_units": (16,), "dropout": 0.2, "batch_size": 20}
classifier = CNNClassifier(**network, epochs=1 if fast else 5, random_state=0)
search = GridSearchCV(
    Pipeline([("imbalance", "passthrough"), ("cnn", classifier)]),
    {"imbalance": ["passthrough", AugmentingOverSampler(random_state=0)]},
    scoring=scorers("class_normalized_accuracy", "within_one_accuracy"),
    refit="class_normalized_accuracy",
    cv=GroupKFold(2),
)
outer = cross_validate(
    search,
    X,
    grades,
    groups=patients,
    cv=GroupKFold(2 if fast else 3),
    params={"groups": patients},
    return_estimator=True,
)
for inner, score in zip(outer["estimator"], outer["test_score"], strict=True):
    chosen = type(inner.best_params_["imbalance"]).__name__ if inner.best_index_ else "original rows"
    print(f"inner folds {inner.best_score_:.3f}, outer fold {score:.3f}, chosen: {chosen}")
