"""Pages of graded films: what is doubtful comes first, all films are on one of the pages, and none is named twice."""

import re

import pandas as pd
import pytest

from skerosion.report import FilmView, make_film_pages, page_name, to_html

pytestmark = pytest.mark.once
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def films(count):
    names = [f"film{number:03d}" for number in range(count)]
    table = pd.DataFrame({"film": names, "patient": "p1", "visit": range(count)})
    return table.assign(n_joints=1, n_missing=0, refused="", note="")


def joints(films, doubt):
    table = pd.DataFrame({"film": films["film"], "side": "left", "joint": "mcp2", "prediction": 1, "doubt": doubt})
    return table.assign(p_0=0.25, p_1=0.75, interval_low=0.0, interval_high=1.0, suspicion="", reason="")


NONE = float("nan")
VISITS = pd.DataFrame(
    [
        ("p1", 0, 10.04, 6.0, 14.0, 20, 0, NONE, NONE, NONE, None),
        ("p1", 1, 24.0, 20.0, 28.0, 18, 2, 0, 13.96, 9.0, True),
    ],
    columns=[
        *("patient", "visit", "rau", "rau_low", "rau_high", "n_joints", "n_missing"),
        *("since", "change", "smallest_detectable", "more_than_noise"),
    ],
)


def pages(known, graded, visits=VISITS, **shown):
    settings = {"notes": ["A note."], "told": {"estimator": "e"}, "interval": 0.9}
    return make_film_pages(graded, visits, known, **settings, **shown)


def block(page, title):
    return next(each for part in page.sections for each in part.blocks if getattr(each, "title", "") == title)


def test_visits_have_scores_intervals_and_changes():
    known = films(2)
    table = block(pages(known, joints(known, [0.1, 0.2]))[0], "Rau score")
    assert table.rows[0] == ["p1, 0", "10.0", "6 to 14", 20, 0, None, None, None]
    assert table.rows[1] == ["p1, 1", "24.0", "20 to 28", 18, 2, "+14.0", "9.0", "yes"]
    assert table.alarms == [(1, 7)]


def test_what_must_be_looked_at_comes_first():
    known = films(4)
    known.loc[2, "refused"] = "view LAT, trained on PA"
    graded = joints(known, [0.1, 0.9, 0.0, 0.5])
    graded.loc[3, "suspicion"] = "turned 50 degrees from the hand"
    (page,) = pages(known, graded)
    films_ = [each.title.split(" ")[0] for each in page.sections[-1].blocks]
    assert films_ == ["film002", "film003", "film001", "film000"]
    doubtful = block(page, "The 4 most doubtful joints")
    assert [row[0].split(",")[0] for row in doubtful.rows] == ["film003", "film001", "film000", "film002"]
    assert doubtful.rows[0][1:3] == ["1", "75 %"] and doubtful.alarms == [(0, 4)]
    assert block(page, "Films that are refused").rows == [["film002", "view LAT, trained on PA"]]


def test_every_film_is_on_one_page():
    known = films(95)
    made = pages(known, joints(known, 0.5))
    titles = [re.findall(r"film\d+", each.title)[0] for page in made for each in page.sections[-1].blocks]
    assert sorted(titles) == known["film"].tolist() and len(made) == 3
    assert made[1].title.endswith("page 2 of 3") and "grades.html, grades_3.html" in made[1].note
    assert [page_name(number) for number in (1, 2)] == ["grades.html", "grades_2.html"]


def test_films_are_drawn_with_boxes_that_say_their_grades():
    known = films(1)
    box = {"name": "left mcp2", "label": "4", "corners": [[1, 1], [9, 1], [9, 9], [1, 9]], "kind": "odd"}
    view = FilmView("film000", PIXEL, PIXEL, [20, 10], [box], "The film")
    (page,) = pages(known, joints(known, 0.1), views={"film000": view}, crops=lambda row: PIXEL)
    html = to_html(page, ".")
    assert html.count("<polygon") == 1 and 'viewBox="0 0 20 10"' in html and 'class="odd"' in html
    assert ">4</text>" in html and html.count('class="looked"') == 1
    assert "<img" in html and "not a medical device" in html


def test_what_is_not_known_is_said():
    known = films(1)
    (page,) = pages(known, joints(known, 0.1), visits=pd.DataFrame())
    html = to_html(page, ".")
    assert "Not given</b>: scores of visits" in html and "Not given</b>: pictures" in html and "<img" not in html
    gone = joints(known, 0.1).assign(reason="prosthesis", prediction=float("nan"))
    assert block(pages(known, gone)[0], "film000 (p1, 0): joints without a grade").rows == [["left mcp2", "prosthesis"]]
