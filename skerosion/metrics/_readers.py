"""How far several readers agree, how each differs from the others, and where a grader stands among them."""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.utils import check_random_state

from skerosion._keys import as_keys
from skerosion._types import Any, ArrayLike, Groups, Labels, Seed
from skerosion.grades import checked_votes, class_positions, is_number, votes_as_places
from skerosion.metrics._bootstrap import group_bootstrap_difference, group_bootstrap_interval
from skerosion.metrics._checks import check_same_length
from skerosion.metrics._encoding import whole_numbers
from skerosion.metrics._intraclass import correlation_of
from skerosion.metrics._metric import find_metric


def agreement_measures(first, second, classes, labels, score):
    """Return how far one reader agrees with a second: with all that this one said, and grade by grade.

    Parameters
    ----------
    first, second : ndarray of shape (n_rows,)
        Grades that `classes` lists.
    classes : ndarray of shape (n_grades,)
        All grades from the lowest to the highest.
    labels : sequence of str of shape (n_grades,)
        What they are called.
    score : callable
        ``score(metric, y_true, y_pred, sample_weight)`` gives a value with its interval.

    Returns
    -------
    dict of str to (object, int)
        For each measure what `score` gave, and the number of rows that it is of.
    """
    kappa = find_metric("quadratic_kappa")
    of_kappa = kappa.given(labels=classes)
    apart, none = np.abs(class_positions(second, classes) - class_positions(first, classes)), np.zeros(len(second))
    # Undefined where both say one grade only; their other measures are not.
    defined = np.isfinite(of_kappa(second, first))
    cells = {kappa.title: (score(of_kappa, second, first, None), len(second))} if defined else {}
    cells |= {
        "same grade": (score(accuracy_score, none, apart, None), len(second)),
        "at most one grade apart": (score(accuracy_score, none, np.maximum(apart - 1, 0), None), len(second)),
    }
    for grade, label in zip(classes, labels, strict=True):
        if (of := second == grade).any():
            name = f"same grade where the second reader says {label}"
            cells[name] = score(accuracy_score, none, apart, of), int(of.sum())
    return cells


def reader_agreement(
    votes: Any,
    groups: Groups,
    *,
    order: Labels = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    random_state: Seed = 0,
) -> pd.DataFrame:
    """Return how far readers agree, and by how much each grades higher than the others, with patient intervals.

    Parameters
    ----------
    votes : DataFrame or array-like of shape (n_rows, n_readers)
        What each reader said, such as ``data.table[list(data.readers)]``; missing where a reader did not vote.
    groups : array-like of shape (n_rows,)
        The patient of each row.
    order : array-like of shape (n_grades,) or None, default=None
        All grades from the lowest to the highest; needed for names.
    n_resamples, confidence, random_state
        As of :func:`group_bootstrap_interval`.

    Returns
    -------
    DataFrame
        Rows ``readers``, ``measure``, ``value``, ``low``, ``high``, ``images``. For each two readers the quadratic
        kappa, the shares of the same grade and of grades at most one apart, and the share of the same grade where the
        second says each grade; for all of them the intraclass correlation, ICC(2,1) where each reads every image and
        ICC(1,1) otherwise; for each the mean difference from the mean of the others, in grades.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skerosion.metrics import reader_agreement
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 5, 400)
    >>> votes = pd.DataFrame({"amy": truth, "ben": np.clip(truth + rng.integers(0, 2, 400), 0, 4)})
    >>> table = reader_agreement(votes, groups=np.arange(400) // 4)
    >>> table.loc[table["measure"] == "same grade", ["readers", "value"]].round(2).values.tolist()
    [['amy, ben', 0.6]]
    """
    said = _Votes.of(votes, groups, order, {"n_resamples": n_resamples, "confidence": confidence}, random_state)
    pairs = [said.pair(*both) for both in itertools.combinations(range(len(said.names)), 2)]
    biases = [said.bias(reader) for reader in range(len(said.names))]
    lines = [line for part in (*pairs, said.correlation(), *biases) for line in part]
    return pd.DataFrame(lines, columns=["readers", "measure", "value", "low", "high", "images"])


