"""Reading plans that are learned from a table of joints that an estimator has graded, and a reader has read."""

import warnings

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._user_files import check_readable
from skerosion._validation import SHARE, Number, check_parameter
from skerosion.datasets import read_text_table
from skerosion.forecasts import GridDistribution
from skerosion.visits import RauForecaster

from ._joints_to_read import bins_of, check_forecaster, loaded
from ._visit_forecasts import FEWEST_VISITS
from .file_format import ENDING

_SHARES = [f"p_{grade}" for grade in range(6)]
_PERCENTS = [0, 20, 40, 60, 80, 100]  # one of each Ratingen grade
_SEED = 0


def is_plan_file(plan):
    """Whether a file is that of a plan, and not a table to learn one from."""
    return str(plan).endswith(ENDING)


def learn_plan(saved, table, *, within=5.0, level=0.9, reader="reader", group="patient", visit="visit", rau=None):
    """Learn a plan from joints that an estimator has graded, and a reader has read.

    Parameters
    ----------
    saved : SavedEstimator
        Whose grades they are.
    table : path-like or DataFrame of text
        A row a joint, such as ``joints.csv`` of graded films with one more column: patient, visit, ``p_0`` to ``p_5``
        and what the reader says, in the unit of the estimator. Of patients whom the estimator was not trained on.
    within, level : float
        Points of the Rau score, and the share of visits that are to keep within, as for `ReadingPlan`.
    reader, group, visit : str
        Columns.
    rau : RauForecaster or path-like, default=None
        Fitted on other patients than those of the table; None learns one from a half of these, which the plan lacks.

    Returns
    -------
    plan : ReadingPlan
    notes : list of str
        What is to be known of how it was learned.

    Raises
    ------
    ValueError
        For a table without these columns, or of fewer than two patients.
    """
    from skerosion.promises import ReadingPlan

    check_parameter("within", within, (Number(0, open_low=True),))
    check_parameter("level", level, (SHARE,))
    bins = bins_of(saved)
    if bins == "none":
        raise ValueError("plan must be left out where grades are no Ratingen scores, which add up to a Rau score.")
    rows, notes = _read_joints(table, bins, reader, group, visit)
    if rau is None:
        patients = np.random.default_rng(_SEED).permutation(rows["patient"].unique())
        first = rows["patient"].isin(patients[: len(patients) // 2])
        rau, doubts = _forecaster(rows[first], bins)
        rows, notes = rows[~first], [*notes, *doubts]
    plan = ReadingPlan(check_forecaster(loaded(rau), bins), error=within, level=level)
    return plan.fit(*_as_given(rows, bins)), notes


def _read_joints(table, bins, reader, group, visit):
    """Return the joints of the visits whose graded joints have all been read, and what is left out."""
    if not isinstance(table, pd.DataFrame):
        check_readable(table, "plan")
    frame = table if isinstance(table, pd.DataFrame) else read_text_table(table)
    lacking = [name for name in (group, visit, reader, *_SHARES) if name not in frame]
    if lacking:
        raise ValueError(
            f"plan must be a table of joints with the columns {group}, {visit}, p_0 to p_5 and {reader}, the reader's "
            f"grades, got none called {', '.join(lacking)}. Columns: {', '.join(map(str, frame.columns))}."
        )
    rows = frame[_SHARES].apply(pd.to_numeric, errors="coerce")
    rows = rows.assign(patient=frame[group].astype(str), visit=frame[visit].astype(str))
    rows["y"] = pd.to_numeric(frame[reader], errors="coerce")
    used = rows[_SHARES].notna().all(axis=1) & (rows["patient"] != "") & (rows["visit"] != "")
    if "counted" in frame:
        used &= frame["counted"].astype(str).str.lower() == "true"
    rows = rows[used]
    whole = rows["y"].notna().groupby([rows["patient"], rows["visit"]]).transform("all").astype(bool)
    kept = rows[whole]
    if kept["patient"].nunique() < 2:
        raise ValueError(
            f"plan must be a table of 2 patients or more with visits whose graded joints all have a grade in "
            f"{reader!r}, got {kept['patient'].nunique()}."
        )
    left = rows[~whole].drop_duplicates(["patient", "visit"])
    said = f"{counted(len(left), 'visit')} of the plan's table left out: not all joints have been read."
    return kept, [said] if len(left) else []


def _forecaster(rows, bins):
    """Learn what the joints of a visit have in common, as far as there is enough to learn it from."""
    sizes = rows.groupby(["patient", "visit"]).size()
    known = {} if len(sizes) >= FEWEST_VISITS else {"recalibrate": False}
    known |= {} if sizes.max() > 1 else {"correlation": 0.0}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        forecaster = RauForecaster(bins=bins, **known).fit(*_as_given(rows, bins))
    return forecaster, [f"Of the plan's table: {each.message}" for each in caught if each.category is UserWarning]


def _as_given(rows, bins):
    """Joints as forecasters and plans take them: distributions, grades or percentages, patients, visits."""
    cdf = rows[_SHARES].to_numpy().cumsum(axis=1)
    distribution = GridDistribution(_PERCENTS if bins == "ratingen" else None, np.clip(cdf / cdf[:, -1:], 0, 1))
    return distribution, rows["y"].to_numpy(), rows["patient"].to_numpy(), rows["visit"].to_numpy()
