"""
A plain pipeline with imbalanced-learn's samplers
=================================================

The estimators ask for nothing of skerosion around them. Images can be rows of a table, one column per pixel, as in many
scikit-learn examples, and then every sampler of imbalanced-learn works on them, those that invent new rows included.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

import os

import matplotlib.pyplot as plt
import pandas as pd
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.model_selection import GridSearchCV, GroupKFold, GroupShuffleSplit
from sklearn.preprocessing import FunctionTransformer

from skerosion import CNNClassifier, ImageRows, RowSampler
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.plotting import ConfusionMatricesDisplay

# %%
# A table of 24 x 24 pixels a row, grades, patients. Two fifths of the patients are laid aside.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.45, 20: 0.27, 60: 0.16, 100: 0.12}  # percent eroded: share of the joints
joints = make_joint_images(400 if fast else 900, size=24, labels=histogram, random_state=0)
X, y, patients = joints.images.reshape(len(joints), -1), ratingen(joints.percent), joints.patients
training, test = next(GroupShuffleSplit(1, test_size=0.4, random_state=0).split(X, y, patients))
print(X.shape, X.dtype, "joints of each grade:", pd.Series(y[training]).value_counts().to_dict())


# %%
# One pipeline, four samplers. ``image_shape`` tells the network what a row looks like. SMOTE mixes two rows of a rare
# grade into a third, so pixels become fractions of white before it: 0..1 is the other scale that images may have.
def to_fractions(pixels):
    return pixels.astype("float32") / 255


network = {"filters": (16, 32, 64), "convolutions": 1, "dense_units": (64,), "dropout": 0.2, "batch_size": 20}
classifier = CNNClassifier(**network, image_shape=(24, 24), epochs=1 if fast else 10, random_state=0)
pipeline = Pipeline([("scale", FunctionTransformer(to_fractions)), ("sampler", "passthrough"), ("cnn", classifier)])
samplers = {
    "none": "passthrough",
    "random over": RandomOverSampler(random_state=0),
    "random under": RandomUnderSampler(random_state=0),
    "SMOTE": SMOTE(k_neighbors=3, random_state=0),
}

# %%
# A plain grid search on folds of patients. Samplers run while fitting only: each fold is scored on the joints that
# there are. ``balanced_accuracy`` is scikit-learn's name for the mean of the grades' recalls.
search = GridSearchCV(
    pipeline,
    {"sampler": list(samplers.values())},
    scoring=["balanced_accuracy", "accuracy"],
    refit="balanced_accuracy",
    cv=GroupKFold(2 if fast else 3),
    error_score="raise",
).fit(X[training], y[training], groups=patients[training])
scores = pd.DataFrame(search.cv_results_, index=list(samplers))
columns = ["mean_test_balanced_accuracy", "std_test_balanced_accuracy", "mean_test_accuracy", "mean_fit_time"]
print(scores[columns].round(3).to_string())

# %%
# The winner and the network without a sampler, on the patients that were laid aside. Where strategies lie a few
# hundredths apart on folds of few patients, other patients may turn their order round.
best = list(samplers)[search.best_index_]
plain = pipeline.fit(X[training], y[training])
ConfusionMatricesDisplay.from_predictions(
    y[test],
    {"no sampler": plain.predict(X[test]), f"chosen: {best}": search.predict(X[test])},
    target_name="Ratingen grade",
)
plt.show()

# %%
# What a plain table cannot do: samplers move pixels, forget the patients of the rows that they return, and a copy of a
# row is no other picture. ``RowSampler`` runs the same samplers on ``ImageRows``: only row numbers are drawn, patients
# and weights follow, and so ``validation_split`` inside ``fit`` can keep patients apart. SMOTE has no place there: what
# it returns are no rows that there were.
rows = ImageRows(joints.images, groups=patients)[training]
resampled, grades = RowSampler(RandomOverSampler(random_state=0)).fit_resample(rows, y[training])
print(rows, "->", resampled)
print("patients follow:", len(resampled.groups) == len(resampled) == len(grades))
