"""Reading one image file: JPEG, PNG, TIFF, BMP or DICOM, by content and not by name; grey or colour, of any size."""

import hashlib
import io
import os
import re
import stat
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from skerosion._unpacking import check_unpacked
from skerosion._validation import check_image_shape

from ._bits import DEPTH, EIGHT, check_bits, unused_bits
from ._dicom_images import dicom_content, dicom_picture, dicom_size, film_choices, is_dicom
from ._large_images import check_pixels, taking_turns

_FORMATS = ("JPEG", "PNG", "TIFF", "BMP")
_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_BITS_PER_SAMPLE, _PHOTOMETRIC, _SAMPLE_FORMAT = 258, 262, 339  # tags of a TIFF
_WHITE_IS_ZERO, _SIGNED = 0, 2
_ORIENTATION, _QUARTER_TURNS = 0x0112, (5, 6, 7, 8)
_LATE_TEXTS = (b"eXIf", b"iTXt", b"tEXt", b"zTXt")  # where a PNG may name its orientation, behind its pixels too
_MOST_BYTES = 1 << 30
_STRIP = 256  # rows that are laid on black at once: copies of a whole image would take five times its room
_COUNT = re.compile(r"(\d+) pixels")  # that Pillow says an image has
_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_OTHERS = {
    b"GIF8": "it is a GIF; convert it to PNG",
    b"%PDF": "it is a PDF; convert its picture to PNG",
    b"RIFF": "it is a WebP or a film; convert it to PNG",
    b"\0\0\0\x0cjP": "it is a JPEG 2000; convert it to PNG",
    b"II*\0": "it is a TIFF of a kind that Pillow cannot read; convert it to PNG",
    b"MM\0*": "it is a TIFF of a kind that Pillow cannot read; convert it to PNG",
    b"version https://git-lfs": "it is a pointer of Git LFS; fetch the image with git lfs pull",
}


class Decoded(NamedTuple):
    """An image, and how many bits its brightest value takes: of 16, or 32 more of 8; 0 for one that is black."""

    pixels: np.ndarray
    used: int


def read_image(path, image_shape, bits=None, *, window=None, polarity=None):
    """Read a file as grey or colour pixels of one size.

    The content decides about the format, never the name. Colour becomes grey by its luminance (ITU-R BT.601: .299 R +
    .587 G + .114 B), transparent pixels lie on black, a camera's orientation mark is heeded, and 16-bit grey is scaled
    to 0..255. Resizing is bilinear with antialiasing and does not keep the aspect ratio.

    Parameters
    ----------
    path : str or path-like
        The file.
    image_shape : int, (H, W) or (H, W, C)
        Size of the result; C is 1 (grey, the default) or 3 (colour).
    bits : int, default=None
        How many bits of 16-bit files are in use: 2**bits - 1 becomes 255. None means all 16.
    window, polarity
        Of DICOM files, as for ``load_image_table``.

    Returns
    -------
    image : ndarray of uint8, shape (H, W, C)

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where the file is not a JPEG, PNG, TIFF, BMP or DICOM file, is damaged, has more pixels than Pillow's
        ``PIL.Image.MAX_IMAGE_PIXELS`` allows, or holds several frames or pages, or values that `bits` does not allow.

    Warns
    -----
    UserWarning
        Where `bits` is None and a file of 16 bits uses no more than 12 of them.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from PIL import Image
    >>> from skerosion.datasets import read_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "a_jpeg.png")
    ...     Image.new("L", (20, 20), 90).save(path, format="JPEG")
    ...     read_image(path, (2, 2, 1))[..., 0].tolist()
    [[90, 90], [90, 90]]
    """
    check_bits(bits)
    films = film_choices(window, polarity)
    decoded = decode_image(read_bytes(path), path, check_image_shape(image_shape), bits, films)
    note = unused_bits(np.array([decoded.used]), bits, whole=False)
    if note:
        warnings.warn(f"{os.fspath(path)!r}: {note}", UserWarning, stacklevel=2)
    return decoded.pixels


