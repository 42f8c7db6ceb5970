"""Who the synthetic joints belong to: patients, visits, joint names and percentages of eroded surface.

Nothing here touches a pixel. All random numbers of this module come from one generator, so the patients and labels of a
seed are the same at every image size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType

import numpy as np

from skerosion.clinical import HAND_JOINTS, SIDES

#: Share (in percent) of joints by percentage of eroded surface in the project thesis' 102,265 registry joints.
THESIS_HISTOGRAM = MappingProxyType(
    {
        0: 68.28, 5: 15.76, 10: 7.17, 15: 1.89, 20: 2.00, 25: 0.44, 30: 0.80, 35: 0.21, 40: 0.50, 45: 0.16, 50: 0.38,
        55: 0.10, 60: 0.35, 65: 0.10, 70: 0.26, 75: 0.05, 80: 0.22, 85: 0.04, 90: 0.16, 95: 0.03, 100: 1.12,
    }
)  # fmt: skip

JOINT_NAMES = tuple(f"{side}_{joint}" for side in SIDES for joint in HAND_JOINTS)

# In the registry a patient has 17 joints on average, 13 in the median and 77 at most; a log-normal with this spread has
# the same ratio of mean to median.
_MEAN_COUNT, _MEDIAN_COUNT, _LARGEST_COUNT = 17.0, 13.0, 77.0
_COUNT_SPREAD = float(np.sqrt(2.0 * np.log(_MEAN_COUNT / _MEDIAN_COUNT)))

# Shares of the latent damage's variance: the patient, the joint of the patient (so that visits agree), and the visit.
_PATIENT_SHARE, _JOINT_SHARE, _VISIT_SHARE = 0.50, 0.42, 0.08


@dataclass(frozen=True)
class Roster:
    """The rows of a synthetic set before any image exists: one entry per joint in each array.

    Attributes
    ----------
    percent : ndarray of shape (n,), int64
        Percentage of eroded joint surface.
    patients : ndarray of shape (n,), int64
        Patient number, ascending from 0; the joints of a patient lie together.
    joints : ndarray of shape (n,), int64
        Index into ``JOINT_NAMES``.
    visits : ndarray of shape (n,), int64
        Visit of the patient, from 0: a joint that comes again belongs to a later visit.
    """

    percent: np.ndarray
    patients: np.ndarray
    joints: np.ndarray
    visits: np.ndarray

    def __len__(self):
        return len(self.percent)


def draw_roster(n_joints, joints_per_patient, labels, rng):
    """Patients, joint names, visits and percentages of ``n_joints`` joints."""
    shares = label_shares(labels)
    patients = _draw_patients(n_joints, joints_per_patient, rng)
    joints, visits = _draw_joint_names(patients, rng)
    damage = _draw_latent_damage(patients, joints, rng)
    return Roster(percent_by_rank(damage, shares), patients, joints, visits)


def label_shares(labels):
    """Share of joints by percentage, ascending and summing to 1, from ``"thesis"`` or a mapping.

    Parameters
    ----------
    labels : {"thesis"} or mapping of int to float
        Whole percentages 0..100 and their shares, in any unit.

    Returns
    -------
    dict of int to float
    """
    labels = THESIS_HISTOGRAM if isinstance(labels, str) and labels == "thesis" else labels
    _check_labels(labels)
    total = float(sum(labels.values()))
    return {int(percent): labels[percent] / total for percent in sorted(labels)}


def _check_labels(labels):
    if not isinstance(labels, Mapping) or not labels:
        raise ValueError(
            f"labels must be 'thesis' or a mapping of percentages to shares, got {labels!r}; "
            "for example labels={0: 0.5, 20: 0.3, 100: 0.2}."
        )
    for percent, share in labels.items():
        if isinstance(percent, bool) or percent not in range(101):
            raise ValueError(f"The percentages of labels must be whole numbers from 0 to 100, got {percent!r}.")
        if not isinstance(share, Real) or not np.isfinite(share) or share < 0:
            raise ValueError(f"The shares of labels must be finite and not negative, got {share!r} for {percent!r}.")
    if not any(labels.values()):
        raise ValueError(f"The shares of labels must not all be zero, got {dict(labels)!r}.")


def _draw_patients(n_joints, joints_per_patient, rng):
    """Patient number of every joint: log-normal counts, the last patient cut where the joints end."""
    scale = joints_per_patient / _MEAN_COUNT
    counts = _MEDIAN_COUNT * scale * np.exp(_COUNT_SPREAD * rng.standard_normal(n_joints))
    counts = np.clip(np.rint(counts), 1, max(1.0, _LARGEST_COUNT * scale)).astype(np.int64)
    return np.searchsorted(np.cumsum(counts), np.arange(n_joints), side="right").astype(np.int64)


def _draw_joint_names(patients, rng):
    """Joint and visit of every row: a patient's joints come in an order of their own, again at the next visit."""
    starts = np.flatnonzero(np.diff(patients, prepend=-1))
    position = np.arange(len(patients)) - starts[patients]
    order = rng.permuted(np.tile(np.arange(len(JOINT_NAMES)), (len(starts), 1)), axis=1)
    return order[patients, position % len(JOINT_NAMES)], position // len(JOINT_NAMES)


def _draw_latent_damage(patients, joints, rng):
    """Standard normal damage of every joint, correlated within patients and strongly so within a joint's visits."""
    n_patients = patients[-1] + 1
    of_patient = rng.standard_normal(n_patients)[patients]
    of_joint = rng.standard_normal((n_patients, len(JOINT_NAMES)))[patients, joints]
    of_visit = rng.standard_normal(len(patients))
    parts = zip((_PATIENT_SHARE, _JOINT_SHARE, _VISIT_SHARE), (of_patient, of_joint, of_visit), strict=True)
    return sum(np.sqrt(share) * part for share, part in parts)


def percent_by_rank(damage, shares):
    """Give the most damaged joints the highest percentages, each in its share to the nearest joint."""
    rank = np.empty(len(damage), dtype=np.int64)
    rank[np.argsort(damage, kind="stable")] = np.arange(len(damage))
    return np.repeat(np.fromiter(shares, dtype=np.int64), _apportion(shares, len(damage)))[rank]


def _apportion(shares, n_joints):
    """Whole counts that sum to ``n_joints``: the method of largest remainders."""
    quota = np.fromiter(shares.values(), dtype=float) * n_joints
    counts = np.floor(quota).astype(np.int64)
    short = n_joints - counts.sum()
    counts[np.argsort(counts - quota, kind="stable")[:short]] += 1
    return counts


def first_seed(random_state):
    """Return the seed that all others are derived from, of what scikit-learn takes as `random_state`."""
    from sklearn.utils import check_random_state  # takes seconds, and reading a table needs none of it

    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
