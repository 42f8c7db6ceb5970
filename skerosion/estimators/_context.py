"""The patient's other joints as context: grades of one patient go together, which no single image can tell."""

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.base import is_classifier
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from skerosion._keys import unique_keys
from skerosion._types import Any, Seed
from skerosion._validation import ESTIMATOR, SEED, Choice, Number, check_parameters
from skerosion.datasets import ImageRows
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import CV_RULE, HeldOut, Samples, held_out_splits, hold_out, is_share, originals
from skerosion.forecasts import Forecast, forecast_of
from skerosion.grades import class_positions

_MOST = 2.0  # no fitted strength beyond counting every other joint twice
_TINY = 1e-12
_FOLDS = 5  # of a fitted estimator's rows: ratios are counted on four parts, the strength is tried on the fifth


class ContextForecaster(Forecaster):
    r"""Classifier whose forecast of a joint takes in those of the patient's other joints, such as the other knee.

    How often two grades meet in one patient is counted in training. With the forecasts p of the other joints and the
    ratio :math:`R_{kj}` of how often the grades k and j meet to how often they would by chance, the probability of
    grade k of a joint becomes proportional to :math:`p_k \prod_{\text{others}} (\sum_j R_{kj} p^{\text{other}}_j)^{
    s / m}` with m other joints and the strength s. For two joints and s = 1 this is Bayes' rule where images depend on
    the grade of their own joint only. A patient with a single row keeps the estimator's forecast.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Classifier of grades in their order.
    strength : float or "fit", default=1.0
        s: 0 does without the others. ``"fit"`` takes the one of the least logarithmic score on held-out patients, whom
        ratios of the other patients tell about.
    chance : float, default=1.0
        Meetings added to those of each pair of grades, to the seen and to the expected ones alike: what little is known
        of rare grades draws their ratio towards 1.
    cv : "prefit", float, int or splitter, default=0.2
        Where held-out patients come from, for a strength that is fitted. A share: the estimator is fitted on the
        rest. A number of folds or a splitter: the forecasts of all its held-out parts together, after which the
        estimator is fitted on all rows. ``"prefit"`` takes a fitted estimator, whatever the strength; a strength is
        to be fitted on rows that it has not seen then, with ratios by folds of them.
    random_state : int, RandomState or None, default=None
        Draws the share.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    ratios_ : ndarray of shape (n_classes, n_classes)
        R: above 1 where two grades meet more often than by chance.
    strength_ : float
        s.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order.

    Notes
    -----
    Rows to predict must bring their patients along, as ``ImageRows`` do: ``ImageRows(images, groups=patients)``. The
    estimator should predict probabilities under the shares of the training rows; after oversampling they are
    others.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion import ContextForecaster, ImageRows
    >>> rng = np.random.default_rng(0)
    >>> y, patients = np.repeat(rng.integers(3, size=200), 2), np.repeat(np.arange(200), 2)
    >>> features = (y[:, None] + rng.normal(size=(400, 1))).astype("float32")
    >>> X = ImageRows(features, groups=patients)
    >>> context = ContextForecaster(LogisticRegression()).fit(X[:200], y[:200])
    >>> context.ratios_.round(1)  # here both joints of a patient are alike
    array([[3.3, 0. , 0. ],
           [0. , 2.7, 0. ],
           [0. , 0. , 2.8]])
    >>> alone, together = context.estimator_.score(X[200:], y[200:]), context.score(X[200:], y[200:])
    >>> alone < together
    True
    """

    _rules = {
        "estimator": ESTIMATOR,
        "strength": (Choice(("fit",)), Number(0)),
        "chance": (Number(0),),
        "cv": CV_RULE,
        "random_state": SEED,
    }

    def __init__(
        self, estimator: Any, *, strength: float = 1.0, chance: float = 1.0, cv: Any = 0.2, random_state: Seed = None
    ):
        self.estimator = estimator
        self.strength = strength
        self.chance = chance
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the estimator and count which grades meet in a patient.

        Parameters
        ----------
        X : ImageRows or array-like
            As the estimator takes it.
        y : array-like of shape (n,)
            Grades.
        sample_weight : array-like of shape (n,), optional
            Weights, for the estimator.
        groups : array-like of shape (n,), optional
            Patients, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For an estimator that is not a classifier, rows without patients, or an unknown `strength`, `chance` or
            `cv`.
        """
        self._check_parameters()
        samples = Samples.of(X, y, sample_weight, groups)
        if samples.rows.groups is None:
            raise ValueError("groups must name the patient of each row, got None: context is that of a patient.")
        splits = self._splits(samples)
        held_out = self._hold_out(samples, splits)
        self.estimator_ = held_out.estimator
        self.classes_ = np.asarray(forecast_of(self.estimator_, samples.take([0]).X).classes)
        self.ratios_ = self._ratios(samples)
        fits = self.strength == "fit"
        self.strength_ = self._fit_strength(held_out, samples, splits) if fits else float(self.strength)
        return self

    def _check_parameters(self):
        check_parameters(self)
        check_gives_distribution(self.estimator)
        if not is_classifier(self.estimator):
            raise ValueError(
                f"estimator must be a classifier, got {self.estimator!r}; GradedRegressor makes one of a regressor."
            )

    def _splits(self, samples):
        """Return the splits for a strength that is fitted: those of `cv`, or folds that part the rows of a prefit."""
        if self.strength != "fit" and not isinstance(self.cv, str):
            return None
        splits = held_out_splits(samples, self.cv, self.estimator, self.random_state)
        if self.strength != "fit" or splits is not None:
            return splits
        n_patients = len(np.unique(samples.rows.groups))
        if n_patients < 2:
            raise ValueError(f"strength='fit' needs at least 2 patients, got {n_patients}; pass a number instead.")
        # Folds for the ratios alone: had these counted the grades that judge them, the strength would be too large.
        return held_out_splits(samples, GroupKFold(min(_FOLDS, n_patients)), self.estimator, self.random_state)

    def _hold_out(self, samples, splits):
        if isinstance(self.cv, str):
            held_out = samples if splits is None else samples.take(np.concatenate([held for _, held in splits]))
            return hold_out(self.estimator, held_out, None, refit=False)
        if splits is not None:
            return hold_out(self.estimator, samples, splits, refit=not is_share(self.cv))
        return HeldOut(samples.fit(self.estimator), None, samples.y, samples.rows)

    def _ratios(self, samples):
        # A sampler may have repeated images, which are not other joints of their patient.
        once, _ = originals(samples.rows)
        positions, groups = self._positions(samples.y[once]), samples.rows.groups[once]
        return meeting_ratios(positions, groups, len(self.classes_), chance=self.chance)

    def _positions(self, y):
        return class_positions(self._graded(y), self.classes_)

    def _fit_strength(self, held_out, samples, splits):
        own, weights = held_out.forecast.pmf, held_out.rows.unit_weight()
        if not np.array_equal(held_out.forecast.classes, self.classes_):
            raise ValueError(f"held-out patients must show the grades {self.classes_.tolist()}; pass another cv.")
        at = held_out.forecast.columns_of(self._graded(held_out.y))[1]
        message = self._held_out_message(own, samples, splits)

        def score(strength):
            probabilities = _joined(own, message, strength)[np.arange(len(at)), at]
            return -np.average(np.log(np.maximum(probabilities, _TINY)), weights=weights)

        return float(minimize_scalar(score, bounds=(0.0, _MOST), method="bounded").x)

    def _held_out_message(self, own, samples, splits):
        """Return what others say to the held-out rows; ratios that had counted their grades would be a leak."""
        ends = np.cumsum([len(held) for _, held in splits])[:-1]
        said = [
            log_message(part, samples.rows.groups[held], self._ratios(samples.take(train)))
            for part, (train, held) in zip(np.split(own, ends), splits, strict=True)
        ]
        return np.concatenate(said)

    def forecast(self, X):
        """Predict each row with those of the same patient.

        Parameters
        ----------
        X : ImageRows
            Rows with their patients.

        Returns
        -------
        Forecast
        """
        check_is_fitted(self, "estimator_")
        if not isinstance(X, ImageRows) or X.groups is None:
            raise ValueError(
                "X must be rows that know their patients, for the other joints of a patient are the context: pass "
                "ImageRows(images, groups=patients), or name their column where the table is loaded (group=)."
            )
        forecast = forecast_of(self.estimator_, X)
        own = forecast.pmf
        probabilities = _joined(own, log_message(own, X.groups, self.ratios_), self.strength_)
        return self._decided(Forecast.of_probabilities(probabilities, self.classes_))


def meeting_ratios(positions, groups, n_classes, *, chance=1.0):
    """Return how often two grades meet in a patient, divided by how often they would by chance.

    Parameters
    ----------
    positions : ndarray of int of shape (n,)
        Position of the grade of each row.
    groups : ndarray of shape (n,)
        Patients. Every row meets the others of its patient once in all.
    n_classes : int
    chance : float
        Meetings added to each pair of grades, seen and expected alike.

    Returns
    -------
    ndarray of shape (n_classes, n_classes)
        Symmetric; ones where nothing was seen and nothing expected.
    """
    _, patients = unique_keys(groups)
    counts = np.zeros((patients.max() + 1, n_classes))
    np.add.at(counts, (patients, positions), 1.0)
    sizes = counts.sum(axis=1)
    # A joint that is alone meets nobody.
    counts, sizes = counts[sizes > 1], sizes[sizes > 1]
    pairs = np.einsum("pk,pj,p->kj", counts, counts, 1 / (sizes - 1)) - np.diag((counts / (sizes - 1)[:, None]).sum(0))
    shares = pairs.sum(axis=1) / max(pairs.sum(), _TINY)
    expected = pairs.sum() * np.outer(shares, shares)
    # Grades that hardly ever met say nothing for sure: `chance` draws their ratio towards 1.
    return (pairs + chance + _TINY) / (expected + chance + _TINY)


def log_message(probabilities, groups, ratios):
    """Return the mean logarithm of what the other rows of a patient say about each grade, zeros without others.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
    groups : ndarray of shape (n,)
    ratios : ndarray of shape (n_classes, n_classes)

    Returns
    -------
    ndarray of shape (n, n_classes)
    """
    _, patients = unique_keys(groups)
    # What a neighbour says is itself uncertain: its own probabilities average the ratios.
    said = np.log(np.maximum(probabilities @ ratios, _TINY))
    sums = np.zeros((patients.max() + 1, said.shape[1]))
    np.add.at(sums, patients, said)
    # The mean, not the sum: forty joints of a hand are far from forty independent witnesses.
    others = np.bincount(patients)[patients, np.newaxis] - 1
    return np.where(others > 0, (sums[patients] - said) / np.maximum(others, 1), 0.0)


def _joined(own, message, strength):
    """Return the forecasts of rows multiplied by what others say, as probabilities."""
    logarithms = np.log(np.maximum(own, _TINY)) + strength * message
    # Less the largest, so that the exponentials neither overflow nor all vanish.
    joined = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return joined / joined.sum(axis=1, keepdims=True)
