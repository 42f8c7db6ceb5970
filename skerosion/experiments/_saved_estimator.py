"""A fitted pipeline together with what predicting new images needs, and the file that holds both."""

import os
from dataclasses import asdict, dataclass, field

import numpy as np
from sklearn.base import is_classifier

from skerosion._validation import Whole, check_parameter
from skerosion.datasets import film_choices
from skerosion.forecasts import step_of
from skerosion.grades import Target, is_number, name_of

from ._identity import file_digest
from ._marks import check_marks, marks_of
from ._origins import describe_images, first_weights_of
from ._record import versions
from ._strategies import TASKS, check_names
from .file_format import broken, load_with_about, reading, save_estimator

TOLD = ("columns", "images", "first_weights", "marks")
"""What is taken from a file as it tells it."""


@dataclass(frozen=True)
class SavedEstimator:
    """A fitted pipeline that knows what it was trained on, ready to predict.

    Parameters
    ----------
    pipeline : imblearn.pipeline.Pipeline
        Fitted.
    task : {"classifier", "regressor"}
    strategy : str
    target : Target
    image_shape : tuple of int or None
        (H, W, C) the images are read at; None for feature vectors.
    versions : dict
        Versions of the packages it was fitted with.
    bits : int or None, default=None
        Bits in use of the 16-bit files it was fitted on, as `skerosion.datasets.load_image_table` takes them.
    films : dict, default={}
        ``window`` and ``polarity`` of the DICOM films it was fitted on, where they were chosen.
    columns : dict, default={}
        Names of the columns ``image``, ``target`` and ``group`` of the table it was fitted on.
    images : dict, default={}
        What `describe_images` and `describe_films` say of the images it was fitted on.
    first_weights : list of dict, default=[]
        What `first_weights_of` says of the weights that its networks started from.
    marks : dict, default={}
        By which `known_by` finds out whether images and patients are those that it was fitted on.
    card : dict of str to str, default={}
        What its maker says to whoever uses it, such as ``"intended use"`` and ``"limits"``.
    digest : str or None, default=None
        Of the file that it was read from.

    Examples
    --------
    >>> from skerosion.experiments import SavedEstimator
    >>> from skerosion.grades import Target
    >>> SavedEstimator(None, "classifier", "original", Target.decide([0, 1]), (64, 64, 1), {}).reading()
    {'size': (64, 64), 'channels': 1, 'bits': None}
    """

    pipeline: object
    task: str
    strategy: str
    target: Target
    image_shape: tuple | None
    versions: dict
    bits: int | None = None
    films: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)
    images: dict = field(default_factory=dict)
    first_weights: list = field(default_factory=list)
    marks: dict = field(default_factory=dict)
    card: dict = field(default_factory=dict)
    digest: str | None = None

    @classmethod
    def of(cls, pipeline, task, strategy, target, trained, versions, columns=None, card=None, shown=None):
        """Gather what predicting new images needs from the rows that a pipeline was fitted on.

        Parameters
        ----------
        pipeline : fitted Pipeline
        task, strategy : str
        target : Target
        trained : ImageRows
        versions : dict
        columns, card : dict or None, default=None

        Returns
        -------
        SavedEstimator
        """
        bits, films = (getattr(trained.source, name, None) for name in ("bits", "films"))
        first_weights = first_weights_of(pipeline)
        fitted = (pipeline, task, strategy, target, trained.image_shape, versions, bits, films or {})
        images = describe_images(trained) | (shown or {})
        return cls(*fitted, columns or {}, images, first_weights, marks_of(trained), card or {})

    def reading(self):
        """How `skerosion.datasets.load_image_table` reads images for this estimator: size, channels, bits, films."""
        if self.image_shape is None:
            raise ValueError(
                "this estimator was fitted on feature vectors, not on images of a table; predict in Python: "
                "load_estimator(path).predict(features)."
            )
        *size, channels = self.image_shape
        return {"size": tuple(size), "channels": channels, "bits": self.bits} | self.films

    def about(self):
        """What its file tells beside the estimator, as JSON has it."""
        return {
            "task": self.task,
            "training": self.strategy,
            "target": asdict(self.target),
            "reading": None if self.image_shape is None else self.reading(),
            "columns": self.columns,
            "images": self.images,
            "first_weights": self.first_weights,
            "marks": self.marks,
            "card": self.card,
            "versions": self.versions,
        }

    def save(self, path):
        """Write the file of the estimator, whole or not at all; its path is returned.

        Classes that whoever made the pipeline brought along are written too; whoever reads the file has to trust them.
        """
        parts = [self.pipeline, *self.pipeline.get_params().values()]
        trusted = {type(part) for part in parts if hasattr(part, "get_params") and not isinstance(part, type)}
        return save_estimator(self.pipeline, path, self.about(), trusted=trusted)


