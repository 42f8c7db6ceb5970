"""
Rau score with its doubt, and the DAS28
=======================================

What counts for a patient is not a joint but the Rau score of a visit, and whether it rose since the last one. From the
predicted distributions of a visit's joints comes that of its score; joints of one radiograph err together, and how
strongly is learned on patients that the network has not seen.

The registry here is **synthetic**: drawn joints of invented patients, in tables of the registry's form.
"""

import os
import tempfile
import warnings

import matplotlib.pyplot as plt

from skerosion import CalibratedForecaster, CRPSRegressor, RauForecaster
from skerosion.clinical import ratingen, rau_score
from skerosion.datasets import load_registry, write_registry
from skerosion.metrics import interval_coverage
from skerosion.model_selection import GroupTrainValidationTestSplit
from skerosion.plotting import RauCourseDisplay, RauDAS28Display
from skerosion.visits import rau_distribution

# %%
# Two tables and a folder of joint images become rows, each with its patient, visit and clinical scores. A few joints
# were not scored and a few files are lost, as happens; what is left out is listed in ``data.excluded``.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4, 10: 0.2, 30: 0.15, 50: 0.1, 70: 0.08, 90: 0.07}  # percent eroded: share of the joints
folder = tempfile.TemporaryDirectory()
size = {"n_patients": 11, "size": 16} if fast else {"n_patients": 80, "size": 32}
files = write_registry(folder.name, **size, labels=histogram, random_state=0)
with warnings.catch_warnings(action="ignore"):
    data = load_registry(*files, on_problem="report")
X, percent = data.X, data.y
patients, dates = data.table["patient_id"].to_numpy(), data.table["date"].to_numpy()
print(data)

# %%
# Three parts by patient: one for the network and its calibration, one for the correlations, one to look at.
splitter = GroupTrainValidationTestSplit(sizes=(0.4, 0.3, 0.3), random_state=0)
training, validation, new = next(splitter.split(X))
network = CRPSRegressor(
    filters=(8, 16, 24),
    convolutions=1,
    dense_units=(32,),
    dropout=0.1,
    learning_rate=3e-3,
    epochs=1 if fast else 15,
    batch_size=32,
    random_state=0,
)
regressor = CalibratedForecaster(network, method="isotonic", cv=0.3, random_state=0).fit(X[training], percent[training])

# %%
# The correlation of the normal scores of a visit's joints is 0 where they err independently of each other.
forecaster = RauForecaster().fit(
    regressor.predict_distribution(X[validation]), percent[validation], patients[validation], dates[validation]
)
print(f"correlation of a visit's joints {forecaster.correlation_:.2f}, of visits {forecaster.visit_correlation_:.2f}")

# %%
# Scores of the visits of new patients. As if joints were independent, intervals are far too narrow. So few visits show
# that roughly; the results have a larger registry.
joints = (regressor.predict_distribution(X[new]), patients[new], dates[new])
rau = forecaster.predict_distribution(*joints)
visits = data.table.iloc[new].pivot(index=["patient_id", "date"], columns="column", values="percent")
truth = rau_score(ratingen(visits)).score.to_numpy()
for name, each in {"independent": rau_distribution(*joints), "correlated": rau}.items():
    ends = each.interval(0.9, kind="shortest")
    print(f"{name:12s} joints: 90 % intervals cover {interval_coverage(truth, ends):.0%} of {len(rau)} visits", end="")
    print(f", {(ends[:, 1] - ends[:, 0]).mean():.0f} points wide")
rau.frame().head().round(1)

# %%
# How much must a score change to be more than noise? Between two visits of a patient part of the error is the same and
# cancels.
changes = rau.changes()
print(f"smallest detectable change {changes.smallest_detectable.median():.0f} points in the median")
changes.drop(columns="since").head().round(2)

# %%
# Patients over their visits: around the first one lies the band of noise.
RauCourseDisplay.from_predictions(rau, truth=truth)
plt.show()

# %%
# Damage and activity on the same day hardly go together: in the registry of the thesis their correlation was .15 (ESR)
# and .08 (CRP); the synthetic one is made to be like that.
clinical = data.table.iloc[new].groupby(["patient_id", "date"])[["das28bsr_score", "das283crp_score"]].first()
das28 = {"DAS28-ESR": clinical["das28bsr_score"], "DAS28-CRP": clinical["das283crp_score"]}
RauDAS28Display.from_predictions(rau, das28, n_resamples=100 if fast else 1000)
plt.show()
folder.cleanup()
