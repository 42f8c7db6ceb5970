"""
Which joints must a person still read?
======================================

A reader grades some thirty joints a visit, of which most are not in doubt. A plan says which ones must be read so that
the Rau score is within some points of what reading all joints gives, for a promised share of new patients' visits.

Forecasts here are **synthetic**: a grader sees the severity of each joint with an error, part of which all joints of a
visit have in common, as those of a film that is too dark.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import ndtr, ndtri

from skerosion import RauForecaster
from skerosion.promises import ReadingPlan

CUTS, N_JOINTS = ndtri(np.cumsum([0.5, 0.2, 0.12, 0.08, 0.06])), 30


def draw_visits(n_patients, rng):
    """Forecasts and grades of one visit of each patient."""
    patients = np.repeat(np.arange(n_patients), N_JOINTS)
    severity = np.sqrt(0.5) * rng.normal(size=n_patients)[patients] + np.sqrt(0.5) * rng.normal(size=len(patients))
    errors = np.sqrt(0.3) * rng.normal(size=n_patients)[patients] + np.sqrt(0.7) * rng.normal(size=len(patients))
    seen, noise = severity + 0.5 * errors, 0.5
    mean, spread = seen / (1 + noise**2), noise / np.sqrt(1 + noise**2)
    cdf = np.column_stack([ndtr((CUTS - mean[:, np.newaxis]) / spread), np.ones(len(mean))])
    return cdf, np.searchsorted(CUTS, severity), patients, np.zeros(len(mean), dtype=int)


# %%
# The forecaster learns from some patients what the joints of a visit have in common, the plan from others how far
# scores are off when reading stops early. Neither has seen the new patients.
rng = np.random.default_rng(0)
forecaster = RauForecaster(bins=None, visit_correlation=0.0).fit(*draw_visits(80, rng))
calibration, (cdf, grades, patients, visits) = draw_visits(120, rng), draw_visits(200, rng)
plan = ReadingPlan(forecaster, error=5, level=0.9).fit(*calibration)
read = plan.joints_to_read(cdf, patients, visits)
scores = plan.predict(cdf, np.where(read, grades, np.nan), patients, visits)
truth = 38 / N_JOINTS * np.bincount(patients, weights=grades)
within = np.abs(scores["rau"].to_numpy() - truth) <= 5
print(f"{read.mean():.0%} of the joints are read; {within.mean():.0%} of the visits are within 5 points, 90 % promised")
scores.head().round(1)

# %%
# The curve tells what each error costs. With nine patients and a level of .95 only reading all joints keeps a promise.
figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
for level, style in ((0.8, "o--"), (0.9, "s-")):
    curve = ReadingPlan(forecaster, level=level).fit(*calibration).curve([1, 2, 3, 5, 7, 10, 15, 20])
    axis.plot(curve["error"], 100 * curve["joints"], style, color="black", label=f"{level:.0%} of visits")
axis.set(xlabel="error, points of the Rau score", ylabel="joints to read, %", ylim=(0, 100))
axis.legend()
plt.show()
few = [each[: 9 * N_JOINTS] for each in calibration]
print(ReadingPlan(forecaster, error=5, level=0.95).fit(*few).reason_)

# %%
# A visit as a reader gets it: how many of its joints, by how much the forecast left open.
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.hist(scores["n_read"], bins=[count - 0.5 for count in range(N_JOINTS + 2)], color="0.8", edgecolor="0.3")
axis.set(xlabel=f"joints to read, of {N_JOINTS}", ylabel="visits")
plt.show()
