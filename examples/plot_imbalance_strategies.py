"""
Which way of handling the imbalance grades best?
================================================

Most joints are healthy and the grades that matter are rare. Three strategies stand side by side: leave the training
rows as they are, repeat the rare grades as augmented copies, or weigh the grades. A fourth divides the predicted
probabilities by the training shares, which needs no training of its own.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

# sphinx_gallery_thumbnail_number = 2

import os

import matplotlib.pyplot as plt
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold

from skerosion import AugmentingOverSampler, ClassWeighter, CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import class_normalized_accuracy, group_bootstrap_difference, scorers
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import ConfusionMatricesDisplay, ScoreHistogramDisplay, StrategyComparisonDisplay

# %%
# Joints, grades and patients. The images stay where they are: ``ImageRows`` is a view that carries the patients along
# through samplers, folds and validation splits. (``SKEROSION_FAST`` makes the example small enough for a test.)
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.45, 15: 0.28, 40: 0.12, 70: 0.09, 100: 0.06}  # percent eroded: share of the joints
joints = make_joint_images(200 if fast else 1000, size=32, labels=histogram, random_state=0)
grades = ratingen(joints.percent)
X = ImageRows(joints.images, groups=joints.patients)
ScoreHistogramDisplay.from_predictions(grades, target_name="Ratingen grade (synthetic)")
plt.show()

# %%
# A strategy is a step in front of the network, an ordinary object of scikit-learn or imbalanced-learn, so a
# ``GridSearchCV`` over that step compares them: on folds of patients, here those of three fifths of the joints. The
# balanced decision is a parameter of the classifier. One pass of the network serves all scores of a fold.
training, held_out, _ = train_validation_test_split(X, grades, sizes=(0.58, 0.4, 0.02), stratify=True, random_state=0)
network = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.1, "batch_size": 20}
classifier = CNNClassifier(**network, learning_rate=4e-3, epochs=1 if fast else 12, random_state=0)
steps = ["passthrough", AugmentingOverSampler(random_state=0), ClassWeighter("balanced")]
search = GridSearchCV(
    Pipeline([("imbalance", "passthrough"), ("cnn", classifier)]),
    [{"imbalance": steps}, {"imbalance": ["passthrough"], "cnn__decision": ["balanced"]}],
    scoring=scorers("accuracy", "class_normalized_accuracy", "within_one_accuracy"),
    refit="class_normalized_accuracy",
    cv=GroupKFold(2 if fast else 3),
).fit(training.X, training.y, groups=training.groups)

names = ["original", "oversampled", "class weights", "balanced decision"]
results = pd.DataFrame(search.cv_results_, index=names)
columns = [name for name in results if name.startswith(("mean_test", "std_test_class"))]
print(results[columns].round(3).T.to_string())
print("chosen:", names[search.best_index_])

# %%
# The score of the chosen one is the best of four on few patients, so it flatters, and a fold's spread is no interval.
# Each strategy once more, trained on the whole training part and asked about patients who took no part in the search.
predictions = {}
for name, parameters in zip(names, search.cv_results_["params"], strict=True):
    pipeline = clone(search.estimator).set_params(**parameters).fit(training.X, training.y)
    predictions[name] = pipeline.predict(held_out.X)

# %%
# Open diamonds never look at an image. Plain accuracy hardly tells a strategy from the one that calls every joint
# healthy. Accuracy normalised by class counts each grade alike, however rare it is. Intervals come from resampling
# patients, whose joints resemble each other.
StrategyComparisonDisplay.from_predictions(
    held_out.y,
    predictions,
    metrics=["accuracy", "class_normalized_accuracy", "within_one_accuracy"],
    groups=held_out.groups,
    reference=training.y,
    n_resamples=100 if fast else 1000,
)
plt.show()

# %%
# Two intervals that overlap leave the question open; the paired difference on the same resamples answers it.
low, high = group_bootstrap_difference(
    class_normalized_accuracy,
    held_out.y,
    predictions["oversampled"],
    predictions["original"],
    held_out.groups,
    random_state=0,
)
print(f"class-normalised accuracy, oversampled minus original: 95 % interval {low:.3f} to {high:.3f}")

# %%
# Where the grades go: each row is the joints of one true grade, in percent.
ConfusionMatricesDisplay.from_predictions(held_out.y, predictions, target_name="Ratingen grade")
plt.show()
