"""Which joints of a new visit a person must still read: the plan, and what is said of it."""

import os

from skerosion._counted import counted
from skerosion.visits import RauForecaster

from .file_format import load_estimator


def bins_of(saved):
    """How the distributions of an estimator fall into the grades of Ratingen: "none" where they do not."""
    target = saved.target
    if saved.task == "regressor" and target.kind == "percent":
        return "ratingen"
    return None if target.classes == tuple(range(6)) and (saved.task == "regressor" or target.names is None) else "none"


def check_forecaster(rau, bins):
    """Return a forecaster of Rau scores, or raise ValueError where it is of other grades, or none."""
    if not isinstance(rau, RauForecaster):
        raise ValueError(f"rau must be a fitted RauForecaster or the file of one, got {type(rau).__name__}.")
    if rau.bins != bins:
        raise ValueError(f"rau must be of bins={bins!r}, as the estimator's grades are, got bins={rau.bins!r}.")
    return rau


def loaded(given):
    """Return what is in an estimator's file, anything else as it is."""
    return load_estimator(given) if isinstance(given, (str, os.PathLike)) else given


def plan_for(plan, bins):
    """Return a fitted plan, of a file too, for grades of such bins; raise where it is another or none."""
    from skerosion.promises import ReadingPlan

    plan = loaded(plan)
    if not isinstance(plan, ReadingPlan):
        raise ValueError(f"plan must be a fitted ReadingPlan or the file of one, got {type(plan).__name__}.")
    check_forecaster(plan.forecaster, bins)
    return plan


def told_of(plan):
    """Say what a plan promises, under which assumption, or why all joints must be read.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from skerosion.experiments._joints_to_read import told_of
    >>> told_of(SimpleNamespace(reads_all_=True, reason_="3 patients are too few for level=0.9: read all joints."))
    'Joints to read: all of them. 3 patients are too few for level=0.9: read all joints.'
    """
    if plan.reads_all_:
        return f"Joints to read: all of them. {plan.reason_[:1].upper()}{plan.reason_[1:]}"
    return (
        f"Joints to read: the score of at least {100 * plan.level:g} % of a new patient's visits is within "
        f"{plan.error:g} points of what reading all joints gives, on average, as long as patients, films and reader "
        f"are like those of the {counted(plan.n_patients_, 'patient')} that this was learned from."
    )
