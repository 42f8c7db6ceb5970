"""Damaged, made-up and hostile files give one error that names file and member, and never an estimator."""

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from numpy.lib import format as npy

from skerosion.experiments import EstimatorFileError, load_estimator
from skerosion.experiments.file_format._container import (
    LARGEST_MANIFEST,
    MOST_MEMBERS,
    describe_array,
    read_container,
    write_container,
)
from skerosion.experiments.file_format._saving import load_with_about

SEAL = 64


@pytest.fixture(scope="module")
def whole(small):
    """Bytes of a file as it was written."""
    return small.read_bytes()


@pytest.fixture
def refused(tmp_path):
    """A function that reads bytes as a file and returns the message of the error, which must be the only kind."""

    def read(data, match=None):
        path = tmp_path / "grader.skerosion"
        path.write_bytes(data)
        with pytest.raises(EstimatorFileError, match=match) as caught:
            load_estimator(path)
        assert str(path) in str(caught.value) and len(str(caught.value)) < 1000
        return str(caught.value)

    return read


def seal(data):
    """Put the right seal under a container that was changed on purpose."""
    return data[:-SEAL] + hashlib.sha256(data[:-SEAL]).hexdigest().encode()


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rebuilt(members, *, compression=zipfile.ZIP_STORED, listed=True):
    """Return a container of members with right digests, as somebody would make up who knows the format.

    ``listed`` brings the manifest's list of members up to date.
    """
    members = dict(members)
    if listed:
        manifest = json.loads(members["manifest.json"])
        manifest["members"] = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in members.items()
            if name.startswith("arrays/")
        }
        members["manifest.json"] = json.dumps(manifest).encode()
    return zipped(members.items(), hashlib.sha256(members["manifest.json"]).hexdigest().encode(), compression)


