"""
From films to Rau scores
========================

A clinic has films of hands and asks for scores of visits. Here a small network learns the percentages of joints that
are cut out of the films of some patients, and ``RauForecaster`` learns on others what the joints of a visit have in
common. ``grade_films`` makes of the films of a third group what ``skerosion grade`` makes of a folder: a row a joint,
and for each visit a Rau score with its interval and its change.

The films are **drawn**: scores say something about the method, nothing about patients.
"""

# sphinx_gallery_thumbnail_number = 2

import os
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skerosion import CRPSRegressor, RauForecaster
from skerosion.clinical import HAND_JOINTS, RAU_JOINT_COUNT, ratingen
from skerosion.datasets import JointCropper, crop_joints, write_films
from skerosion.experiments import grade_films
from skerosion.inspection import grad_cam

FAST = bool(os.environ.get("SKEROSION_FAST"))

# %%
# Films of both hands, two visits a patient, beside them a table of the films and one of the points. Damage is more
# common here than among patients, so that a small network learns it in a minute.
folder = tempfile.TemporaryDirectory()
damage = {0: 0.4, 10: 0.2, 30: 0.15, 50: 0.1, 70: 0.08, 90: 0.07}
settings = {"min_visits": 2, "max_visits": 2, "both_sides": 1.0, "labels": damage, "size": 200 if FAST else 400}
files = write_films(folder.name, 6 if FAST else 66, random_state=0, **settings)
films, points = pd.read_csv(files.films), pd.read_csv(files.points)
part = pd.cut(films["patient_id"], [0, 2, 4, 6] if FAST else [0, 40, 60, 66], labels=["train", "learn", "new"])


def part_of(name):
    """The films of some patients, and the points on them."""
    chosen = films[part == name].reset_index(drop=True)
    return chosen, points[points["image"].isin(chosen["path"])]


# %%
# Each joint is one picture, turned upright along its finger. In training the boxes are moved by a tenth of a finger's
# length, so that grades do not come to depend on where somebody has put the point.
cropper = JointCropper(size=32, jitter=0.1, joints=HAND_JOINTS)
data = crop_joints(*part_of("train"), cropper=cropper, target="percent", group="patient_id", root=folder.name)
X, y = data.X, data.y
regressor = CRPSRegressor(
    filters=(8, 16, 24),
    convolutions=1,
    dense_units=(32,),
    batch_size=32,
    learning_rate=4e-3,
    epochs=1 if FAST else 20,
    bins="ratingen",
    random_state=0,
)
regressor.fit(X, y)
print(data.message)

# %%
# What the joints of a visit have in common is learned on patients whom the network has not seen.
whose = {"group": "patient_id", "visit": "visit", "root": folder.name, "cropper": cropper}


def truth_of(joints):
    """The true percentages of graded joints."""
    known = points.set_index(["image", "side", "joint"])["percent"]
    return known.reindex(pd.MultiIndex.from_frame(joints[["film", "side", "joint"]])).to_numpy()


graded = grade_films(regressor, *part_of("learn"), **whose)
joints = graded.joints[graded.joints["reason"] == ""]
rau = RauForecaster(recalibrate=not FAST)
rau.fit(graded.forecast.distribution, truth_of(joints), joints["patient"], joints["visit"])
print(f"correlation of the joints of a visit: {rau.correlation_:.2f}")

# %%
# The films of new patients become scores. Films unlike those of the training would be refused, with the reason.
graded = grade_films(regressor, *part_of("new"), rau=rau, **whose)
print(graded.visits.drop(columns=["more_than_noise", "probability_of_increase"]).round(1).to_string(index=False))

# %%
# One film with its boxes and their grades. The maps of where the network looked are laid back on the film by the map
# that each joint was cut out by.
image = graded.crops.table["image"].iloc[graded.graded[0]]
film = plt.imread(os.path.join(folder.name, image))
rows = np.flatnonzero(graded.crops.table["image"] == image)
heat = graded.crops.on_film(grad_cam(regressor, graded.crops.X), image)
size = graded.crops.cropper.size
square = np.array([[-0.5, size - 0.5, size - 0.5, -0.5], [-0.5, -0.5, size - 0.5, size - 0.5], np.ones(4)])

figure, axis = plt.subplots(figsize=(9, 7), layout="constrained")
axis.imshow(film, cmap="gray")
axis.imshow(np.full(heat.shape, 1.0), cmap="autumn", vmin=0, vmax=2, alpha=0.5 * np.nan_to_num(heat))
means = graded.joints.loc[graded.crops.table.index[rows], "mean"]
for matrix, mean in zip(graded.crops.maps[rows], means, strict=True):
    corners = matrix @ square
    axis.fill(*corners, fill=False, edgecolor="tab:orange", linewidth=1)
    axis.annotate(f"{mean:.0f} %", corners[:, 0], color="white", fontsize=8)
axis.set(title="Expected eroded surface of each joint", xticks=[], yticks=[])

# %%
# The scores beside the true ones, which are known of drawn films.
joints = graded.joints[graded.joints["reason"] == ""]
grades = pd.Series(ratingen(truth_of(joints)), index=joints.index)
true = RAU_JOINT_COUNT * grades.groupby([joints["patient"], joints["visit"]]).mean()
visits = graded.visits.set_index(["patient", "visit"])
places = np.arange(len(visits))

figure, axis = plt.subplots(figsize=(9, 3.6), layout="constrained")
axis.vlines(places, visits["rau_low"], visits["rau_high"], linewidth=2, label="90 % interval")
axis.scatter(places, visits["rau"], label="expected score")
axis.scatter(places, true.reindex(visits.index), marker="x", color="tab:orange", zorder=3, label="true score")
axis.set(xlabel="patient and visit", ylabel="Rau score")
axis.set_xticks(places, [f"{patient}, {visit}" for patient, visit in visits.index])
axis.legend(loc="upper left")
folder.cleanup()
plt.show()
