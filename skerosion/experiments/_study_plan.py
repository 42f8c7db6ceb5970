"""The plan of a study: trainings, and others that start from them, on one division of the patients in three parts."""

from dataclasses import dataclass

import numpy as np

from skerosion._counted import counted
from skerosion.model_selection import check_sizes

from ._folds import Fold, fold_seed
from ._parts import split_parts
from ._pipelines import as_estimator
from ._plan import Plan, Split
from ._results import StudyResult
from ._strategies import check_names
from ._trainings import Training


@dataclass(frozen=True, kw_only=True)
class StudyPlan(Plan):
    """What a study trains.

    Parameters
    ----------
    tasks : tuple of str, default=("classifier", "regressor")
    strategies : tuple of str or None, default=None
        None takes all strategies of each task: the thesis' (a) ``original``, (b) ``oversampled`` and (c)
        ``class_weights``, and of the classifier also ``balanced_decision``, which trains nothing of its own.
    transfer : tuple of Training, default=()
        Trainings that start from what another network has learned, see `transfer_trainings`.
    sizes : tuple of three floats, default=(0.7, 0.2, 0.1)
        Shares of the rows in the train, validation and test part.
    seed : int, default=0
        Seed of the split, of every training and of the resamples of patients.
    kind : {"auto", "percent", "grade"}, default="auto"
        What the target holds.
    parameters : dict, default={}
        Parameters of the estimators, the same for all trainings: ``{"epochs": 8}``. One that only one task's estimator
        has, such as ``head``, goes to that one.
    estimators : dict, default={}
        As `SearchPlan` takes them; of networks alone, for a study looks at what their hidden layers say.
    choose_by : tuple of str, default=()
        As `SearchPlan` takes it.

    Examples
    --------
    >>> from skerosion.experiments import StudyPlan
    >>> [f"{each.task} {each.name}" for each in StudyPlan(strategies=("original", "class_weights")).trainings()]
    ['classifier original', 'classifier class_weights', 'regressor original', 'regressor class_weights']
    """

    transfer: tuple = ()
    sizes: tuple = (0.7, 0.2, 0.1)

    folder, word, keeps_learned, result = "trainings", "trainings", True, StudyResult

    def check(self):
        """Raise ValueError for tasks, strategies, sizes or parameters that cannot be."""
        check_sizes(self.sizes)
        check_names("tasks", self.tasks, ("classifier", "regressor"))
        super().check()
        self._check_networks()
        _check_unique(self.rows())
        _check_starts(self.trainings())

    def _check_networks(self):
        """Raise ValueError for an estimator that is not one network, whose embedding could not be kept."""
        for name, described in self.estimators.items():
            estimator = as_estimator(described)
            if not hasattr(type(estimator), "model_"):
                raise ValueError(
                    "estimators of a study must be single networks, whose hidden layers it looks at, such as "
                    f"OrdinalClassifier, got {type(estimator).__name__} for {name!r}; a search compares any estimators."
                )

    def _rows(self):
        """The rows of the strategies and, after those of its task, each transfer."""
        rows = list(super()._rows())
        for task in self._named():
            yield from (row for row in rows if row[0].task == task)
            yield from ((each, "") for each in self.transfer if each.task == task)

    def split(self, rows, grades, shown):
        """One fold that trains on the train part and predicts the validation part, then the test part."""
        parts, message = split_parts(rows, grades, sizes=self.sizes, seed=self.seed, shown=shown)
        held_out = np.concatenate([parts["validation"], parts["test"]])
        fold = Fold(0, parts["train"], held_out, fold_seed(self.seed, 0))
        texts = [
            f"{counted(len(each), 'image')} of {counted(len(np.unique(rows.groups[each])), 'patient')}"
            for each in parts.values()
        ]
        told = f"Split by patient: {texts[0]} to train on, {texts[1]} to choose on, {texts[2]} to test on."
        return Split([fold], parts, [told, message])


def _check_unique(trainings: list[Training]):
    """Raise ValueError where two trainings of a task have one name or one title."""
    for what in ("name", "row_title"):
        named = [(each.task, getattr(each, what)) for each in trainings]
        twice = next((pair for pair in named if named.count(pair) > 1), None)
        if twice:
            raise ValueError(f"trainings of a task must have names of their own, got {twice[1]!r} twice: {twice[0]}.")


def _check_starts(trainings):
    """Raise ValueError for a training that starts from one which is not there, or which starts from another itself."""
    first = {(each.task, each.name) for each in trainings if each.start is None}
    for each in trainings:
        if each.start is not None and tuple(each.start) not in first:
            raise ValueError(
                f"start of the training {each.name!r} must be one of {sorted(first)}, which start from no other, got "
                f"{each.start!r}."
            )
