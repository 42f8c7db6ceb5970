"""
Where does the network look?
============================

Three answers. The thesis' activation map sums the filters of one layer: it shows what excites the network, whatever the
prediction. Grad-CAM weighs the filters by how much they raise what is predicted. Occlusion covers one place after the
other and looks at the prediction itself. Which of them to believe can be measured where the truth is known.

The joints here are **synthetic**: their eroded pixels are known, which they are in no public data set. The network is
tiny and trained for seconds, so its maps show how to look, not what a trained network sees.
"""

import os
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from skerosion import CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity, pointing_game
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import AttentionMapDisplay

# %%
# A network that learns how many percent of a joint are eroded, and is never shown where.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.3, 20: 0.2, 40: 0.2, 60: 0.1, 80: 0.1, 100: 0.1}  # percent eroded: share of the joints
settings = {"size": 32, "labels": histogram, "random_state": 0, "return_mask": True}
joints = make_joint_images(150 if fast else 600, **settings)
X = ImageRows(joints.images, groups=joints.patients)
training, held_out, _ = train_validation_test_split(X, joints.percent, sizes=(0.7, 0.25, 0.05), random_state=0)
network = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.2, "batch_size": 20}
regressor = CRPSRegressor(**network, epochs=1 if fast else 8, random_state=0).fit(training.X, training.y)

# %%
# The three maps of joints of other patients, the eroded pixels outlined. Grad-CAM and occlusion need to know what they
# explain: here P(more than 20 % eroded). Other targets are the mean, a quantile, or a grade of a classifier.
masks = joints.masks[held_out.X.indices]
target = ("above", 20)
eroded = np.flatnonzero(held_out.y > 0)
shown = eroded[np.unique(held_out.y[eroded], return_index=True)[1]]
titles = [f"{percent:g} % eroded" for percent in held_out.y]
AttentionMapDisplay.from_estimator(regressor, held_out.X, rows=shown, target=target, masks=masks, titles=titles)
plt.show()

# %%
# How often does the maximum of a map lie on an eroded pixel, against a point at random? The intervals resample
# patients; one around 0 in the difference says that a map is no better than chance, or that there are too few patients.
methods = {
    "activation map": activation_map,
    "Grad-CAM": partial(grad_cam, target=target),
    "occlusion": partial(occlusion_sensitivity, target=target, stride=4),
}
some = eroded[:20] if fast else eroded[:80]
for name, method in methods.items():
    maps = method(regressor, held_out.X.take(some))
    table = pointing_game(maps, masks[some], groups=held_out.groups[some], n_resamples=500, random_state=0)
    hit = table.loc["hit"]
    print(
        f"{name:15} hits {hit.estimate:.2f} ({hit.low:.2f} to {hit.high:.2f}), chance {hit.chance:.2f}, "
        f"difference {hit.difference:+.2f} ({hit.difference_low:+.2f} to {hit.difference_high:+.2f})"
    )

# %%
# Any layer can be looked at; early ones are sharp and see edges, late ones are coarse and see joints.
names = ["block1_conv1_relu", "block2_conv1_relu", "block3_conv1_relu"]
layers = {name.removesuffix("_relu"): partial(grad_cam, layer=name, target=target) for name in names}
AttentionMapDisplay.from_estimator(regressor, held_out.X, rows=shown, methods=layers)
plt.show()
