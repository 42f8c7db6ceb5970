"""What a recalibration on some of the patients gains on the others, over draws of both."""

import warnings

import numpy as np

from skerosion.metrics import group_bootstrap_difference

from ._paired_scores import SHOWN, PairedScores
from ._score_tables import ScoreTable, bootstrap_of

RESAMPLES = 20
"""Resamples of the patients that are left, for each draw of those that were learned from."""

NOTE = (
    "The score of the recalibrated estimator minus that of the estimator as it is, on the patients that nothing was "
    "learned from: the mean over {draws} draws of the patients to learn from, and the interval that holds 95 % of "
    "{resamples} resamples of the others from each draw. " + SHOWN + "."
)


def gain_tables(result, adapted):
    """How much every metric of every estimator gains by each correction.

    Parameters
    ----------
    result : Scored
        What is predicted without any correction.
    adapted : list of (dict, ndarray of int)
        For each draw of patients: what is predicted for all rows after a correction, (task, strategy, name) ->
        `Forecast`, and the rows of the patients that it was not learned from.

    Returns
    -------
    dict of str to ScoreTable
        By task.
    """
    tasks = [task for task in ("classifier", "regressor") if adapted and result.of_task(task)]
    return {task: _table(result, adapted, task) for task in tasks}


def _table(result, adapted, task):
    scores, names = PairedScores.of(result, task), list(dict.fromkeys(key for draw, _ in adapted for key in draw))
    rows = [
        (f"{result.titles[strategy]}, {name}", "difference", _cells(result, adapted, scores, (of, strategy, name)))
        for of, strategy, name in names
        if of == task
    ]
    n_draws = max(sum(key in draw for draw, _ in adapted) for key in names)
    note = NOTE.format(draws=n_draws, resamples=RESAMPLES)
    return ScoreTable(f"Recalibrated, {task}: {result.extent}", tuple(scores.metrics), rows, (note,))


def _cells(result, adapted, scores, key):
    """Mean gain and its interval of each metric; one that is undefined is left out."""
    groups, plain = bootstrap_of(result).groups, result.predictions[key[:2]]
    draws = [(rows, draw[key].take(rows)) for draw, rows in adapted if key in draw]
    gains = [
        _gains(scores, rows, corrected, plain.take(rows), groups[rows], result.seed + number)
        for number, (rows, corrected) in enumerate(draws)
    ]
    return {title: cell for title in scores.metrics if (cell := _pooled([gain[title] for gain in gains]))}


def _gains(scores, rows, corrected, plain, groups, seed):
    """The gain of each metric on some rows with its resamples, as `BootstrapInterval`; None where it is undefined."""
    new, old, truth = scores.said(corrected), scores.said(plain), scores.truth[rows]
    settings = {"n_resamples": RESAMPLES, "random_state": seed}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that resamples are few: all draws together are not
        return {
            title: group_bootstrap_difference(metric, truth, new[title], old[title], groups, **settings)
            if np.isfinite([metric(truth, new[title]), metric(truth, old[title])]).all()
            else None
            for title, metric in scores.metrics.items()
        }


def _pooled(gains):
    gains = [gain for gain in gains if gain is not None]
    if not gains:
        return None
    low, high = np.quantile(np.concatenate([gain.draws for gain in gains]), (0.025, 0.975))
    value = float(np.mean([gain.estimate for gain in gains]))
    return value, float(min(low, value)), float(max(high, value))
