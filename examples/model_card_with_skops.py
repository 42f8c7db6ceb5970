"""
A model card with skops
=======================

``skops`` writes the card that model hubs show beside a model. What it holds is here already: the file of the estimator,
and scores on unseen patients with their intervals.

Needs ``pip install skops``, and runs as a test where that is installed. The joints are **synthetic**.
"""

import os
import pathlib
import tempfile

import pandas as pd
from skops.card import Card

from skerosion import CNNClassifier, ImageRows, save_estimator
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import class_normalized_accuracy, group_bootstrap_interval, quadratic_kappa, within_one_accuracy
from skerosion.model_selection import train_validation_test_split

fast = "SKEROSION_FAST" in os.environ
joints = make_joint_images(200 if fast else 800, size=24, joints_per_patient=4, random_state=0)
X, y = ImageRows(joints.images, groups=joints.patients), ratingen(joints.percent)
training, _, test = train_validation_test_split(X, y, sizes=(0.6, 0.2, 0.2), random_state=0)
network = CNNClassifier(
    filters=(8, 16), dense_units=(16,), batch_size=20, epochs=1 if fast else 12, classes=range(6), random_state=0
).fit(training.X, training.y)

# %%
# Scores on patients that the network has not seen, each with the interval of resampled patients.
graded = network.predict(test.X)
metrics = {
    "quadratic kappa": quadratic_kappa,
    "class-normalised accuracy": class_normalized_accuracy,
    "accuracy within one grade": within_one_accuracy,
}
scores = pd.DataFrame(
    {
        name: [
            metric(test.y, graded),
            *group_bootstrap_interval(metric, test.y, graded, groups=test.groups, n_resamples=500),
        ]
        for name, metric in metrics.items()
    },
    index=["score", "lower end", "upper end"],
).T

# %%
# The card lies beside the file, which holds data and no code.
folder = pathlib.Path(tempfile.mkdtemp())
save_estimator(network, folder / "grader.skerosion")
card = Card(network, model_diagram=False, template="skops")
card.add(
    **{
        "Model description/Intended uses & limitations": "To show how a card is made: joints were drawn, not X-rayed.",
        "How to Get Started with the Model": '`skerosion.load_estimator("grader.skerosion").predict(images)`',
    }
)
card.add_table(folded=False, **{"Model description/Evaluation Results": scores.round(3).reset_index(names="metric")})
card.save(folder / "README.md")
print((folder / "README.md").read_text())
