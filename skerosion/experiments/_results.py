"""What the fits of a plan predict, put back into the order of the rows or into the parts they were evaluated on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skerosion._counted import counted
from skerosion.grades import Target
from skerosion.report import deciding

from ._attention_maps import attention_maps
from ._finished_fits import finished_fits_stay
from ._jobs import FitContext, job_pipeline
from ._learned import LEARNED, give_learned
from ._neighbor_forecasts import neighbor_predictions
from ._plan import Prepared
from ._saved_estimator import SavedEstimator
from ._scored import Scored
from ._store import FitStore
from ._stored_forecasts import kept_forecast, out_of_fold
from ._strategies import training_strategy
from ._trained_films import describe_films
from ._visit_forecasts import forecast_visits, knows_visits


@dataclass(frozen=True)
class Result:
    """A finished run of a plan.

    Parameters
    ----------
    plan : Plan
    prepared : Prepared
        The rows, what their targets mean, and the folds or the parts of a study.
    store : FitStore
    jobs : list of FitJob
    arrays : dict of (str, str) to list of (Fold, dict)
        Task and training -> each fold with the arrays of its fit.
    records : dict of (str, str) to list of dict
        Task and training -> seconds, losses, versions, device of each fit.
    messages : list of str
    """

    plan: object
    prepared: Prepared
    store: FitStore
    jobs: list
    arrays: dict
    records: dict
    messages: list

    @property
    def data(self):
        """The rows with what is known of them."""
        return self.prepared.data

    @property
    def y(self):
        """Target of each row."""
        return self.prepared.y

    @property
    def target(self):
        """What the targets mean."""
        return self.prepared.target

    @property
    def split(self):
        """The folds, and the parts of a study."""
        return self.prepared.split

    @property
    def context(self):
        """What all fits share, for another one."""
        return FitContext.of(self.plan, self.prepared, self.store)

    @property
    def decided_by(self):
        """The column that chooses the winner of each task."""
        return deciding(self.plan.choose_by)

    def keeping(self, doing, tell=None):
        """Context that tells what begins, and in which an error says what was being done and that all fits stay."""
        return finished_fits_stay(self.store, self.jobs, doing, tell)

    @property
    def rows(self):
        """All images."""
        return self.data.X

    @property
    def groups(self):
        """Patient of each row, or None."""
        return self.rows.groups

    @property
    def seconds(self):
        """Time all fits took together."""
        return float(sum(about["seconds"] for each in self.records.values() for about in each))


class SearchResult(Result, Scored):
    """A finished search: what was predicted for each row by fits that never saw its patient.

    ``predictions`` maps task and row of the tables to `Forecast`.
    """

    fit_of = staticmethod(training_strategy)

    @property
    def titles(self):
        """How tables write each row."""
        return self.plan.titles()

    @property
    def refused(self):
        """Rows that no fit can fill, with their reasons."""
        return self.plan.refused()

    @property
    def folds(self):
        """The folds."""
        return self.split.folds

    @property
    def seed(self):
        """Seed of the resamples of patients."""
        return self.plan.seed

    @property
    def origin(self):
        """Where the predictions come from."""
        return f"out of fold, {counted(len(self.folds), 'fold')}{'' if self.groups is None else ' by patient'}"

    @cached_property
    def predictions(self):
        """Out-of-fold predictions of every row of the tables."""
        pairs = self.plan.pairs()
        return {(task, name): out_of_fold(self.arrays[task, training_strategy(name)], name) for task, name in pairs}

    def row_marks(self):
        """The fold of each row."""
        return {"fold": self.fold_of_row}

    def references(self):
        """For each fold the targets that its fits were trained on, and the rows that they predict."""
        return [(self.y[fold.train], fold.test) for fold in self.folds]

    @property
    def neighbourhoods(self):
        """The rows that one fit embeds without having seen them: those of each fold."""
        return [fold.test for fold in self.folds]

    def embedding(self, task, strategy):
        """The embedding of each row by the fit that had not seen it; None where a fit has no network of its own.

        Only the rows of one fold can be compared.
        """
        fits = self.arrays[task, training_strategy(strategy)]
        if any("embedding" not in arrays for _, arrays in fits):
            return None
        width = max(arrays["embedding"].shape[1] for _, arrays in fits)
        embedding = np.zeros((len(self.y), width), np.float32)
        for fold, arrays in fits:
            embedding[fold.test, : arrays["embedding"].shape[1]] = arrays["embedding"]
        return embedding

    @property
    def fold_of_row(self):
        """Number of the fold (1, 2, ..) each row is tested in."""
        numbers = np.zeros(len(self.y), dtype=int)
        for fold in self.folds:
            numbers[fold.test] = fold.number + 1
        return numbers


@dataclass(frozen=True)
class StudyPart(Scored):
    """Rows of one part with their truth and the predictions for them, for tables and figures.

    Parameters
    ----------
    name : {"validation", "test"}
    target : Target
    rows : ImageRows
    y, groups : ndarray of shape (n_rows,)
    predictions : dict of (str, str) to Forecast
        By task and strategy.
    trained : ndarray of shape (n_train,)
        Targets of the train part: what floors know.
    seed : int
    titles : dict of str to str
        Strategy -> how tables and figures write it.
    decided_by : dict of str to str
        Task -> the column that chooses its winner.
    """

    name: str
    target: Target
    rows: object
    y: np.ndarray
    groups: np.ndarray
    predictions: dict
    trained: np.ndarray
    seed: int
    titles: dict
    decided_by: dict

    fit_of = staticmethod(training_strategy)

    @property
    def origin(self):
        """Where the predictions come from."""
        return f"{self.name} part"

    def references(self):
        """The targets that all fits were trained on, and all rows."""
        return [(self.trained, np.arange(len(self.y)))]


class StudyResult(Result):
    """All trainings of a study with what they predict.

    ``learned`` maps task and training to the arrays of its fit: forecasts of validation and test rows, and the
    embedding of all rows.
    """

    @property
    def learned(self):
        """Task and training -> its arrays."""
        return {pair: arrays for pair, [(_, arrays)] in self.arrays.items()}

    @property
    def parts(self):
        """Positions of the rows of each part."""
        return self.split.parts

    @property
    def about(self):
        """Task and training -> seconds, losses, versions, device."""
        return {pair: records[0] for pair, records in self.records.items()}

    @property
    def held_out(self):
        """Positions of the validation rows, then of the test rows."""
        return self.split.folds[0].test

    @property
    def neighbourhoods(self):
        """The rows that one network embeds without having seen them: all that are held out."""
        return [self.held_out]

    def _arrays(self, task, name):
        return self.arrays[task, training_strategy(name)][0][1]

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
            for (task, of), arrays in self.learned.items()
        }
        return self._part(name, predictions)

    def embedding(self, task, strategy):
        """The embedding of all rows by the network of a strategy, shape (n_rows, n_components)."""
        return self._arrays(task, strategy)["embedding"]

    def attention(self, task, strategy, rows):
        """Where the network of a strategy looks: name of a kind of map -> maps of the rows."""
        return attention_maps(self._fitted(task, strategy)[0], self.rows[rows])

    def visits(self, chosen):
        """The Rau scores of the test part's visits; None where rows are not joints of visits."""
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
            decided_by=self.decided_by,
        )

    def estimator(self, task, name, columns=None):
        """A row's estimator, put together from its parameters and what the stored training learned.

        No file of the study is read as a pickle, which would run what it holds.

        Parameters
        ----------
        task, name : str
        columns : dict or None, default=None
            Names of the table's columns.

        Returns
        -------
        SavedEstimator
        """
        pipeline, made_with = self._fitted(task, name)
        trained = self.rows[self.parts["train"]]
        of = (pipeline, task, name, self.target, trained, made_with, columns)
        return SavedEstimator.of(*of, shown=describe_films(self.data))

    def _fitted(self, task, name):
        """A row's pipeline, and the versions that it was fitted with."""
        job = next(job for job in self.jobs if (job.task, job.training.name) == (task, training_strategy(name)))
        arrays, about = self.store.load(job.name)
        pipeline = job_pipeline(self.plan.row_of(task, name), job, self.context)
        with self.store.using(job.name):
            give_learned(pipeline[-1], about[LEARNED], arrays)
        return pipeline, about["versions"]

    def _predictions(self, pair, name):
        arrays = self._arrays(*pair)
        first = len(self.parts["validation"])
        rows = slice(first) if name == "validation" else slice(first, None)
        return kept_forecast(arrays, pair[1]).take(rows)
