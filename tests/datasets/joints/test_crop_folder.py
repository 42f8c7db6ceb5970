"""Crops on disk: what is written is what a search reads, and names no film by its file."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import crop_joints, load_image_table
from skerosion.datasets.joints import apply_map, write_crops

CANARIES = ("Meier_Anna_1961", "ACC-778899")


@pytest.fixture
def folder(tmp_path):
    """Two knees and what was written of them: films of telling names, with pseudonyms."""
    rng = np.random.default_rng(0)
    for name in CANARIES:
        Image.fromarray(rng.integers(0, 256, (80, 90)).astype("uint8")).save(tmp_path / f"{name}.png")
    table = pd.DataFrame(
        {"path": [f"{name}.png" for name in CANARIES], "film": ["f0a1", "f9b2"], "patient": ["a7", "b8"]}
    )
    table.assign(name=CANARIES).to_csv(tmp_path / "films.csv", index=False)
    points = pd.DataFrame(
        {"image": [*CANARIES, "f9b2"], "side": ["L", "R", "L"], "joint": "knee", "x": 40.5, "y": [30, 40, 200]}
    )
    data = crop_joints(
        tmp_path / "films.csv",
        points.assign(kl=[0, 3, 1]),
        target="kl",
        group="patient",
        size=16,
        unit="pixels",
        extent=32,
    )
    return tmp_path / "out", data, write_crops(tmp_path / "out", data, ["patient", "kl"])


def test_a_search_reads_what_was_written(folder):
    out, data, table = folder
    read = load_image_table(out / "crops.csv", image="path", target="kl", group="patient")
    assert (np.asarray(read.X) == np.asarray(data.X)).all()
    assert read.y.tolist() == [0, 3] and read.groups.tolist() == ["a7", "b8"]
    assert read.table["path"].tolist() == ["crops/f0a1_left_knee.png", "crops/f9b2_right_knee.png"]
    matrix = read.table.loc[0, ["a0", "a1", "a2", "b0", "b1", "b2"]].to_numpy(float).reshape(2, 3)
    assert apply_map(matrix, [(7.5, 7.5)])[0].tolist() == [40.5, 30]


def test_missing_joints_are_a_table_too(folder):
    out, *_ = folder
    missing = pd.read_csv(out / "missing.csv")
    assert missing.values.tolist() == [["f9b2", "left", "knee", "outside the film", 2]]


def test_nothing_that_is_handed_on_names_a_film_by_its_file(folder):
    out, *_ = folder
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) == 4
    told = b"".join(path.read_bytes() for path in files) + "".join(map(str, files)).encode()
    assert not [name for name in CANARIES if name.encode() in told]
