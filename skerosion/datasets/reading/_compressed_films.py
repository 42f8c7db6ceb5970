"""The pixels of compressed DICOM films: by which decoder, and only where their own size is that of the header.

Decoders are compiled. GDCM ends the whole process, past any exception, where a stream of JPEG-LS has another size than
the header says; so it is asked only for what no other decoder reads, and nothing is decoded that contradicts itself.
"""

import contextlib
import logging
import struct
import threading

_DECODERS = ("pydicom", "pyjpegls", "pylibjpeg", "pillow")
"""Preferred to all others, in this order."""

_J2K, _JPEG = b"\xff\x4f\xff\x51", b"\xff\xd8"
_FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG and JPEG-LS behind which the size stands; C4, C8 and CC say other things."""


def decoders_of(decoder):
    """Return the names of what decodes a transfer syntax, the safest first.

    Parameters
    ----------
    decoder : pydicom.pixels.Decoder

    Returns
    -------
    list of str
    """
    there = decoder.available_plugins
    return [name for name in _DECODERS if name in there] or list(there)


@contextlib.contextmanager
def without_tracebacks():
    """Keep pydicom from logging the traceback of each decoder that fails, in this thread: our error names them all."""
    logging.getLogger("pydicom.pixels.decoders.base").addFilter(_is_told)  # once, however often it is added
    _decoding.now = True
    try:
        yield
    finally:
        _decoding.now = False


_decoding = threading.local()


def _is_told(record):
    """Whether a record is none of ours: other threads, and warnings, are logged as ever."""
    return not (record.exc_info and getattr(_decoding, "now", False))


def check_stream(stream, rows, columns):
    """Raise ValueError where compressed pixels have another size than the header says, or none that can be found.

    Parameters
    ----------
    stream : bytes
        JPEG, JPEG-LS or JPEG 2000; others are left alone, for they do not say their size.
    rows, columns : int
        Of the header.

    Examples
    --------
    >>> from skerosion.datasets.reading._compressed_films import check_stream
    >>> check_stream(b"\\xff\\xd8\\xff\\xf7\\0\\x0b\\x08\\0\\x10\\0\\x20", 16, 16)
    Traceback (most recent call last):
    ValueError: its pixels are 16 x 32, but its header says 16 x 16
    """
    if _J2K in stream[:256]:
        found = _size_of_j2k(stream[stream.index(_J2K) :])
    elif stream.startswith(_JPEG):
        found = _size_of_jpeg(stream)
    else:
        return
    if found != (rows, columns):
        raise ValueError(f"its pixels are {found[0]} x {found[1]}, but its header says {rows} x {columns}")


def _size_of_j2k(stream):
    width, height, left, top = _numbers(">4I", stream, 8)
    return height - top, width - left


def _size_of_jpeg(stream):
    place = len(_JPEG)
    while True:
        marker, length = _numbers(">HH", stream, place)
        if marker & 0xFF in _FRAMES and marker >> 8 == 0xFF:
            return _numbers(">HH", stream, place + 5)
        if marker == 0xFFFF:  # filling before a marker
            place += 1
        elif marker >> 8 != 0xFF or length < 2:
            raise ValueError("its pixels are damaged: their size cannot be found")
        else:
            place += 2 + length


def _numbers(form, stream, place):
    try:
        return struct.unpack_from(form, stream, place)
    except struct.error as error:
        raise ValueError("its pixels are cut short: their size cannot be found") from error
