"""The container of an estimator's file: a zip of one manifest and of arrays, each with its digest, under one seal.

``manifest.json`` comes first and names every other member with its size and SHA-256. The comment at the zip's end holds
the digest of the manifest and the seal, that of all bytes before it. Members are stored as they are, not compressed:
a file can unpack to no more than its own size, and equal estimators make equal bytes, whatever the version of zlib.
"""

import contextlib
import hashlib
import io
import json
import math
import os
import re
import struct
import zipfile

import numpy as np
from numpy.lib import format as npy

from skerosion._user_files import naming

MANIFEST = "manifest.json"
# Zips without extensions count up to here.
MOST_MEMBERS = 2**16 - 2
LARGEST_MANIFEST = 2**26
LARGEST_DIRECTORY = 2**24
# Numbers, text and times: what .npy holds without pickle. Records would have to be searched for objects.
PLAIN_KINDS = "biufcSUmM"

_DATE = (1980, 1, 1, 0, 0, 0)
_LABEL = b"skerosion "
_HEX = 64
_COMMENT = len(_LABEL) + _HEX + 1 + _HEX
_END = struct.Struct("<4s4H2LH")
_ARRAY_NAME = re.compile(r"arrays/[0-9]{1,6}\.npy")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 2**20


class EstimatorFileError(ValueError):
    """A file that is no estimator, or one that is damaged, made up or of a newer version.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skerosion.experiments import EstimatorFileError, load_estimator
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "grader.skerosion")
    ...     _ = path.write_text("not an estimator")
    ...     try:
    ...         load_estimator(path)
    ...     except EstimatorFileError as error:
    ...         print(error.__class__.__name__)
    EstimatorFileError
    """


def broken(path, member, problem, advice="copy it again from where it was written, or fit the estimator again."):
    """Return the error for a file, one of its members, and what is wrong with it."""
    return EstimatorFileError(f"{path} cannot be read as an estimator: {member} {problem}; {advice}")


@contextlib.contextmanager
def reading(path, member):
    """Turn whatever goes wrong while a file that may be damaged is taken apart into the error that names it."""
    try:
        yield
    except EstimatorFileError:
        raise
    # Nobody lists all that zipfile, json, numpy and constructors raise for what others made up.
    except Exception as error:
        raise broken(path, member, f"is damaged or made up ({type(error).__name__}: {str(error)[:200]})") from error


class _Sink:
    """A file that zipfile writes through from beginning to end; the last `_HEX` bytes are kept back for the seal."""

    def __init__(self, file):
        self._file, self._kept, self._digest = file, b"", hashlib.sha256()

    def write(self, data):
        data = bytes(data)
        kept = self._kept + data
        out, self._kept = kept[:-_HEX], kept[-_HEX:]
        self._digest.update(out)
        self._file.write(out)
        return len(data)

    def flush(self):
        self._file.flush()

    def seal(self):
        """Write the digest of everything before in place of the last bytes."""
        self._file.write(self._digest.hexdigest().encode())


class _Tally:
    """A file that counts and digests what is written into it, and keeps nothing."""

    def __init__(self):
        self.size, self.digest = 0, hashlib.sha256()

    def write(self, data):
        self.size += len(data)
        self.digest.update(data)
        return len(data)


def describe_array(array):
    """Return size and SHA-256 of an array as a member."""
    tally = _Tally()
    npy.write_array(tally, array, version=(1, 0), allow_pickle=False)
    return {"bytes": tally.size, "sha256": tally.digest.hexdigest()}


def write_container(file, manifest, arrays):
    """Write a manifest and the arrays that its ``members`` describe.

    Parameters
    ----------
    file : file
        Open for writing bytes.
    manifest : dict
        Anything JSON writes.
    arrays : dict of str to ndarray
        By name of the member.
    """
    text = json.dumps(manifest, allow_nan=False).encode()
    if len(text) > LARGEST_MANIFEST or len(arrays) >= MOST_MEMBERS:
        raise ValueError(
            f"an estimator's file holds up to {MOST_MEMBERS - 1:,} arrays and {LARGEST_MANIFEST:,} bytes about them, "
            f"got {len(arrays):,} and {len(text):,}; save its parts in files of their own."
        )
    sink = _Sink(file)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = _LABEL + hashlib.sha256(text).hexdigest().encode() + b" " + b"0" * _HEX
        with archive.open(_info(MANIFEST, len(text)), "w") as member:
            member.write(text)
        for name, array in arrays.items():
            with archive.open(_info(name, manifest["members"][name]["bytes"]), "w") as member:
                npy.write_array(member, array, version=(1, 0), allow_pickle=False)
    sink.seal()


def _info(name, size):
    info = zipfile.ZipInfo(name, _DATE)
    # Nothing of the machine may show in the bytes.
    info.create_system, info.external_attr, info.file_size = 3, 0o644 << 16, size
    return info


