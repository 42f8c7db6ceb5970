"""The contact sheet: every film with its boxes, suspicious ones first, and nothing that is fetched."""

import re

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets.joints import corners, crop_joints
from skerosion.report import _contact_sheet as sheets
from skerosion.report import write_contact_sheet


@pytest.fixture
def data():
    """Three films: one box beyond its film, one joint missing, one as it should be."""
    rng = np.random.default_rng(0)
    films = {name: rng.integers(0, 256, (120, 90)).astype("uint8") for name in ("fine", "gone <b>", "beyond")}
    points = pd.DataFrame({"image": list(films), "side": "left", "joint": "knee", "x": [45, 45, 5], "y": 60})
    return crop_joints(films, points.assign(visible=[1, "prosthesis", 1]), size=16, unit="pixels", extent=40)


def test_films_come_with_boxes_crops_and_reasons_the_suspicious_first(data, tmp_path):
    (page,) = write_contact_sheet(tmp_path, data)
    text = page.read_text()
    assert re.findall("<h2>(.*?)</h2>", text) == ["beyond", "gone &lt;b&gt;", "fine"]
    assert '2 joints of 3 films, 1 missing, <b class="bad">1 to look at</b>' in text
    assert "left knee: prosthesis" in text and "of the box is beyond the film" in text
    drawn = [
        np.array([each.split(",") for each in found.split()], float)
        for found in re.findall('<polygon points="(.*?)"', text)
    ]
    assert np.allclose(drawn, [corners(data.maps[row], 16) for row in (1, 0)], atol=0.06)
    assert text.count('class="odd"') == 2 and text.count("data:image/jpeg") == 3 and text.count("data:image/png") == 2


def test_a_page_fetches_nothing(data, tmp_path):
    (page,) = write_contact_sheet(tmp_path, data)
    fetched = re.findall(r'(?:href|src)="(.{0,12})', page.read_text())
    assert fetched and all(each.startswith("data:image/") for each in fetched)
    assert "<script" not in page.read_text() and "url(" not in page.read_text()


def test_many_films_are_several_pages(data, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "FILMS_A_PAGE", 2)
    pages = write_contact_sheet(tmp_path, data)
    assert [page.name for page in pages] == ["joints.html", "joints_2.html"]
    assert '<b>1</b> <a href="joints_2.html">2</a>' in pages[0].read_text() and "<h2>fine</h2>" in pages[1].read_text()
