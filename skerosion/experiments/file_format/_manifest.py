"""The manifest of an estimator's file: which format and version it is of, and what such a file may be called.

Nothing heavy is imported here: what is no estimator is told before scikit-learn or a backend is loaded.
"""

import os
from pathlib import Path

from skerosion._user_files import check_readable

from ._container import broken, read_container, reading

FORMAT, VERSION = "skerosion estimator", 1
ENDING = ".skerosion"
"""What the file of an estimator is called, which commands insist on."""
_PARTS = {"format", "version", "about", "members", "nodes", "root"}
PICKLES = (".joblib", ".pickle", ".pkl")
"""Endings of files that run code when they are read, which nothing here ever does."""


def check_ending(path):
    """Raise ValueError for a file of an estimator that no command would read by its name."""
    if Path(path).suffix != ENDING:
        raise ValueError(f"out must be a file that ends in {ENDING}, got {path}; such as {Path(path).stem}{ENDING}.")


def check_name(path):
    """Raise ValueError for a file to write that is named as a pickle, which nobody would read as data."""
    if not isinstance(path, (str, os.PathLike)):
        kind = type(path).__name__
        raise TypeError(
            f"path must be the file to write, after the estimator, save_estimator(grader, path); got {kind}."
        )
    if Path(path).suffix in PICKLES:
        raise ValueError(
            f"the file of an estimator holds data and is no pickle, got the name {path}; take another ending, such as "
            f"{Path(path).stem}.skerosion."
        )


def read_parts(path):
    """Return the manifest and the arrays of an estimator's file, before anything is made of them.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    EstimatorFileError
        For a file that is no estimator, is damaged or is of a newer version.
    FileNotFoundError
        Where there is no file.
    """
    check_readable(path, "estimator")
    if Path(path).suffix in PICKLES:
        advice = "load your own with joblib.load and write it with save_estimator, or train again."
        raise broken(path, "a pickle", "runs code when it is read", advice)
    manifest, arrays = read_container(path)
    with reading(path, "its manifest"):
        _check_manifest(path, manifest)
    return manifest, arrays


def _check_manifest(path, manifest):
    if manifest.get("format") != FORMAT:
        raise broken(path, "its manifest", f"says it is a {str(manifest.get('format'))[:80]!r}, not a {FORMAT!r}")
    version = manifest.get("version")
    if type(version) is int and version > VERSION:
        raise broken(
            path, "its manifest", f"has version {version} of the format, newer than {VERSION}", "update skerosion."
        )
    if version != VERSION or set(manifest) != _PARTS or not isinstance(manifest["about"], dict):
        raise broken(path, "its manifest", f"has not the parts of version {VERSION}, {', '.join(sorted(_PARTS))}")
