"""The pipeline of a training: a step against the imbalance before the task's network or any other estimator."""

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.pipeline import Pipeline as PlainPipeline
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import has_fit_parameter

from skerosion._types import Any, Mapping

from ._descriptions import make_estimator, seeded
from ._quiet import load_estimators
from ._strategies import STRATEGIES, check_names, estimator_class, imbalance_step, is_balanced


def make_pipeline(
    task: str,
    strategy: str,
    target: Any,
    *,
    parameters: Mapping | None = None,
    seed: int = 0,
    estimator: Any = None,
    step: Any = None,
):
    """An unfitted imbalanced-learn Pipeline of this strategy.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    strategy : str
        A name of ``STRATEGIES[task]``.
    target : Target
    parameters : dict or None, default=None
        Parameters of the estimator on top of what target, strategy and seed ask for.
    seed : int, default=0
        Seed of the network and of the sampler.
    estimator : estimator or None, default=None
        What is fitted instead of the task's network, which None is; a copy of it.
    step : object with ``fit_resample`` or None, default=None
        What stands before the estimator instead of the strategy's step, which None is; a copy of it, with the seed and
        for a regressor the target's bins where its own are left open.

    Returns
    -------
    imblearn.pipeline.Pipeline
        Steps ``"imbalance"`` and ``"cnn"``, or ``"estimator"`` where one is given.

    Examples
    --------
    >>> from skerosion.experiments import make_pipeline
    >>> from skerosion.grades import Target
    >>> percent = Target.decide([0, 5, 100], "percent")
    >>> pipeline = make_pipeline("regressor", "class_weights", percent, parameters={"epochs": 3})
    >>> pipeline["imbalance"], pipeline["cnn"].epochs, pipeline["cnn"].bins
    (ClassWeighter(bins='ratingen'), 3, 'ratingen')
    """
    from imblearn.pipeline import Pipeline

    check_names("strategies", [strategy], STRATEGIES[task])
    bins = target.bins if task == "regressor" else None
    step = imbalance_step(strategy, bins=bins, seed=seed) if step is None else _own_step(step, bins, seed)
    if estimator is None:
        return Pipeline([("imbalance", step), ("cnn", network_of(task, strategy, target, parameters, seed))])
    last = candidate(estimator, strategy, target, parameters, seed)
    return Pipeline([("imbalance", step), ("estimator", last)])


def _own_step(step, bins, seed):
    """A copy of a step with bins and seed where it has left them open."""
    made = seeded(clone(step), seed)
    return made.set_params(bins=bins) if "bins" in made.get_params() and made.bins is None else made


def network_of(task, strategy, target, parameters, seed):
    """The network of a task, with what target, strategy and seed ask for beside the caller's parameters."""
    own = {"random_state": seed, "verbose": 0}
    if task == "classifier":
        own["decision"] = "balanced" if strategy == "balanced_decision" else "argmax"
    else:
        own |= {"bins": target.bins, "grid": None if target.kind == "percent" else target.grid}
    return estimator_class(task)(**own, **(parameters or {}))


def candidate(estimator, strategy, target, parameters, seed):
    """A copy of an estimator with the parameters that it, or one within, has; one that reads no rows is wrapped.

    Bins and grid, where they are left to the default, are those of the target, as for the task's own network.
    """
    made = clone(estimator)
    own = parameters_for(made, parameters or {}, every=True)
    defaults = {"verbose": ("auto", 0), "bins": (None, target.bins)}
    defaults |= {} if target.kind == "percent" else {"grid": (None, target.grid)}
    for name, value in made.get_params().items():
        left, given = defaults.get(name.split("__")[-1], (NotImplemented, None))
        if value is left or (isinstance(value, str) and value == left):
            own.setdefault(name, given)
    made = seeded(made.set_params(**own), seed)
    if is_balanced(strategy):
        made.set_params(decision="balanced")
    return made if reads_rows(made) else RowEstimator(made)


def parameters_for(estimator, parameters, every=False):
    """Of some parameters those that an estimator has; with `every` by the full names of each that has them within."""
    known = estimator.get_params()
    return {
        name: parameters[name.split("__")[-1]]
        for name in known
        if name.split("__")[-1] in parameters and (every or "__" not in name)
    }


def as_estimator(described):
    """A new estimator of one that was given as it is, by the name of its class, or by a description.

    Examples
    --------
    >>> from skerosion.experiments._pipelines import as_estimator
    >>> as_estimator("LogisticRegression"), as_estimator({"type": "LogisticRegression", "C": 0.5}).C
    (LogisticRegression(), 0.5)
    """
    load_estimators()
    if isinstance(described, str):
        described = {"type": described}
    return make_estimator(described, None) if isinstance(described, dict) else clone(described)