def reader_level(
    grades: ArrayLike,
    votes: Any,
    groups: Groups,
    *,
    metric: Any = "quadratic_kappa",
    order: Labels = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    random_state: Seed = 0,
) -> pd.DataFrame:
    """Compare a grader, and each reader, with the same left-out reader: where the grader stands among readers.

    It is no ceiling: a grader of what readers agree on may come nearer to each of them than any other reader does.
    Grades should be of patients that the grader has not seen, such as those out of fold.

    Parameters
    ----------
    grades : array-like of shape (n_rows,)
        What the grader says.
    votes : DataFrame or array-like of shape (n_rows, n_readers)
        What each reader said; missing where a reader did not vote.
    groups : array-like of shape (n_rows,)
        The patient of each row.
    metric : str or Metric, default="quadratic_kappa"
        One that reads grades; the left-out reader is the truth.
    order : array-like of shape (n_grades,) or None, default=None
        All grades from the lowest to the highest; needed for names.
    n_resamples, confidence, random_state
        As of :func:`group_bootstrap_interval`.

    Returns
    -------
    DataFrame
        For each left-out reader (``against``) a row for ``who`` is compared: the other readers, and the constant grade
        that comes nearest to the left-out reader, the floor. The ``grader``'s value and ``theirs`` are of the
        ``images`` that both have graded; their ``difference``, grader less the other, has its paired patient interval
        ``low`` to ``high``.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.metrics import reader_level
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 5, 400)
    >>> votes = np.clip(truth[:, None] + rng.integers(-1, 2, (400, 3)), 0, 4)
    >>> table = reader_level(truth, votes, groups=np.arange(400) // 4)
    >>> table.loc[0, ["against", "who"]].tolist(), bool(table.loc[0, "low"] > 0)
    (['reader 1', 'reader 2'], True)
    """
    metric = find_metric(metric)
    if metric.reads != "grades":
        raise ValueError(f"metric must be one that reads grades, got {metric.name!r}, which reads {metric.reads}.")
    settings = {"n_resamples": n_resamples, "confidence": confidence}
    said = _Votes.of(votes, groups, order, settings, random_state, also=grades)
    compared = [said.against(reader, metric) for reader in range(len(said.names))]
    columns = ["against", "who", "grader", "theirs", "difference", "low", "high", "images"]
    return pd.DataFrame([line for lines in compared for line in lines], columns=columns)


