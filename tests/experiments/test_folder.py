"""What stands in place of a file that is written in the end is told before anything is trained."""

import json
import os

import pytest

from skerosion.experiments import SearchPlan
from skerosion.experiments._folder import FILES, claim_folder
from skerosion.experiments._store import FitStore

PARTS = {"images": 24, "shape": "32x32x1", "pixels": "p", "targets": "t", "patients": "g", "weights": "w"}
PARTS |= {"code": "c", "versions": {"skerosion": "0.1.0", "keras": "3.11.0", "backend": ["jax", "0.10.2"]}}


def claim(out, data="data", **changes):
    """Claim a folder that has something to lose, for data and software with some changes."""
    claim_folder(out, SearchPlan(), {"data": data, "parts": PARTS | changes}, FitStore(out / "fits"), [])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"images": 1, "pixels": "q", "targets": "u"}, "(24 images, not 1)"),
        ({"shape": "64x64x1", "pixels": "q"}, "(images of 32x32x1, not 64x64x1)"),
        ({"pixels": "q"}, "(other pixels)"),
        ({"targets": "u", "patients": "h"}, "(other targets; other patients)"),
        (
            {"weights": "x", "versions": PARTS["versions"] | {"keras": "3.12.0", "backend": ["tensorflow", "2.21.0"]}},
            "(other weights; other versions: keras 3.11.0, not 3.12.0, backend jax 0.10.2, not tensorflow 2.21.0)",
        ),
        ({"pixels": "q", "code": "d"}, "(other pixels; other code of skerosion)"),
    ],
)
def test_a_refusal_says_which_part_of_the_data_differs(changes, told, tmp_path):
    claim(tmp_path)
    (tmp_path / "tables.md").touch()
    with pytest.raises(FileExistsError) as error:
        claim(tmp_path, "other", **changes)
    assert told in str(error.value)


@pytest.mark.parametrize("parts", [3, [], {"images": 1}, PARTS | {"images": "many"}, PARTS | {"versions": [1]}])
def test_a_plan_that_was_changed_by_hand_is_another(parts, tmp_path):
    claim(tmp_path)
    (tmp_path / "tables.md").touch()
    plan = json.loads((tmp_path / "plan.json").read_text()) | {"parts": parts, "folds": ["many"]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(FileExistsError, match=r"another plan \(folds \['many'\], not .*other data: images") as error:
        claim(tmp_path, "other")
    assert "\n" not in str(error.value)


def test_software_alone_makes_no_folder_anothers_and_folders_without_parts_go_on(tmp_path):
    claim(tmp_path)
    (tmp_path / "tables.md").touch()
    claim(tmp_path, code="d", versions={})
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert plan.pop("parts") == PARTS | {"code": "d", "versions": {}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))  # as folders had it before
    with pytest.raises(FileExistsError, match="other data: images, the size they are read at, targets"):
        claim(tmp_path, "other")
    claim(tmp_path)
    assert json.loads((tmp_path / "plan.json").read_text()) == plan | {"parts": PARTS}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_folder_or_a_pipe_in_place_of_a_file_is_named(name, make, tmp_path):
    make(tmp_path / name)
    with pytest.raises(FileExistsError, match=f"{name}, which is a (folder|pipe)"):
        claim(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
