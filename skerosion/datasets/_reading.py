"""Reading one image file: JPEG, PNG or TIFF by content and not by name, grey or colour, 8 or 16 bit, any size."""

import io
import os
import pathlib

import numpy as np
from PIL import Image, ImageOps

_FORMATS = ("JPEG", "PNG", "TIFF")
_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N", "I")


def read_image(path, image_shape, bits=None):
    """Read a file as grey or colour pixels of one size.

    The content decides about the format, never the name. Colour becomes grey by its luminance (ITU-R BT.601: .299 R +
    .587 G + .114 B), transparent pixels lie on black, a camera's orientation mark is heeded, and 16-bit grey is scaled
    to 0..255. Resizing is bilinear with antialiasing and does not keep the aspect ratio.

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
        Where the file is no JPEG, PNG or TIFF, is damaged, or holds several pages or values that `bits` does not allow.

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
    try:
        with _open(content, bits) as image:
            image = _to_channels(_to_eight_bit(ImageOps.exif_transpose(image), bits), channels)
            if image.size != (width, height):
                image = image.resize((width, height), Image.Resampling.BILINEAR)
            return np.array(image).reshape(height, width, channels)
    except Exception as error:  # Pillow raises errors of many kinds on a damaged file
        raise ValueError(f"cannot read the image {str(path)!r}: {error}") from error


def image_size(path, bits=None):
    """Return (H, W) of a file."""
    content = read_bytes(path)
    try:
        with _open(content, bits) as image:
            return ImageOps.exif_transpose(image).size[::-1]
    except Exception as error:  # Pillow raises errors of many kinds on a damaged file
        raise ValueError(f"cannot read the image {str(path)!r}: {error}") from error


def _open(content, bits=None):
    if not content:
        raise ValueError("the file is empty")
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.UnidentifiedImageError as error:
        kind = "a DICOM file" if content[128:132] == b"DICM" else "no JPEG, PNG or TIFF"
        raise ValueError(f"it is {kind}; convert it to PNG") from error
    _check_kind(image, bits)
    return image


def _check_kind(image, bits):
    """Refuse what could be read, but not as the picture that was meant."""
    if image.format == "TIFF" and image.n_frames > 1:
        raise ValueError(f"it holds {image.n_frames} pages; write one image to a file")
    if image.mode == "F":
        raise ValueError("it holds floating-point pixels; convert them to 8 or 16 bit")
    if image.mode == "I" and image.format == "TIFF" and bits is None:
        raise ValueError("it holds 32-bit pixels; convert them to 16 bit, or say with bits= how many are in use")
    # Of 16-bit colour Pillow reads the upper 8 bits, which are the right ones only where all 16 are in use.
    deep = any(";16" in str(tile[3]) for tile in image.tile)
    if deep and image.mode not in _DEEP_GREY and bits not in (None, 16):
        raise ValueError(f"bits={bits} is for 16-bit grey, this is 16-bit colour; convert it to 8 bit")


def _to_eight_bit(image, bits):
    """Scale grey of more than 8 bits to 0..255; leave every other image as it is."""
    if image.mode not in _DEEP_GREY:
        return image
    pixels = np.asarray(image).astype(np.float64)
    low, high, white = pixels.min(), pixels.max(), 2 ** (bits or 16) - 1
    if low < 0 or high > white:
        raise ValueError(f"it has values from {low:.0f} to {high:.0f}, while bits={bits} allows 0 to {white}")
    return Image.fromarray(np.rint(pixels * (255.0 / white)).astype(np.uint8))


def _to_channels(image, channels):
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (0, 0, 0, 255))
        ground.alpha_composite(image.convert("RGBA"))
        image = ground.convert("RGB")
    elif image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")  # palettes, CMYK, YCbCr, LAB: some of them know no direct way to grey
    return image.convert("L" if channels == 1 else "RGB")
