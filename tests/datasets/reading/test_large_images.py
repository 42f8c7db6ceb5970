"""Large pictures in small files: a bound on pixels, on what decoding takes, and one large picture at a time."""

import os
import struct
import subprocess
import sys
import threading
import zlib

import numpy as np
import pytest
from PIL import Image

from skerosion.datasets.reading import _large_images as large
from skerosion.datasets.reading._images import _STRIP, _on_black
from tests.conftest import REPO_ROOT

pytestmark = pytest.mark.once

SIDE = 9_450
"""Of a square of 89.3 megapixels; 89.5 are read."""

MOST = 1_200
"""Megabytes that reading it may take, whatever its kind."""

READ = """
import re, sys
from skerosion.datasets import read_image

def peak():
    with open("/proc/self/status") as told:
        return int(re.search(r"VmHWM:\\\\s+(\\\\d+)", told.read())[1])

before = peak()
assert read_image(sys.argv[1], (16, 16, 3)).max() > 0
print((peak() - before) // 1000)
""".replace("\\\\", "\\")


def save_png(path, depth, colour, channels):
    """Write a picture in rows that are black but for noise at one end: its file has a fortieth of its bytes."""
    packer, length = zlib.compressobj(1), SIDE * channels * depth // 8
    rng = np.random.default_rng(0)
    rows = (packer.compress(b"\0" + rng.bytes(length // 50) + bytes(length - length // 50)) for _ in range(SIDE))
    chunks = {b"IHDR": struct.pack(">IIBBBBB", SIDE, SIDE, depth, colour, 0, 0, 0)}
    chunks |= {b"IDAT": b"".join(rows) + packer.flush(), b"IEND": b""}
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in chunks.items():
            file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))


def save_film(path):
    from tests.dicom_films import make_film

    film = make_film(Rows=SIDE, Columns=SIDE)
    film.PixelData = np.random.default_rng(0).integers(0, 4096, SIDE, dtype=np.uint16).tobytes() * SIDE
    film.save_as(path, enforce_file_format=True)


KINDS = {"grey": (8, 0, 1), "deep": (16, 0, 1), "colour": (8, 2, 3), "clear": (8, 6, 4), "clear grey": (8, 4, 2)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*KINDS, "film"])
def test_the_largest_picture_takes_a_gigabyte_at_most(kind, tmp_path):
    path = tmp_path / "large"
    save_film(path) if kind == "film" else save_png(path, *KINDS[kind])
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(REPO_ROOT)}, capture_output=True, text=True)
    path.unlink()
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MOST


def test_large_pictures_are_decoded_one_after_another():
    at_once, most, lock = [0], [0], threading.Lock()

    def decode(number):
        with large.taking_turns(number):
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            barrier.wait() if number <= large.LARGE else event.wait(0.05)
            with lock:
                at_once[0] -= 1

    for number, expected in ((large.LARGE, 3), (large.LARGE + 1, 1)):
        barrier, event, most[0] = threading.Barrier(3, timeout=20), threading.Event(), 0
        threads = [threading.Thread(target=decode, args=[number]) for _ in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert most[0] == expected


def test_without_a_bound_of_pillow_there_is_none(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    large.check_pixels(10**12)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    large.check_pixels(10)
    with pytest.raises(ValueError, match="more than the 0 that are read; .* raise PIL.Image.MAX_IMAGE_PIXELS"):
        large.check_pixels(11)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "PA"])
@pytest.mark.parametrize("height", [1, _STRIP, _STRIP + 1])
def test_strips_lie_on_black_as_the_whole_would(mode, height):
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (height, 7, 4), dtype=np.uint8)).convert(
        "RGB" if mode[0] == "P" else mode
    )
    if mode[0] == "P":
        picture = picture.quantize(16)
        picture.info["transparency"] = 3
        picture = picture.convert(mode)
    whole = Image.new("RGBA", picture.size, (0, 0, 0, 255))
    whole.alpha_composite(picture.convert("RGBA"))
    assert np.array_equal(_on_black(picture), whole.convert("RGB"))
