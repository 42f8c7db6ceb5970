"""A user's first script, run where only the built wheel is installed (`make test-wheel`)."""

import numpy as np

from skerosion import CNNClassifier, CRPSRegressor, load_estimator, save_estimator
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images

joints = make_joint_images(60, size=24, random_state=0)
small = {"epochs": 2, "filters": (4,), "convolutions": 1, "dense_units": (8,), "random_state": 0}
grader = CNNClassifier(**small).fit(joints.images, ratingen(joints.percent))
again = load_estimator(save_estimator(grader, "grader.skerosion"))
np.testing.assert_array_equal(again.predict_proba(joints.images), grader.predict_proba(joints.images))
low, high = CRPSRegressor(**small).fit(joints.images, joints.percent).predict_interval(joints.images, coverage=0.8).T
print(f"Grades {again.classes_.tolist()}, intervals of {np.mean(high - low):.0f} points on average.")
