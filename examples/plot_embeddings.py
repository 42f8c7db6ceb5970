"""
What does the network find alike?
=================================

The last hidden layer of a network places each joint in a space where alike joints lie close together. The embedding is
a transformer, so all of scikit-learn can follow it: projections to the plane, nearest neighbours that grade, and a look
at the labels that disagree with their neighbours.

The joints here are **synthetic**: no public data set has a grade for each joint.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import mean_absolute_error
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from skerosion import CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.inspection import Embedder, halo_slope, label_disagreement
from skerosion.metrics import class_normalized_accuracy
from skerosion.model_selection import train_validation_test_split
from skerosion.networks import register_backbone
from skerosion.plotting import EmbeddingDisplay, NearestJointsDisplay

# %%
# A classifier, and joints of patients that it has not seen. Exposure differs between visits, so each image is stretched
# from black to white. A network that ends in the mean over all places learns from few joints.
fast = "SKEROSION_FAST" in os.environ


@register_backbone("averaged")
def averaged(images, *, filters, dtype):
    """Blocks of two convolutions with a pooling between, then the mean over all places."""
    hidden = images
    for block, width in enumerate(filters):
        hidden = layers.MaxPooling2D(2, dtype=dtype)(hidden) if block else hidden
        for _ in range(2):
            hidden = layers.Conv2D(width, 3, padding="same", use_bias=False, dtype=dtype)(hidden)
            hidden = layers.BatchNormalization(momentum=0.9, dtype=dtype)(hidden)
            hidden = layers.ReLU(dtype=dtype)(hidden)
    return layers.GlobalAveragePooling2D(dtype=dtype)(hidden)


histogram = {0: 0.3, 20: 0.2, 40: 0.15, 60: 0.15, 80: 0.1, 100: 0.1}  # percent eroded: share of the joints
joints = make_joint_images(200 if fast else 1000, size=48, labels=histogram, random_state=0)
darkest, lightest = (find(joints.images, axis=(1, 2), keepdims=True) for find in (np.min, np.max))
stretched = 255.0 * (joints.images - darkest) / np.maximum(lightest - darkest, 1)
X = ImageRows(np.rint(stretched).astype(np.uint8), groups=joints.patients)
grades = ratingen(joints.percent)
training, held_out, _ = train_validation_test_split(X, grades, sizes=(0.6, 0.35, 0.05), stratify=True, random_state=0)
network = {"backbone": "averaged", "filters": (8, 16, 24), "dense_units": (32,), "dropout": 0.1}
settings = {"batch_size": 32, "learning_rate": 4e-3, "epochs": 1 if fast else 16, "random_state": 0}
classifier = CNNClassifier(**network, **settings).fit(training.X, training.y)

# %%
# The embedding of the held-out joints in the plane: two principal components, and the thesis' way, PCA and then t-SNE.
embedder = Embedder(FrozenEstimator(classifier))
embeddings = embedder.fit_transform(held_out.X)
figure, axes = plt.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
for panel, projection in zip(axes, ("pca", "tsne"), strict=True):
    EmbeddingDisplay.from_embeddings(
        embeddings, held_out.y, projection=projection, target_name="Ratingen grade", random_state=0, ax=panel
    )
plt.show()

# %%
# Grades from the nearest neighbours among the training joints. A frozen estimator stays as it is; without freezing, the
# network would be trained anew in each fold of a cross-validation.
neighbors = make_pipeline(embedder, KNeighborsClassifier(15)).fit(training.X, training.y)
for name, estimator in {"network": classifier, "its neighbours": neighbors}.items():
    accuracy = class_normalized_accuracy(held_out.y, estimator.predict(held_out.X))
    print(f"class-normalised accuracy of the {name}: {accuracy:.2f}")

# %%
# Percentages from the same neighbours: the embedding was learned on grades, the neighbours say how many percent.
percent = joints.percent[held_out.X.indices]
regressor = make_pipeline(embedder, KNeighborsRegressor(15)).fit(training.X, joints.percent[training.X.indices])
error = mean_absolute_error(percent, regressor.predict(held_out.X))
floor = np.abs(percent - np.median(joints.percent[training.X.indices])).mean()
print(f"mean absolute error of the neighbours' mean {error:.1f} points, of the training median {floor:.1f}")

# %%
# The nearest labelled joints of other patients, for one joint of each extreme.
asked = [int(np.flatnonzero(held_out.y == grade)[0]) for grade in (held_out.y.min(), held_out.y.max())]
NearestJointsDisplay.from_embeddings(held_out.X, held_out.y, embeddings, asked, target_name="grade")
plt.show()

# %%
# Labels against their neighbours in the embedding, and against the patient's other joints. The thesis found healthy
# joints among damaged ones: either the label is wrong or the network misses what the reader saw.
table = label_disagreement(embeddings, percent, held_out.groups, n_neighbors=15)
print(table.sort_values("against_neighbors").head().round(1).to_string())

# %%
# A halo draws labels towards the patient's other joints. The synthetic labels have none: what the slope shows here is
# how far the network misses damage that the patient's other joints give away. A reader's slope would be compared to it.
slope = halo_slope(table, n_resamples=500, random_state=0)
print(f"slope towards the patient's other joints {slope.estimate:+.2f} ({slope.low:+.2f} to {slope.high:+.2f})")
figure, axes = plt.subplots(figsize=(4.5, 3.8), layout="constrained")
axes.scatter(table.others - table.neighbors, table.against_neighbors, s=12, color="0.3")
axes.axhline(0, color="black", linewidth=0.8)
axes.set(xlabel="patient's other joints minus neighbours (%)", ylabel="label minus neighbours (%)")
plt.show()
