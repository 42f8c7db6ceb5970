"""
A whole distribution for each joint
===================================

A single number hides how sure a prediction is. ``CRPSRegressor`` predicts the cumulative distribution of the eroded
percentage; mean, median, intervals and the probability of each grade follow from it.

The joints here are **synthetic**: no public data set has a percentage for each joint.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from skerosion import CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.metrics import crps, crps_skill, interval_coverage
from skerosion.model_selection import train_validation_test_split

# %%
# More damage than in a clinic, so that a short training sees enough of it, and a split that keeps each patient whole.
fast = "SKEROSION_FAST" in os.environ
histogram = dict.fromkeys(range(0, 101, 5), 1.0)
joints = make_joint_images(150 if fast else 1500, size=32, labels=histogram, random_state=0)
X = ImageRows(joints.images, groups=joints.patients)
training, validation, test = train_validation_test_split(X, joints.percent, joints.patients, random_state=0)

# %%
# The validation split that early stopping needs is made inside ``fit``, again by patient.
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
# Three joints with their forecast. The shaded area between forecast and truth is what the CRPS squares and adds up.
figure, panels = plt.subplots(2, 3, figsize=(9, 5), height_ratios=[1, 1.2])
for column, row in enumerate(np.argsort(validation.y)[[0, len(validation.y) // 2, -1]]):
    panels[0, column].imshow(validation.X[int(row)][..., 0], cmap="gray", vmin=0, vmax=255)
    panels[0, column].set_axis_off()
    step = (forecast.grid >= validation.y[row]).astype(float)
    panels[1, column].plot(forecast.grid, forecast.cdf[row], color="black", label="forecast")
    panels[1, column].step(forecast.grid, step, where="post", color="black", linestyle="--", label="truth")
    panels[1, column].fill_between(forecast.grid, forecast.cdf[row], step, step="post", color="0.8")
    panels[1, column].set(xlabel="percent eroded (synthetic)", title=f"truth {validation.y[row]} %")
panels[1, 0].set_ylabel("P(eroded ≤ x)")
panels[1, 0].legend()
plt.tight_layout()
plt.show()
