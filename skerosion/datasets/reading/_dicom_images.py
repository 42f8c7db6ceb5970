"""The picture of a DICOM file, told by content: a radiograph as grey with white bone, a colour picture as it is."""

import contextlib
import io
import os
import zlib

import numpy as np
from PIL import Image

from skerosion._unpacking import check_unpacked, most_bytes
from skerosion._validation import Choice, Whole, check_parameter

from ._compressed_films import check_stream, decoders_of, without_tracebacks
from ._large_images import check_pixels, taking_turns
from ._value_chain import POLARITIES, RANGE, grey_film

_MAGIC = b"DICM"
_META = 2  # the group that says how all others are written
_PREAMBLE = 128
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00", b"\x00\x08")  # what a file without preamble starts with
_VALUE_TYPES = (b"UL", b"UI", b"OB", b"CS", b"LO", b"SH", b"DA", b"TM", b"AE", b"UN")
_DEEPEST = 16
INSTALL = "pip install 'skerosion[dicom]'"


def is_dicom(content):
    """Whether the first 132 bytes of a file, or more, are those of a DICOM file, with a preamble or without.

    Examples
    --------
    >>> from skerosion.datasets.reading import is_dicom
    >>> is_dicom(bytes(128) + b"DICM"), is_dicom(b"BM" + bytes(200))
    (True, False)
    """
    if content[_PREAMBLE : _PREAMBLE + 4] == _MAGIC:
        return True
    if content[:2] not in _FIRST_GROUPS:
        return False
    short = content[4:8] in (b"\x04\0\0\0", b"\x00\0\0\x04")  # implicit: the length of a group's length
    return content[4:6] in _VALUE_TYPES or short or (content[:2] == b"\x08\x00" and content[6:8] == b"\0\0")


def film_choices(window=None, polarity=None):
    """Check what is chosen where DICOM files leave it open, and return what is, as a dict.

    Examples
    --------
    >>> from skerosion.datasets.reading import film_choices
    >>> film_choices(), film_choices(window="range")
    ({}, {'window': 'range'})
    """
    check_parameter("window", window, (None, Choice((RANGE,)), Whole(0)))
    check_parameter("polarity", polarity, (None, Choice(POLARITIES)))
    chosen = {"window": window, "polarity": polarity}
    return {name: value for name, value in chosen.items() if value is not None}


def import_pydicom():
    """Return pydicom, with one clear line where it is not installed."""
    try:
        import pydicom
        import pydicom.encaps
        import pydicom.pixels
    except ImportError as error:
        raise ImportError(f"DICOM files are read with pydicom, which is not installed: {INSTALL}") from error
    return pydicom


def read_dataset(file, **options):
    """Read a DICOM file with pydicom, with a preamble or without.

    Parameters
    ----------
    file : path-like, or file object of bytes
    **options
        As ``pydicom.dcmread`` takes them.

    Returns
    -------
    pydicom.Dataset
    """
    pydicom = import_pydicom()
    with open(file, "rb") if isinstance(file, (str, os.PathLike)) else contextlib.nullcontext(file) as opened:
        _check_deflated(opened, pydicom)
        return pydicom.dcmread(opened, force=True, **options)


def _check_deflated(file, pydicom):
    """Raise ValueError for a file that is deflated and fills the memory: pydicom unpacks it whole."""
    pydicom.filereader.read_preamble(file, True)
    meta = pydicom.filereader.read_dataset(file, False, True, stop_when=lambda tag, *_: tag >> 16 != _META)
    if meta.get("TransferSyntaxUID") == pydicom.uid.DeflatedExplicitVRLittleEndian:
        packed = file.read()
        unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most_bytes(len(packed)) + 1)
        check_unpacked(len(unpacked), len(packed))
    file.seek(0)


def dicom_picture(content, **choices):
    """Return the picture of a DICOM file.

    Parameters
    ----------
    content : bytes
    **choices
        ``window`` and ``polarity``, as ``grey_film`` takes them.

    Returns
    -------
    PIL.Image.Image
        Grey of 8 bits, or RGB.

    Raises
    ------
    ImportError
        Where pydicom is not installed.
    ValueError
        Where the file has no picture, several frames, floating-point or deeper pixels than 16 bits, or contradicts
        itself; or no decoder is installed for how its pixels are compressed.
    """
    dataset = read_dataset(io.BytesIO(content))
    _check_kind(dataset)
    check_unpacked(dataset.Rows * dataset.Columns * dataset.SamplesPerPixel, len(content))
    with taking_turns(dataset.Rows * dataset.Columns):
        return _decoded(dataset, choices)


