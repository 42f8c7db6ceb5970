"""
Sets of grades, and who pays for them
=====================================

A set of grades that holds the truth for 90 % of new patients is easily promised: the threshold comes from patients whom
the grader has not seen. But the promise is an average. Frequent grades keep it, and rare ones, which matter most, pay.

Forecasts here are **synthetic**: a grader sees a severity with an error; nothing is trained on images.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from skerosion import ConformalForecaster

# %%
# Patients with two to five images each, of five grades, the highest in one image of twenty.
rng = np.random.default_rng(0)
patients = np.repeat(np.arange(1200), rng.integers(2, 6, 1200))
grades = rng.choice(5, len(patients), p=[0.4, 0.25, 0.18, 0.12, 0.05])
seen = (grades + 0.9 * rng.normal(size=len(grades)) + 0.4 * rng.normal(size=1200)[patients])[:, np.newaxis]
training, calibration, new = patients < 400, (patients >= 400) & (patients < 800), patients >= 800
grader = LogisticRegression().fit(seen[training], grades[training])

# %%
# Three scores, each for all rows together and for each grade by itself.
frames = {}
for score in ("outward", "rps", "shortest"):
    for by in (None, "grade"):
        conformal = ConformalForecaster(grader, conformity_score=score, by=by, cv="prefit")
        conformal.fit(seen[calibration], grades[calibration], groups=patients[calibration])
        frame = conformal.coverage_by_grade(seen[new], grades[new], 0.9, patients[new])
        frames[score, "by grade" if by else "together"] = frame.set_index("grade")
pd.concat({key: frame[["coverage", "size", "named"]] for key, frame in frames.items()}, axis=1).T.round(2)

# %%
# Together, the highest grade is covered least. By grade each keeps the promise, and sets grow: size belongs beside
# coverage, since a grade that is always named is covered without anything being said.
figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for (score, form), frame in frames.items():
    style = {
        "marker": {"outward": "o", "rps": "s", "shortest": "^"}[score],
        "color": "black" if form[0] == "b" else "0.6",
    }
    for axis, column in zip(axes, ("coverage", "size"), strict=True):
        axis.plot(range(5), frame.loc[list(range(5)), column], label=f"{score}, {form}", **style)
axes[0].axhline(0.9, color="black", linestyle=":")
axes[0].set(xlabel="true grade", ylabel="coverage", xticks=range(5))
axes[1].set(xlabel="true grade", ylabel="grades in a set", xticks=range(5))
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
plt.show()

# %%
# What is promised, and what breaks it, stands on the page on promises.
