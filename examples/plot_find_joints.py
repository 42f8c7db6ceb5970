"""
Finding joints on films
=======================

Estimators grade joints; a clinic has whole films. Here a network learns from films whose points people have set where
the points of other films are, how sure it is of each, and which side a film shows. What it finds is a table of points,
as ``crop_joints`` takes it.

The films are **drawn**: what is measured on them says something about the method, nothing about patients.
"""

# sphinx_gallery_thumbnail_number = 1

import os

import matplotlib.pyplot as plt
import numpy as np

from skerosion.datasets import JointCropper, crop_joints, make_films
from skerosion.localization import JointLocalizer

FAST = bool(os.environ.get("SKEROSION_FAST"))

# %%
# Knees of forty patients, one film or two a visit, turned by up to 20 degrees. Three points a knee: its joint space in
# the middle, and the two ends of the tibia, whose distance is the unit of errors. Sixteen patients stay aside.
films = make_films(6 if FAST else 56, body_part="knee", max_visits=1, rotation=20, size=160, random_state=0)
is_new = (films.table["patient_id"] > (4 if FAST else 40)).to_numpy()
images = dict(zip(films.table["image"], films.images, strict=True))
X = {name: images[name] for name in films.table["image"][~is_new]}
X_new = {name: images[name] for name in films.table["image"][is_new]}
points = films.points[films.points["image"].isin(X)]
points_new = films.points[films.points["image"].isin(X_new)]

# %%
# A small network on squares of 64 pixels is enough for knees. Patients are given, so that a validation split would keep
# them together.
localizer = JointLocalizer(
    size=64,
    filters=(16, 24, 32, 32),
    epochs=1 if FAST else 25,
    augmentation={"rotation": 10, "zoom": 0.1},
    random_state=0,
)
localizer.fit(X, points, groups=films.table["patient_id"][~is_new])
found = localizer.predict(X_new, sides=films.table["side"][is_new])
print(f"{localizer.score(X_new, points_new):.0%} of the points lie within 0.15 widths of the tibia")

# %%
# Found points are filled, true ones open circles.
figure, axes = plt.subplots(1, 4, figsize=(12, 3.4), layout="constrained")
for axis, (name, film) in zip(axes, X_new.items(), strict=False):
    axis.imshow(film, cmap="gray", vmin=0, vmax=255)
    true, seen = (table[table["image"] == name] for table in (points_new, found))
    axis.scatter(true["x"], true["y"], s=90, facecolors="none", edgecolors="tab:orange")
    axis.scatter(seen["x"], seen["y"], s=12, c=seen["score"], vmin=0, vmax=1, cmap="viridis")
    axis.set(title=f"{name.rsplit('_')[-1]}, surest {seen['score'].max():.2f}", xticks=[], yticks=[])

# %%
# A film that lies the wrong way round shows the other side than its tag says.
name, side = next(
    (name, side) for name, side in zip(films.table["image"], films.table["side"], strict=True) if side != "both"
)
turned = localizer.find_joints(images[name][:, ::-1], side=side)
print(f"tag {side}, film shows {turned.side}: mirrored {turned.mirrored}")

# %%
# The points become crops: for a joint without fingers the side of a box is a number of pixels of the film.
crops = crop_joints(X_new, found[found["joint"] == "knee"], JointCropper(unit="pixels", extent=60))
figure, axes = plt.subplots(1, 4, figsize=(12, 3.2), layout="constrained")
for axis, crop in zip(axes, np.asarray(crops.X[:4]), strict=False):
    axis.imshow(crop[..., 0], cmap="gray", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
plt.show()
