"""
A whole distribution for each joint
===================================

A single number hides how sure a prediction is. ``CRPSRegressor`` predicts the cumulative distribution of the eroded
percentage; mean, median, intervals and the probability of each grade follow from it.

The joints here are **synthetic**: no public data set has a percentage for each joint.
"""

# sphinx_gallery_thumbnail_number = 2

import os

import matplotlib.pyplot as plt
import numpy as np

from skerosion import CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.metrics import crps, crps_skill, interval_coverage
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import (
    JointSheetDisplay,
    PITHistogramDisplay,
    PredictedCDFDisplay,
    PredictionTruthDisplay,
    TrainingCurvesDisplay,
)

# %%
# More damage than in a clinic, so that a short training sees enough of it, and a split that keeps each patient whole.
fast = "SKEROSION_FAST" in os.environ
histogram = dict.fromkeys(range(0, 101, 5), 1.0)
joints = make_joint_images(150 if fast else 1500, size=32, labels=histogram, random_state=0)
X = ImageRows(joints.images, groups=joints.patients)
training, validation, test = train_validation_test_split(X, joints.percent, joints.patients, random_state=0)

# %%
# The validation split that early stopping needs is made inside ``fit``, again by patient. The ring marks the epoch
# whose weights are kept.
regressor = CRPSRegressor(
    filters=(16, 32, 64),
    dense_units=(128,),
    batch_size=50,
    epochs=2 if fast else 25,
    validation_split=0.15,
    patience=6,
    bins="ratingen",
    random_state=0,
).fit(training.X, training.y)
TrainingCurvesDisplay.from_estimator(regressor)
plt.show()

# %%
# One object holds the forecasts of all validation joints; the test part stays closed while anything is still chosen.
forecast = regressor.predict_distribution(validation.X)
interval = forecast.interval(0.9)
print(f"CRPS {crps(validation.y, forecast, unit='points'):.2f} points,", end=" ")
print(f"skill against the marginal distribution {crps_skill(validation.y, forecast, reference_y=training.y):.2f}")
print(f"mean absolute error of the median {np.abs(forecast.median() - validation.y).mean():.2f}")
print(f"90 % intervals hold {interval_coverage(validation.y, interval):.0%} of the true values")
print("grade probabilities of the first joint:", regressor.predict_proba(validation.X)[0].round(2))

# %%
# A typical forecast of each Ratingen grade, and below it one that nine of ten are better than. The light area lies
# between the forecast and the step at the truth; the dark one has its squared height, and its size is the CRPS.
PredictedCDFDisplay.from_estimator(regressor, validation.X, validation.y, quantiles=(0.5, 0.9))
plt.show()

# %%
# The same joints with their images.
JointSheetDisplay.from_estimator(regressor, validation.X, validation.y, quantiles=(0.5, 0.9))
plt.show()

# %%
# All validation joints: their mean against the truth. The darker a hexagon, the more joints lie in it.
PredictionTruthDisplay.from_estimator(regressor, validation.X, validation.y)
plt.show()

# %%
# Do the distributions keep their promise? Where the truth falls in them should be level: a U says that they are too
# narrow, a hump too wide, a slope that they are biased.
PITHistogramDisplay.from_estimator(regressor, validation.X, validation.y)
plt.show()
