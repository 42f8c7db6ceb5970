"""Trainings that start from what another network has learned, from the text that names it."""

import re
from pathlib import Path

from ._strategies import TASKS
from ._trainings import Training, strategy_trainings
from .file_format import ENDING

OTHER_TASK = "other-task"
"""Names the transfer between the tasks: a classifier starts from a regressor's backbone, and the other way round."""

STRATEGY = {"classifier": "class_weights", "regressor": "original"}
"""What transfer trainings do about the imbalance: weights by grade let a classifier see the rare ones, and would only
spoil the distributions of a regressor."""

PHASES = "head_then_all"
"""The thesis' way: the new head alone, then everything at a tenth of the learning rate."""


def transfer_trainings(spec, tasks=TASKS, strategies=None):
    """The trainings of each task that start from other weights.

    Parameters
    ----------
    spec : str
        ``"BACKBONE:WEIGHTS"``, such as ``"InceptionV3:imagenet"`` (the thesis'), ``"vgg:knees.keras"``, or
        ``"vgg:knees/classifier.skerosion"``, the file of an estimator; ``"BACKBONE"`` alone trains that network from
        its first weights; ``"other-task"`` starts from the network that the same study has trained for the other task.
    tasks : sequence of str, default=("classifier", "regressor")
    strategies : sequence of str or None, default=None
        Strategies of the study, for what ``"other-task"`` may start from.

    Returns
    -------
    list of Training

    Raises
    ------
    ValueError
        For a text that names no backbone, or ``"other-task"`` in a study of one task.

    Examples
    --------
    >>> from skerosion.experiments import transfer_trainings
    >>> training = transfer_trainings("InceptionV3:imagenet", ["classifier"])[0]
    >>> training.row_title, training.strategy, training.parameters
    ('InceptionV3, imagenet', 'class_weights',
     {'backbone': 'InceptionV3', 'weights': 'imagenet', 'phases': 'head_then_all'})
    """
    if spec == OTHER_TASK:
        return _between_tasks(tasks, strategies)
    backbone, colon, weights = spec.partition(":")
    if not backbone or (colon and not weights):
        raise ValueError(f"transfer must be BACKBONE, BACKBONE:WEIGHTS or {OTHER_TASK}, got {spec!r}.")
    if not colon and (spec == "imagenet" or spec.endswith((".h5", ".keras", ENDING))):
        raise ValueError(f"transfer must name a backbone before its weights, such as InceptionV3:{spec}, got {spec!r}.")
    named = _name_weights(weights)
    parameters = {"backbone": backbone} | ({"weights": weights, "phases": PHASES} if weights else {})
    name = re.sub(r"\W+", "_", f"{backbone}_{named}" if named else backbone)
    title = f"{backbone}, {named}" if named else backbone
    return [Training(task, name, STRATEGY[task], parameters, title) for task in tasks]


def _name_weights(weights):
    """A short name of weights: a file's, and for a saved estimator its folder's too."""
    path = Path(weights)
    return "/".join(path.with_suffix("").parts[-2:]) if path.suffix == ENDING else path.name.partition(".")[0]


def _between_tasks(tasks, strategies):
    if len(set(tasks)) < 2:
        raise ValueError(f"transfer from {OTHER_TASK} needs both tasks, got {', '.join(tasks)}.")
    starts = {task: (task, strategy_trainings(task, strategies)[0].name) for task in TASKS}
    others = dict(zip(TASKS, reversed(TASKS), strict=True))
    return [
        Training(task, "other_task", STRATEGY[task], {"phases": PHASES}, "from the other task", starts[others[task]])
        for task in tasks
    ]