@dataclass(frozen=True)
class _Votes:
    """Votes as places among the grades, NaN where a reader did not vote, and those of a grader after them if given."""

    places: np.ndarray
    names: list
    classes: np.ndarray
    groups: np.ndarray
    settings: dict
    grader: np.ndarray | None = None

    @classmethod
    def of(cls, votes, groups, order, settings, random_state, also=None):
        """Bring all that is said onto one scale."""
        columns = getattr(votes, "columns", None)
        votes, groups = checked_votes(votes), as_keys(groups)
        check_same_length(votes=votes, groups=groups)
        names = [f"reader {number + 1}" for number in range(votes.shape[1])] if columns is None else map(str, columns)
        given = None if also is None else np.asarray(also)
        if given is not None:
            check_same_length(votes=votes, grades=given)
        classes = _scale(votes, given, order)
        places = votes_as_places(votes, classes)
        grader = None if given is None else class_positions(given, classes).astype(float)
        seed = check_random_state(random_state).randint(np.iinfo(np.int32).max)
        return cls(places, list(names), classes, groups, settings | {"random_state": seed}, grader)

    def pair(self, first, second):
        """How far two readers agree on what both have graded."""
        rows = self._rows(np.isfinite(self.places[:, [first, second]]).all(axis=1))
        if not len(rows):
            return []
        one, other = self.places[rows, first].astype(int), self.places[rows, second].astype(int)

        def score(metric, y_true, y_pred, sample_weight):
            return self._interval(metric, y_true, y_pred, rows, sample_weight=sample_weight)

        grades = np.arange(len(self.classes))
        measures = agreement_measures(one, other, grades, self.classes.astype(str), score)
        who = f"{self.names[first]}, {self.names[second]}"
        return [[who, name, *ends, n] for name, (ends, n) in measures.items()]

    def correlation(self):
        """The intraclass correlation of all readers."""
        rows = self._rows(np.isfinite(self.places).any(axis=1))
        votes = self.places[rows]
        form, design = ("ICC(1,1)", "one-way") if np.isnan(votes).any() else ("ICC(2,1)", "two-way")

        def correlation(none, drawn):
            return correlation_of(drawn, design)

        correlation.bounds = (-1.0, 1.0)
        if np.isnan(correlation_of(votes, design)):
            return []
        ends = self._interval(correlation, np.zeros(len(rows)), votes, rows)
        return [[", ".join(self.names), form, *ends, len(rows)]]

    def bias(self, reader):
        """The mean difference of a reader from the others."""
        others = np.delete(self.places, reader, axis=1)
        rows = self._rows(np.isfinite(self.places[:, reader]) & np.isfinite(others).any(axis=1))
        if not len(rows):
            return []
        apart = self.places[rows, reader] - np.nanmean(others[rows], axis=1)
        ends = self._interval(_mean_within(len(self.classes) - 1), np.zeros(len(rows)), apart, rows)
        return [[self.names[reader], "mean difference from the others", *ends, len(rows)]]

    def against(self, reader, metric):
        """The grader beside each other reader, and beside a constant, all compared with one reader."""
        function = metric.given(labels=np.arange(len(self.classes)))
        others = [
            (self.names[other], self.places[:, other], False) for other in range(len(self.names)) if other != reader
        ]
        lines = []
        for who, said, is_floor in [*others, self._floor(reader, metric, function)]:
            rows = self._rows(np.isfinite(self.places[:, reader]) & np.isfinite(said))
            if len(rows):
                truth, grader, said = (each[rows].astype(int) for each in (self.places[:, reader], self.grader, said))
                values = function(truth, grader), function(truth, said)
                difference = 3 * [np.nan]  # of what is undefined, as a kappa of one grade only
                if np.isfinite(values).all():
                    difference = self._difference(function, (truth, grader, said), rows, floor=is_floor)
                lines.append([self.names[reader], who, *values, *difference, len(rows)])
        return lines

    def _difference(self, function, compared, rows, **settings):
        settings |= self.settings
        difference = group_bootstrap_difference(function, *compared, self.groups[rows], **settings)
        return [difference.estimate, *difference]

    def _floor(self, reader, metric, function):
        """The constant grade that comes nearest to a reader."""
        truth = self.places[:, reader][np.isfinite(self.places[:, reader])].astype(int)
        losses = [metric.loss(function(truth, np.full(len(truth), place))) for place in range(len(self.classes))]
        nearest = int(np.nanargmin(losses)) if np.isfinite(losses).any() else int(np.bincount(truth).argmax())
        return f"always {self.classes[nearest]}", np.full(len(self.places), float(nearest)), True

    def _interval(self, metric, y_true, y_pred, rows, **settings):
        interval = group_bootstrap_interval(metric, y_true, y_pred, self.groups[rows], **self.settings, **settings)
        return interval.estimate, *interval

    def _rows(self, chosen):
        """The chosen rows; none where they are of one patient, of whom no others can be foretold."""
        rows = np.flatnonzero(chosen)
        return rows if len(np.unique(self.groups[rows])) > 1 else rows[:0]


def _scale(votes, given, order):
    """Return all grades in their order: the whole numbers that were said, with those between them, or names."""
    if order is not None:
        return np.asarray(order)
    if not is_number(votes) or (given is not None and not is_number(given)):
        raise ValueError("order must list the grades from the lowest to the highest where votes are names, got None.")
    said = np.concatenate([votes[np.isfinite(votes)], [] if given is None else given])
    whole = whole_numbers(said, "votes")
    return np.arange(whole.min(), whole.max() + 1)


def _mean_within(widest):
    """Return a mean of differences, which are at most `widest` grades."""

    def mean(none, differences, sample_weight=None):
        return float(np.average(differences, weights=sample_weight))

    mean.bounds = (-float(widest), float(widest))
    return mean
