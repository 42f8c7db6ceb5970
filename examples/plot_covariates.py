"""
Images beside age and sex
=========================

A table holds more than images. Here a patient's age stands beside each joint, and older patients have more damage.
Two ways lead from such a table to one model, depending on what the network has seen.

The joints are **synthetic**, and so are the patients.
"""

import os
import pathlib
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skerosion import CNNClassifier
from skerosion.datasets import write_joint_images
from skerosion.forecasts import GridDistribution
from skerosion.inspection import Embedder
from skerosion.metrics import group_bootstrap_difference
from skerosion.plotting import StrategyComparisonDisplay

# %%
# A table as a registry has it: the path of each image, whose it is, and what is known of the patient.
fast = "SKEROSION_FAST" in os.environ
rng = np.random.default_rng(0)
temporary = tempfile.TemporaryDirectory()
folder = pathlib.Path(temporary.name)
shares = {0: 0.5, 20: 0.25, 60: 0.25}  # percent eroded: share of the joints
written = pd.read_csv(
    write_joint_images(folder, 120 if fast else 480, size=24, joints_per_patient=4, labels=shares, random_state=0)
)
y = np.searchsorted([0, 20, 60], written["percent"])
patients = written["patient_id"].to_numpy()
damage = pd.Series(y).groupby(patients).mean()
of_patients = pd.DataFrame(
    {"age": 50 + 10 * damage + rng.normal(0, 6, len(damage)), "sex": rng.choice(["f", "m"], len(damage))}
)
of_patients = of_patients.loc[patients].reset_index(drop=True)
X = of_patients.assign(path=[str(folder / path) for path in written["path"]], patient_id=patients)
print(X.drop(columns="path").head())

# %%
# **The network has seen none of the rows**, as one of other patients: frozen, it describes each image by the values of
# its last hidden layer, and these stand beside the other columns, by name.
small = {"filters": (8, 16, 32), "convolutions": 1, "dense_units": (8,), "dropout": 0.2, "batch_size": 40}
network = CNNClassifier(**small, epochs=2 if fast else 12, random_state=0)
others = X["patient_id"].isin(np.unique(patients)[::3]).to_numpy()
elsewhere = FrozenEstimator(clone(network).fit(X.loc[others, ["path"]], y[others]))
sexes = OneHotEncoder(drop="if_binary", sparse_output=False)
columns = make_column_transformer(
    (Embedder(elsewhere), ["path"]), (StandardScaler(), ["age"]), (sexes, ["sex"])
).set_output(transform="pandas")
print(columns.fit_transform(X[~others]).round(2).iloc[:4, -4:])

# %%
# **The network is trained on these rows.** Then its embedding of them is surer than it will be of new patients, and a
# model of both would trust the image too much. Embeddings of several networks cannot be put together out of fold, for
# their values have nothing in common; predictions can. A ``StackingClassifier`` fits its last model on the predictions
# of networks that have not seen the patient. It hands on no groups, so the folds read the patients from their column.


class ByPatient(StratifiedGroupKFold):
    """Folds that keep the patients of a column together."""

    def split(self, X, y=None, groups=None):
        """Yield the rows of each fold."""
        return super().split(X, y, X["patient_id"])


image = make_pipeline(make_column_transformer(("passthrough", ["path"])), network)
patient = make_pipeline(
    make_column_transformer((StandardScaler(), ["age"]), (sexes, ["sex"])),
    LogisticRegression(),
)
last, inner = LogisticRegression(C=10), ByPatient(3)
models = {
    "image": StackingClassifier([("image", image)], last, cv=inner),
    "age, sex": patient,
    "all": StackingClassifier([("image", image), ("patient", patient)], last, cv=inner),
}

# %%
# Every patient is predicted by models that have not seen them, in any of their parts.
outer = ByPatient(2 if fast else 3)
forecasts = {
    name: GridDistribution([0, 1, 2], cross_val_predict(model, X, y, cv=outer, method="predict_proba").cumsum(axis=1))
    for name, model in models.items()
}
StrategyComparisonDisplay.from_predictions(y, forecasts, metrics="crps", groups=patients)
plt.show()

# %%
# What age and sex add is a difference on the same patients; an interval below 0 shows a smaller error.
gain = group_bootstrap_difference("crps", y, forecasts["all"], forecasts["image"], patients, random_state=0)
print(f"CRPS, all minus image: {gain.estimate:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})")
temporary.cleanup()
