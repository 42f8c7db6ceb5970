"""
Did the score rise? Change without false alarms
===============================================

A score of a later visit is higher: damage, or noise? Films repeated on one day tell what noise alone does. Compared
with them, a change has a p-value that needs no normal distribution and no variance.

Changes here are **synthetic**: errors are small but for a film now and then that is misread.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np

from skerosion.promises import ChangeTest

# %%
# Changes between repeat films of 400 patients, of 80 patients without and 20 with a rise of some 15 points.


def noise(n, rng):
    """Changes by noise alone, of which one in fifty is of a film that is misread."""
    return rng.normal(size=n) * np.where(rng.uniform(size=n) < 1 / 50, 15, 3)


rng = np.random.default_rng(0)
stable = noise(400, rng)
changes = np.r_[noise(80, rng), noise(20, rng) + rng.normal(15, 4, 20)]
rose = np.arange(100) >= 80

# %%
# A normal distribution with the same spread raises its alarm elsewhere. On average the test's false alarms are at
# most 5 %; with ``confidence=`` they are so for nine of ten calibrations, which takes a larger change.
average = ChangeTest().fit(stable, groups=range(400))
careful = ChangeTest(confidence=0.9).fit(stable, groups=range(400))
alarms = {
    "normal, standard deviation": 1.645 * stable.std(),
    "test, on average": average.threshold(0.05),
    "test, for nine of ten": careful.threshold(0.05),
}
for name, above in alarms.items():
    share = np.mean(noise(100_000, rng) > above)
    print(
        f"{name:28} alarm above {above:4.1f} points: {share:.1%} false alarms, {np.mean(changes[rose] > above):.0%} of"
        " rises"
    )

# %%
# Over a whole clinic: which changes are discoveries, of which one in ten may be false? The test says when so few stable
# pairs make a single discovery impossible.
with warnings.catch_warnings(record=True, action="always") as said:
    table = average.test(changes, rate=0.1)
print(f"{table.discovery.sum()} discoveries, {table.discovery[~rose].sum()} of them false")
print(*(warning.message for warning in said))

figure, axis = plt.subplots(figsize=(7, 3.5), layout="constrained")
for name, which, marker in (("nothing changed", ~rose, "o"), ("rose", rose, "^")):
    axis.semilogy(changes[which], table["p"][which], marker, color="black", fillstyle="none", label=name)
axis.plot(changes[table.discovery], table["p"][table.discovery], ".", color="black", label="discovery")
axis.axhline(0.05, color="0.5", linestyle=":")
axis.set(xlabel="change of the score, points", ylabel="p-value")
axis.legend()
plt.show()
