"""Image files of every kind come out as the same grey or colour pixels."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from skerosion.datasets import load_image_table, read_image
from skerosion.datasets._reading import image_size

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
GREY = (16, 16, 1)
COLOUR = (16, 16, 3)


def read(path, shape=GREY, bits=None):
    """The pixels; grey ones without their channel axis."""
    image = read_image(path, shape, bits)
    assert image.dtype == np.uint8 and image.shape == shape and image.flags.writeable
    return image[..., 0] if shape[2] == 1 else image


def colours():
    """Pixels of all hues."""
    return np.stack([RAMP, RAMP[::-1], RAMP.T], axis=2)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.dcm", "a"])
def test_the_content_decides_not_the_name(save, kind, name):
    np.testing.assert_array_equal(read(save(name, RAMP, kind)), RAMP)


def test_jpeg_named_png_reads_as_jpeg(save):
    named_right, misnamed = save("a.jpg", RAMP, "JPEG"), save("b.png", RAMP, "JPEG")
    np.testing.assert_array_equal(read(misnamed), read(named_right))
    assert np.abs(read(misnamed).astype(int) - RAMP).max() < 30


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}])
def test_tiff_compressions(save, options):
    np.testing.assert_array_equal(read(save("a.tif", RAMP, "TIFF", **options)), RAMP)


def test_grey_becomes_three_equal_channels_and_back(save):
    np.testing.assert_array_equal(read(save("a.png", RAMP), COLOUR), np.repeat(RAMP[..., None], 3, axis=2))
    np.testing.assert_array_equal(read(save("b.png", np.repeat(RAMP[..., None], 3, axis=2))), RAMP)


def test_colour_becomes_its_luminance(save):
    pixels = colours()
    path = save("a.png", pixels)
    np.testing.assert_array_equal(read(path, COLOUR), pixels)
    np.testing.assert_allclose(read(path), pixels @ [0.299, 0.587, 0.114], atol=1)


def test_palettes_are_looked_up(save):
    palette = Image.fromarray(colours()).quantize(16)
    expected = np.asarray(palette.convert("RGB"))
    np.testing.assert_array_equal(read(save("a.png", palette), COLOUR), expected)
    np.testing.assert_allclose(read(save("a.png", palette)), expected @ [0.299, 0.587, 0.114], atol=1)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparent_pixels_lie_on_black(save, mode):
    alpha = np.full((16, 16), 255, dtype=np.uint8)
    alpha[:8] = 0
    picture = Image.fromarray(RAMP).convert(mode)
    picture.putalpha(Image.fromarray(alpha))
    expected = np.where(alpha == 0, 0, RAMP)
    np.testing.assert_array_equal(read(save("a.png", picture)), expected)
    np.testing.assert_array_equal(read(save("a.png", picture), COLOUR)[..., 1], expected)


def test_a_transparent_palette_colour_is_black(save):
    palette = Image.fromarray(np.array([[0, 1], [1, 0]], dtype=np.uint8), mode="P")
    palette.putpalette([200, 200, 200, 90, 90, 90])
    path = save("a.png", palette, transparency=0)
    assert read(path, (2, 2, 1)).tolist() == [[0, 90], [90, 0]]


def test_one_bit_images_are_black_and_white(save):
    path = save("a.png", Image.fromarray(RAMP > 127))
    np.testing.assert_array_equal(read(path), np.where(RAMP > 127, 255, 0))


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr"])
def test_printers_and_cameras_colours_work(save, mode):
    path = save("a.jpg", Image.fromarray(colours()).convert(mode), "JPEG", quality=100, subsampling=0)
    assert np.abs(read(path, COLOUR).astype(int) - colours()).mean() < 3


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_to_eight(save, kind):
    deep = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    np.testing.assert_array_equal(read(save("a", deep, kind)), RAMP)


def test_big_endian_tiff(save, tmp_path):
    deep = np.linspace(0, 65535, 256).astype(">u2").reshape(16, 16)
    image = Image.frombytes("I;16B", (16, 16), deep.tobytes())
    np.testing.assert_array_equal(read(save("a.tif", image, "TIFF")), RAMP)


def test_twelve_bits_in_sixteen(save):
    path = save("a.png", np.linspace(0, 4095, 256).astype(np.uint16).reshape(16, 16))
    np.testing.assert_array_equal(read(path, bits=12), RAMP)
    assert read(path).max() == 16
    with pytest.raises(ValueError, match="values from 0 to 4095, while bits=10 allows 0 to 1023"):
        read(path, bits=10)


def test_bits_leave_eight_bit_files_alone(save):
    np.testing.assert_array_equal(read(save("a.png", RAMP), bits=12), RAMP)


def test_thirty_two_bits_need_to_be_told(save):
    path = save("a.tif", np.linspace(0, 4095, 256).astype(np.int32).reshape(16, 16), "TIFF")
    np.testing.assert_array_equal(read(path, bits=12), RAMP)
    assert image_size(path, bits=12) == (16, 16)
    with pytest.raises(ValueError, match="say with bits="):
        read(path)


def deep_colour_tiff():
    """The bytes of a 16-bit colour TIFF, which Pillow reads but does not write."""
    pixels = np.repeat(np.linspace(0, 65535, 256).astype("<u2").reshape(16, 16)[..., None], 3, axis=2)
    tags = [
        (256, 3, 1, 16), (257, 3, 1, 16), (258, 3, 3, 8 + 2 + 9 * 12 + 4), (259, 3, 1, 1), (262, 3, 1, 2),
        (273, 4, 1, 8 + 2 + 9 * 12 + 4 + 6), (277, 3, 1, 3), (278, 3, 1, 16), (279, 4, 1, pixels.nbytes),
    ]  # fmt: skip
    header = b"II*\0" + struct.pack("<IH", 8, len(tags))
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return header + entries + bytes(4) + struct.pack("<3H", 16, 16, 16) + pixels.tobytes()


def test_sixteen_bit_colour_works_while_all_bits_are_in_use(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(deep_colour_tiff())
    assert np.abs(read(path).astype(int) - RAMP).max() <= 1
    with pytest.raises(ValueError, match="bits=12 is for 16-bit grey, this is 16-bit colour"):
        read(path, bits=12)


def test_images_are_resized_with_antialiasing(save):
    stripes = np.tile(np.array([0, 255], dtype=np.uint8), (64, 32))
    small = read(save("a.png", stripes), (16, 8, 1))
    assert small.shape == (16, 8) and 110 < small.min() <= small.max() < 145
    large = read(save("b.png", np.array([[0, 200]], dtype=np.uint8)), (2, 4, 1))
    assert (np.diff(large.astype(int), axis=1) >= 0).all() and large[0, 0] == 0 and large[0, -1] == 200


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_cameras_orientation_is_heeded(save, kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    pixels = np.zeros((8, 16), dtype=np.uint8)
    pixels[:, :4] = 255
    path = save("a", pixels, kind, exif=exif)
    assert image_size(path) == (16, 8)
    turned = read(path, (16, 8, 1))
    assert turned[:3].min() > 200 and turned[5:].max() < 50


def test_a_missing_file_is_named(tmp_path):
    for reading in (lambda path: read(path), image_size):
        with pytest.raises(FileNotFoundError, match="there is no image .*nowhere.png"):
            reading(tmp_path / "nowhere.png")


def damaged(kind):
    """The content of a file of `kind` that ends too early."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, format=kind)
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"path,kl_grade\n", "no JPEG, PNG, TIFF or BMP"),
        (bytes(128) + b"DICM" + bytes(50), "a DICOM file; convert it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "cannot read"),
        (damaged("JPEG"), "truncated"),
        (damaged("PNG"), "cannot read"),
        (damaged("TIFF"), "cannot read"),
    ],
)
def test_what_is_no_whole_image_is_refused_by_name(tmp_path, content, message):
    path = tmp_path / "damaged.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read(path, (64, 64, 1))
    assert "damaged.png" in str(caught.value)


