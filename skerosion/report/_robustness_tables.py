"""What a change of the images costs: the scores of changed images minus those of the same images as they are."""

from ._paired_scores import SHOWN, PairedScores
from ._score_tables import ScoreTable, bootstrap_of

NOTE = (
    "The score of the changed images minus that of the same images as they are, on the same resamples of patients. "
    f"{SHOWN}."
)


def robustness_tables(result, degraded):
    """How much every metric of every estimator changes with the images, paired by patient.

    Parameters
    ----------
    result : Scored
        What is predicted for the images as they are.
    degraded : dict of str to dict
        Name of a change -> what is predicted for the images so changed, by task and strategy, as
        ``result.predictions`` is.

    Returns
    -------
    dict of str to ScoreTable
        By task.
    """
    tasks = [task for task in ("classifier", "regressor") if degraded and result.of_task(task)]
    return {task: _table(result, degraded, task) for task in tasks}


def _table(result, degraded, task):
    scores, bootstrap = PairedScores.of(result, task), bootstrap_of(result)

    def cells(changed, plain):
        return {
            title: bootstrap.difference(metric, scores.truth, changed[title], plain[title], name=title)
            for title, metric in scores.metrics.items()
        }

    rows = [
        (f"{result.titles[strategy]}, {name}", "difference", cells(scores.said(each[task, strategy]), plain))
        for strategy, plain in ((name, scores.said(each)) for name, each in result.of_task(task).items())
        for name, each in degraded.items()
    ]
    return ScoreTable(f"Robustness, {task}: {result.extent}", tuple(scores.metrics), rows, (NOTE, *bootstrap.notes))
