"""Image files of every kind, made where a test needs them."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def save(tmp_path):
    """Save pixels (or a Pillow image) below tmp_path and return the path; `kind` is the content, whatever the name."""

    def save_one(name, pixels, kind="PNG", **options):
        image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.asarray(pixels))
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, format=kind, **options)
        return path

    return save_one


@pytest.fixture
def grey_files(save):
    """Six grey PNGs of 12x10 pixels, each of one brightness: (paths, brightnesses)."""
    brightness = [0, 50, 100, 150, 200, 255]
    return [save(f"grey{value}.png", np.full((12, 10), value, dtype="uint8")) for value in brightness], brightness