def test_an_unreadable_size_is_a_value_error(tmp_path):
    (tmp_path / "a.png").write_text("no image")
    with pytest.raises(ValueError, match="cannot read the image .*a.png"):
        image_size(tmp_path / "a.png")


def test_a_folder_is_no_image(tmp_path):
    with pytest.raises(ValueError, match="cannot read the file"):
        read(tmp_path)


def test_pages_and_floats_are_refused(save):
    page = Image.fromarray(RAMP)
    with pytest.raises(ValueError, match="holds 2 pages"):
        read(save("pages.tif", page, "TIFF", save_all=True, append_images=[page]))
    with pytest.raises(ValueError, match="floating-point pixels"):
        read(save("float.tif", RAMP.astype(np.float32), "TIFF"))


def test_other_formats_are_refused(save):
    with pytest.raises(ValueError, match="it is a GIF; convert"):
        read(save("a.png", RAMP, "GIF"))


def test_all_misnamed_knees_are_read(shared):
    folder = shared / "data" / "knee_kl_misnamed"
    data = load_image_table(folder / "labels.csv", image="path", target="kl_grade", group="patient_id")
    assert data.X.shape == (387, 128, 128, 1) and len(data.excluded) == 0
    assert (np.ptp(data.X.read(), axis=(1, 2, 3)) > 20).all()
