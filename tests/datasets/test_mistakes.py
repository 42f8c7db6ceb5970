"""Mistakes on the way in, each with the line that names the way out; none of them has to wait for TensorFlow."""

import pathlib
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import as_image_rows

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 8, 10)).astype(np.uint8)
MISTAKES = {
    "a generator": ((image for image in IMAGES), "got a generator.*np.stack.*column of their paths"),
    "a dict of columns": ({"images": IMAGES}, "got a dict.*np.stack.*load_image_table"),
    "a single image": (IMAGES[0][..., np.newaxis].repeat(3, axis=2), r"one image \(H, W, C\): pass X\[np.newaxis\]"),
    "a single PIL image": (Image.fromarray(IMAGES[0]), r"a single one of 8x10 pixels: pass \[X\]"),
    "channels first": (np.zeros((4, 3, 8, 8), np.uint8), r"channels last.*pass np.moveaxis\(X, 1, -1\)"),
    "a table of path and age": (
        pd.DataFrame({"path": ["a.png", "b.png"], "age": [50, 60]}),
        r"'path' names images.*ColumnTransformer\(.*\['age'\].*docs/guide.md#images-beside-other-columns",
    ),
    "a table of path and sex": (pd.DataFrame({"path": ["a.png"], "sex": ["f"]}), r"ColumnTransformer\(.*\['sex'\]"),
    "grey among colours": ([IMAGES[0], np.zeros((8, 10, 3), np.uint8)], "1 with 1 channels and 1 with 3.*convert"),
    # Not in anybody's list, and as easily made.
    "images with labels": ((IMAGES, [0, 1, 0, 1]), r"got images and something beside them: pass X\[0\] as X, X\[1\]"),
    "a folder": (str(pathlib.Path(__file__).parent), "list the files of the folder, sorted.*load a table"),
    "a table's name": ("labels.csv", r"read a table with load_image_table\(...\), which returns X, y and groups"),
    "one path": (pathlib.Path("a.png"), r"got 'a.png': pass \[X\] for one image"),
    "bytes of files": ([b"\x89PNG", b"\x89PNG"], r"got bytes: .*PIL.Image.open\(io.BytesIO\(part\)\)"),
    "nothing": (None, "X must hold images, their paths or feature vectors, got None"),
    "bytes beside floats": ([IMAGES[0], IMAGES[1] / 255], "all uint8 of 0..255 or all float of 0..1, got float and"),
}


@pytest.mark.parametrize(("X", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_the_way_out(X, message):
    with pytest.raises((TypeError, ValueError), match=f"(?s){message}") as caught:
        as_image_rows(X)
    assert "\n" not in str(caught.value)


def test_no_mistake_at_the_door_has_to_wait_for_tensorflow():
    script = """
        import sys
        import numpy as np, pandas as pd
        from skerosion.datasets import ImageRows, as_image_rows, load_image_table
        mistakes = [
            lambda: as_image_rows(image for image in []),
            lambda: as_image_rows(np.zeros((4, 3, 8, 8), "uint8")),
            lambda: as_image_rows(pd.DataFrame({"path": ["a.png"], "age": [50]})),
            lambda: ImageRows(["nowhere.png"]),
            lambda: load_image_table(pd.DataFrame({"path": ["a.png"]}), image="paths", target=None),
        ]
        for mistake in mistakes:
            try:
                mistake()
            except (TypeError, ValueError, FileNotFoundError):
                continue
            sys.exit("no error")
        sys.exit(", ".join({"tensorflow", "keras", "sklearn"} & set(sys.modules)) or 0)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