def read_bytes(path):
    """Return the content of a file, with one wording for everything that is not a file: a pipe would never end."""
    path = str(os.fsdecode(path))
    status = _status(path)
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    if kind:
        raise ValueError(f"cannot read the file {path!r}: it is {kind}, not a file")
    if status.st_size > _MOST_BYTES:
        raise ValueError(
            f"cannot read the file {path!r}: it has {status.st_size / 2**30:.1f} GB, more than the "
            f"{_MOST_BYTES / 2**30:.0f} of the largest image that is read"
        )
    try:
        with open(path, "rb") as file:
            return file.read(status.st_size)  # and no more: the files of /proc are said to be empty and never end
    except OSError as error:
        raise ValueError(f"cannot read the file {path!r}: {error}") from error


def _status(path):
    try:
        return os.stat(path)
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        if isinstance(error, PermissionError):
            raise ValueError(f"cannot read the file {path!r}: {error}") from error
        raise FileNotFoundError(f"there is no image {path!r}; check the path and the folder it starts from") from error


def decode_image(content, path, image_shape, bits=None, films=None):
    """Do what :func:`read_image` does with bytes that are already here, and return a ``Decoded``.

    `films` is what ``film_choices`` gives.
    """
    height, width, channels = image_shape
    try:
        with _open(content, bits, films or {}) as image:
            with taking_turns(image.width * image.height):
                used = _bits_in_use(image)
                image = _to_channels(_to_eight_bit(image, bits), channels)
                used = used or _bits_of_eight(image)
                if image.size != (width, height):
                    image = image.resize((width, height), Image.Resampling.BILINEAR)
                return Decoded(np.array(image).reshape(height, width, channels), used)
    except Exception as error:  # Pillow raises errors of many kinds on a damaged file
        raise unreadable(path, error) from error


def unreadable(path, error):
    """Return the error for an image, in one line whatever texts of the file stand in its reason."""
    return ValueError(f"cannot read the image {str(path)!r}: {' '.join(str(error).split())}")


def content_digest(content, size):
    """Return so many bytes that tell the content of a file from any other; of a DICOM file its picture alone.

    A film that was sent twice, or whose header was cleaned of names, is so known to be the same film.

    Examples
    --------
    >>> from skerosion.datasets.reading import content_digest
    >>> len(content_digest(b"any", 16))
    16
    """
    try:
        deciding = dicom_content(content) if is_dicom(content) else content
    except Exception as error:  # pydicom raises errors of many kinds on a damaged file
        raise ValueError(f"what decides its picture cannot be read: {error}") from error
    return hashlib.blake2b(deciding, digest_size=size).digest()


def picture_pixels(picture):
    """Return the pixels of a PIL image, read as those of a file: (H, W) where it is grey, (H, W, 3) in colour.

    Examples
    --------
    >>> from PIL import Image
    >>> from skerosion.datasets.reading import picture_pixels
    >>> picture_pixels(Image.new("P", (3, 2))).shape, picture_pixels(Image.new("1", (3, 2), 1)).max()
    ((2, 3, 3), np.uint8(255))
    """
    _check_kind(picture, None)
    eight = _to_eight_bit(picture, None)
    return np.asarray(_to_channels(eight, 1 if eight.mode in ("1", "L", "LA", "La") else 3))


def image_size(path, bits=None):
    """Return (H, W) of a file, without decoding it where its head says so."""
    content = read_bytes(path)
    try:
        if is_dicom(content):
            return dicom_size(content)
        with _open(content, bits) as image:
            width, height = image.size
            return (width, height) if _turns_a_quarter(image, content) else (height, width)
    except Exception as error:  # Pillow raises errors of many kinds on a damaged file
        raise unreadable(path, error) from error


def _turns_a_quarter(image, content):
    """Whether height and width of an image that is not decoded yet are still to be exchanged."""
    if image.format == "TIFF":
        return False  # Pillow has done so
    late = image.format == "PNG" and any(text in content for text in _LATE_TEXTS)
    exif = image.getexif() if late else Image.Image.getexif(image)
    return exif.get(_ORIENTATION) in _QUARTER_TURNS


