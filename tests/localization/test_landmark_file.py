"""The landmark network's file: found in a wheel, refused where it is another, and a line that says how to get it."""

import hashlib
import zipfile

import pytest

from skerosion.localization import _landmark_file as files

CONTENT = b"a network"


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(files, "KNOWN_DIGESTS", (hashlib.sha256(CONTENT).hexdigest(),))


def wheel(folder, content=CONTENT):
    path = folder / "mediapipe-0.10.14-cp311.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mediapipe/modules/hand_landmark/hand_landmark_full.tflite", content)
    return path


def test_it_is_read_from_a_wheel_a_folder_and_by_itself(tmp_path, known):
    (tmp_path / "npm").mkdir()
    (tmp_path / "npm" / "hand_landmark_full.tflite").write_bytes(CONTENT)
    places = (wheel(tmp_path), tmp_path / "npm", tmp_path / "npm" / "hand_landmark_full.tflite")
    assert all(files.landmark_network(place) == CONTENT for place in places)


def test_a_wheel_in_the_current_folder_is_found(tmp_path, known, monkeypatch):
    monkeypatch.setattr(files.importlib.util, "find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="Download the wheel mediapipe==0.10.14 with pip"):
        files.landmark_network()
    wheel(tmp_path)
    assert files.landmark_network() == CONTENT


def test_other_files_are_refused(tmp_path, known):
    with pytest.raises(ValueError, match="network must be the known hand_landmark_full.tflite, got one of digest"):
        files.landmark_network(wheel(tmp_path, b"another"))
    with zipfile.ZipFile(tmp_path / "mediapipe-1.2.3.whl", "w") as archive:
        archive.writestr("mediapipe/__init__.py", "")
    with pytest.raises(ValueError, match="network must be a wheel that holds"):
        files.landmark_network(tmp_path / "mediapipe-1.2.3.whl")
    with pytest.raises(FileNotFoundError, match="was not found in 'nowhere"):
        files.landmark_network("nowhere.whl")


def test_without_the_interpreter_the_extra_is_named(tmp_path, known, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(ImportError, match=r"pip install 'skerosion\[hands\]'"):
        files.landmark_reader(wheel(tmp_path))
