"""Names that stand for patients and films and that nobody without the key can trace back.

A plain digest of a patient's number is no pseudonym: all numbers are tried in seconds. So it is keyed.
"""

import hashlib
import hmac
import os

from skerosion._user_files import named_alike

from ..reading import is_path

MAKE_KEY = """python -c "import secrets; print(secrets.token_hex(32))" > key.txt"""
"""The line that makes a key."""

_DIGITS = 16
_LEAST_BYTES = 16


class Pseudonyms:
    """Names by HMAC-SHA256, 16 hexadecimal digits each.

    Parameters
    ----------
    key : bytes or path-like
        The key, or a file that holds it. It has to be kept as the films are, apart from what is handed on: who has it
        can find out which patient a name stands for, and only with it further films get the same names.

    Raises
    ------
    ValueError
        Without a key, or for one that is too short to withstand guessing.

    Examples
    --------
    >>> from skerosion.datasets.dicom._pseudonyms import Pseudonyms
    >>> names = Pseudonyms(b"a key of sixteen bytes, or more")
    >>> names.patient("", "4711") == names.patient("other hospital", "4711")
    False
    >>> len(names.film("1.2.3"))
    16
    """

    def __init__(self, key):
        self._key = _read_key(key)

    def patient(self, issuer, identifier):
        """Name a patient, by the number and by who gave it."""
        return self._name("patient", issuer, identifier)

    def film(self, uid):
        """Name a film, by its SOPInstanceUID."""
        return self._name("film", uid)

    def _name(self, *parts):
        # No text of DICOM holds a NUL: what is joined can be joined in one way only.
        told = "\0".join(parts).encode("utf-8", "surrogateescape")
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:_DIGITS]


def _read_key(key):
    if key is None:
        raise ValueError(
            f"key must name a file with the key that patients and films are renamed by, got none. Make one: {MAKE_KEY}"
        )
    key = bytes(_content(key) if is_path(key) else key).strip()
    if len(key) < _LEAST_BYTES:
        raise ValueError(
            f"key must have at least {_LEAST_BYTES} bytes, got {len(key)}: whoever guesses it can trace patients. Make "
            f"one: {MAKE_KEY}"
        )
    return key


def _content(path):
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"key must be a file that exists, got {os.fspath(path)!r}.{named_alike(path)} For films that have no names "
            f"yet, make one: {MAKE_KEY}"
        )
    with open(path, "rb") as file:
        return file.read()
