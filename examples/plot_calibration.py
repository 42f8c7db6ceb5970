"""
Forecasts that keep their promise
=================================

A network says "90 %" and is right less often. ``CalibratedForecaster`` corrects its distributions on patients that it
was not fitted on; ``ConformalForecaster`` gives intervals whose coverage holds whatever the network does.

The joints here are **synthetic**: no public data set has a percentage for each joint.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from skerosion import CalibratedForecaster, ConformalForecaster, CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.metrics import crps_skill, interval_coverage, pit
from skerosion.model_selection import train_validation_test_split

# %%
# Few joints and a network trained for too long: it will be too sure. The split keeps each patient whole.
fast = "SKEROSION_FAST" in os.environ
histogram = dict.fromkeys(range(0, 101, 5), 1.0)
joints = make_joint_images(200 if fast else 900, size=24, labels=histogram, random_state=0)
X = ImageRows(joints.images, groups=joints.patients)
training, held_out, new = train_validation_test_split(
    X, joints.percent, joints.patients, sizes=(0.4, 0.3, 0.3), random_state=0
)
network = CRPSRegressor(
    filters=(8, 16),
    convolutions=1,
    dense_units=(64,),
    dropout=0.0,
    epochs=2 if fast else 30,
    batch_size=30,
    random_state=0,
).fit(training.X, training.y)

# %%
# ``cv="prefit"`` takes the fitted network and rows of patients that it has not seen.
temperature = CalibratedForecaster(network, cv="prefit").fit(held_out.X, held_out.y)
isotonic = CalibratedForecaster(network, method="isotonic", cv="prefit").fit(held_out.X, held_out.y)
conformal = ConformalForecaster(network, cv="prefit").fit(held_out.X, held_out.y)
print(f"temperature {temperature.temperature_:.2f}, {conformal.n_patients_} held-out patients")

# %%
# Coverage on new patients, each of whom counts once.
forecasts = {
    "network": network.predict_distribution(new.X),
    "temperature": temperature.predict_distribution(new.X),
    "isotonic": isotonic.predict_distribution(new.X),
}
intervals = {name: forecast.interval(0.9) for name, forecast in forecasts.items()}
intervals["conformal"] = conformal.predict_interval(new.X, coverage=0.9)
_, patient, joints_of = np.unique(new.groups, return_inverse=True, return_counts=True)
for name, interval in intervals.items():
    covered = interval_coverage(new.y, interval, sample_weight=1 / joints_of[patient])
    print(f"{name:12s} covers {covered:.0%}, width {np.diff(interval, axis=1).mean():.0f} points", end="")
    print(f", skill {crps_skill(new.y, forecasts[name]):.2f}" if name in forecasts else "")

# %%
# The randomised PIT of a calibrated forecast is uniform: bars of one height.
figure, panels = plt.subplots(1, 3, figsize=(9, 3), sharey=True)
for panel, (name, forecast) in zip(panels, forecasts.items(), strict=True):
    panel.hist(
        pit(new.y, forecast, random_state=0), bins=10, range=(0, 1), density=True, color="0.6", edgecolor="white"
    )
    panel.axhline(1, color="black", linestyle="--")
    panel.set(title=name, xlabel="PIT (synthetic joints)")
panels[0].set_ylabel("density")
plt.tight_layout()
plt.show()
