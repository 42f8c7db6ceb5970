"""Who is in a synthetic registry: patients, visits, what their joints have lost, how active the disease is.

Nothing here touches a pixel or a file. Damage never heals: a joint's percentage grows from visit to visit.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skerosion.clinical import das28_crp, das28_esr, registry_columns

from ._patients import JOINT_NAMES, Roster, label_shares, percent_by_rank

#: Joint of each column.
JOINTS = tuple(registry_columns().values())
# A joint of the foot is drawn like one of the hand.
_DRAWN_AS = {"toe_ip1": "ip1", **{f"mtp{ray}": f"mcp{ray}" for ray in range(2, 6)}}

_PATIENT_SHARE = 0.5  # of the variance of the damage at the first visit; the rest belongs to the joint
_PROGRESS = 0.08  # mean growth of a joint's damage between two visits, in standard deviations
# Between the normal scores of damage and activity of a patient; DAS28 and Rau score then go together hardly at all.
_DAMAGE_TO_ACTIVITY = 0.1
_FIRST_DAY = np.datetime64("2005-01-01")


@dataclass(frozen=True)
class Visits:
    """The visits of a synthetic registry, one entry for each in every array.

    Attributes
    ----------
    patients : ndarray of int64, shape (n,)
        Patient number, ascending from 0.
    numbers : ndarray of int64, shape (n,)
        The patient's visits from 0.
    dates : ndarray of datetime64[D], shape (n,)
        Days.
    percent : ndarray of int64, shape (n, 30)
        Percentage of eroded surface of each joint, in the order of ``JOINTS``.
    clinical : DataFrame
        Clinical scores in the registry's columns.
    """

    patients: np.ndarray
    numbers: np.ndarray
    dates: np.ndarray
    percent: np.ndarray
    clinical: pd.DataFrame

    def __len__(self):
        return len(self.patients)


def draw_visits(n_patients, max_visits, labels, rng, *, min_visits=1, n_joints=None):
    """Draw patients with `min_visits` to `max_visits` visits about a year apart, their damage and their activity."""
    counts = rng.integers(min_visits, max_visits + 1, n_patients)
    patients = np.repeat(np.arange(n_patients), counts)
    numbers = np.arange(len(patients)) - np.repeat(np.cumsum(counts) - counts, counts)
    days = np.where(numbers == 0, rng.integers(0, 2000, len(patients)), rng.integers(250, 500, len(patients)))
    dates = _FIRST_DAY + _running_sum(days, numbers).astype("timedelta64[D]")
    severity = rng.standard_normal(n_patients)
    damage = _draw_damage(patients, numbers, severity, n_joints or len(JOINTS), rng)
    percent = percent_by_rank(damage.ravel(), label_shares(labels)).reshape(damage.shape)
    return Visits(patients, numbers, dates, percent, _draw_clinical(severity[patients], patients, rng))


def drawing_roster(visits):
    """Return the joints of all visits as the synthetic joints are drawn from, visit by visit in the order of JOINTS.

    The feet of a patient are those of another hand: same kind of joint, other bones and bites.
    """
    foot = np.array([joint.split("_", 1)[1] in _DRAWN_AS for joint in JOINTS])
    sides = (joint.split("_", 1) for joint in JOINTS)
    kinds = [JOINT_NAMES.index(f"{side}_{_DRAWN_AS.get(joint, joint)}") for side, joint in sides]
    n_patients = visits.patients[-1] + 1
    hands = visits.patients[:, np.newaxis] + n_patients * foot
    return Roster(
        percent=visits.percent.ravel(),
        patients=hands.ravel(),
        joints=np.tile(kinds, len(visits)),
        visits=np.repeat(visits.numbers, len(JOINTS)),
    )


def _running_sum(steps, numbers):
    """Sum up the steps of each patient."""
    total = np.cumsum(steps)
    starts = np.flatnonzero(numbers == 0)
    before = (total - steps)[starts]
    return total - np.repeat(before, np.diff(np.append(starts, len(steps))))


def _draw_damage(patients, numbers, severity, n_joints, rng):
    """Draw the normal score of the damage of every joint: shared within patients, growing over visits."""
    n_patients = len(severity)
    own = rng.standard_normal((n_patients, n_joints))
    first = np.sqrt(_PATIENT_SHARE) * severity[:, np.newaxis] + np.sqrt(1 - _PATIENT_SHARE) * own
    pace = rng.exponential(_PROGRESS, n_patients)[patients, np.newaxis]
    growth = rng.exponential(1.0, (len(patients), n_joints)) * pace * (numbers > 0)[:, np.newaxis]
    return first[patients] + np.stack([_running_sum(column, numbers) for column in growth.T], axis=1)


def _draw_clinical(severity, patients, rng):
    """Draw clinical scores from an activity of the patient and the day, which hardly depends on the damage."""
    n_visits = len(patients)
    of_patient = rng.standard_normal(patients[-1] + 1)[patients]
    of_day, noise = rng.standard_normal(n_visits), rng.standard_normal((3, n_visits))
    rest = np.sqrt((1 - _DAMAGE_TO_ACTIVITY**2) / 2)
    activity = _DAMAGE_TO_ACTIVITY * severity + rest * (of_patient + of_day)
    tender = np.minimum(rng.poisson(np.exp(1.0 + 0.8 * activity)), 28)
    swollen = np.minimum(rng.poisson(np.exp(0.7 + 0.8 * activity)), 28)
    esr = np.clip(np.rint(np.exp(2.8 + 0.6 * activity + 0.4 * noise[0])), 1, 140)
    crp = np.clip(np.exp(1.6 + 0.8 * activity + 0.6 * noise[1]), 0, 300).round(1)
    health = np.clip(np.rint(35 + 18 * activity + 12 * noise[2]), 0, 100)
    return pd.DataFrame(
        {
            "physician_global_disease_activity": np.clip(np.rint(3 + 1.8 * activity), 0, 10),
            "global_patient_estimate_disease_activity": np.rint(health / 10),
            "das28bsr_score": das28_esr(tender, swollen, esr, health).round(2),
            "das283crp_score": das28_crp(tender, swollen, crp).round(2),
        }
    )