def task_of(estimator):
    """The task of an estimator: ``"classifier"`` or ``"regressor"``."""
    return "classifier" if is_classifier(estimator) else "regressor"


def reads_rows(estimator):
    """Whether an estimator takes `ImageRows` with all they know; estimators within must do so too.

    A pipeline does where its steps hand on rows with their weights: given once more, these would count twice.
    """
    if isinstance(estimator, PlainPipeline):
        *front, (_, last) = estimator.steps
        return reads_rows(last) and all(_keeps_rows(step) for _, step in front)
    within = [value for value in estimator.get_params().values() if hasattr(value, "fit")]
    return all(_is_ours(each) for each in (estimator, *within))


def _keeps_rows(step):
    return step in (None, "passthrough") or type(step).__module__.startswith("skerosion.preprocessing")


def _is_ours(estimator):
    return any(base.__module__.startswith("skerosion.estimators") for base in type(estimator).__mro__)


def refusal(task, strategy, estimator):
    """Why an estimator cannot take a strategy, in some words; empty where it can.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skerosion.experiments._pipelines import refusal
    >>> refusal("classifier", "class_weights", KNeighborsClassifier())
    'reads no weights'
    >>> refusal("classifier", "oversampled", KNeighborsClassifier())
    ''
    """
    if task == "regressor" and not hasattr(estimator, "predict_distribution"):
        return "predicts no distribution"
    if task == "classifier" and not hasattr(estimator, "predict_proba"):
        return "predicts no probabilities"
    if strategy == "class_weights" and not reads_rows(estimator) and weights_name(estimator) is None:
        return "reads no weights"
    from skerosion.estimators import CNNClassifier, OrdinalClassifier

    if is_balanced(strategy) and not isinstance(estimator, (CNNClassifier, OrdinalClassifier)):
        return "has no balanced decision"
    return ""


def weights_name(estimator):
    """How an estimator's ``fit`` calls the weights of rows; None for one that reads none."""
    if isinstance(estimator, PlainPipeline):
        name, last = estimator.steps[-1]
        own = weights_name(last)
        return None if own is None else f"{name}__{own}"
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None


def _has(name):
    return lambda estimator: hasattr(estimator.estimator, name)


class RowEstimator(BaseEstimator):
    """An estimator of scikit-learn at the end of a pipeline of rows: it receives their weights as ``sample_weight``.

    Copies of rows are repetitions to it: what augments them is part of networks.

    Parameters
    ----------
    estimator : estimator
        Of feature vectors, or a pipeline that makes them, such as one that begins with an `Embedder`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments._pipelines import RowEstimator
    >>> rows = ImageRows(np.array([[0.0], [1.0]], np.float32))
    >>> RowEstimator(LogisticRegression()).fit(rows, [0, 1]).predict(rows)
    array([0, 1])
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y):
        """Fit the estimator on rows with their weights.

        Parameters
        ----------
        X : ImageRows
        y : array-like of shape (n_rows,)

        Returns
        -------
        self
        """
        weights, name = getattr(X, "sample_weight", None), weights_name(self.estimator)
        weighs = weights is not None and len(np.unique(weights)) > 1
        if weighs and name is None:
            raise ValueError(f"estimator must read the weights that rows have, got {self.estimator!r}, which does not.")
        self.estimator_ = clone(self.estimator).fit(_vectors(X), y, **({name: np.asarray(weights)} if weighs else {}))
        if is_classifier(self.estimator):
            self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X):
        """Predict as the estimator does."""
        return self.estimator_.predict(_vectors(X))

    @available_if(_has("predict_proba"))
    def predict_proba(self, X):
        """Give the estimator's probabilities."""
        return self.estimator_.predict_proba(_vectors(X))

    @available_if(_has("predict_distribution"))
    def predict_distribution(self, X):
        """Give the estimator's distributions."""
        return self.estimator_.predict_distribution(_vectors(X))

    def __sklearn_tags__(self):
        """Be of the kind that the estimator is of."""
        from sklearn.utils import get_tags

        tags, within = super().__sklearn_tags__(), get_tags(self.estimator)
        tags.estimator_type, tags.classifier_tags = within.estimator_type, within.classifier_tags
        tags.regressor_tags = within.regressor_tags
        return tags


def _vectors(X):
    """Feature vectors as an array; images stay rows, which an `Embedder` or a network reads."""
    return np.asarray(X) if getattr(X, "ndim", 2) == 2 else X
