"""The trainings of a study as plain data: what is trained, against the imbalance with what, and from which start."""

from dataclasses import dataclass, field

from ._strategies import (
    STRATEGIES,
    TASKS,
    TITLES,
    check_names,
    check_parameters,
    chosen_strategies,
    training_strategy,
)


@dataclass(frozen=True)
class Training:
    """One training of a study.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    name : str
        Names the training among those of its task, in tables and files.
    strategy : str, default="original"
        ``"original"``, ``"oversampled"`` or ``"class_weights"``: the thesis' (a), (b) and (c).
    parameters : dict, default={}
        Parameters of the estimator beside those that all trainings of the study share.
    title : str or None, default=None
        How tables and figures write the training; None is its name.
    start : (str, str) or None, default=None
        Task and name of the training of the same study whose network this one's backbone starts from.

    Examples
    --------
    >>> from skerosion.study import Training
    >>> Training("regressor", "wide", parameters={"dense_units": (2048, 512)}).row
    'wide'
    """

    task: str
    name: str
    strategy: str = "original"
    parameters: dict = field(default_factory=dict)
    title: str | None = None
    start: tuple | None = None

    @property
    def row(self):
        """Name of its row in tables."""
        return self.title or TITLES.get(self.name, self.name)

    def check(self):
        """Raise ValueError for a task, a strategy or parameters that cannot be."""
        check_names("tasks", [self.task], TASKS)
        trained = [name for name in STRATEGIES[self.task] if training_strategy(name) == name]
        check_names("strategies", [self.strategy], trained)
        check_parameters(self.parameters, [self.task])


def strategy_trainings(task, strategies=None):
    """The trainings that the strategies of a task need, from their first weights.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    strategies : sequence of str or None, default=None
        None takes all strategies of the task.

    Returns
    -------
    list of Training

    Examples
    --------
    >>> from ._trainings import strategy_trainings
    >>> [training.name for training in strategy_trainings("classifier", ["class_weights", "balanced_decision"])]
    ['class_weights', 'original']
    """
    names = dict.fromkeys(training_strategy(name) for name in chosen_strategies(task, strategies))
    return [Training(task, name, strategy=name) for name in names]