def zipped(members, digest, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.comment = b"skerosion " + digest + b" " + b"0" * SEAL
        for name, data in members:
            archive.writestr(name, data)
    return seal(buffer.getvalue())


def with_manifest(whole, **changes):
    members = members_of(whole)
    manifest = json.loads(members["manifest.json"]) | changes
    return rebuilt(members | {"manifest.json": json.dumps(manifest).encode()}, listed="members" not in changes)


def array_bytes(array, **options):
    buffer = io.BytesIO()
    npy.write_array(buffer, array, **options)
    return buffer.getvalue()


def test_what_the_tests_rebuild_is_read(whole, tmp_path):
    path = tmp_path / "grader.skerosion"
    path.write_bytes(rebuilt(members_of(whole)))
    assert load_with_about(path)[1] == {"bits": 8}


@pytest.mark.parametrize("length", [0, 1, 10, 100, 0.1, 0.3, 0.5, 0.7, 0.9, -140, -65, -1])
def test_a_file_that_was_cut_short_is_refused(length, whole, refused):
    refused(whole[: int(length * len(whole)) if isinstance(length, float) else length])


@pytest.mark.parametrize("part", range(60))
def test_one_flipped_bit_is_found(part, whole, refused):
    rng = np.random.default_rng(part)
    data = bytearray(whole)
    data[part * len(data) // 60 + rng.integers(len(data) // 60)] ^= 1 << int(rng.integers(8))
    refused(bytes(data), match="member|container")


@pytest.mark.parametrize("part", range(30))
def test_one_flipped_bit_of_the_ends_is_found(part, whole, refused):
    """Headers, directory and digests are short: bits spread over the whole file seldom meet them."""
    data = bytearray(whole)
    places = [*range(0, 60, 4), *range(-300, 0, 20)]
    data[places[part]] ^= 1 << part % 8
    refused(bytes(data), match="member|container")


def test_a_damaged_array_is_named(whole, refused):
    start = whole.index(b"\x93NUMPY")
    assert "member 'arrays/0.npy'" in refused(whole[: start + 130] + b"\xff" + whole[start + 131 :])


def test_bytes_before_or_after_are_refused(whole, refused):
    refused(b"#!/bin/sh\n" + whole)
    refused(whole + b"\0")


@pytest.mark.parametrize("data", [b"", b"text", b"\x80\x05.", b"PK\5\6" + bytes(18), bytes(1000)])
def test_other_files_are_refused(data, refused):
    refused(data)


def test_another_zip_is_refused(refused):
    buffer = io.BytesIO()
    np.savez(buffer, a=np.arange(100))
    refused(buffer.getvalue(), match="never written as the file of an estimator")


def test_members_that_were_swapped_are_named(whole, refused):
    members = members_of(whole)
    same = [name for name in members if len(members[name]) == len(members["arrays/0.npy"]) and name != "arrays/0.npy"]
    members["arrays/0.npy"], members[same[0]] = members[same[0]], members["arrays/0.npy"]
    assert "'arrays/0.npy' does not match its digest" in refused(rebuilt(members, listed=False))


@pytest.mark.parametrize("size", [2**20, 2**31 - 1])
def test_a_small_file_that_claims_to_be_large_takes_no_memory(size, whole, refused):
    data = bytearray(whole)
    place = data.rindex(b"PK\1\2")
    data[place + 20 : place + 28] = struct.pack("<2L", size, size)
    tracemalloc.start()
    refused(seal(bytes(data)), match="more bytes than the file itself")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * len(whole)


def test_members_that_are_missing_foreign_or_twice_are_named(whole, refused):
    members = members_of(whole)
    digest = hashlib.sha256(members["manifest.json"]).hexdigest().encode()
    lacking = [(name, data) for name, data in members.items() if name != "arrays/1.npy"]
    assert "'arrays/1.npy' is missing" in refused(zipped(lacking, digest))
    assert "'other.txt' does not belong" in refused(zipped([*members.items(), ("other.txt", b"")], digest))
    assert "'manifest.json' is missing" in refused(zipped([*members.items()][1:], digest))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped([*members.items(), ("arrays/1.npy", b"")], digest)
    assert "'arrays/1.npy' is there twice" in refused(twice)


@pytest.mark.parametrize(
    "name", ["../evil.npy", "/etc/evil.npy", "arrays/../../evil.npy", "arrays\\0.npy", "arrays/a.npy", "arrays"]
)
def test_names_that_lead_elsewhere_are_refused(name, whole, refused):
    members = members_of(whole)
    data = members.pop("arrays/0.npy")
    listed = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}}
    manifest = json.loads(members.pop("manifest.json"))
    manifest["members"] = {**{other: manifest["members"][other] for other in members}, **listed}
    text = json.dumps(manifest).encode()
    refused(rebuilt({"manifest.json": text, **members, name: data}, listed=False), match="no name of an array")


def test_compressed_members_are_refused(whole, refused):
    bomb = {"arrays/9.npy": array_bytes(np.zeros(2_000_000))}
    refused(rebuilt(members_of(whole) | bomb, compression=zipfile.ZIP_DEFLATED), match="compressed")


def test_members_that_overlap_are_refused(whole, refused):
    """Two names of the directory lead to the same bytes: together they are more than there is."""
    data = bytearray(rebuilt(members_of(whole) | {"arrays/9.npy": array_bytes(np.zeros(20_000))}))
    place, first = data.rindex(b"PK\1\2"), data.index(b"PK\1\2")
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("arrays/9.npy").file_size
    data[first + 20 : first + 28] = struct.pack("<2L", size, size)
    assert place > first
    refused(seal(bytes(data)), match="more bytes than the file itself|damaged")


def test_too_many_members_are_refused_before_they_are_listed(whole, refused):
    data = bytearray(whole)
    end = data.rindex(b"PK\5\6")
    data[end + 8 : end + 12] = struct.pack("<2H", MOST_MEMBERS + 1, MOST_MEMBERS + 1)
    refused(seal(bytes(data)), match="too many members")


