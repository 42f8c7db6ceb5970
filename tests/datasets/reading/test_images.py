"""Image files of every kind come out as the same grey or colour pixels, or are refused."""

import io
import os
import socket
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from skerosion.datasets import load_image_table, read_image
from skerosion.datasets.reading._images import image_size

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
    with pytest.warns(UserWarning, match="uses more than 12 of them, so that 17 grey values .* pass bits=12"):
        assert read(path).max() == 16
    with pytest.raises(ValueError, match="values from 0 to 4095, while bits=10 allows 0 to 1023"):
        read(path, bits=10)


@pytest.mark.parametrize("bits", [0, 17, True, 12.0])
def test_bits_are_checked(save, bits):
    with pytest.raises(ValueError, match="bits must be an integer of at least 1 and at most 16"):
        read(save("a.png", RAMP), bits=bits)


def test_a_size_may_be_a_number_or_have_no_channels(save):
    path = save("a.png", RAMP)
    assert read_image(path, (8, 4)).shape == (8, 4, 1) and read_image(path, 8).shape == (8, 8, 1)
    with pytest.raises(ValueError, match="image_shape must be a positive integer"):
        read_image(path, (8,))


def test_bits_leave_eight_bit_files_alone(save):
    np.testing.assert_array_equal(read(save("a.png", RAMP), bits=12), RAMP)


def test_thirty_two_bits_need_to_be_told(save):
    path = save("a.tif", np.linspace(0, 4095, 256).astype(np.int32).reshape(16, 16), "TIFF")
    np.testing.assert_array_equal(read(path, bits=12), RAMP)
    assert image_size(path, bits=12) == (16, 16)
    with pytest.raises(ValueError, match="say with bits="):
        read(path)


def tiff(path, data, *, bits, photometric, order="<", sample_format=None):
    """Write a grey TIFF of 16x16 pixels, tag by tag, as Pillow does not write it."""
    tags = [(256, 4, 16), (257, 4, 16), (258, 3, bits), (259, 3, 1), (262, 3, photometric), (273, 4, 8), (277, 3, 1)]
    tags += [(278, 4, 16), (279, 4, len(data)), (339, 3, sample_format)]
    tags = [tag for tag in tags if tag[2] is not None]
    content = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data)) + data
    content += struct.pack(order + "H", len(tags))
    for number, kind, value in tags:
        content += struct.pack(order + ("HHIHxx" if kind == 3 else "HHII"), number, kind, 1, value)
    path.write_bytes(content + bytes(4))
    return path


DEEP = RAMP.astype("<u2") * 257


@pytest.mark.parametrize(
    ("stored", "photometric"),
    [(RAMP, 1), (255 - RAMP, 0), (DEEP, 1), (65535 - DEEP, 0)],
    ids=["8 bit", "8 bit, white is 0", "16 bit", "16 bit, white is 0"],
)
def test_white_is_zero_at_every_depth(tmp_path, stored, photometric):
    path = tiff(tmp_path / "a.tif", stored.tobytes(), bits=8 * stored.itemsize, photometric=photometric)
    np.testing.assert_array_equal(read(path), RAMP)


def test_white_is_zero_of_twelve_bits_in_use(tmp_path):
    stored = 4095 - np.linspace(0, 4095, 256).astype("<u2").reshape(16, 16)
    path = tiff(tmp_path / "a.tif", stored.tobytes(), bits=16, photometric=0)
    np.testing.assert_array_equal(read(path, bits=12), RAMP)
    with pytest.warns(UserWarning, match="pass bits=12"):
        read(path)


