"""
Your own backbone
=================

A backbone is a function from images to an embedding. Registered under a name, it is found by every estimator, search
and command, and nothing else changes: weights, augmentation, maps and files work as with the thesis' network. The file
``examples/templates/own_backbone.py`` is one to copy; its 37 lines pass scikit-learn's common checks.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

# sphinx_gallery_thumbnail_number = 2

import os
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold

from skerosion import CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.inspection import activation_map, grad_cam
from skerosion.metrics import group_bootstrap_difference, quadratic_kappa, scorers
from skerosion.model_selection import train_validation_test_split
from skerosion.networks import list_backbones, register_backbone
from skerosion.plotting import AttentionMapDisplay, StrategyComparisonDisplay


# %%
# Residual blocks: each adds to what it gets. The arguments are parameters of the estimator; a backbone asks for those
# that it uses. Layers with a name can be referred to later, and ``dtype`` makes mixed precision work.
@register_backbone("shortcuts")
def shortcuts(images, *, filters, dtype):
    """Residual blocks, then the mean and the maximum of each filter over all places."""
    hidden = images
    for number, width in enumerate(filters, start=1):
        hidden = block(hidden, width, f"block{number}", dtype)
        if min(hidden.shape[1:3]) > 1:
            hidden = layers.MaxPooling2D(2, name=f"block{number}_pool", dtype=dtype)(hidden)
    pools = layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D
    return layers.Concatenate(name="embedding", dtype=dtype)([pool(dtype=dtype)(hidden) for pool in pools])


def block(hidden, width, name, dtype):
    """Return what a 3x3 convolution adds to its input."""
    options = {"use_bias": False, "dtype": dtype}
    shortcut = layers.Conv2D(width, 1, name=f"{name}_shortcut", **options)(hidden)
    hidden = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv", **options)(hidden)
    hidden = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm", dtype=dtype)(hidden)
    return layers.ReLU(name=f"{name}_relu", dtype=dtype)(layers.Add(name=f"{name}_add")([shortcut, hidden]))


print(list_backbones())

# %%
# The name is a parameter like any other, so a search can choose the backbone.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4, 20: 0.25, 60: 0.2, 100: 0.15}  # percent eroded: share of the joints
joints = make_joint_images(200 if fast else 800, size=32, labels=histogram, random_state=0)
X, y = ImageRows(joints.images, groups=joints.patients), ratingen(joints.percent)
training, held_out, _ = train_validation_test_split(X, y, sizes=(0.6, 0.35, 0.05), stratify=True, random_state=0)
network = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (32,), "dropout": 0.1, "batch_size": 20}
training_settings = {"epochs": 1 if fast else 12, "learning_rate": 4e-3, "class_weight": "balanced"}
classifier = CNNClassifier(**network, **training_settings, random_state=0)
search = GridSearchCV(
    classifier,
    {"backbone": ["vgg", "shortcuts"]},
    scoring=scorers("class_normalized_accuracy", "quadratic_kappa"),
    refit="quadratic_kappa",
    cv=GroupKFold(2),
).fit(training.X, training.y, groups=training.groups)
for name, score in zip(("vgg", "shortcuts"), search.cv_results_["mean_test_quadratic_kappa"], strict=True):
    print(f"{name:10} quadratic kappa {score:.3f}, mean of two folds of the training part")

# %%
# Is one better? Both on the same patients, whom neither has seen. An interval of the difference above 0 says so for
# these joints and these two trained networks, not for another seed.
fitted = {
    name: clone(classifier).set_params(backbone=name).fit(training.X, training.y) for name in ("vgg", "shortcuts")
}
predictions = {name: estimator.predict(held_out.X) for name, estimator in fitted.items()}
StrategyComparisonDisplay.from_predictions(
    held_out.y,
    predictions,
    metrics=["accuracy", "class_normalized_accuracy", "quadratic_kappa"],
    groups=held_out.groups,
    n_resamples=100 if fast else 1000,
)
plt.show()
difference = group_bootstrap_difference(
    quadratic_kappa, held_out.y, predictions["shortcuts"], predictions["vgg"], held_out.groups, random_state=0
)
low, high = difference
print(f"quadratic kappa, shortcuts minus vgg: {difference.estimate:+.3f} ({low:+.3f} to {high:+.3f})")

# %%
# The names of the layers at work: what excites the second block, and what raises the predicted grade. A network as
# small as this one looks at much besides erosions.
network = fitted["shortcuts"].model_
print([layer.name for layer in network.layers if layer.name.startswith("block2")], network.count_params(), "parameters")
eroded = np.flatnonzero(held_out.y >= held_out.y.max() - 1)[:4]
methods = {
    "block2": partial(activation_map, layer="block2_relu"),
    "Grad-CAM": partial(grad_cam, layer="block2_relu"),
}
AttentionMapDisplay.from_estimator(fitted["shortcuts"], held_out.X, methods=methods, rows=eroded)
plt.show()
