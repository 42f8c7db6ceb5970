"""The plan of a search: every strategy on every fold of the patients."""

from dataclasses import dataclass

from ._folds import make_folds
from ._plan import Plan, Split
from ._results import SearchResult


@dataclass(frozen=True, kw_only=True)
class SearchPlan(Plan):
    """What a search trains: every strategy on every fold.

    Parameters
    ----------
    tasks : tuple of str, default=("classifier", "regressor")
    strategies : tuple of str, dict or None, default=None
        Names; or name -> step of one's own, ``"passthrough"`` or the name of a strategy, a row of the tables each:
        ``{"mine": OwnStep(), "original": "passthrough"}``. None takes all strategies of each task.
    folds : int, default=5
    seed : int, default=0
    kind : {"auto", "percent", "grade"}, default="auto"
        What the target holds.
    parameters : dict, default={}
        Parameters of the estimators, the same for all fits: ``{"epochs": 8}``. One that only one task's estimator
        has, such as ``head``, goes to that one; those that strategy, target or search decide are refused.
    estimators : dict, default={}
        Name -> what is compared instead of the tasks' networks: an estimator, its description as `make_estimator`
        takes it, or the name of its class.
    choose_by : tuple of str, default=()
        Names of the metrics that choose the winners, at most one per task: ``("quadratic_kappa",)``. A classifier
        without one is chosen by ``"class_normalized_accuracy"``, a regressor by ``"crps"``.

    Examples
    --------
    >>> from skerosion.experiments import SearchPlan
    >>> SearchPlan(tasks=["regressor"]).pairs()
    [('regressor', 'original'), ('regressor', 'oversampled'), ('regressor', 'class_weights')]
    >>> plan = SearchPlan(strategies=["original"], estimators={"corn": {"type": "OrdinalClassifier", "head": "corn"}})
    >>> plan.pairs()
    [('classifier', 'corn_original')]
    """

    folds: int = 5

    folder, word, keeps_learned, result = "fits", "fits", False, SearchResult

    def split(self, rows, grades, shown):
        """Folds by patient, each with about the same share of every grade."""
        folds, message = make_folds(grades, rows.groups, n_folds=self.folds, seed=self.seed, shown=shown)
        return Split(folds, {}, [message])
