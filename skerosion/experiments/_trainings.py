"""The trainings of a plan as plain data: what is trained, against the imbalance with what, and from which start."""

from dataclasses import dataclass, field

from ._identity import check_first_weights
from ._pipelines import as_estimator, make_pipeline, parameters_for
from ._strategies import (
    STRATEGIES,
    TASKS,
    check_names,
    check_parameters,
    chosen_strategies,
    task_parameters,
    training_strategy,
)
from ._titles import TITLES


@dataclass(frozen=True)
class Training:
    """One training of a search or a study.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    name : str
        Names the training among those of its task, in tables and files.
    strategy : str, default="original"
        ``"original"``, ``"oversampled"`` or ``"class_weights"``: the thesis' (a), (b) and (c).
    parameters : dict, default={}
        Parameters of the estimator beside those that all trainings of the plan share.
    title : str or None, default=None
        How tables and figures write the training; None is its name.
    start : (str, str) or None, default=None
        Task and name of the training of the same study whose network this one's backbone starts from.
    estimator : estimator, dict, str or None, default=None
        What is trained: an estimator, its description as `make_estimator` takes it, or the name of its class; None is
        the network of the task, `CNNClassifier` or `CRPSRegressor`.
    step : object with ``fit_resample`` or None, default=None
        A step of one's own before the estimator; None is that of the strategy.

    Examples
    --------
    >>> from skerosion.experiments import Training
    >>> Training("regressor", "wide", parameters={"dense_units": (2048, 512)}).row_title
    'wide'
    """

    task: str
    name: str
    strategy: str = "original"
    parameters: dict = field(default_factory=dict)
    title: str | None = None
    start: tuple | None = None
    estimator: object = None
    step: object = None

    @property
    def row_title(self):
        """Name of its row in tables."""
        return self.title or TITLES.get(self.name, self.name)

    def check(self):
        """Raise ValueError for a task, a strategy or parameters that cannot be."""
        check_names("tasks", [self.task], TASKS)
        trained = [name for name in STRATEGIES[self.task] if training_strategy(name) == name]
        check_names("strategies", [self.strategy], trained)
        check_first_weights(self.parameters)
        if self.estimator is None:
            check_parameters(self.parameters, [self.task])

    def own(self, parameters):
        """The parameters of its estimator: those of the plan that the estimator knows, then its own."""
        if self.estimator is None:
            return task_parameters(self.task, parameters) | self.parameters
        return parameters_for(as_estimator(self.estimator), parameters, every=True) | self.parameters

    def pipeline(self, target, parameters, seed=0):
        """Its unfitted pipeline, with `parameters` in the place of those that `own` gives."""
        estimator = None if self.estimator is None else as_estimator(self.estimator)
        if estimator is not None:
            parameters, estimator = {}, estimator.set_params(**parameters)
        given = {"parameters": parameters, "seed": seed, "estimator": estimator, "step": self.step}
        return make_pipeline(self.task, self.strategy, target, **given)


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
    >>> from skerosion.experiments._trainings import strategy_trainings
    >>> [training.name for training in strategy_trainings("classifier", ["class_weights", "balanced_decision"])]
    ['class_weights', 'original']
    """
    names = dict.fromkeys(training_strategy(name) for name in chosen_strategies(task, strategies))
    return [Training(task, name, strategy=name) for name in names]
