"""What a study trains, how it splits and from which seed."""

from dataclasses import dataclass, field

from skerosion.model_selection import check_sizes

from ._strategies import TASKS, TITLES, check_names, check_parameters, chosen_strategies
from ._trainings import strategy_trainings


@dataclass(frozen=True)
class StudyPlan:
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

    Examples
    --------
    >>> from skerosion.study import StudyPlan
    >>> [f"{each.task} {each.name}" for each in StudyPlan(strategies=("original", "class_weights")).trainings()]
    ['classifier original', 'classifier class_weights', 'regressor original', 'regressor class_weights']
    """

    tasks: tuple = TASKS
    strategies: tuple | None = None
    transfer: tuple = ()
    sizes: tuple = (0.7, 0.2, 0.1)
    seed: int = 0
    kind: str = "auto"
    parameters: dict = field(default_factory=dict)

    def check(self):
        """Raise ValueError for tasks, strategies, sizes or parameters that cannot be."""
        check_sizes(self.sizes)
        check_names("tasks", self.tasks, TASKS)
        check_parameters(self.parameters, self.tasks)
        trainings = self.trainings()
        if not trainings:
            raise ValueError(f"no task knows these strategies: tasks {list(self.tasks)}, {list(self.strategies)}.")
        for training in trainings:
            training.check()
        _check_unique(trainings)
        _check_starts(trainings)

    def trainings(self):
        """Every `Training`, in the order of the tables.

        Returns
        -------
        list of Training
        """
        return [
            training
            for task in TASKS
            if task in self.tasks
            for training in [
                *strategy_trainings(task, self.strategies),
                *(each for each in self.transfer if each.task == task),
            ]
        ]

    def pairs(self):
        """Every (task, strategy) of the tables: trainings, and the decisions that read another's.

        Returns
        -------
        list of (str, str)
        """
        return [
            pair
            for task in TASKS
            if task in self.tasks
            for pair in [
                *((task, name) for name in chosen_strategies(task, self.strategies)),
                *((task, each.name) for each in self.transfer if each.task == task),
            ]
        ]

    def titles(self):
        """How tables and figures write each strategy.

        Returns
        -------
        dict of str to str
        """
        return TITLES | {each.name: each.row for each in self.transfer}


def _check_unique(trainings):
    """Raise ValueError where two trainings of a task have one name or one title."""
    for what in ("name", "row"):
        named = [(each.task, getattr(each, what)) for each in trainings]
        twice = next((pair for pair in named if named.count(pair) > 1), None)
        if twice:
            raise ValueError(f"trainings of a task should have names of their own, got {twice[1]!r} twice: {twice[0]}.")


def _check_starts(trainings):
    """Raise ValueError for a training that starts from one which is not there, or which starts from another itself."""
    first = {(each.task, each.name) for each in trainings if each.start is None}
    for each in trainings:
        if each.start is not None and tuple(each.start) not in first:
            raise ValueError(
                f"start of the training {each.name!r} should be one of {sorted(first)}, which start from no other, got "
                f"{each.start!r}."
            )
