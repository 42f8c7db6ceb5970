"""What every plan is: trainings, rows of tables, and a split of the patients."""

import dataclasses
import difflib
import re
from dataclasses import dataclass, field, replace

import numpy as np

from skerosion.grades import Target
from skerosion.report import deciding

from ._descriptions import describe_estimator
from ._identity import check_first_weights
from ._pipelines import as_estimator, parameters_for, refusal, task_of
from ._strategies import (
    STRATEGIES,
    TASKS,
    check_names,
    check_parameters,
    check_values,
    strategy_steps,
    training_strategy,
)
from ._titles import TITLES
from ._trainings import Training


@dataclass(frozen=True)
class Split:
    """The folds of a plan, the parts that they are made of where it has parts, and what a reader should know."""

    folds: list
    parts: dict
    messages: list


@dataclass(frozen=True)
class Prepared:
    """What a plan is run on: rows with patients, what their targets mean, and the split."""

    data: object
    y: np.ndarray
    target: Target
    split: Split
    messages: list
    data_digest: str
    data_parts: dict = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is trained: every strategy of every task, with the task's network or with each of some estimators.

    A kind of plan says how rows are split (`split`), what is kept of a fit (`keeps_learned`), where (`folder`) and how
    it is called (`word`).

    Parameters
    ----------
    tasks : tuple of str, default=("classifier", "regressor")
    strategies : tuple of str, dict or None, default=None
        Names; or name -> step of one's own, ``"passthrough"`` or the name of a strategy. None takes all strategies of
        each task.
    seed : int, default=0
    kind : {"auto", "percent", "grade"}, default="auto"
        What the target holds.
    parameters : dict, default={}
        Parameters of the estimators, the same for all fits: ``{"epochs": 8}``. One goes to each estimator that has it.
    estimators : dict, default={}
        Name -> what is compared instead of the tasks' networks: an estimator, its description as `make_estimator`
        takes it, or the name of its class.
    choose_by : tuple of str, default=()
        Names of the metrics that choose the winners, at most one per task. A classifier without one is chosen by
        ``"class_normalized_accuracy"``, a regressor by ``"crps"``.
    """

    tasks: tuple = TASKS
    strategies: tuple | None = None
    seed: int = 0
    kind: str = "auto"
    parameters: dict = field(default_factory=dict)
    estimators: dict = field(default_factory=dict)
    choose_by: tuple = ()

    def changed(self, fields):
        """The plan with other values of some fields; one that it does not have raises TypeError with those it has."""
        known = [each.name for each in dataclasses.fields(self)]
        for name in fields:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                kind = type(self).__name__
                raise TypeError(f"settings must be fields of {kind}, {', '.join(known)}, got {name!r}.{hint}")
        return replace(self, **fields)

    def check(self):
        """Raise ValueError for tasks, strategies, estimators or parameters that cannot be."""
        check_names("tasks", self.tasks, TASKS)
        deciding(self.choose_by)
        for name in self.estimators:
            if not re.fullmatch(r"\w[\w.+-]*", str(name)):
                raise ValueError(f"estimators must have names of letters, digits, '_' and '-', got {name!r}.")
        self._check_parameters()
        check_first_weights(self.parameters)
        if self.estimators and not any(self._named().values()):
            raise ValueError(f"estimators must hold some for tasks {list(self.tasks)}, got {list(self.estimators)}.")
        if not self.trainings():
            raise ValueError(self._nothing_to_train())
        for training in self.trainings():
            training.check()

    def _nothing_to_train(self):
        """Why no row of the tables can be filled."""
        got = f"got {list(self.strategies or ())} for tasks {list(self.tasks)}"
        if refused := self.refused().values():
            why = "; ".join(f"{title}: {reason}" for _, title, reason in refused)
            return f"strategies must hold one that an estimator can take, {got}: {why}."
        regressor = ", ".join(STRATEGIES["regressor"])
        return f"strategies must hold one of a task that is trained, {got}; the regressor has {regressor}."

    def _check_parameters(self):
        if not self.estimators:
            return check_parameters(self.parameters, self.tasks)
        known = {name.split("__")[-1] for each in self.estimators.values() for name in as_estimator(each).get_params()}
        for name in self.parameters:
            check_names("parameters", [name], sorted(known))
        for each in map(as_estimator, self.estimators.values()):
            made = each.set_params(**parameters_for(each, self.parameters, every=True))
            for part in (made, *made.get_params().values()):
                check_values(part, self.parameters)

    def _named(self):
        """The estimators as they are, by name; those of other tasks left out. None is the network of each task."""
        named = {name: as_estimator(each) for name, each in self.estimators.items()}
        of_tasks = {task: {name: each for name, each in named.items() if task_of(each) == task} for task in TASKS}
        return {task: of_tasks[task] if self.estimators else {None: None} for task in TASKS if task in self.tasks}

    def _rows(self):
        """Every row of the tables as a `Training` by its own strategy, and why an estimator cannot take it."""
        for task, named in self._named().items():
            for name, estimator in named.items():
                for row, strategy, step in strategy_steps(task, self.strategies):
                    if estimator is None:
                        yield Training(task, row, strategy, step=step), ""
                    else:
                        named = {"title": f"{name}, {TITLES.get(row, row)}", "estimator": estimator, "step": step}
                        yield Training(task, f"{name}_{row}", strategy, **named), refusal(task, strategy, estimator)

    def rows(self):
        """Every row of the tables, the balanced decisions among them, as a `Training`; what can be fitted alone."""
        return [training for training, why in self._rows() if not why]

    def refused(self):
        """Name of a row that no fit can fill -> task, title and why, in some words."""
        return {each.name: (each.task, each.row_title, why) for each, why in self._rows() if why}

    def trainings(self):
        """Every `Training` with fits of its own, in the order of the tables."""
        trained = {}
        for row in self.rows():
            trained.setdefault((row.task, training_strategy(row.name)), _trained(row))
        return list(trained.values())

    def row_of(self, task, name):
        """The `Training` of a row, by its own strategy."""
        return next(each for each in self.rows() if (each.task, each.name) == (task, name))

    def pairs(self):
        """Every (task, name) of the tables."""
        return [(row.task, row.name) for row in self.rows()]

    def titles(self):
        """How tables and figures write each row."""
        return {each.name: each.row_title for each in [*self.rows(), *self.trainings()]}

    def described(self):
        """The plan as plain data, estimators by their descriptions."""
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        named = {name: describe_estimator(as_estimator(each)) for name, each in self.estimators.items()}
        return fields | {"estimators": named}


def _trained(row):
    """The training whose fits a row reads: of a balanced decision the original."""
    name, title = training_strategy(row.name), row.title
    if name == row.name:
        return row
    title = title and title.replace(TITLES[row.strategy], TITLES["original"])
    return replace(row, name=name, strategy="original", title=title)
