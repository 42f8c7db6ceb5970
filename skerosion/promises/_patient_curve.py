"""How a score grows with the patients that are trained on, and what more of them would bring."""

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import check_scoring
from sklearn.utils import check_random_state

from skerosion._keys import unique_keys
from skerosion._private_sklearn import safe_indexing
from skerosion._types import Any, ArrayLike, Groups, Seed
from skerosion._validation import SHARE, Whole, check_parameter, is_whole
from skerosion.metrics import check_same_length, get_scorer, list_scorers
from skerosion.promises._power_law import PowerLaw

_FEWEST_SIZES, _FARTHEST = 3, 2


class Gain(NamedTuple):
    """What more patients to train on would bring.

    Attributes
    ----------
    patients : int
        How many more.
    scoring : str
    estimate, low, high : float
        Gain of the score, and the ends of its interval.

    Examples
    --------
    >>> from skerosion.promises import Gain
    >>> print(Gain(400, "quadratic_kappa", 0.02, 0.0, 0.03))
    400 more patients: quadratic_kappa +0.020 (+0.000 to +0.030)
    """

    patients: int
    scoring: str
    estimate: float
    low: float
    high: float

    def __str__(self):
        ends = f"{self.low:+.3f} to {self.high:+.3f}"
        return f"{self.patients} more patients: {self.scoring} {self.estimate:+.3f} ({ends})"


class PatientCurve:
    """A learning curve over patients, as :func:`patient_learning_curve` makes it.

    Parameters
    ----------
    sizes : ndarray of int, shape (n_sizes,)
        Patients that were trained on.
    scores : ndarray of shape (n_draws, n_sizes)
        Of splits of the patients.
    resampled : ndarray of shape (n_draws, n_sizes)
        Of splits whose patients, to train on and to score, were drawn with replacement.
    scoring : str
        What the score is called.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import PatientCurve
    >>> curve = PatientCurve(np.array([25, 50, 100]), np.array([[0.6, 0.641, 0.67]]), np.zeros((1, 3)), "accuracy")
    >>> round(curve.gain(100).estimate, 2)
    0.02
    """

    def __init__(self, sizes, scores, resampled, scoring):
        self.sizes, self.scores, self.resampled, self.scoring = sizes, scores, resampled, scoring

    def gain(self, patients: int, *, confidence: float = 0.9):
        """Return what so many more patients than the most that were tried would bring.

        Parameters
        ----------
        patients : int
            At most as many more as were tried: an extrapolation reaches twofold at most.
        confidence : float, default=0.9
            Of the interval, which holds seeds, the draw of patients and that of the patients that are scored.

        Returns
        -------
        Gain
        """
        most = int(self.sizes[-1])
        if not is_whole(patients) or not 0 < patients <= (_FARTHEST - 1) * most:
            raise ValueError(
                f"patients must be a whole number from 1 to {(_FARTHEST - 1) * most}, twofold what was tried, got "
                f"{patients!r}; try more patients before you ask for more."
            )
        check_parameter("confidence", confidence, (SHARE,))

        def grown(scores):
            law = PowerLaw.fit(self.sizes, scores)
            return float(law.at(most + patients) - law.at(most))

        estimate, drawn = grown(self.scores.mean(axis=0)), np.array([grown(each) for each in self.resampled])
        half = _spread(drawn, confidence)
        return Gain(int(patients), self.scoring, estimate, float(estimate - half), float(estimate + half))

    def frame(self, *, confidence: float = 0.9):
        """Return the curve, and its continuation to one and a half and twice the patients.

        Parameters
        ----------
        confidence : float, default=0.9

        Returns
        -------
        DataFrame
            ``patients``, ``score`` (mean over splits, or extrapolated), ``low`` and ``high``, and ``extrapolated``.
        """
        mean, beyond = self.scores.mean(axis=0), [int(1.5 * self.sizes[-1]), _FARTHEST * int(self.sizes[-1])]
        further = PowerLaw.fit(self.sizes, mean).at(beyond)
        drawn = np.array([[*each, *PowerLaw.fit(self.sizes, each).at(beyond)] for each in self.resampled])
        frame = pd.DataFrame({"patients": [*self.sizes, *beyond], "score": [*mean, *further]})
        half = _spread(drawn, confidence)
        extrapolated = frame["patients"] > self.sizes[-1]
        return frame.assign(low=frame["score"] - half, high=frame["score"] + half, extrapolated=extrapolated)


def _spread(drawn, confidence):
    """Return how far a share of the draws lies from their median.

    Resampled patients repeat, which moves curves as a whole: how far draws lie from each other counts, not where. And a
    curve that never falls has a skewed gain, whose short side would promise too much.
    """
    return np.quantile(np.abs(drawn - np.median(drawn, axis=0)), confidence, axis=0)


