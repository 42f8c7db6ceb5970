"""HDF5 files are read by another process first: one that never ends, or ends it, is told."""

import io
import sys

import h5py
import numpy as np
import pytest

from skerosion import _hdf5
from skerosion._hdf5 import open_hdf5
from tests.hdf5_files import nameless

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def content():
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        made["dense/0"] = np.arange(3)
        made["dense"].attrs["name"] = "dense"
    return file.getvalue()


def test_a_whole_file_is_read(content):
    with open_hdf5(content) as file:
        assert file["dense/0"][()].tolist() == [0, 1, 2] and file["dense"].attrs["name"] == "dense"


def test_a_file_that_keeps_its_library_in_a_loop_is_told_in_time(content, monkeypatch):
    monkeypatch.setattr(_hdf5, "LEAST_SECONDS", 1)
    with pytest.raises(ValueError, match="does not come to its end within 1 s"):
        open_hdf5(nameless(content))


def test_what_ends_the_process_is_told(content, monkeypatch):
    monkeypatch.setattr(_hdf5, "_PROGRAM", "import os; os.abort()")
    with pytest.raises(ValueError, match="the HDF5 library breaks down"):
        open_hdf5(content)


def test_the_reason_of_the_other_process_is_told_in_one_line(content):
    with pytest.raises(ValueError, match=r"^OSError: Unable to .*truncated file[^\n]*$"):
        open_hdf5(content[:-1])


@pytest.mark.parametrize("content", [b"", b"PK", b"\n\x89HDF"])
def test_other_files_start_no_process(content, monkeypatch):
    monkeypatch.setattr(sys, "executable", None)
    with pytest.raises(ValueError, match="empty or cut short, or no HDF5 file"):
        open_hdf5(content)
