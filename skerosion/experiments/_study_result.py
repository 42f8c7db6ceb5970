"""A finished study's trainings, put into the parts that they were evaluated on."""

from dataclasses import dataclass

import numpy as np

from skerosion.grades import Target

from ._jobs import finished_fits_stay
from ._neighbor_forecasts import neighbor_predictions
from ._parts import StudyPart
from ._predictions import kept_forecast
from ._store import FitStore
from ._strategies import training_strategy
from ._study_plan import StudyPlan
from ._visit_forecasts import forecast_visits, knows_visits


@dataclass(frozen=True)
class StudyResult:
    """All trainings of a study with what they predict.

    Parameters
    ----------
    plan : StudyPlan
    target : Target
    data : Registry or ImageTable
    y : ndarray of shape (n_rows,)
    parts : dict of str to ndarray
        Positions of the rows of each part.
    fits : dict of (str, str) to dict
        Task and training -> its arrays: forecasts of validation and test rows, embedding of all rows.
    about : dict of (str, str) to dict
        Task and training -> seconds, losses, versions, device.
    messages : list of str
    store : FitStore
    work : list of TrainingJob

    Examples
    --------
    `run_study` makes one; the positions of its parts are those of rows.

    >>> import numpy as np
    >>> from skerosion.report import Target
    >>> from skerosion.study import StudyPlan, StudyResult
    >>> y, parts = np.array([0.0, 20.0, 0.0, 20.0]), {"train": [0, 1], "validation": [3], "test": [2]}
    >>> result = StudyResult(StudyPlan(), Target.decide(y, "percent"), None, y, parts, {}, {}, [], None, [])
    >>> result.held_out.tolist()
    [3, 2]
    """

    plan: StudyPlan
    target: Target
    data: object
    y: np.ndarray
    parts: dict
    fits: dict
    about: dict
    messages: list
    store: FitStore
    work: list

    def keeping(self, doing):
        """Context in which an interruption or an error says what was being done and that all trainings stay."""
        return finished_fits_stay(self.store, self.work, doing)

    @property
    def rows(self):
        """All images."""
        return self.data.X

    @property
    def held_out(self):
        """Positions of the validation rows, then of the test rows."""
        return np.concatenate([self.parts["validation"], self.parts["test"]])

    def part(self, name):
        """What every strategy predicts for the rows of a part.

        Parameters
        ----------
        name : {"validation", "test"}

        Returns
        -------
        StudyPart
        """
        return self._part(name, {pair: self._predictions(pair, name) for pair in self.plan.pairs()})

    def neighbors(self, name):
        """What the nearest training rows in each network's embedding predict for the rows of a part.

        Parameters
        ----------
        name : {"validation", "test"}

        Returns
        -------
        StudyPart
        """
        trained, asked = self.parts["train"], self.parts[name]
        predictions = {
            (task, of): neighbor_predictions(
                task, self.target, arrays["embedding"][trained], self.y[trained], arrays["embedding"][asked]
            )
            for (task, of), arrays in self.fits.items()
        }
        return self._part(name, predictions)

    def embedding(self, task, strategy):
        """The embedding of all rows by the network of a strategy, shape (n_rows, n_components)."""
        return self.fits[task, training_strategy(strategy)]["embedding"]

    def attention(self, task, strategy, rows):
        """Where the network of a strategy looks: name of a kind of map -> maps of the rows."""
        from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity

        from ._fits import trained_estimator

        pipeline, images = trained_estimator(self, task, strategy).pipeline, self.rows[rows]
        kinds = {"activation map": activation_map, "Grad-CAM": grad_cam, "occlusion": occlusion_sensitivity}
        return {name: maps(pipeline, images) for name, maps in kinds.items()}

    def visits(self, chosen):
        """The Rau scores of the test part's visits; None where rows are no joints of visits."""
        return forecast_visits(self, chosen) if knows_visits(self.data, self.target) else None

    def _part(self, name, predictions):
        positions = self.parts[name]
        return StudyPart(
            name=name,
            target=self.target,
            rows=self.rows[positions],
            y=self.y[positions],
            groups=self.rows.groups[positions],
            predictions=predictions,
            trained=self.y[self.parts["train"]],
            seed=self.plan.seed,
            titles=self.plan.titles(),
        )

    def _predictions(self, pair, name):
        task, strategy = pair
        arrays = self.fits[task, training_strategy(strategy)]
        first = len(self.parts["validation"])
        rows = slice(first) if name == "validation" else slice(first, None)
        return kept_forecast(arrays, strategy).take(rows)