def _open(content, bits=None, films=()):
    if not content:
        raise ValueError("the file is empty")
    if is_dicom(content):
        return dicom_picture(content, **dict(films))
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.UnidentifiedImageError as error:
        raise ValueError(_other_kind(content)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        check_pixels(int(_COUNT.search(str(error))[1]))
        raise
    check_pixels(image.width * image.height)
    _check_kind(image, bits)
    # One colour of kilobytes may be a picture of gigabytes.
    check_unpacked(image.width * image.height * len(image.getbands()), len(content))
    return image


def _other_kind(content):
    known = (kind for start, kind in _OTHERS.items() if content.startswith(start))
    return next(known, "it is not a JPEG, PNG, TIFF, BMP or DICOM file; convert it to PNG")


def _check_kind(image, bits):
    """Refuse what could be read, but not as the picture that was meant."""
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # of which the first is what the camera took, the others come with it
        raise ValueError(
            f"it holds {frames} {'pages' if image.format == 'TIFF' else 'frames'}; write one image to a file"
        )
    if image.mode == "F":
        raise ValueError("it holds floating-point pixels; convert them to 8 or 16 bit")
    if image.mode == "I" and image.format == "TIFF" and bits is None:
        raise ValueError(
            "it holds 32-bit or signed pixels; convert them to 16 bit, or say with bits= how many are in use"
        )
    if image.format == "TIFF" and _PHOTOMETRIC not in image.tag_v2:
        raise ValueError("it does not say whether 0 is black or white (PhotometricInterpretation); write it anew")
    if image.format == "TIFF" and image.mode == "L" and _SIGNED in image.tag_v2.get(_SAMPLE_FORMAT, ()):
        raise ValueError("it holds signed 8-bit pixels, of which Pillow makes others; write it unsigned")
    # Of 16-bit colour Pillow reads the upper 8 bits, which are the right ones only where all 16 are in use.
    if _is_deep_colour(image) and bits not in (None, 16):
        raise ValueError(f"bits={bits} is for 16-bit grey, this is 16-bit colour; convert it to 8 bit")


def _is_deep_colour(image):
    """Whether an image that is not loaded yet has colours (or a grey with transparency) of 16 bits."""
    return image.mode not in _DEEP_GREY and any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _bits_in_use(image):
    """How many of its 16 bits the brightest value takes; 0 for an image of fewer bits, or a black one."""
    if _is_deep_colour(image):
        return 8 + int(np.asarray(image.convert("RGB")).max()).bit_length()
    return int(np.asarray(image).max()).bit_length() if image.mode in _DEEP_GREY and _depth(image) == DEPTH else 0


def _bits_of_eight(image):
    """How many bits the brightest value of an image of 8 takes, 32 more than these; 0 for a black one."""
    brightest = int(np.max(image.getextrema()))
    return EIGHT + brightest.bit_length() if brightest else 0


def _to_eight_bit(image, bits):
    """Turn an image as its camera was held, with grey of more than 8 bits scaled to 0..255."""
    upright = ImageOps.exif_transpose(image)
    if image.mode not in _DEEP_GREY:
        return upright
    deep = np.asarray(upright)
    low, high, white = int(deep.min()), int(deep.max()), 2 ** min(bits or DEPTH, _depth(image)) - 1
    if low < 0 or high > white:
        raise ValueError(f"it has values from {low} to {high}, while bits={bits} allows 0 to {white}")
    # Computed for each value and looked up: pixels as floats would take eight bytes each.
    grey = np.arange(white + 1, dtype=np.float64)
    if image.format == "TIFF" and image.tag_v2[_PHOTOMETRIC] == _WHITE_IS_ZERO:
        grey = white - grey  # Pillow itself turns 8 bits and fewer, but not 16
    grey[grey == image.info.get("transparency")] = 0
    return Image.fromarray(np.rint(grey * (255.0 / white)).astype(np.uint8)[deep])


def _depth(image):
    """Bits of a deep grey image: a TIFF may have 12."""
    return min(DEPTH, image.tag_v2[_BITS_PER_SAMPLE][0]) if image.format == "TIFF" else DEPTH


def _to_channels(image, channels):
    if image.has_transparency_data:
        image = _on_black(image)
    elif image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")  # palettes, CMYK, YCbCr, LAB: some of them know no direct way to grey
    return image.convert("L" if channels == 1 else "RGB")


def _on_black(image):
    ground = Image.new("RGB", image.size)
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height))).convert("RGBA")
        laid = Image.new("RGBA", strip.size, (0, 0, 0, 255))
        laid.alpha_composite(strip)
        ground.paste(laid.convert("RGB"), (0, top))
    return ground