def load_saved(path, trusted=()):
    """Read the file of an estimator with what it tells about it.

    Parameters
    ----------
    path : path-like
        Written by a command, or by :func:`save_estimator`: what is not told there is taken from the estimator.
    trusted : iterable of class, default=()
        As :func:`load_estimator` takes it.

    Returns
    -------
    SavedEstimator

    Examples
    --------
    >>> from skerosion.experiments import load_saved
    >>> load_saved("nowhere.skerosion")
    Traceback (most recent call last):
    ...
    FileNotFoundError: estimator must be a file that exists, got 'nowhere.skerosion'.
    """
    estimator, about = load_with_about(path, trusted)
    with reading(path, "what it tells about its estimator"):
        _check_told(about)
        task = about.get("task", "classifier" if is_classifier(estimator) else "regressor")
        shape, bits, films = _reading_of(about, estimator)
        told = {name: about[name] for name in TOLD if name in about} | {"card": _card_of(about)}
        check_marks(told.get("marks", {}))
        target = _target_of(path, about, estimator)
        strategy, made_with = about.get("training", "trained"), about.get("versions", {})
        return SavedEstimator(
            estimator, task, strategy, target, shape, made_with, bits, films, **told, digest=file_digest(path)
        )


_TOLD_AS = dict.fromkeys(("columns", "images", "marks", "card", "versions", "target"), dict)
_TOLD_AS |= {"task": str, "training": str, "first_weights": list, "reading": dict | None}


def _check_told(about):
    """Raise for what is told in another form than it is used in."""
    for name, kind in _TOLD_AS.items():
        if name in about and not isinstance(about[name], kind):
            raise TypeError(f"{name} is {about[name]!r:.60}")
    names = [about.get("task"), about.get("training"), *about.get("columns", {}).values()]
    names += [part for pair in about.get("versions", {}).items() for part in pair]
    if not all(name is None or isinstance(name, str) for name in names):
        raise TypeError("its names are no texts")
    if not all(isinstance(each, dict) for each in about.get("first_weights", [])):
        raise TypeError("its first weights are not described")
    if "task" in about:
        check_names("task", [about["task"]], TASKS)


def as_saved(estimator):
    """An estimator with what predicting needs: as it is, read from its file, or taken from a fitted one.

    Parameters
    ----------
    estimator : SavedEstimator, path-like or fitted estimator

    Returns
    -------
    SavedEstimator
    """
    if isinstance(estimator, SavedEstimator):
        return estimator
    if isinstance(estimator, (str, os.PathLike)):
        return load_saved(estimator)
    task = "classifier" if is_classifier(estimator) else "regressor"
    return SavedEstimator(estimator, task, "trained", _target_within(estimator), _reading_of({}, estimator)[0], {})


def _target_within(estimator):
    """The target of a fitted estimator: the classes of a classifier, the bins or the grid of a regressor."""
    if is_classifier(estimator):
        return _target_of_classes(estimator)
    step, grid = step_of(estimator), getattr(network_within(estimator), "grid_", np.array([]))
    if getattr(step, "bins", None) == "ratingen" or np.array_equal(grid, np.arange(101)):
        return Target("percent", tuple(range(6)), "as the estimator grades it")
    if len(grid) > 1 and (grid == np.rint(grid)).all():
        return Target("grade", tuple(int(grade) for grade in grid), "as the grid of the estimator is")
    raise ValueError(
        "estimators must say what their target is, got a regressor of numbers alone: fit it with bins='ratingen' for "
        "percentages, or pass its file, save_estimator(estimator, path, {'target': {...}})."
    )