def _decoded(dataset, choices):
    photometric = str(dataset.PhotometricInterpretation).strip().upper()
    pixels = _stored(dataset)
    if photometric == "PALETTE COLOR":
        pixels = import_pydicom().pixels.apply_color_lut(pixels, dataset)[..., :3]
        return Image.fromarray(_eight_bit(pixels, 8 * pixels.dtype.itemsize))
    if pixels.ndim == 3:
        return Image.fromarray(_eight_bit(pixels, int(dataset.BitsStored)))
    return Image.fromarray(grey_film(pixels, dataset, **choices))


def dicom_size(content):
    """Return (H, W) of a DICOM file, from its header alone."""
    dataset = read_dataset(io.BytesIO(content), stop_before_pixels=True, specific_tags=["SOPClassUID", *_SIZE])
    _check_kind(dataset, pixels=None)
    return int(dataset.Rows), int(dataset.Columns)


def dicom_content(content):
    """Return what tells the picture of a DICOM file from any other: its pixels and what becomes of them, no name."""
    dataset = read_dataset(io.BytesIO(content))
    syntax = _syntax(dataset)
    pixels = dataset.get("PixelData") or b""
    deciding = [str(dataset[tag]) for tag in sorted(dataset.keys()) if _decides(tag)]
    return "\n".join([str(syntax), *deciding]).encode() + bytes(pixels)


_SIZE = ("Rows", "Columns", "NumberOfFrames")


def _decides(tag):
    """Whether an element has a say in the grey values: of the pixels, of shutters and collimators, of polarity."""
    return tag.group in (0x0028, 0x2050) or 0x00181600 <= tag <= 0x00181720


def _check_kind(dataset, pixels="PixelData"):
    if "Rows" not in dataset or (pixels and pixels not in dataset):
        if "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset:
            raise ValueError("it holds floating-point pixels; convert them to 8 or 16 bit")
        raise ValueError(f"it holds no picture: it is a DICOM object of the kind {_kind(dataset)}")
    check_pixels(int(dataset.Rows) * int(dataset.Columns))
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames > 1:
        raise ValueError(f"it holds {frames} frames; write one image to a file")
    if pixels and int(dataset.BitsAllocated) > _DEEPEST:
        raise ValueError(f"it holds pixels of {dataset.BitsAllocated} bits; convert them to 8 or 16 bit")


def _kind(dataset):
    meta = getattr(dataset, "file_meta", {})
    return getattr(dataset.get("SOPClassUID") or meta.get("MediaStorageSOPClassUID"), "name", "unknown")


def _syntax(dataset):
    """Return how a dataset is written, as a file without the element for it was read."""
    uids = import_pydicom().uid
    named = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    if named:
        return named
    implicit, little = dataset.original_encoding
    if not little:
        return uids.ExplicitVRBigEndian
    return uids.ImplicitVRLittleEndian if implicit else uids.ExplicitVRLittleEndian


def _stored(dataset):
    """Return the stored values, as the bits that are in use say, or colours."""
    syntax = _syntax(dataset)
    try:
        decoder = import_pydicom().pixels.get_decoder(syntax)
    except NotImplementedError as error:
        raise ValueError(f"pydicom has no decoder for the transfer syntax {_named(syntax)}") from error
    if not decoder.is_available:
        raise ValueError(f"no decoder is installed for the transfer syntax {_named(syntax)}: {INSTALL}")
    if syntax.is_encapsulated:
        return _decompressed(dataset, decoder, syntax)
    if dataset.SamplesPerPixel > 1:
        return decoder.as_array(dataset)[0]
    return _bits_in_use(decoder.as_array(dataset, correct_unused_bits=False)[0], dataset)


def _decompressed(dataset, decoder, syntax):
    stream = import_pydicom().encaps.get_frame(dataset.PixelData, 0, number_of_frames=1)
    check_stream(stream, dataset.Rows, dataset.Columns)
    reasons = []
    for name in decoders_of(decoder):
        try:
            with without_tracebacks():
                return decoder.as_array(dataset, decoding_plugin=name)[0]
        except RuntimeError as error:
            reasons.append(str(error).splitlines()[-1].strip())
    why = "; ".join(reasons)
    raise ValueError(f"its pixels are damaged or of a kind that no decoder reads, {_named(syntax)}: {why}")


def _named(syntax):
    return f"{syntax.name} ({syntax})" if syntax.name != syntax else str(syntax)


def _bits_in_use(stored, dataset):
    """Shift out the bits above and below those in use, where overlays were kept."""
    allocated, bits = 8 * stored.dtype.itemsize, int(dataset.BitsStored)
    high = int(dataset.get("HighBit", bits - 1))
    if allocated == bits or dataset.BitsAllocated == 1:
        return stored
    return (stored << (allocated - 1 - high)) >> (allocated - bits)


def _eight_bit(colours, bits):
    return np.rint(colours * (255.0 / (2**bits - 1))).astype(np.uint8)
