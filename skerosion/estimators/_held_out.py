"""Forecasts of patients that an estimator was not fitted on: what calibration and weights are learned from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedGroupKFold,
    check_cv,
)
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from skerosion._keys import keys_for
from skerosion._private_sklearn import safe_indexing
from skerosion._validation import SHARE, SPLITTER, Choice, Kind, Whole, check_parameter
from skerosion.datasets import ImageRows, as_image_rows, form_of
from skerosion.estimators._fit_parameters import fit_arguments
from skerosion.estimators._inputs import weigh_rows
from skerosion.estimators._orders import order_given
from skerosion.forecasts import Forecast, forecast_of, step_of
from skerosion.grades import as_ordered, grades_of, order_of, plain_values
from skerosion.model_selection import check_sides, first_split, predefined_for, stand_ins, wants_groups

# None and lists of splits are what scikit-learn's `check_cv` takes besides.
CV_RULE = (
    Choice(("prefit",)),
    SHARE,
    Whole(2),
    SPLITTER,
    None,
    Kind("a list of splits", types=(list, tuple, Iterator)),
)


@dataclass(frozen=True)
class Samples:
    """What ``fit`` was given, with the weights and patients of each row.

    Parameters
    ----------
    X : ImageRows or array-like
        Rows. Weights and patients ride along in ImageRows.
    y : ndarray of shape (n,)
        Targets.
    rows : ImageRows
        X itself, or empty rows in its place that know weights and patients.
    order : ndarray of shape (n_grades,) or None, default=None
        All grades from the lowest to the highest, where the target was an ordered Categorical.
    """

    X: Any
    y: np.ndarray
    rows: ImageRows
    order: Any = None

    @classmethod
    def of(cls, X, y, sample_weight=None, groups=None):
        """Bring together what belongs to each row; images of any form become ImageRows."""
        if y is None:
            raise ValueError("This estimator requires y to be passed, but the target y is None.")
        if not isinstance(X, ImageRows) and form_of(X) in ("images", "pictures"):
            X = as_image_rows(X)
        is_rows = isinstance(X, ImageRows)
        # Weights and patients have one way of riding along, whatever X is.
        stand_in = X if is_rows else ImageRows(np.zeros((np.shape(X)[0], 1), dtype=np.float32))
        rows = weigh_rows(stand_in, sample_weight, groups)
        order, y = order_of(y), column_or_1d(plain_values(y), warn=True)
        check_consistent_length(rows, y)
        return cls(rows if is_rows else X, y, rows, order)

    def take(self, positions):
        """Return some of the rows."""
        rows = self.rows.take(positions)
        X = rows if isinstance(self.X, ImageRows) else safe_indexing(self.X, positions)
        return Samples(X, self.y[positions], rows, self.order)

    def retarget(self, function):
        """Return the same rows with what a function makes of each target, and of the votes of readers; names no more.

        Parameters
        ----------
        function : callable
            From targets (m,) to others, each by itself and in their order.
        """
        return self._with(function(self.y), self.rows.map_votes(function))

    def without_vote(self, grade):
        """Return the same rows without the votes for one grade."""
        votes = self.rows.votes
        rows = self.rows.with_votes(None if votes is None else np.where(votes == grade, None, votes))
        return replace(self._with(self.y, rows), order=self.order)

    def _with(self, y, rows):
        return Samples(rows if isinstance(self.X, ImageRows) else self.X, y, rows)

    def fit(self, estimator):
        """Return a clone of an estimator, fitted on all rows."""
        fitted = clone(estimator)
        # Others' estimators know no rows: they get weights and patients as far as their `fit` takes them.
        X, parameters = fit_arguments(fitted, self.X, self.rows)
        return fitted.fit(X, as_ordered(self.y, self.order), **parameters)


@dataclass(frozen=True)
class HeldOut:
    """A fitted estimator, and what it, or its like, said about rows of patients that it had not seen.

    Parameters
    ----------
    estimator : fitted estimator
    forecast : Forecast
        Of the held-out rows.
    y : ndarray of shape (n,)
        Their targets.
    rows : ImageRows
        Their weights and patients.
    """

    estimator: Any
    forecast: Forecast
    y: np.ndarray
    rows: ImageRows


def held_out_splits(samples, cv, estimator, random_state, *, exchangeable=False):
    """Return the (train, held-out) positions that `cv` stands for, None for ``"prefit"``.

    As in :func:`~skerosion.model_selection.first_split` it is source rows that are split: repeats and copies of an
    image go with it to train on, and are held out once.

    Parameters
    ----------
    samples : Samples
        All rows.
    cv : "prefit", float, int or splitter
        The parameter of the estimators that hold patients out.
    estimator : estimator
        Splits are stratified by grade for a classifier.
    random_state : int, RandomState or None
        Draws a share.
    exchangeable : bool, default=False
        Whether the patients of a share are a plain random draw, as conformal prediction has it, rather than those
        that meet the share and its grades in rows best.
    """
    check_parameter("cv", cv, CV_RULE)
    if isinstance(cv, str):
        return None
    classifies = is_classifier(estimator)
    # The target of a classifier with bins is numbers, which are too many kinds to have some of each in every part.
    target = grades_of(samples.y, getattr(step_of(estimator), "bins", None)) if classifies else samples.y
    if is_share(cv):
        groups = samples.rows.groups
        if groups is not None and len(np.unique(groups)) < 2:
            raise ValueError(f"cv={cv!r} needs at least 2 patients, got 1 ({str(groups[0])!r}): pass the rows of more.")
        if not exchangeable:
            return [first_split(cv, samples.rows, target, random_state=random_state, stratify=classifies)]
        # Whom chance draws, however many rows they have and of whichever grades: only then are the others like them.
        draw = ShuffleSplit if groups is None else GroupShuffleSplit
        cv = draw(1, test_size=float(cv), random_state=random_state)
    return list(_split_all(_splitter_of(cv, samples, target, classifies), samples.rows, target))


def is_share(cv):
    """Whether `cv` is a share of the patients, of which one split is made."""
    return isinstance(cv, Real) and not isinstance(cv, Integral)


def _splitter_of(cv, samples, target, classifies):
    if samples.rows.groups is None or not isinstance(cv, Integral):
        return check_cv(cv, target, classifier=classifies)
    # Never row by row where patients are known: joints of one patient resemble each other.
    return StratifiedGroupKFold(cv) if classifies else GroupKFold(cv)


def _split_all(splitter, rows, target):
    if wants_groups(splitter) and rows.groups is None:
        raise ValueError(f"cv={splitter!r} needs the patient of each row: pass groups to fit, or rows that know them.")
    first, source_of = originals(rows)
    sources = rows.take(first)
    if isinstance(splitter, PredefinedSplit):
        splitter = predefined_for(splitter, sources)
    groups = None if wants_groups(splitter) is False else keys_for(splitter, sources.groups)
    for train, held_out in splitter.split(np.zeros(len(first)), target[first], groups):
        check_sides(splitter, sources, train, held_out, name="cv")
        # Copies train, originals alone are held out: a repeated row would count twice in what is learned from them.
        yield np.flatnonzero(np.isin(source_of, train)), np.sort(first[held_out])


def originals(rows):
    """Return what :func:`stand_ins` does, source rows numbered as they appear: unrepeated rows keep their positions."""
    first, source_of = stand_ins(rows)
    order = np.argsort(first)
    return first[order], np.argsort(order)[source_of]


def hold_out(estimator, samples, splits, *, refit):
    """Return a fitted estimator with forecasts of held-out rows.

    Parameters
    ----------
    estimator : estimator
        Fitted, where `splits` is None.
    samples : Samples
        All rows.
    splits : list of (train, held_out) or None
        As :func:`held_out_splits` returns them.
    refit : bool
        Whether the estimator is one more fit on all rows, or that of the first split.
    """
    if splits is None:
        check_is_fitted(estimator)
        return HeldOut(estimator, forecast_of(estimator, samples.X), samples.y, samples.rows)
    forecasts, fitted = [], None
    for train, held_out in splits:
        of_split = samples.take(train).fit(estimator)
        forecasts.append(forecast_of(of_split, samples.take(held_out).X))
        # Without a refit it is the first split's estimator that goes on to predict.
        fitted = fitted or of_split
    held_out = np.concatenate([held_out for _, held_out in splits])
    fitted = samples.fit(estimator) if refit else fitted
    return HeldOut(fitted, Forecast.concatenate(forecasts), samples.y[held_out], samples.rows.take(held_out))


def given_order(estimator):
    """Return the grades in the order that an estimator was given, None where it was given none."""
    return order_given(step_of(estimator))


def check_one_order(estimators):
    """Refuse estimators that were given the same grades in different orders."""
    first, *others = [order for order in map(given_order, estimators) if order is not None] or [None]
    for other in others:
        # One may know more grades than the other; those that both know must follow each other alike.
        if first[np.isin(first, other)].tolist() != other[np.isin(other, first)].tolist():
            raise ValueError(
                f"estimators must have their grades in one order, got classes={first.tolist()} and "
                f"classes={other.tolist()}; give all of them the same."
            )