def read_container(path):
    """Read a file and check everything about it that can be checked without knowing what it means.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    manifest : dict
    arrays : dict of str to ndarray

    Raises
    ------
    EstimatorFileError
        For any other file than one that was written so, whole and unchanged.
    """
    with naming(path), open(path, "rb") as file:
        size, manifest_digest, sealed = _read_end(path, file)
        with reading(path, "its container"), zipfile.ZipFile(file) as archive:
            infos = _check_directory(path, archive, size)
            manifest = _read_manifest(path, archive, infos.pop(MANIFEST), manifest_digest)
            members = _check_members(path, manifest, infos)
            arrays = {name: _read_array(path, archive, infos[name], members[name]) for name in members}
    if not sealed:
        raise broken(path, "its container", "was changed after it was written")
    return manifest, arrays


def _read_end(path, file):
    """Return the size of a file, the digest of its manifest and whether its bytes are those that were sealed."""
    size = file.seek(0, os.SEEK_END)
    if size < _END.size + _COMMENT:
        raise broken(path, "its container", f"is cut short or none at all, with {size} bytes")
    file.seek(size - _END.size - _COMMENT)
    end, comment = file.read(_END.size), file.read()
    signature, _, _, _, entries, directory, _, length = _END.unpack(end)
    digests = comment[len(_LABEL) :].split(b" ")
    if signature != b"PK\5\6" or length != _COMMENT or not comment.startswith(_LABEL) or len(digests) != 2:
        raise broken(path, "its container", "is cut short, or was never written as the file of an estimator")
    if entries > MOST_MEMBERS or directory > LARGEST_DIRECTORY:
        raise broken(path, "its container", f"has too many members, {entries:,}")
    return size, digests[0], _digest_of_start(file, size - _HEX) == digests[1]


def _digest_of_start(file, size):
    file.seek(0)
    digest = hashlib.sha256()
    while size > 0:
        chunk = file.read(min(_CHUNK, size))
        if not chunk:
            break
        size -= len(chunk)
        digest.update(chunk)
    return digest.hexdigest().encode()


def _check_directory(path, archive, size):
    """Return the members by name, after their sizes were bounded by that of the file, before any is read."""
    listed = archive.infolist()
    infos = {info.filename: info for info in listed}
    if len(infos) < len(listed):
        twice = next(info.filename for info in listed if infos[info.filename] is not info)
        raise broken(path, f"member {twice!r}", "is there twice")
    if MANIFEST not in infos:
        raise broken(path, f"member {MANIFEST!r}", "is missing")
    for name, info in infos.items():
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 or info.file_size != info.compress_size:
            raise broken(path, f"member {name!r}", "is compressed or encrypted, which no estimator's file is")
    if sum(info.file_size for info in listed) > size:
        raise broken(path, "its container", "has members of more bytes than the file itself")
    return infos


def _read_manifest(path, archive, info, digest):
    member = f"member {MANIFEST!r}"
    if info.file_size > LARGEST_MANIFEST:
        raise broken(path, member, f"is too large, {info.file_size:,} bytes")
    with reading(path, member):
        text = archive.read(info)
        if hashlib.sha256(text).hexdigest().encode() != digest:
            raise broken(path, member, "does not match its digest")
        manifest = json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_no_number)
        if not isinstance(manifest, dict):
            raise TypeError(f"holds a {type(manifest).__name__}")
    return manifest


def _unique(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text):
    raise ValueError(f"{text} is not a number in JSON")


def _check_members(path, manifest, infos):
    """Return the members that the manifest describes, which must be those that are there."""
    with reading(path, f"member {MANIFEST!r}"):
        members = manifest["members"]
        for name, about in members.items():
            if not _ARRAY_NAME.fullmatch(name) or set(about) != {"bytes", "sha256"}:
                raise broken(path, f"member {name!r}", "has no name of an array or no digest")
            if not _DIGEST.fullmatch(about["sha256"]):
                raise broken(path, f"member {name!r}", "has no digest")
    for name in infos:
        if name not in members:
            raise broken(path, f"member {name!r}", "does not belong to an estimator's file")
    for name, about in members.items():
        if name not in infos:
            raise broken(path, f"member {name!r}", "is missing")
        if infos[name].file_size != about["bytes"]:
            raise broken(path, f"member {name!r}", "has not the size that it was written with")
    return members


def _read_array(path, archive, info, about):
    member = f"member {info.filename!r}"
    with reading(path, member):
        data = archive.read(info)
        if hashlib.sha256(data).hexdigest() != about["sha256"]:
            raise broken(path, member, "does not match its digest")
        return _array_of(data)


def _array_of(data):
    """Return the array of .npy bytes; its size is compared with theirs before there is an array."""
    file = io.BytesIO(data)
    if npy.read_magic(file) != (1, 0):
        raise ValueError("no .npy of version 1.0")
    shape, fortran_order, dtype = npy.read_array_header_1_0(file)
    if dtype.kind not in PLAIN_KINDS or not dtype.itemsize:
        raise ValueError(f"an array of {dtype}, which is not plain data")
    count, start = math.prod(shape), file.tell()
    if min(shape, default=0) < 0 or count * dtype.itemsize != len(data) - start:
        raise ValueError(f"{len(data) - start} bytes for an array of {dtype} and shape {shape}")
    flat = np.frombuffer(data, dtype, offset=start) if count else np.empty(0, dtype)
    # A copy: what an estimator owns it may change.
    return flat.reshape(shape, order="F" if fortran_order else "C").copy(order="K")