@pytest.mark.parametrize("bits", [None, 12, 16])
def test_tiffs_of_twelve_bits_say_how_many_they_have(tmp_path, bits):
    first, second = np.linspace(0, 4095, 256).astype(int).reshape(-1, 2).T
    packed = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=1).astype(np.uint8)
    np.testing.assert_array_equal(read(tiff(tmp_path / "a", packed.tobytes(), bits=12, photometric=1), bits=bits), RAMP)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (RAMP, {"bits": 8, "photometric": None}, "does not say whether 0 is black or white"),
        (DEEP, {"bits": 16, "photometric": None}, "does not say whether 0 is black or white"),
        (DEEP.astype(">u2"), {"bits": 16, "photometric": 0, "order": ">"}, "a TIFF of a kind that Pillow cannot read"),
        (RAMP, {"bits": 8, "photometric": 1, "sample_format": 2}, "signed 8-bit pixels"),
        (DEEP, {"bits": 16, "photometric": 1, "sample_format": 2}, "32-bit or signed pixels"),
        (RAMP.astype("<f8"), {"bits": 64, "photometric": 1, "sample_format": 3}, "a TIFF of a kind"),
    ],
)
def test_tiffs_that_would_come_out_wrong_are_refused(tmp_path, data, options, message):
    with pytest.raises(ValueError, match=message):
        read(tiff(tmp_path / "a.tif", data.tobytes(), **options))


