"""Finished fits on disk: one file per fit, written whole or not at all, that knows its name and its digest.

It is found again by the settings it was made with, and nothing in it is code.
"""

import contextlib
import errno
import io
import json
from pathlib import Path

import numpy as np

from skerosion._unpacking import most_bytes, open_zip
from skerosion._user_files import naming
from skerosion._writing import write_atomically

from ._identity import digest_bytes, digest_of


class SearchStopped(RuntimeError):
    """A search that ended before its last fit; what was finished stays and the message says how to go on.

    Examples
    --------
    >>> from skerosion.experiments import SearchStopped
    >>> raise SearchStopped("Interrupted. 3 of 18 fits are finished and stay in out/fits.")
    Traceback (most recent call last):
    ...
    skerosion.experiments._store.SearchStopped: Interrupted. 3 of 18 fits are finished and stay in out/fits.
    """


class DamagedFit(ValueError):
    """A stored fit that is not what was written under its name.

    Examples
    --------
    >>> from skerosion.experiments._store import DamagedFit
    >>> raise DamagedFit("fits/a.npz is damaged.")
    Traceback (most recent call last):
    ...
    skerosion.experiments._store.DamagedFit: fits/a.npz is damaged.
    """


WINNER = "winner-"
"""How the record of a winner begins, which is fitted on all rows."""

MISSING = "is not there"
"""What `FitStore.flaw` says of a fit that was never saved."""

_SEAL = b"\nskerosion-digest:"


def sealed(content):
    """Bytes followed by their digest.

    Examples
    --------
    >>> from skerosion.experiments._store import sealed, unsealed
    >>> unsealed(sealed(b"cdf"))
    b'cdf'
    """
    return content + _SEAL + digest_bytes(content).encode()


def unsealed(content):
    """Bytes without the digest that follows them; None where it is not theirs.

    Examples
    --------
    >>> from skerosion.experiments._store import sealed, unsealed
    >>> unsealed(sealed(b"cdf").replace(b"f", b"g"))
    """
    body, seal, digest = content.rpartition(_SEAL)
    return body if seal and digest == digest_bytes(body).encode() else None


class FitStore:
    """The finished fits of a search in one folder.

    Parameters
    ----------
    folder : path-like
        Made when the first fit is saved.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from skerosion.experiments._store import FitStore
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = FitStore(folder)
    ...     path = store.save("classifier-original-1", {"rows": np.arange(3)}, {"seconds": 2.0})
    ...     arrays, about = store.load("classifier-original-1")
    >>> arrays["rows"].tolist(), about["seconds"]
    ([0, 1, 2], 2.0)
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, name):
        """File of a fit."""
        return self.folder / f"{name}.npz"

    def __contains__(self, name):
        return not self.flaw(name)

    def flaw(self, name):
        """What keeps the file of a fit from being read: nothing, `MISSING`, or in one clause what is wrong with it."""
        path = self.path(name)
        if path.exists() and not path.is_file():
            raise FileExistsError(f"{path} must be the file of a fit but is not one; move it away.")
        if not path.is_file():
            return MISSING
        try:
            self._about(self._content(name), name)
        except DamagedFit as error:
            return str(error).removeprefix(f"{path} ")
        except OSError as error:
            return f"cannot be read: {error.strerror}."
        return ""

    def to_make(self, names):
        """Names of the fits that are still to be made, and a sentence for each whose file cannot be used."""
        flaws = {name: self.flaw(name) for name in names}
        left = [name for name, flaw in flaws.items() if flaw]
        return left, [f"{self.path(name)} {flaws[name]} It is made again." for name in left if flaws[name] != MISSING]

    def save(self, name, arrays, about):
        """Write a fit's arrays and its description, whole or not at all.

        Parameters
        ----------
        name : str
        arrays : dict of str to ndarray
        about : dict
            Written as JSON beside the arrays.

        Returns
        -------
        pathlib.Path
        """
        about_bytes = np.frombuffer(json.dumps({"fit": name} | about, default=digest_of).encode(), dtype=np.uint8)
        archive = io.BytesIO()
        np.savez_compressed(archive, about=about_bytes, **arrays)
        if sum(array.nbytes for array in arrays.values()) > most_bytes(archive.tell()) // 2:
            # Alike throughout, and so small that it would be taken for a file that was made up to fill the memory.
            archive = io.BytesIO()
            np.savez(archive, about=about_bytes, **arrays)
        return self.keep(name, sealed(archive.getvalue()))

    def packed(self, name):
        """A fit as its file holds it, for another store to `keep`."""
        return self.path(name).read_bytes()

    def keep(self, name, content):
        """Write a fit that another store has `packed`, whole or not at all."""
        return write_atomically(self.path(name), lambda file: file.write(content))

    def load(self, name, leave_out=""):
        """Arrays and description of a finished fit.

        Parameters
        ----------
        name : str
        leave_out : str, default=""
            Arrays whose names begin so are not read.

        Returns
        -------
        arrays : dict of str to ndarray
        about : dict

        Raises
        ------
        DamagedFit
            For a file that is not what was written under this name.
        """
        content = self._content(name)
        about = self._about(content, name)
        with self._archive(content, name) as archive:
            names = [key for key in archive.files if key != "about" and not (leave_out and key.startswith(leave_out))]
            # A member that is no array comes as the bytes that it holds.
            return {key: archive[key].view() for key in names}, about

    def _content(self, name):
        """The archive of a fit, as it was written."""
        with naming(self.path(name)):
            content = unsealed(self.path(name).read_bytes())
        if content is None:
            raise DamagedFit(f"{self.path(name)} is damaged: it is not what was written.")
        return content

    def _about(self, content, name):
        with self._archive(content, name) as archive:
            about = dict(json.loads(archive["about"].tobytes()))
        if about.pop("fit", None) != name:
            raise DamagedFit(f"{self.path(name)} holds another fit than its name says.")
        return about

    @contextlib.contextmanager
    def _archive(self, content, name):
        """The arrays of a fit, whose seal whoever made them up has made too: no pickles, and of bounded size."""
        try:
            with (
                open_zip(io.BytesIO(content), len(content)),
                np.load(io.BytesIO(content), allow_pickle=False) as arrays,
            ):
                yield arrays
        except Exception as error:  # of any kind, for a file that was made up
            why = "objects, which are not read" if "allow_pickle" in str(error) else f"no fit: {str(error)[:200]}"
            raise DamagedFit(f"{self.path(name)} holds {why}.") from error

    @contextlib.contextmanager
    def using(self, name):
        """Let what goes wrong with the content of a fit, because somebody changed it, name its file."""
        try:
            yield
        except DamagedFit:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            missing = f"it lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split())[:200]
            raise DamagedFit(
                f"{self.path(name)} holds no fit of these data: {missing.rstrip('.')}. Delete it, and the same command "
                "makes it again."
            ) from error

    def others(self, names):
        """Files of fits that are not among these names: fits of other settings. Records of winners are not fits."""
        known = {self.path(name).name for name in names}
        fits = (path for path in self.folder.glob("*.npz") if not path.name.startswith(WINNER))
        return sorted(path for path in fits if path.name not in known)


def is_disk_full(error):
    """Whether an error says that the disk, or the share of it one may use, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
