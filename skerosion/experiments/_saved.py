"""A fitted pipeline together with what predicting new images needs: their size and what the target was."""

from dataclasses import dataclass
from pathlib import Path

import joblib

from skerosion._user_files import check_readable
from skerosion._writing import write_atomically
from skerosion.grades import Target

from ._record import versions


@dataclass(frozen=True)
class SavedEstimator:
    """A winner of a search, ready to predict.

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

    def reading(self):
        """How `skerosion.datasets.load_image_table` reads images for this estimator: size, channels and bits."""
        if self.image_shape is None:
            raise ValueError(
                "this estimator was fitted on feature vectors, not on images of a table; predict in Python: "
                "prediction_table(load_saved(path), features)."
            )
        *size, channels = self.image_shape
        return {"size": tuple(size), "channels": channels, "bits": self.bits}

    def save(self, path):
        """Write the estimator with joblib, whole or not at all; the file's path is returned."""
        return write_atomically(path, lambda file: joblib.dump(self, file, compress=3))


def load_saved(path):
    """Read an estimator that a search saved.

    Loading runs code that the file names, as every pickle does: load only files of people you trust.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    SavedEstimator

    Examples
    --------
    >>> from skerosion.experiments import load_saved
    >>> load_saved("nowhere.joblib")
    Traceback (most recent call last):
    ...
    FileNotFoundError: no estimator at nowhere.joblib; `skerosion search` writes classifier.joblib and regressor.joblib.
    """
    if not Path(path).exists():
        raise FileNotFoundError(
            f"no estimator at {path}; `skerosion search` writes classifier.joblib and regressor.joblib."
        )
    check_readable(path, "estimator")
    try:
        saved = joblib.load(path)
    except Exception as error:  # bytes that are no pickle, or a damaged one, can raise anything
        raise ValueError(f"{path} cannot be read as an estimator that `skerosion search` saved: {error!r}.") from error
    if not isinstance(saved, SavedEstimator):
        raise ValueError(f"{path} holds a {type(saved).__name__}, not an estimator that `skerosion search` saved.")
    return saved


def version_message(saved):
    """One sentence on packages whose version changed since the estimator was saved; empty when none did.

    Parameters
    ----------
    saved : SavedEstimator
    """
    now = versions()
    changed = [f"{name} {then} (now {now[name]})" for name, then in saved.versions.items() if now.get(name) != then]
    return f"Fitted with other versions: {', '.join(changed)}." if changed else ""