def test_a_huge_manifest_is_refused(monkeypatch, whole, refused):
    assert LARGEST_MANIFEST < 2**30
    monkeypatch.setattr("skerosion.experiments.file_format._container.LARGEST_MANIFEST", 100)
    refused(whole, match="'manifest.json' is too large")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[]",
        b"null",
        b"\xff",
        b'{"format": NaN}',
        b'{"version": 1, "version": 1}',
        b'{"members": 1}',
        b'{"members": {"arrays/0.npy": 3}}',
        b'{"members": {"arrays/0.npy": {"bytes": 1, "sha256": 3}}}',
        b'{"version": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_a_manifest_that_is_none_is_refused(text, whole, refused):
    refused(rebuilt(members_of(whole) | {"manifest.json": text}, listed=False), match="manifest.json")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"version": 2}, "version 2 of the format, newer than 1; update skerosion"),
        ({"version": "1"}, "has not the parts of version 1"),
        ({"version": 0}, "has not the parts of version 1"),
        ({"format": "other"}, "says it is a 'other'"),
        ({"about": 3}, "has not the parts of version 1"),
        ({"more": 3}, "has not the parts of version 1"),
        ({"nodes": None}, "list of its nodes"),
        ({"root": [10**6]}, "its root"),
        (
            {"nodes": [{"is": "object", "class": "posix.system", "state": {}}]},
            "node 0 .*posix.system. has a class that is not known",
        ),
    ],
)
def test_what_the_manifest_must_say(changes, match, whole, refused):
    refused(with_manifest(whole, **changes), match=match)


@pytest.mark.parametrize(
    "data",
    [
        array_bytes(np.array([print], dtype=object), allow_pickle=True),
        array_bytes(np.zeros(3, dtype=[("a", "i4"), ("b", "f4")])),
        array_bytes(np.arange(100.0))[:-1],
        array_bytes(np.arange(100.0)) + b"\0",
        array_bytes(np.arange(100.0), version=(2, 0)),
        array_bytes(np.arange(10.0)).replace(b"(10,)", b"(99,)"),
        array_bytes(np.arange(10.0)).replace(b"(10,)", b"(-1,)"),
        array_bytes(np.arange(10.0)).replace(b"(10,), }  ", b"(9**9,), }"),
        array_bytes(np.arange(10.0)).replace(b"'<f8'", b"'|O' "),
        array_bytes(np.arange(10.0)).replace(b"'<f8'", b"'<U0'"),
        b"\x93NUMPY",
        b"",
        b"\x80\x04cposix\nsystem\n.",
    ],
    ids=range(13),
)
def test_arrays_that_are_none_are_refused(data, whole, refused):
    refused(rebuilt(members_of(whole) | {"arrays/0.npy": data}), match="member 'arrays/0.npy'")


def test_equal_contents_make_equal_bytes(tmp_path):
    array = np.arange(12.0).reshape(3, 4)
    manifest = {"members": {"arrays/0.npy": describe_array(array)}}
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        with open(path, "wb") as file:
            write_container(file, manifest, {"arrays/0.npy": array})
    assert paths[0].read_bytes() == paths[1].read_bytes()
    again, arrays = read_container(paths[0])
    assert (
        again == manifest and np.array_equal(arrays["arrays/0.npy"], array) and arrays["arrays/0.npy"].flags.writeable
    )


def test_too_much_to_say_is_an_error_at_once():
    with pytest.raises(ValueError, match="an estimator's file holds up to"):
        write_container(io.BytesIO(), {}, dict.fromkeys(map(str, range(MOST_MEMBERS))))


def test_a_failed_write_leaves_the_file_before(small, whole, monkeypatch):
    from skerosion.experiments import save_estimator
    from skerosion.experiments.file_format import _saving

    estimator = load_estimator(small)

    def full(file, *_):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_saving, "write_container", full)
    with pytest.raises(OSError, match="No space"):
        save_estimator(estimator, small)
    assert small.read_bytes() == whole and len(list(small.parent.iterdir())) == 1
