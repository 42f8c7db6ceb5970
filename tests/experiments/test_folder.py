"""What stands in place of a file that is written in the end is told before anything is trained."""

import os

import pytest

from skerosion.experiments import SearchPlan
from skerosion.experiments._folder import FILES, claim_folder
from skerosion.experiments._store import FitStore


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_folder_or_a_pipe_in_place_of_a_file_is_named(name, make, tmp_path):
    make(tmp_path / name)
    with pytest.raises(FileExistsError, match=f"{name}, which is a (folder|pipe)"):
        claim_folder(tmp_path, SearchPlan(), "data", FitStore(tmp_path / "fits"), [])
    assert [path.name for path in tmp_path.iterdir()] == [name]
