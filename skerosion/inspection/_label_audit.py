"""The audit of labels: which are the least likely to estimators that have not seen their patients."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Any, Bins, Seed
from skerosion._validation import ESTIMATOR, SEED, SPLITTER, Choice, Kind, Number, Whole, check_parameter, numbers_for
from skerosion.datasets import as_image_rows
from skerosion.estimators import Samples, held_out_splits, originals, seed_of, with_seeds
from skerosion.forecasts import Forecast, forecast_of
from skerosion.grades import bin_edges, plain_values
from skerosion.imbalance import RowStep
from skerosion.metrics import expected_losses, label_losses, largest_of_each_grade, standardized_losses

from ._label_sheet import write_sheet

_ACTIONS = ("weight", "drop", "none")
_BESIDE = ("doubt", "grade")


class LabelAudit(RowStep):
    r"""Find the labels that are most likely wrong, by the forecasts of estimators that were not trained on them.

    The estimator is fitted without each fold in turn and says what it expects of that fold's rows. The loss of a label,
    :math:`-\log p` of the given grade, or the CRPS where values are predicted, is made comparable (`beside`) and
    standardised within the fold; its mean over seeds is the score. What looks wrong may be a wrong label or an image
    that the estimator does not understand: let somebody read it again (:meth:`write_sheet`,
    :func:`~skerosion.inspection.reread_labels`), or train without it, or with less of it.

    As a step of a Pipeline it stands before those that repeat rows, and sees training rows only; of each fit it makes
    ``n_seeds`` times the folds.

    Parameters
    ----------
    estimator : estimator
        Classifier with probabilities, or regressor; of this package or not.
    cv : int, splitter or list of splits, default=5
        Folds, in which each row is held out once. By patient wherever patients are known.
    beside : {"doubt", "grade"}, default="doubt"
        What a loss is compared with: the loss that the forecast expects of itself, so that an image that is hard is no
        wrong label yet; or the losses of the same given grade, by mean and standard deviation, so that each grade has
        its share of large scores, also one that readers hardly mistake.
    n_seeds : int, default=1
        How often the folds are fitted, each time from another seed.
    action : {"weight", "drop", "none"}, default="weight"
        What happens to doubtful rows: they weigh less, are left out, or stay as they are.
    share : float in (0, 1), default=0.1
        Share of the rows of each grade that are doubtful: those with the largest scores. A grade of fewer than
        1 / share rows has none.
    weight : float in [0, 1], default=0.5
        Doubtful rows' weights are multiplied by this where `action` is ``"weight"``.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges by which a continuous target falls into grades. None takes the target as grades.
    random_state : int, RandomState instance or None, default=None
        What the seeds are derived from.

    Attributes
    ----------
    scores_ : ndarray of shape (n_samples,)
        In standard deviations of the losses that they are compared with; the largest are the most doubtful. A copy has
        that of its original.
    suggested_ : ndarray of shape (n_samples,)
        The grade that the forecasts of all seeds together find most probable, or the median of their distribution.
    doubtful_ : ndarray of bool of shape (n_samples,)
        Which rows are doubtful.
    forecast_ : Forecast
        What the estimators of all seeds together say of rows that they were not trained on.
    losses_ : ndarray of shape (n_seeds, n_samples)
        The losses themselves, compared with nothing.
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position of each returned row among the given ones.
    n_features_in_ : int
        Numbers in one row: pixels times channels, or features.

    See Also
    --------
    reread_labels : Takes over what was read again.
    label_disagreement : Compares labels with those of images that look alike.

    References
    ----------
    C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
    Artificial Intelligence Research 70 (2021): labels ranked by forecasts out of fold.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.inspection import LabelAudit
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(100, 2)), np.repeat([0, 1], 50)
    >>> X[:, 0] += 6 * y
    >>> y[7] = 1
    >>> audit = LabelAudit(LogisticRegression()).fit(X, y)
    >>> int(audit.scores_.argmax()), int(audit.suggested_[7])
    (7, 0)
    """

    _rules = {
        "estimator": ESTIMATOR,
        "cv": (Whole(2), SPLITTER, Kind("a list of splits", types=(list, tuple))),
        "beside": (Choice(_BESIDE),),
        "n_seeds": (Whole(1),),
        "action": (Choice(_ACTIONS),),
        "share": (Number(0, 1, open_low=True, open_high=True),),
        "weight": (Number(0, 1),),
        "bins": numbers_for("bins", bin_edges),
        "random_state": SEED,
    }

    def __init__(
        self,
        estimator: Any,
        *,
        cv: Any = 5,
        beside: str = "doubt",
        n_seeds: int = 1,
        action: str = "weight",
        share: float = 0.1,
        weight: float = 0.5,
        bins: Bins = None,
        random_state: Seed = None,
    ):
        self.estimator = estimator
        self.cv = cv
        self.beside = beside
        self.n_seeds = n_seeds
        self.action = action
        self.share = share
        self.weight = weight
        self.bins = bins
        self.random_state = random_state

    def _resample_labelled(self, rows, grades, y):
        self._audit(Samples.of(rows, y), grades)
        return self._resample(rows, grades)

    def _resample(self, rows, grades):
        positions = np.arange(len(rows))
        if self.action == "drop":
            positions = positions[~self.doubtful_]
            return rows.take(positions), positions
        if self.action == "weight":
            rows = rows.with_sample_weight(rows.unit_weight() * np.where(self.doubtful_, self.weight, 1.0))
        return rows, positions

    def _audit(self, samples, grades):
        splits = held_out_splits(samples, self.cv, self.estimator, self.random_state)
        held_out = np.concatenate([held for _, held in splits])
        first, source_of = originals(samples.rows)
        _check_each_once(self.cv, held_out, first)
        # Of the originals, in the order of the rows; a copy is the same label and gets what its original gets.
        folds = np.repeat(np.arange(len(splits)), [len(held) for _, held in splits])[np.argsort(held_out)]
        forecasts = [_out_of_fold(estimator, samples, splits) for estimator in self._estimators()]
        losses = np.array([label_losses(forecast, samples.y[first]) for forecast in forecasts])
        scores = self._scores(losses, forecasts, folds, grades[first])
        self.losses_, self.scores_ = losses[:, source_of], scores[source_of]
        self.forecast_ = _together(forecasts).take(source_of)
        self.suggested_ = _suggested(self.forecast_)
        self.doubtful_ = largest_of_each_grade(scores, grades[first], self.share)[source_of]

    def _scores(self, losses, forecasts, folds, grades):
        """The mean over seeds of losses beside what they are compared with."""
        if self.beside == "doubt":
            losses, grades = losses - [expected_losses(forecast) for forecast in forecasts], np.zeros(len(grades))
        return np.mean([standardized_losses(one, folds, grades) for one in losses], axis=0)

    def _estimators(self):
        """The estimator as it is, or with each seed."""
        if self.n_seeds == 1:
            return [self.estimator]
        return with_seeds(self.estimator, self.n_seeds, seed_of(self.random_state))

    def write_sheet(self, folder: Any, X: Any, y: Any = None, *, n_rows: int = 50):
        """Write the most doubtful rows for somebody who reads them again.

        Parameters
        ----------
        folder : path-like
            Gets ``reread.csv``, a line a row with an empty cell ``reread`` for the grade, and ``reread.html`` with the
            images, in the same order; both need no network. The images are on the page: whoever may see it, sees them.
        X : ImageRows or anything that ``as_image_rows`` takes
            The rows that the audit has seen.
        y : array-like of shape (n_samples,) or None, default=None
            Their labels, to be shown with the suggested ones and the scores. None shows none of these: a reader who
            knows what others say is drawn towards it.
        n_rows : int, default=50
            Lines. Copies of an image are one.

        Returns
        -------
        list of pathlib.Path
            The two files.
        """
        check_is_fitted(self, "scores_")
        check_parameter("n_rows", n_rows, (Whole(1),))
        rows = as_image_rows(X)
        if len(rows) != len(self.scores_):
            raise ValueError(
                f"X must be the rows of the fit, {len(self.scores_)}, got {len(rows)}; pass the same rows."
            )
        first, _ = originals(rows)
        listed = first[np.argsort(-self.scores_[first], kind="stable")[:n_rows]]
        told = {}
        if y is not None:
            given = np.asarray(plain_values(y))[listed]
            told = {"given": given, "suggested": self.suggested_[listed], "score": self.scores_[listed]}
        return write_sheet(folder, rows, listed, told)


def _check_each_once(cv, held_out, first):
    if not np.array_equal(np.sort(held_out), first):
        raise ValueError(
            f"cv must hold each row out once, got {cv!r}, which holds out {len(np.unique(held_out))} of {len(first)} "
            f"in {len(held_out)} places; take a number of folds, or a splitter such as GroupKFold."
        )


def _out_of_fold(estimator, samples, splits):
    """What the folds' estimators say about the rows held out, in the order of the rows."""
    parts = []
    for train, held in splits:
        fitted = samples.take(train).fit(estimator)
        forecast = forecast_of(fitted, samples.take(held).X)
        if forecast.is_of_classes and forecast.probabilities is None:
            raise ValueError(f"estimator must have probabilities, got {estimator!r} without predict_proba.")
        parts.append((held, forecast))
    return Forecast.of_folds(parts)


def _together(forecasts):
    """What the forecasts of all seeds say together."""
    if forecasts[0].is_of_classes or forecasts[0].distribution is not None:
        return Forecast.average(forecasts)
    return Forecast(np.mean([forecast.prediction for forecast in forecasts], axis=0))


def _suggested(forecast):
    """The most probable grade, or the middle of what is expected."""
    of_values = not forecast.is_of_classes and forecast.distribution is not None
    return forecast.distribution.median() if of_values else forecast.prediction
