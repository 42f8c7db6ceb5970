"""Reading one image file: JPEG, PNG or TIFF by content and not by name, grey or colour, 8 or 16 bit, any size."""

import io
import os
import pathlib

import numpy as np
from PIL import Image, ImageOps

_FORMATS = ("JPEG", "PNG", "TIFF")
_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N")


def read_image(path, image_shape, bits=None):
    """Read a file as grey or colour pixels of one size.

    The content decides about the format, never the name. Colour becomes grey by its luminance (ITU-R BT.601: .299 R +
    .587 G + .114 B), transparent pixels lie on black, a camera's orientation mark is heeded, and 16-bit grey is scaled to
    0..255. Resizing is bilinear with antialiasing and does not keep the aspect ratio.

    Parameters
    ----------
    path : str or path-like
        The file.
    image_shape : (H, W, C)
        Size of the result; C is 1 (grey) or 3 (colour).
    bits : int, default=None
        How many bits of 16-bit files are in use: 2**bits - 1 becomes 255. None means all 16.

    Returns
    -------
    image : ndarray of uint8, shape (H, W, C)

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where the file is no JPEG, PNG or TIFF, is damaged, or holds several pages or values that `bits` does not explain.

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
    return decode_image(read_bytes(path), path, image_shape, bits)


def read_bytes(path):
    """Return the content of a file, with one wording for everything that is no file."""
    path = os.fspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no image {path!r}; check the path and the folder it starts from")
    try:
        return pathlib.Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"cannot read the file {path!r}: {error}") from error


def decode_image(content, path, image_shape, bits=None):
    """Do what :func:`read_image` does with bytes that are already here."""
    height, width, channels = image_shape
    # Pillow raises many kinds of errors on a damaged file (SyntaxError and struct.error among them).
    try:
        with _open(content) as image:
            image = _to_eight_bit(image, bits)
            image = _to_channels(ImageOps.exif_transpose(image), channels)
            if image.size != (width, height):
                image = image.resize((width, height), Image.Resampling.BILINEAR)
            return np.asarray(image).reshape(height, width, channels)
    except Exception as error:
        raise ValueError(f"cannot read the image {str(path)!r}: {error}") from error


def image_size(path):
    """Return (H, W) of a file from its header."""
    try:
        with _open(read_bytes(path)) as image:
            return ImageOps.exif_transpose(image).size[::-1]
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(f"cannot read the image {str(path)!r}: {error}") from error


def _open(content):
    if not content:
        raise ValueError("the file is empty")
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.UnidentifiedImageError as error:
        kind = "a DICOM file" if content[128:132] == b"DICM" else "no JPEG, PNG or TIFF"
        raise ValueError(f"it is {kind}; convert it to PNG") from error
    if image.format == "TIFF" and image.n_frames > 1:
        raise ValueError(f"it holds {image.n_frames} pages; write one image to a file")
    return image


def _to_eight_bit(image, bits):
    """Scale grey of more than 8 bits to 0..255; leave every other image as it is."""
    if image.mode == "F":
        raise ValueError("it holds floating-point pixels; convert them to 8 or 16 bit")
    if image.mode not in (*_SIXTEEN_BIT, "I"):
        if bits not in (None, 16) and _is_deep_colour(image):
            raise ValueError(f"bits={bits} is for 16-bit grey, this is 16-bit colour; convert it to 8 bit")
        return image
    if image.mode == "I" and image.format == "TIFF" and bits is None:
        raise ValueError("it holds 32-bit pixels; say with bits= how many bits are in use, or convert it to 16 bit")
    pixels = np.asarray(image).astype(np.float64)
    white = 2 ** (bits or 16) - 1
    if pixels.min() < 0 or pixels.max() > white:
        raise ValueError(f"it has values from {pixels.min():.0f} to {pixels.max():.0f}, bits={bits} allows 0 to {white}")
    scaled = Image.fromarray(np.rint(pixels * (255.0 / white)).astype(np.uint8))
    scaled.info, scaled._exif = image.info, getattr(image, "_exif", None)
    return scaled


def _is_deep_colour(image):
    """Whether the file keeps 16 bits a channel, of which Pillow reads the upper 8."""
    return any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _to_channels(image, channels):
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (0, 0, 0, 255))
        ground.alpha_composite(image.convert("RGBA"))
        image = ground.convert("RGB")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image.convert("L" if channels == 1 else "RGB")