def _target_of_classes(classifier):
    """The target that the classes of a classifier are; names are grades where it was given their order."""
    from skerosion.estimators import order_given

    step = step_of(classifier)
    classes = np.asarray(step.classes_)
    if is_number(classes) or order_given(step) is None:
        return Target("grade", tuple(classes.tolist()), "as the classes of the estimator are")
    return Target("grade", tuple(range(len(classes))), ORDERED, tuple(map(name_of, classes)))


ORDERED = "in the order that the estimator was given"


def _card_of(about):
    """What the maker says, each in one line: it goes to terminals and pages as it is."""
    card = about.get("card", {})
    if not all(isinstance(text, str) and text.isprintable() for text in [*card, *card.values()]):
        raise ValueError("the card must hold texts of one line")
    return card


def _reading_of(about, estimator):
    """Shape, bits and films that images are read by: as the file tells them, or as the network inside had them."""
    if "reading" not in about:
        shape = getattr(network_within(estimator), "input_shape_", ())
        return (tuple(shape) if len(shape) == 3 else None), None, {}
    if about["reading"] is None:
        return None, None, {}
    told = dict(about["reading"])
    shape, bits = (*told.pop("size"), told.pop("channels", 1)), told.pop("bits", None)
    check_parameter("bits", bits, (None, Whole(1)))
    if len(shape) != 3 or not all(type(side) is int and 0 < side <= _LARGEST_SIDE for side in shape):
        raise ValueError(f"images of the shape {shape!r:.60}")
    return shape, bits, film_choices(**told)


_LARGEST_SIDE = 2**16


def network_within(estimator):
    """The network that predicts, inside pipelines, searches, freezers and what is made of one fitted estimator."""
    step = step_of(estimator)
    while hasattr(step, "estimator_"):
        step = step_of(step.estimator_)
    return step


def _target_of(path, about, estimator):
    """The target that the file tells, or that of a classifier by its classes."""
    if "target" in about:
        told = about["target"]
        names = None if told.get("names") is None else tuple(told["names"])
        kind, classes, reason = told["kind"], tuple(told["classes"]), str(told.get("reason", "as its file tells"))
        known = all(isinstance(each, (int, float, str)) for each in (*classes, *(names or ())))
        if kind not in ("percent", "grade") or not known:
            raise ValueError(f"its target is of the kind {kind!r:.60}, or its grades are neither numbers nor texts")
        return Target(kind, classes, reason, names)
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        advice = 'save_estimator(estimator, path, {"target": {"kind": "percent", "classes": [0, 1, 2, 3, 4, 5]}}) does.'
        raise broken(path, "what it tells about its estimator", "has no target, which numbers alone do not say", advice)
    return _target_of_classes(estimator)


def version_message(saved):
    """One sentence on packages whose version changed since the estimator was saved; empty when none did.

    Parameters
    ----------
    saved : SavedEstimator
    """
    now = versions()
    changed = [f"{name} {then} (now {now[name]})" for name, then in saved.versions.items() if now.get(name) != then]
    return f"Fitted with other versions: {', '.join(changed)}." if changed else ""


def card_message(saved):
    """What an estimator is for and what not, as its maker says; empty where nothing is said.

    Parameters
    ----------
    saved : SavedEstimator

    Examples
    --------
    >>> from skerosion.experiments import SavedEstimator, card_message
    >>> from skerosion.grades import Target
    >>> target, card = Target.decide([0, 1]), {"limits": "Hands.", "made by": "me"}
    >>> card_message(SavedEstimator(None, "classifier", "trained", target, None, {}, card=card))
    'Limits: Hands.'
    """
    told = {name: saved.card[name] for name in ("intended use", "limits") if name in saved.card}
    return " ".join(f"{name.capitalize()}: {text.rstrip('.')}." for name, text in told.items())