def png(path, raw, *, depth, colour, size=(16, 16), before=b"", after=b""):
    """Write a PNG chunk by chunk, as Pillow does not write it."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    height, width = size
    lines = b"".join(
        b"\0" + raw[start : start + len(raw) // height] for start in range(0, len(raw), len(raw) // height)
    )
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    before, after = (chunk(*extra) if extra else b"" for extra in (before, after))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", zlib.compress(lines)) + after)
    return path


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (4, 2), (6, 4)])
@pytest.mark.parametrize(("white", "warns"), [(65535, False), (4095, True)])
def test_unused_bits_of_colours_are_told(tmp_path, colour, channels, white, warns):
    pixels = np.repeat(np.linspace(0, white, 256).astype(">u2").reshape(16, 16, 1), channels, axis=2)
    if channels in (2, 4):
        pixels[..., -1] = 65535  # nothing is transparent
    path = png(tmp_path / "a.png", pixels.tobytes(), depth=16, colour=colour)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert read(path).max() == white // 257
    assert [("12 of them" in str(warning.message)) for warning in caught] == [True] * warns


def test_a_transparent_grey_of_sixteen_bits_is_black(tmp_path):
    grey = np.where(RAMP < 128, 32896, 65535).astype(">u2")
    path = png(tmp_path / "a.png", grey.tobytes(), depth=16, colour=0, before=(b"tRNS", struct.pack(">H", 65535)))
    np.testing.assert_array_equal(read(path), np.where(RAMP < 128, 128, 0))


def test_a_black_image_says_nothing_about_bits(save):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(save("a.png", np.zeros((16, 16), dtype=np.uint16))).max() == 0


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


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_of_both_depths(save, kind, depth, orientation):
    stored = np.random.default_rng(0).integers(0, 256, (8, 12)).astype(np.uint8)
    flips = [stored, stored[:, ::-1], stored[::-1, ::-1], stored[::-1]]
    upright = [*flips, stored.T, stored[::-1].T, stored[::-1, ::-1].T, stored[:, ::-1].T][orientation - 1]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save("a", stored if depth == 8 else stored.astype(np.uint16) * 257, kind, exif=exif)
    assert image_size(path) == upright.shape
    np.testing.assert_array_equal(read(path, (*upright.shape, 1)), upright)


def test_an_orientation_behind_the_pixels_is_seen(tmp_path):
    turned = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    path = png(tmp_path / "a.png", bytes(200), depth=8, colour=0, size=(10, 20), after=(b"eXIf", turned))
    assert image_size(path) == (20, 10)


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
        (b"path,kl_grade\n", "not a JPEG, PNG, TIFF, BMP or DICOM file"),
        (bytes(128) + b"DICM" + bytes(50), "no picture: it is a DICOM object of the kind unknown"),
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


def every_kind_of_no_file(folder):
    """Paths of what would hang, never end, or is not a file."""
    os.mkfifo(folder / "pipe")
    listener = socket.socket(socket.AF_UNIX)
    with listener, warnings.catch_warnings():
        listener.bind(os.path.relpath(folder / "socket"))  # a whole path may be too long for a socket
    return {
        folder: "a directory",
        folder / "pipe": "a named pipe",
        folder / "socket": "a socket",
        "/dev/zero": "a device",
        "/dev/null": "a device",
    }


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path):
    for path, kind in every_kind_of_no_file(tmp_path).items():
        for reading in (read, image_size):
            with pytest.raises(ValueError, match=f"cannot read the file .*: it is {kind}, not a file"):
                reading(path)


@pytest.mark.skipif(not os.path.exists("/proc/kmsg"), reason="a file that never ends and is said to be empty")
def test_files_that_never_end_are_empty():
    with pytest.raises(ValueError, match="the file is empty"):
        read("/proc/kmsg")


def test_links_to_nowhere_and_impossible_names_are_missing_files(tmp_path):
    os.symlink(tmp_path / "loop", tmp_path / "loop")
    os.symlink(tmp_path / "nowhere", tmp_path / "dangling")
    (tmp_path / "a.png").write_bytes(b"")
    for path in (tmp_path / "loop", tmp_path / "dangling", "a\0b", "a" * 5000, tmp_path / "a.png" / "b.png"):
        with pytest.raises(FileNotFoundError, match="there is no image"):
            read(path)


def test_a_file_of_many_gigabytes_is_not_read(tmp_path):
    with open(tmp_path / "film.png", "wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(ValueError, match="has 3.0 GB, more than the 1 of the largest image"):
        read(tmp_path / "film.png")


@pytest.mark.parametrize("side", [60_000, 12_000])
@pytest.mark.parametrize("action", ["error", "ignore"])
def test_large_scans_name_the_way_out(tmp_path, side, action):
    path = png(tmp_path / "a.png", b"\0", depth=8, colour=0, size=(1, 1))
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", side, side if side > 20_000 else 9000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter(action)  # up to twice its limit Pillow only warns
        with pytest.raises(ValueError, match="megapixels, more than the 89 that .*crop or shrink.*MAX_IMAGE_PIXELS"):
            read(path)


def test_frames_are_refused(save):
    black, white = (Image.new("L", (16, 16), value) for value in (0, 255))
    assert read(save("one.png", black, save_all=True)).max() == 0
    for options in ({}, {"default_image": True}):
        with pytest.raises(ValueError, match="it holds 2 frames; write one image to a file"):
            read(save("two.png", black, save_all=True, append_images=[white], **options))


def test_what_a_camera_adds_to_its_picture_is_left_alone(save):
    picture, added = (Image.new("RGB", (16, 16), (value,) * 3) for value in (40, 200))
    assert np.abs(read(save("a.jpg", picture, "MPO", save_all=True, append_images=[added])).astype(int) - 40).max() < 3


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_bitmaps_of_windows_are_read(save, mode):
    black_and_white = np.where(RAMP > 127, 255, 0).astype(np.uint8)
    picture = Image.fromarray(black_and_white).convert(mode)
    np.testing.assert_array_equal(read(save("a.bmp", picture, "BMP")), black_and_white)


@pytest.mark.parametrize(
    ("kind", "message"),
    [("GIF", "it is a GIF"), ("WEBP", "it is a WebP"), ("JPEG2000", "it is a JPEG 2000"), ("PDF", "it is a PDF")],
)
def test_other_formats_are_named(save, kind, message):
    with pytest.raises(ValueError, match=f"{message}.* convert .*to PNG"):
        read(save("a.png", Image.fromarray(RAMP).convert("RGB"), kind))


def test_a_pointer_of_git_lfs_is_named(tmp_path):
    (tmp_path / "a.png").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    with pytest.raises(ValueError, match="git lfs pull"):
        read(tmp_path / "a.png")


def test_pages_and_floats_are_refused(save):
    page = Image.fromarray(RAMP)
    with pytest.raises(ValueError, match="holds 2 pages"):
        read(save("pages.tif", page, "TIFF", save_all=True, append_images=[page]))
    with pytest.raises(ValueError, match="floating-point pixels"):
        read(save("float.tif", RAMP.astype(np.float32), "TIFF"))


def test_all_misnamed_knees_are_read(shared):
    folder = shared / "data" / "knee_kl_misnamed"
    data = load_image_table(folder / "labels.csv", image="path", target="kl_grade", group="patient_id")
    assert data.X.shape == (387, 128, 128, 1) and len(data.excluded) == 0
    assert (np.ptp(data.X.read(), axis=(1, 2, 3)) > 20).all()
