"""What the graded joints of films say of the visits that these are of: the Rau score, or the worst and the mean."""

import numpy as np
import pandas as pd

from skerosion.clinical import FOOT_JOINTS, HAND_JOINTS, WRIST
from skerosion.forecasts import GridDistribution
from skerosion.visits import pool_by_patient, rau_distribution

from ._joints_to_read import bins_of, check_forecaster, plan_for, told_of

VISIT = ["patient", "visit"]
SCORED = (*HAND_JOINTS, *FOOT_JOINTS, *WRIST)
INDEPENDENT = (
    "The joints of a visit are taken as independent, so that intervals are too narrow: pass a RauForecaster (rau=)."
)
UNKNOWN = "Visits have no scores: name the columns of the patient (group=) and of the visit (visit=)."


def score_visits(saved, joints, forecast, rau, interval, plan=None):
    """Return one row a visit, which joints its score counts and which must be read, and what is to be known of it.

    Parameters
    ----------
    saved : SavedEstimator
    joints : DataFrame
        Of `grade_films`, with ``row``, the row of the forecast, -1 for a joint without one.
    forecast : Forecast
    rau : RauForecaster or None
    interval : float
    plan : ReadingPlan or path-like, default=None
        Whose forecaster makes the scores where there is no `rau`.

    Returns
    -------
    visits : DataFrame
        With ``n_read`` where there is a plan.
    told : dict of str to Series
        ``counted``, and with a plan ``read``: True or False for joints that count, nothing for others.
    notes : list of str
    """
    counted = _counted(joints)
    if not counted.any():
        return pd.DataFrame(columns=[*VISIT, "n_joints", "n_missing"]), {"counted": counted}, [UNKNOWN]
    used = joints[counted]
    distribution, bins = grades_of_joints(saved, forecast.take(used["row"].to_numpy()))
    if bins == "none" or not used["joint"].isin(SCORED).all():
        if plan is not None:
            raise ValueError("plan must be left out where the joints of a visit have no Rau score.")
        return _with_missing(_pooled(saved, distribution, used, interval), joints, counted), {"counted": counted}, []
    told, notes = {"counted": counted}, []
    if plan is not None:
        plan = plan_for(plan, bins)
        rau, notes = plan.forecaster if rau is None else rau, [told_of(plan)]
        told["read"] = _read(plan, distribution, used).reindex(joints.index)
    visits = _with_missing(_rau(distribution, bins, used, rau, interval), joints, counted)
    if plan is not None:
        n_read = told["read"][counted].astype(bool).groupby([used["patient"], used["visit"]]).sum()
        n_read = n_read.rename("n_read").rename_axis(VISIT).reset_index()
        visits = visits.merge(n_read, how="left", on=VISIT).fillna({"n_read": 0}).astype({"n_read": int})
    return visits, told, [*notes, *([] if rau else [INDEPENDENT])]


def _read(plan, distribution, used):
    """Which of the joints that count a person must read."""
    read = plan.joints_to_read(distribution, used["patient"].to_numpy(), used["visit"].to_numpy())
    return pd.Series(read, used.index, dtype=object)


def _counted(joints):
    """Each joint of a visit counts once, on the first film that has a grade of it."""
    known = (joints["row"] >= 0) & joints["patient"].notna() & joints["visit"].notna()
    again = joints[known].duplicated([*VISIT, "side", "joint"])
    return known & ~again.reindex(joints.index, fill_value=True)


def grades_of_joints(saved, forecast):
    """The distributions of joints, and how they fall into the grades of Ratingen, as `bins_of` tells."""
    target, bins = saved.target, bins_of(saved)
    if saved.task == "regressor":
        return forecast.distribution, bins
    names = target.names is not None
    classes = np.arange(len(target.names)) if names else np.asarray(forecast.classes, dtype=float)
    cdf = forecast.onto_classes(target.names).cdf if names else np.cumsum(forecast.probabilities, axis=1, dtype=float)
    return GridDistribution(classes, np.clip(cdf / cdf[:, -1:], 0, 1)), bins


def _rau(distribution, bins, used, rau, interval):
    """The Rau score of each visit and its change since the patient's last one."""
    whose = used["patient"].to_numpy(), used["visit"].to_numpy()
    if rau is None:
        scores = rau_distribution(distribution, *whose, bins=bins)
    else:
        scores = check_forecaster(rau, bins).predict_distribution(distribution, *whose)
    frame = scores.frame(interval).rename(columns={"mean": "rau", "low": "rau_low", "high": "rau_high"})
    changes = scores.changes().drop(columns="std")
    frame = frame[["rau", "rau_low", "rau_high", "n_joints"]].join(changes)
    return frame.rename_axis(VISIT).reset_index()


def _pooled(saved, distribution, used, interval):
    """The worst and the mean of a visit's joints, where grades add up to no Rau score."""
    codes = used.groupby(VISIT, sort=True).ngroup().to_numpy()
    frame = pool_by_patient(distribution, codes).frame(interval).rename(columns={"n_images": "n_joints"})
    of_visit = used[VISIT].assign(code=codes).drop_duplicates("code").set_index("code")
    frame = of_visit.join(frame.set_axis(frame.index.astype(int))).sort_index().reset_index(drop=True)
    return frame if saved.target.names is None else _named(frame, saved.target)


def _named(frame, target):
    """Grades that are names; the mean is of their places."""
    places = ["worst", "worst_low", "worst_high"]
    return frame.assign(**{name: target.shown(frame[name].to_numpy(dtype=int)) for name in places})


def _with_missing(visits, joints, counted):
    """Add how many different joints of the visit have points, or were looked for, and no grade."""
    places = [*VISIT, "side", "joint"]
    everything = joints.dropna(subset=VISIT).drop_duplicates(places).groupby(VISIT).size()
    graded = joints[counted].groupby(VISIT).size()
    missing = (everything - graded.reindex(everything.index, fill_value=0)).rename("n_missing")
    told = visits.merge(missing.reset_index(), how="right", on=VISIT).fillna({"n_joints": 0})
    told = told.astype({"n_joints": int, "n_missing": int})
    told.insert(told.columns.get_loc("n_joints") + 1, "n_missing", told.pop("n_missing"))
    return told
