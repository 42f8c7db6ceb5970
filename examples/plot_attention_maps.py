"""
Where does the network look?
============================

Three answers. The thesis' activation map sums the filters of one layer: it shows what excites the network, whatever the
prediction. Grad-CAM weighs the filters by how much they raise what is predicted. Occlusion covers one place after the
other and looks at the prediction itself. Which of them to believe can be measured where the truth is known.

The joints here are **synthetic**: their eroded pixels are known, which they are in no public data set. The network is
tiny and trained for seconds, so its maps show how to look, not what a large network sees.
"""

import os
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.metrics import mean_absolute_error

from skerosion import CRPSRegressor, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity, pointing_game
from skerosion.model_selection import train_validation_test_split
from skerosion.networks import register_backbone
from skerosion.plotting import AttentionMapDisplay

# %%
# A network that learns how many percent of a joint are eroded, and is never shown where. It ends in the mean over all
# places, to which each place adds its share: what Grad-CAM assumes.
fast = "SKEROSION_FAST" in os.environ


@register_backbone("averaged")
def averaged(images, *, filters, convolutions, dtype):
    """Blocks of convolutions with a pooling between, then the mean over all places."""
    hidden = images
    for block, width in enumerate(filters, start=1):
        if block > 1:
            hidden = layers.MaxPooling2D(2, name=f"block{block}_pool", dtype=dtype)(hidden)
        for number in range(1, convolutions + 1):
            name = f"block{block}_conv{number}"
            hidden = layers.Conv2D(width, 3, padding="same", use_bias=False, name=name, dtype=dtype)(hidden)
            hidden = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm", dtype=dtype)(hidden)
            hidden = layers.ReLU(name=f"{name}_relu", dtype=dtype)(hidden)
    return layers.GlobalAveragePooling2D(name="embedding", dtype=dtype)(hidden)


histogram = {0: 0.3, 20: 0.2, 40: 0.2, 60: 0.1, 80: 0.1, 100: 0.1}  # percent eroded: share of the joints
settings = {"size": 48, "labels": histogram, "random_state": 0, "return_mask": True}
joints = make_joint_images(150 if fast else 900, **settings)
darkest, lightest = (find(joints.images, axis=(1, 2), keepdims=True) for find in (np.min, np.max))
stretched = 255.0 * (joints.images - darkest) / np.maximum(lightest - darkest, 1)
X = ImageRows(np.rint(stretched).astype(np.uint8), groups=joints.patients)
training, held_out, _ = train_validation_test_split(X, joints.percent, sizes=(0.7, 0.25, 0.05), random_state=0)
network = {"backbone": "averaged", "filters": (8, 16, 24), "convolutions": 2, "dense_units": (32,), "dropout": 0.1}
training_settings = {"batch_size": 32, "learning_rate": 4e-3, "epochs": 1 if fast else 16}
regressor = CRPSRegressor(**network, **training_settings, random_state=0)
regressor.fit(training.X, training.y)
error = mean_absolute_error(held_out.y, regressor.predict_distribution(held_out.X).median())
print(f"mean absolute error {error:.0f} points on {len(held_out.y)} joints of other patients")

# %%
# Grad-CAM needs to know what it explains: here P(more than 20 % eroded). Other targets are the mean, a quantile, or a
# grade of a classifier. Occlusion explains the mean here. It also needs a grey to cover with, and that decides what is
# asked: an erosion is bone that is missing, so a bright square, the default, mends it and the predicted percentage
# falls. A dark square would erode healthy bone.
methods = {
    "activation map": activation_map,
    "Grad-CAM": partial(grad_cam, target=("above", 20)),
    "occlusion": occlusion_sensitivity,
}

# %%
# The three maps of joints of other patients, the eroded pixels outlined.
masks = joints.masks[held_out.X.indices]
eroded = np.flatnonzero(held_out.y > 0)
shown = eroded[np.unique(held_out.y[eroded], return_index=True)[1]]
titles = [f"{percent:g} % eroded" for percent in held_out.y]
AttentionMapDisplay.from_estimator(regressor, held_out.X, methods=methods, rows=shown, masks=masks, titles=titles)
plt.show()

# %%
# How often does the maximum of a map lie on an eroded pixel, against a point at random? The intervals resample
# patients; one around 0 in the difference says that a map is no better than chance, or that there are too few patients.
some = eroded[:4] if fast else eroded[:80]
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
names = ["block1_conv2_relu", "block2_conv2_relu", "block3_conv2_relu"]
by_layer = {name: partial(grad_cam, layer=name, target=("above", 20)) for name in names}
AttentionMapDisplay.from_estimator(regressor, held_out.X, methods=by_layer, rows=shown)
plt.show()
