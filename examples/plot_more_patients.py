"""
What would more patients bring?
===============================

Four hundred more patients cost months. A learning curve over the patients at hand, continued by a power law to at most
twice as many, says what they would bring, with an interval that holds seeds, the draw of patients, and that of those
who are scored.

The values here are **synthetic**, as those of a frozen network: the curve trains a small grader on them many times,
which takes seconds.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

from skerosion.promises import patient_learning_curve

# %%
# Two joints of each of 150 patients, 40 values of a joint, of which one tells the grade.
fast = "SKEROSION_FAST" in os.environ
rng = np.random.default_rng(0)
patients, grades = np.repeat(np.arange(150), 2), rng.integers(4, size=300)
values = np.column_stack([grades + 0.8 * rng.normal(size=300), rng.normal(size=(300, 39))])

# %%
# Patients are split into those who are trained on and those who are scored, many times.
grader = LogisticRegression(max_iter=200)
n_draws = 3 if fast else 20
curve = patient_learning_curve(grader, values, grades, patients, n_draws=n_draws, random_state=0)
print(curve.gain(50))
print(curve.gain(105))
frame = curve.frame()
frame.round(3)

# %%
# Full circles were tried, open ones are extrapolated. What lies beyond twice the patients is not said.
figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
for told, fill in ((False, "full"), (True, "none")):
    line = frame[frame["extrapolated"] == told]
    ends = np.abs(line[["low", "high"]].to_numpy() - line[["score"]].to_numpy()).T
    axis.errorbar(line["patients"], line["score"], ends, fmt="o", fillstyle=fill, color="black", capsize=3)
axis.set(xlabel="patients to train on", ylabel="quadratic kappa")
plt.show()
