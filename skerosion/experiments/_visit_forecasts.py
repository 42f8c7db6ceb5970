"""What the joints' forecasts say about a visit: its Rau score as a distribution."""

import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skerosion.clinical import rau_score

FORMS = {
    "recalibrated joints": {},
    "correlated joints": {"recalibrate": False},
    "independent joints": {"recalibrate": False, "correlation": 0.0, "visit_correlation": 0.0},
}
"""How the forecasts of a visit's joints are put together: parameters of `RauForecaster`, the best first."""

FEWEST_VISITS = 24
"""Visits of the validation part from which on the joints are recalibrated, which learns four numbers."""

ALPHA = 0.05
"""False alarms of a test of changes."""

READING_LEVEL = 0.9
"""Share of visits that are to be within the error of a reading plan."""


@dataclass(frozen=True)
class VisitForecasts:
    """The Rau scores of the test part's visits.

    Parameters
    ----------
    truth : Series
        Scores of the labels, by patient_id and date.
    decided : dict of str to ndarray of shape (n_visits,)
        Task -> scores of the grades decided on.
    rau : dict of (str, str) to RauDistribution
        Task and form -> scores as distributions; what joints have in common is learned on the validation part.
    correlation : dict of str to float
        Task -> the correlation of a visit's joints as it is without recalibration.
    notes : tuple of str, default=()
        What is to be known of how they were learned.
    reading : dict of str to DataFrame, default={}
        Task -> how many joints a person must read for each error, as `ReadingPlan.curve` tells it, on the test part.
    changes : dict of str to DataFrame, default={}
        Task -> which rises of the reader's score `ChangeTest` and the smallest detectable change find.
    """

    truth: pd.Series
    decided: dict
    rau: dict
    correlation: dict
    notes: tuple = ()
    reading: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)

    @property
    def forms(self):
        """The forms there are, the best first."""
        return list(dict.fromkeys(form for _, form in self.rau))

    @property
    def patients(self):
        """Patient of each visit."""
        return self.truth.index.get_level_values(0).to_numpy()


def knows_visits(data, target):
    """Whether rows are joints of visits, with percentages of eroded surface."""
    return data.has_visits and target.kind == "percent"


def forecast_visits(result, chosen):
    """Put the forecasts of the chosen strategies together to Rau scores of the test part's visits.

    Parameters
    ----------
    result : StudyResult
        Of a registry.
    chosen : dict of str to str
        Task -> strategy.

    Returns
    -------
    VisitForecasts
    """
    parts = {name: _Joints(result, name) for name in ("validation", "test")}
    decided, rau, correlation, notes, reading = {}, {}, {}, [], {}
    forms = [form for form in FORMS if form != "recalibrated joints" or parts["validation"].n_visits >= FEWEST_VISITS]
    for task, strategy in chosen.items():
        fitted = {form: parts["validation"].fit_forecaster(task, strategy, FORMS[form]) for form in forms}
        forecasters = {form: forecaster for form, (forecaster, _) in fitted.items()}
        notes += [f"Rau score, {task}, {form}: {doubt}" for form, (_, doubts) in fitted.items() for doubt in doubts]
        decided[task] = parts["test"].decided_scores(task, strategy)
        rau |= {(task, form): parts["test"].predict(each, task, strategy) for form, each in forecasters.items()}
        correlation[task] = forecasters["correlated joints"].correlation_
        reading[task] = parts["test"].reading_curve(forecasters[forms[0]], task, strategy)
    truth = parts["test"].true_scores()
    changes = {task: found_rises(rau[task, forms[0]], truth.to_numpy(dtype=float)) for task in chosen}
    changes = {task: frame for task, frame in changes.items() if frame is not None}
    return VisitForecasts(truth, decided, rau, correlation, tuple(notes), reading, changes)