def patient_learning_curve(
    estimator: Any,
    X: Any,
    y: ArrayLike,
    groups: Groups,
    *,
    scoring: Any = "quadratic_kappa",
    sizes: ArrayLike = (0.2, 0.35, 0.6, 1.0),
    test_size: float = 0.3,
    n_draws: int = 20,
    random_state: Seed = None,
):
    """Return how a score grows with the number of patients that an estimator is trained on.

    The patients are split many times into those to train on, of whom ever more are taken, and those to score; each
    split has a seed of its own. As often both kinds of patients are drawn with replacement: how much such curves differ
    is how much those of other patients would. A power law continues the curve, at most twofold.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Fitted ``2 * n_draws * len(sizes)`` times: on the values of a frozen network seconds, with a network to train
        hours.
    X : ImageRows or array-like
        As the estimator takes it.
    y : array-like of shape (n,)
        Targets.
    groups : array-like of shape (n,)
        The patient of each row.
    scoring : str or callable, default="quadratic_kappa"
        One that :func:`skerosion.metrics.scorers` knows, or as scikit-learn takes it; greater is better.
    sizes : array-like, default=(0.2, 0.35, 0.6, 1.0)
        At least three shares of the patients to train on, up to 1, ascending.
    test_size : float, default=0.3
        Share of the patients that are scored.
    n_draws : int, default=20
        Splits of each kind.
    random_state : int, RandomState or None, default=None
        Draws patients and seeds.

    Returns
    -------
    PatientCurve
        With ``gain(patients)``, ``frame()``, ``sizes`` and ``scores``.

    Raises
    ------
    ValueError
        For shares out of range, or fewer than two patients in the smallest size.

    References
    ----------
    C. Cortes, L. D. Jackel, S. A. Solla, V. Vapnik, J. S. Denker, "Learning curves: asymptotic values and rate of
    convergence", NeurIPS 1993 (power law); C. A. Field, A. H. Welsh, "Bootstrapping clustered data", JRSS B 69, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.promises import patient_learning_curve
    >>> rng = np.random.default_rng(0)
    >>> patients, y = np.repeat(np.arange(120), 3), rng.integers(3, size=360)
    >>> X = np.column_stack([y + rng.normal(size=360), rng.normal(size=(360, 20))])
    >>> curve = patient_learning_curve(LogisticRegression(C=10), X, y, patients, n_draws=4, random_state=0)
    >>> curve.sizes
    array([17, 29, 50, 84])
    >>> gain = curve.gain(84)
    >>> 0 < gain.estimate < 0.2, gain.low < gain.estimate < gain.high
    (True, True)
    """
    check_parameter("n_draws", n_draws, (Whole(2),))
    check_parameter("test_size", test_size, (SHARE,))
    y = np.asarray(y)
    if groups is None:
        raise ValueError("groups must name the patient of each row, got None; np.arange(n) takes each row for one.")
    patients = unique_keys(groups)[1]
    check_same_length(y=y, groups=patients)
    n_patients = patients.max() + 1
    n_test = max(1, round(test_size * n_patients))
    sizes, rng = _sizes(sizes, n_patients - n_test), check_random_state(random_state)
    scorer = _scorer(estimator, scoring)
    rows = [np.flatnonzero(patients == patient) for patient in range(n_patients)]
    made = {True: [], False: []}
    for again in (False, True):
        for _ in range(n_draws):
            training, scored = _draw(rng, n_patients, n_test, again)
            fit = clone(estimator).set_params(**_seeds(estimator, rng))
            made[again].append(_scores(fit, X, y, rows, training, scored, sizes, scorer))
    name = scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")
    return PatientCurve(sizes, np.array(made[False]), np.array(made[True]), name)


def _sizes(shares, n_training):
    shares = np.asarray(shares, dtype=float)
    ascending = shares.ndim == 1 and len(shares) >= _FEWEST_SIZES and (np.diff(shares) > 0).all()
    if not ascending or not 0 < shares[0] or shares[-1] > 1:
        raise ValueError(f"sizes must be at least {_FEWEST_SIZES} ascending shares above 0 up to 1, got {shares!r}.")
    sizes = np.round(shares * n_training).astype(int)
    if sizes[0] < 2 or (np.diff(sizes) == 0).any():
        raise ValueError(
            f"sizes must leave different numbers of patients, at least 2, of the {n_training} to train on, got "
            f"{sizes.tolist()}; pass larger shares, or more patients."
        )
    return sizes


def _scorer(estimator, scoring):
    if isinstance(scoring, str) and scoring in list_scorers():
        return get_scorer(scoring)
    return check_scoring(estimator, scoring)


def _draw(rng, n_patients, n_test, again):
    """Return the patients to train on, in the order in which they are taken, and those to score."""
    order = rng.permutation(n_patients)
    scored, training = order[:n_test], order[n_test:]
    # Drawn with replacement apart, so that nobody is on both sides.
    return (rng.choice(training, len(training)), rng.choice(scored, n_test)) if again else (training, scored)


def _seeds(estimator, rng):
    """Return a seed for every random_state of an estimator and its parts."""
    names = (name for name in estimator.get_params() if name == "random_state" or name.endswith("__random_state"))
    return {name: int(rng.randint(2**31 - 1)) for name in sorted(names)}


def _scores(estimator, X, y, rows, training, scored, sizes, scorer):
    """Return the score of each size."""
    test = np.concatenate([rows[patient] for patient in scored])
    found = []
    for size in sizes:
        train = np.concatenate([rows[patient] for patient in training[:size]])
        with warnings.catch_warnings():
            # Of small sizes that lack a grade or do not converge: that is what the curve is about.
            warnings.simplefilter("ignore")
            fitted = clone(estimator).fit(safe_indexing(X, train), y[train])
            found.append(scorer(fitted, safe_indexing(X, test), y[test]))
    return found
