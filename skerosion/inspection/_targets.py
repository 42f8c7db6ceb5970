"""What a map explains: a grade, or the mean, a quantile or an exceedance of a predicted distribution.

Every target is the expectation of a payoff: of 1 on a grade, of the grid itself, of 1 above a threshold. A payoff over
the grid points turns into weights of the network's outputs, whether these are probabilities or a cdf.
"""

from dataclasses import dataclass, replace
from numbers import Real

import numpy as np
from sklearn.base import is_classifier

from skerosion.grades import class_positions

TARGETS = "None, a grade of the classifier, 'mean', 'median', ('quantile', q) or ('above', threshold)"


@dataclass(frozen=True)
class Target:
    """A number that a forecast gives for each row.

    Parameters
    ----------
    kind : {"predicted", "grade", "mean", "quantile", "above", "value"}
        ``"predicted"`` becomes ``"grade"`` once it is known what is predicted; ``"value"`` is the one output of a
        regressor without a distribution.
    level : ndarray of int of shape (n,) or float or None
        Positions of grades in ``classes_``, the probability of a quantile, or the threshold.
    """

    kind: str
    level: object = None

    def fixed(self, forecast):
        """Return the target with the grades that this forecast predicts, where it asks for these."""
        if self.kind != "predicted":
            return self
        return Target("grade", class_positions(forecast.prediction, np.asarray(forecast.classes)))

    def take(self, positions):
        """Return the target of some rows."""
        return replace(self, level=self.level[positions]) if self.kind == "grade" else self

    def values(self, forecast):
        """Return the target of each row, of shape (n,), in the units of the prediction or as a probability."""
        if self.kind == "grade":
            return np.take_along_axis(forecast.probabilities, self.level[:, np.newaxis], axis=1)[:, 0]
        if self.kind == "value":
            return forecast.prediction
        if self.kind == "mean":
            return forecast.distribution.mean()
        if self.kind == "quantile":
            return forecast.distribution.quantile(self.level)
        return 1.0 - forecast.distribution.cdf_at(self.level)

    def payoffs(self, forecast):
        """Return what each grid point or class pays, of shape (n, K); its expectation rises with the target."""
        if self.kind == "grade":
            return np.eye(forecast.probabilities.shape[1])[self.level]
        grid = forecast.distribution.grid
        if self.kind == "quantile":
            return _quantile_payoffs(forecast.distribution.cdf, self.level)
        payoff = grid if self.kind == "mean" else (grid > self.level).astype(float)
        return np.tile(payoff, (len(forecast.prediction), 1))


def _quantile_payoffs(cdf, level):
    """Return payoffs whose expectation moves as the quantile, interpolated between the grid points around it.

    With F the cdf and q between grid points i - 1 and i, the derivative of q is, up to a positive factor of the row,
    -(a dF(i - 1) + (1 - a) dF(i)), where a = (F(i) - level) / (F(i) - F(i - 1)).
    """
    upper = np.maximum((cdf >= level - 1e-6).argmax(axis=1), 1)
    rows = np.arange(len(cdf))
    above, below = cdf[rows, upper], cdf[rows, upper - 1]
    share = np.clip((above - level) / np.maximum(above - below, 1e-9), 0, 1)
    places = np.arange(cdf.shape[1])
    # Paying 1 beyond grid point i is worth 1 - F(i).
    beyond_below, beyond_above = places >= upper[:, np.newaxis], places > upper[:, np.newaxis]
    return share[:, np.newaxis] * beyond_below + (1 - share)[:, np.newaxis] * beyond_above


def make_target(target, step, n_rows):
    """Return the Target that the parameter `target` asks of a fitted step.

    Raises
    ------
    ValueError
        Where the step cannot give it; the message says what it can give.
    """
    classes = np.asarray(step.classes_) if is_classifier(step) else None
    if target is None:
        return Target("predicted") if classes is not None else _central(step)
    if classes is not None and _is_grade(target, classes):
        return Target("grade", np.broadcast_to(class_positions(np.asarray(target), classes), (n_rows,)))
    named = Target("quantile", 0.5) if isinstance(target, str) and target == "median" else _named(target)
    if named is None:
        _refuse(target, classes)
    return _checked(named, target, step, classes)


def _is_grade(target, classes):
    """Whether a target is one of the classes or holds nothing but classes, one for each row."""
    try:
        return bool(np.isin(np.asarray(target), classes).all()) and np.ndim(target) <= 1
    except (TypeError, ValueError):
        return False


def _central(step):
    return Target("mean") if hasattr(step, "predict_distribution") else Target("value")


def _named(target):
    if isinstance(target, str) and target == "mean":
        return Target("mean")
    is_pair = isinstance(target, tuple) and len(target) == 2 and isinstance(target[1], Real)
    return Target(*target) if is_pair and target[0] in ("quantile", "above") else None


def _checked(named, target, step, classes):
    """Return a target of a distribution, if the step predicts one."""
    if named.kind == "quantile" and not 0 < named.level < 1:
        raise ValueError(f"target must ask for a quantile strictly between 0 and 1, got {target!r}.")
    if classes is not None and classes.dtype.kind not in "iuf":
        _refuse(target, classes)
    if classes is None and not hasattr(step, "predict_distribution"):
        if named.kind == "mean":
            return Target("value")
        raise ValueError(
            f"target must be None or 'mean' for {type(step).__name__}, which predicts no distribution, got {target!r}."
        )
    return named


def _refuse(target, classes):
    grades = "" if classes is None else f"; the grades are {classes.tolist()}"
    raise ValueError(f"target must be {TARGETS}, got {target!r}{grades}.")


def output_weights(payoffs, is_cdf):
    """Return weights of a network's outputs that give the expectation of the payoffs, up to a constant.

    Parameters
    ----------
    payoffs : ndarray of shape (n, K)
    is_cdf : bool
        Whether the outputs are a cdf, else probabilities. Summed by parts, the expectation of a payoff v is
        v(K) + sum over k < K of F(k) (v(k) - v(k + 1)).

    Returns
    -------
    ndarray of shape (n, K), float32
    """
    weights = payoffs if not is_cdf else -np.diff(payoffs, axis=1, append=payoffs[:, -1:])
    return weights.astype(np.float32)
