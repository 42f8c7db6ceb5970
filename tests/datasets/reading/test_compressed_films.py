"""Compressed pixels say their size themselves: read where it is that of the header, by the safest decoder."""

import logging
import struct
import threading
from types import SimpleNamespace

import pytest

from skerosion.datasets import FileSource
from skerosion.datasets.reading._compressed_films import check_stream, decoders_of, without_tracebacks
from tests.malformed.films import compressed_films

pytestmark = pytest.mark.once


def jpeg(marker, *before, height=16, width=32):
    """The head of a JPEG, with segments before the one that says its size."""
    parts = b"".join(b"\xff" + bytes([kind]) + struct.pack(">H", 2 + len(data)) + data for kind, data in before)
    return b"\xff\xd8" + parts + b"\xff" + bytes([marker]) + struct.pack(">HBHHB", 11, 8, height, width, 1)


def j2k(left=0, top=0):
    return b"\xff\x4f\xff\x51" + struct.pack(">HH4I", 41, 0, 32 + left, 16 + top, left, top)


WHOLE = {
    "baseline": jpeg(0xC0),
    "lossless": jpeg(0xC3, (0xE0, b"JFIF\0")),
    "JPEG-LS": jpeg(0xF7, (0xFE, b"\xff\xc0 in a comment")),
    "behind tables": jpeg(0xC1, (0xC4, bytes(20)), (0xDB, bytes(65))),
    "filled up": b"\xff\xd8\xff\xff\xff" + jpeg(0xC0)[3:],
    "JPEG 2000": j2k(),
    "JPEG 2000 that does not start at 0": j2k(left=5, top=7),
    "JPEG 2000 in boxes": bytes(80) + j2k(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_the_size_of_a_stream_is_found(name):
    check_stream(WHOLE[name], 16, 32)
    with pytest.raises(ValueError, match="its pixels are 16 x 32, but its header says 32 x 16"):
        check_stream(WHOLE[name], 32, 16)


DAMAGED = {
    "nothing": b"\xff\xd8",
    "cut short": jpeg(0xC0)[:-5],
    "no segments": b"\xff\xd8" + bytes(20),
    "a segment without length": b"\xff\xd8\xff\xe0\0\0" + jpeg(0xC0),
    "a segment that ends nowhere": b"\xff\xd8\xff\xe0\xff\xff",
    "half a JPEG 2000": j2k()[:12],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_stream_without_a_size_is_damaged(name):
    with pytest.raises(ValueError, match="^its pixels are (damaged|cut short): their size cannot be found$"):
        check_stream(DAMAGED[name], 16, 32)


def test_other_streams_say_no_size():
    check_stream(bytes(64), 16, 32)


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        (("gdcm", "pyjpegls"), ["pyjpegls"]),
        (("gdcm", "pillow", "pylibjpeg"), ["pylibjpeg", "pillow"]),
        (("gdcm",), ["gdcm"]),
        ((), []),
    ],
)
def test_gdcm_is_asked_only_where_nothing_else_is(there, asked):
    assert decoders_of(SimpleNamespace(available_plugins=there)) == asked


def test_a_damaged_film_is_one_error_and_no_traceback(tmp_path, caplog):
    path, content = tmp_path / "film.dcm", bytearray(compressed_films()["jpeg_ls.dcm"])
    content[-600:-60] = bytes(540)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"film\.dcm.*its pixels are damaged.*pyjpegls"):
        FileSource([path], (16, 16, 1)).read([0])
    assert caplog.records == []


def test_decoders_of_others_log_as_ever(caplog):
    def fail():
        try:
            raise RuntimeError("no such pixels")
        except RuntimeError as error:
            logging.getLogger("pydicom.pixels.decoders.base").exception(error)

    with without_tracebacks():
        fail()
        other = threading.Thread(target=fail)
        other.start(), other.join()
    assert len(caplog.records) == 1
    fail()
    assert len(caplog.records) == 2
