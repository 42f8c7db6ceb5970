"""The file of a fitted estimator: written from its attributes, read back by looking its classes up in our own table."""

import json

from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Any, FilePath, Mapping
from skerosion._writing import write_atomically

from .._quiet import load_estimators
from ._container import write_container
from ._known_classes import Classes
from ._manifest import FORMAT, VERSION, check_name, read_parts
from ._nodes import NodeWriter
from ._objects import NodeReader


def save_estimator(estimator: Any, path: FilePath, about: Mapping | None = None, *, trusted: Any = ()):
    """Write a fitted estimator as data: its parameters and arrays, no code.

    Parameters
    ----------
    estimator : estimator
        Of this package; a ``Pipeline`` of scikit-learn or imbalanced-learn; one of scikit-learn's whose attributes are
        numbers and text, such as linear models and scalers; or made of these, however deeply. A fitted search is
        written as its ``best_estimator_``.
    path : path-like
        File to write, such as ``grader.skerosion``, whole or not at all. Equal estimators make equal bytes.
    about : dict or None, default=None
        What else to tell whoever reads the file: anything JSON writes, with keys that are text.
    trusted : iterable of class, default=()
        Classes of your own that may be part of the estimator. All their attributes are written, and must be plain.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        For a name that ends as that of a pickle, such as ``.joblib``.
    NotFittedError
        For an estimator that has not learned anything yet.
    TypeError
        For what cannot be written as data, such as callbacks, functions and unknown classes; the message names the
        attribute.

    See Also
    --------
    load_estimator : Reads it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion import load_estimator, save_estimator
    >>> classifier = LogisticRegression().fit([[0.0], [1.0]], ["healthy", "eroded"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = load_estimator(save_estimator(classifier, pathlib.Path(folder, "grader.skerosion")))
    >>> again.predict([[0.0]]).tolist()
    ['healthy']
    """
    check_name(path)
    about = _checked_about({} if about is None else about)
    writer = NodeWriter(Classes(trusted))
    root = writer.value(estimator, type(estimator).__name__)
    _check_fitted(estimator)
    manifest = {"format": FORMAT, "version": VERSION, "about": about}
    manifest |= {"members": writer.members, "nodes": writer.nodes, "root": root}
    return write_atomically(path, lambda file: write_container(file, manifest, writer.arrays))


def load_estimator(path: FilePath, *, trusted: Any = ()):
    """Read a fitted estimator that :func:`save_estimator` wrote.

    Nothing of the file is run: its classes are looked up in a table of this package, and digests tell whether a bit of
    it has changed. That it predicts what its author says is still a matter of trust.

    Parameters
    ----------
    path : path-like
    trusted : iterable of class, default=()
        Classes of your own that may be part of the estimator, as for :func:`save_estimator`.

    Returns
    -------
    estimator
        Equal to the one that was written.

    Raises
    ------
    EstimatorFileError
        For a file that is no estimator, is damaged, names unknown classes or is of a newer version.
    FileNotFoundError
        Where there is no file.

    Examples
    --------
    >>> from skerosion import load_estimator
    >>> load_estimator("nowhere.skerosion")
    Traceback (most recent call last):
    FileNotFoundError: estimator must be a file that exists, got 'nowhere.skerosion'.
    """
    return load_with_about(path, trusted)[0]


def load_with_about(path, trusted=()):
    """Return the estimator of a file, and what the file tells about it."""
    classes = Classes(trusted)
    manifest, arrays = read_parts(path)
    load_estimators()
    return NodeReader(classes, arrays, path).read(manifest["nodes"], manifest["root"]), manifest["about"]


def _check_fitted(estimator):
    """Refuse an estimator that would be loaded somewhere else only to say there that it cannot predict."""
    try:
        check_is_fitted(estimator)
    except NotFittedError as error:
        name = type(estimator).__name__
        raise NotFittedError(f"estimator must be fitted, got {name} before its fit: call fit, then save it.") from error


def _checked_about(about):
    """Return what is told about the estimator as JSON gives it back: tuples are lists there."""
    try:
        text = json.dumps(about, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"about must be a dict of what JSON writes: {error}.") from error
    if not isinstance(about, dict) or not all(isinstance(name, str) for name in about):
        raise TypeError(f"about must be a dict with text for keys, got {about!r:.80}.")
    return json.loads(text)
