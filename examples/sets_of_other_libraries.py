"""
Sets of grades by MAPIE and crepes
==================================

Other libraries of conformal prediction take a fitted network as it is, for it is a scikit-learn classifier. The same
network and the same calibration joints give MAPIE's and crepes' sets beside those of ``ConformalForecaster``. Two
things differ. Its sets have no gaps: grades are ordered, and a joint of grade 1 or 3 may well have grade 2. And its
promise can be one about patients, of whom some have many joints. MAPIE and crepes offer what is not here, such as
Venn-Abers calibration.

Needs ``pip install mapie crepes``, and runs as a test where they are installed. The joints are **synthetic**.
"""

import os

import numpy as np
import pandas as pd
from crepes import ConformalClassifier
from crepes.extras import hinge
from mapie.classification import SplitConformalClassifier

from skerosion import CNNClassifier, ConformalForecaster, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.model_selection import train_validation_test_split

LEVEL = 0.9
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.3, 10: 0.2, 30: 0.2, 50: 0.15, 70: 0.15}  # percent eroded: share of the joints
joints = make_joint_images(300 if fast else 1500, size=24, joints_per_patient=4, labels=histogram, random_state=0)
X, y = ImageRows(joints.images, groups=joints.patients), ratingen(joints.percent)
training, calibration, test = train_validation_test_split(X, y, sizes=(0.4, 0.3, 0.3), random_state=0)
network = CNNClassifier(
    image_shape=(24, 24, 1),
    filters=(8, 16),
    dense_units=(16,),
    dropout=0.1,
    batch_size=20,
    epochs=2 if fast else 12,
    random_state=0,
).fit(training.X, training.y)


def flattened(rows):
    """Images as rows of numbers."""
    return np.asarray(rows).reshape(len(rows), -1)


# %%
# MAPIE asks the network itself, and tries it with a row of numbers first: `image_shape` says what image such a row is.
mapie = SplitConformalClassifier(network, confidence_level=LEVEL, conformity_score="lac", prefit=True)
mapie.conformalize(flattened(calibration.X), calibration.y)
_, sets = mapie.predict_set(flattened(test.X))
by_mapie = sets[:, :, 0]

# %%
# crepes wants numbers: how strange a grade is for a joint, here by the probability that the network gives it.
strange = hinge(network.predict_proba(calibration.X), network.classes_, calibration.y)
crepes = ConformalClassifier().fit(strange)
by_crepes = crepes.predict_set(hinge(network.predict_proba(test.X)), confidence=LEVEL).astype(bool)

# %%
# Here a patient counts once, however many joints there are.
conformal = ConformalForecaster(network, cv="prefit", guarantee="patient").fit(calibration.X, calibration.y)
by_patient = conformal.predict_set(test.X, coverage=LEVEL)

# %%
# How many joints are covered depends on what is promised of whom; which sets can be read as a range does not.
columns = np.searchsorted(network.classes_, test.y)


def has_gaps(sets):
    """Which sets name two grades and not one between them."""
    steps = np.diff(np.pad(sets.astype(int), ((0, 0), (1, 1))), axis=1)
    return (steps == 1).sum(axis=1) > 1


table = pd.DataFrame(
    {
        name: {
            "joints covered": sets[np.arange(len(sets)), columns].mean(),
            "grades in a set": sets.sum(axis=1).mean(),
            "sets with a gap": has_gaps(sets).mean(),
            "empty sets": (~sets.any(axis=1)).mean(),
        }
        for name, sets in {"MAPIE": by_mapie, "crepes": by_crepes, "skerosion": by_patient}.items()
    }
)
print(table.round(3))
