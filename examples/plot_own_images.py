"""
Your own images, from a table of paths
======================================

All that is needed is a table with a row for each image: where it lies, its grade, whose it is. The table is read, every
file is opened once, and what cannot be used is counted and named: nothing is dropped in silence.

The images here are **synthetic** joints written to a temporary folder, so that the example runs anywhere. With your
own, everything before ``load_image_table`` falls away.
"""

# sphinx_gallery_thumbnail_number = 2

import os
import pathlib
import tempfile

import matplotlib.pyplot as plt
import pandas as pd

from skerosion import CNNClassifier
from skerosion.clinical import ratingen
from skerosion.datasets import load_image_table, write_joint_images
from skerosion.metrics import scorers
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import JointSheetDisplay, ScoreHistogramDisplay

# %%
# A folder of images and a table beside it. The table is as tables are: one image is missing, one file is no image.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4, 10: 0.25, 30: 0.12, 50: 0.1, 70: 0.08, 100: 0.05}  # percent eroded: share of the joints
temporary = tempfile.TemporaryDirectory()
folder = pathlib.Path(temporary.name)
table = write_joint_images(folder, 150 if fast else 500, size=32, labels=histogram, random_state=0)
(folder / "images" / "0000003.png").unlink()
(folder / "images" / "0000007.png").write_text("a note that somebody saved under the wrong name")

rows = pd.read_csv(table)
rows["grade"] = ratingen(rows.percent)
print(rows.head())

# %%
# By default any such problem is an error that names them all. ``on_problem="report"`` goes on without those rows and
# lists them.
data = load_image_table(
    rows, image="path", target="grade", group="patient_id", root=folder, size=32, on_problem="report"
)
print(data)
print(data.excluded[["path", "reason"]])

# %%
# ``data.X`` behaves like an array of images, but only knows where they lie and whose they are; pixels are read when
# they are needed. The split keeps every patient in one part.
ScoreHistogramDisplay.from_predictions(data.y, target_name="Ratingen grade (synthetic)")
training, validation, test = train_validation_test_split(data.X, data.y, data.groups, stratify=True, random_state=0)
print(data.X)
plt.show()

# %%
# The patients travel in the rows, so early stopping inside ``fit`` keeps them apart as well. The images grade by
# themselves: no path is opened in your code.
classifier = CNNClassifier(
    filters=(8, 16, 32),
    dense_units=(32,),
    dropout=0.2,
    batch_size=20,
    epochs=1 if fast else 8,
    class_weight="balanced",
    random_state=0,
).fit(training.X, training.y)
scores = scorers("accuracy", "class_normalized_accuracy", "within_one_accuracy")
print({name: round(score, 3) for name, score in scores(classifier, validation.X, validation.y).items()})

# %%
# Predictions go back beside their paths: ``X.paths`` are those of the rows, whatever was excluded or split off.
predicted = pd.DataFrame(
    {"path": [pathlib.Path(path).name for path in validation.X.paths], "prediction": classifier.predict(validation.X)}
)
print(predicted.head())

# %%
# A sheet of joints with what is true and what the network thinks of them: one typical joint of each grade, and one
# that it grades worse than nine of ten.
JointSheetDisplay.from_estimator(classifier, validation.X, validation.y, quantiles=(0.5, 0.9))
plt.show()

X = data.X