def found_rises(rau, truth, alpha=ALPHA):
    """Return how many rises of the reader's score are found, calibrated on pairs that the reader calls unchanged.

    Parameters
    ----------
    rau : RauDistribution
    truth : ndarray of shape (n_visits,)
        Scores of the reader.
    alpha : float
        False alarms.

    Returns
    -------
    DataFrame or None
        A row for each rule: ``rule``, ``stable`` (pairs, one a patient), ``alarm above``, ``rises`` and ``found``. None
        without a stable pair or a rise.
    """
    from skerosion.promises import ChangeTest

    table = rau.changes()
    later = rau.index.get_indexer(table.index)
    moved, patients = truth[later] - truth[later - 1], table.index.get_level_values(0)
    stable = table[moved == 0].groupby(level=0).first()
    # Whose pair calibrates is not tested: a patient's pairs go together.
    rose = table[(moved > 0) & ~patients.isin(stable.index)]
    if stable.empty or rose.empty:
        return None
    test = ChangeTest().fit(stable["change"], stable.index)
    beyond = rose["more_than_noise"] & (rose["change"] > 0)
    found = {"test": (test.p_values(rose["change"]) <= alpha).mean(), "smallest detectable change": beyond.mean()}
    limits = (test.threshold(alpha), rose["smallest_detectable"].median())
    frame = pd.DataFrame({"rule": list(found), "alarm above": limits, "found": list(found.values())})
    return frame.assign(stable=len(stable), rises=len(rose))


class _Joints:
    """The joints of one part with their visits, each joint once a visit."""

    def __init__(self, result, name):
        self.result, self.part = result, result.part(name)
        table = result.data.table.iloc[result.parts[name]]
        # A joint on several radiographs of a visit counts once: the first.
        self.kept = np.flatnonzero(~table.duplicated(["patient_id", "date", "side", "joint"]).to_numpy())
        self.rows = result.parts[name][self.kept]
        self.visits = table.iloc[self.kept][["patient_id", "date"]]

    @property
    def n_visits(self):
        """Number of visits."""
        return len(self.visits.drop_duplicates())

    def fit_forecaster(self, task, strategy, parameters):
        """Learn what the joints of a visit have in common, as far as the parameters leave it open.

        Returns
        -------
        RauForecaster
        list of str
            What it warns of.
        """
        from skerosion.visits import RauForecaster

        forecast, truth, bins = self._forecast(task, strategy)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            forecaster = RauForecaster(bins=bins, **parameters).fit(forecast, truth, *self._places)
        return forecaster, [str(each.message) for each in caught if each.category is UserWarning]

    def predict(self, forecaster, task, strategy):
        """The scores of the visits as distributions, by patient and date."""
        return forecaster.predict_distribution(self._forecast(task, strategy)[0], *self._places)

    def reading_curve(self, forecaster, task, strategy):
        """How many joints must still be read for each error of a visit's score."""
        from skerosion.promises import ReadingPlan

        forecast, truth, _ = self._forecast(task, strategy)
        plan = ReadingPlan(forecaster, level=READING_LEVEL).fit(forecast, truth, *self._places)
        return plan.curve().assign(patients=plan.n_patients_, level=READING_LEVEL)

    @property
    def _places(self):
        return self.visits["patient_id"].to_numpy(), self.visits["date"].to_numpy()

    def _forecast(self, task, strategy):
        """Distributions of the joints, the truth in the same terms, and how these fall into grades."""
        from skerosion.forecasts import GridDistribution

        predictions = self.part.predictions[task, strategy]
        if task == "regressor":
            return predictions.distribution[self.kept], self.part.y[self.kept], "ratingen"
        cdf = np.cumsum(predictions.probabilities[self.kept], axis=1, dtype=float)
        cdf /= cdf[:, -1:]
        return GridDistribution(predictions.classes.astype(float), cdf), self.part.grades[self.kept], None

    def decided_scores(self, task, strategy):
        """Scores of the grades decided on: a classifier's own, a regressor's medians."""
        predictions = self.part.predictions[task, strategy]
        grades = predictions.prediction if task == "classifier" else self.part.median_grade(predictions)
        return self._scores(grades[self.kept]).to_numpy()

    def true_scores(self):
        """Scores of the labels, by patient_id and date."""
        return self._scores(self.part.grades[self.kept])

    def _scores(self, grades):
        values = np.full(len(self.result.y), np.nan)
        values[self.rows] = grades
        return rau_score(self.result.data.wide(values).dropna(how="all")).score
