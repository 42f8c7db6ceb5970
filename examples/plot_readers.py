"""
Several readers of the same images
==================================

Three readers grade the same joints, and no two of them agree on all. Public tables tell this in a row for each image
and reader. How far do they agree, who grades higher than the others, where would a network stand among them, and which
grades should somebody read again?

The joints are **synthetic**, and so are the readers: one of them grades higher, one is careless.
"""

import os
import pathlib
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skerosion import OrdinalClassifier
from skerosion.datasets import load_image_table, write_joint_images
from skerosion.inspection import LabelAudit
from skerosion.metrics import reader_agreement, reader_level

# %%
# A table as it is published: image, reader, grade. Who has not read an image has no row for it.
fast = "SKEROSION_FAST" in os.environ
rng = np.random.default_rng(0)
temporary = tempfile.TemporaryDirectory()
folder = pathlib.Path(temporary.name)
shares = {0: 0.4, 20: 0.3, 60: 0.3}  # percent eroded: share of the joints
joints = pd.read_csv(
    write_joint_images(folder, 120 if fast else 360, size=24, joints_per_patient=4, labels=shares, random_state=0)
)
truth = np.searchsorted([0, 20, 60], joints["percent"])
# How often each reader says a grade higher, and a grade lower, than it is.
slips = {"amy": (0.05, 0.05), "ben": (0.3, 0.0), "cem": (0.2, 0.2)}
said = []
for reader, (higher, lower) in slips.items():
    step = rng.choice([1, -1, 0], len(truth), p=[higher, lower, 1 - higher - lower])
    told = joints[["path", "patient_id"]].assign(expert_id=reader, grade=np.clip(truth + step, 0, 2))
    said.append(told[rng.random(len(told)) < 0.9])
table = pd.concat(said)
print(table.sample(5, random_state=0).to_string(index=False))

# %%
# Read with ``reader=``, each image is one row. Its grade is the median of the votes, which ride along: a network's loss
# is the mean over them.
data = load_image_table(
    table, image="path", target="grade", reader="expert_id", group="patient_id", root=folder, size=24
)
names = [name.removeprefix("expert_id ") for name in data.readers]
votes = pd.DataFrame(data.X.votes, columns=names)
print(data.X, data.y[:5], votes.head(), sep="\n")

# %%
# Agreement, with intervals from resampled patients. ``ben`` grades higher than the others, as we know he does.
agreement = reader_agreement(votes, data.groups)
kappas = agreement[agreement["measure"] == "quadratic kappa"]
biases = agreement[agreement["measure"] == "mean difference from the others"]
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
for ax, lines, title in zip(axes, (kappas, biases), ("Quadratic kappa", "Grades above the others"), strict=True):
    ends = [lines["value"] - lines["low"], lines["high"] - lines["value"]]
    ax.errorbar(lines["value"], lines["readers"], xerr=ends, fmt="o", capsize=3)
    ax.set(title=title, ylim=(2.5, -0.5))
axes[1].axvline(0, color="0.6", linewidth=1)

# %%
# The audit forecasts every joint by networks that have not seen its patient. Its scores say which grades are the least
# likely; its forecasts, which are out of fold, say where the network stands among the readers.
small = {"filters": (8, 16), "convolutions": 1, "dense_units": (16,), "dropout": 0.2, "batch_size": 40}
network = OrdinalClassifier(**small, epochs=2 if fast else 15, random_state=0, verbose=0)
audit = LabelAudit(network, cv=3).fit(data.X, data.y)
level = reader_level(audit.forecast_.prediction, votes, data.groups)
print(level.round(2).to_string(index=False))

# %%
# The most doubtful joints, on a page and in a table for whoever reads them again; what others said is not on it.
for file in audit.write_sheet(folder / "reread", data.X, n_rows=12):
    print(file.name)
doubtful = np.argsort(-audit.scores_)[:6]
figure, axes = plt.subplots(1, 6, figsize=(9, 2.2), layout="constrained")
for ax, row in zip(axes, doubtful, strict=True):
    ax.imshow(data.X[row][..., 0], cmap="gray")
    ax.set_title(f"said {data.y[row]}\nlooks {audit.suggested_[row]}", fontsize="small")
    ax.axis("off")
temporary.cleanup()
