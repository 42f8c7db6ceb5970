"""Pages of graded films: the visits' scores, the doubtful joints first, and every film with its boxes and maps."""

import math

from skerosion._counted import counted

from ._document import Document, Facts, NotGiven, Picture, Section, Table, Text
from ._page_options import NOT_A_DEVICE
from ._patient_sheets import share_of_predicted

DOUBTFUL = 20
"""Joints that are listed as the most doubtful ones."""

FILMS_A_PAGE = 40


def make_film_pages(joints, visits, films, *, notes, told, interval, unit="", views=None, crops=None):
    """Graded films as documents, of 40 films each.

    Parameters
    ----------
    joints, visits, films : DataFrame
        As `skerosion.experiments.grade_films` makes them.
    notes : sequence of str
        What is to be known of the scores.
    told : dict of str to str
        What made them.
    interval : float
        Coverage of the intervals.
    unit : str, default=""
        What follows a prediction, such as " %".
    views : dict of str to FilmView or None, default=None
        Film -> how it is drawn; None shows no pictures.
    crops : callable or None, default=None
        From the label of a row of joints to the address of its picture.

    Returns
    -------
    list of Document

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.report import make_film_pages
    >>> joints = pd.DataFrame({"film": ["f"], "side": ["left"], "joint": ["mcp2"], "prediction": [2], "doubt": [0.1]})
    >>> joints = joints.assign(suspicion="", reason="")
    >>> films = pd.DataFrame({"film": ["f"], "n_joints": [1], "n_missing": [0], "refused": [""], "note": [""]})
    >>> (page,) = make_film_pages(joints, pd.DataFrame(), films, notes=[], told={}, interval=0.9)
    >>> [section.title for section in page.sections]
    ['Visits', 'Doubtful joints', 'Joints and films without a grade', 'Films']
    """
    order = _worth_a_look(joints, films)
    groups = [order[first : first + FILMS_A_PAGE] for first in range(0, len(order), FILMS_A_PAGE)]
    shown = [
        [block for place in group for block in _film(place, films, joints, interval, unit, views)] for group in groups
    ]
    doubtful = joints.loc[_doubtful(joints)[:DOUBTFUL]]
    first = [
        Section("visits", "Visits", [Facts(told), *_visits(visits, notes, interval), *_to_read(joints)]),
        Section("doubtful", "Doubtful joints", [_joints(doubtful, interval, unit), *_pictures(doubtful, unit, crops)]),
        Section("missing", "Joints and films without a grade", _without(films, joints)),
    ]
    pages = [
        [*(first if number == 0 else []), Section("films", "Films", blocks)] for number, blocks in enumerate(shown)
    ]
    return [_page(number, len(pages), sections, len(films)) for number, sections in enumerate(pages, 1)]


def page_name(number):
    """Return the name of a page's file, counted from 1."""
    return "grades.html" if number == 1 else f"grades_{number}.html"


def _page(number, count, sections, n_films):
    title = f"Grades of {counted(n_films, 'film')}" + (f", page {number} of {count}" if count > 1 else "")
    others = f"More films are in {', '.join(page_name(each) for each in range(1, count + 1) if each != number)}."
    return Document(title, " ".join([NOT_A_DEVICE, *([others] if count > 1 else [])]), sections)


def _worth_a_look(joints, films):
    """The films with what must be looked at first: refused, noted, odd boxes, then the most doubtful joints."""
    of_film = joints.groupby("film")
    doubt = films["film"].map(of_film["doubt"].max()).fillna(0)
    odd = films["film"].map((joints["suspicion"] != "").groupby(joints["film"]).sum()).fillna(0)
    said = (films["refused"] != "") | (films["note"] != "")
    keys = films.assign(said=said, odd=odd, doubt=doubt)
    return keys.sort_values(["said", "odd", "doubt"], ascending=False, kind="stable").index.tolist()


def _doubtful(joints):
    """Labels of the graded joints, those with an odd box first, then by doubt."""
    known = joints[joints["reason"] == ""]
    keys = known.assign(odd=known["suspicion"] != "")
    return keys.sort_values(["odd", "doubt"], ascending=False, kind="stable").index


def _visits(visits, notes, interval):
    said = [Text(tuple(notes), "note")] if notes else []
    if not len(visits):
        return [NotGiven("scores of visits", "the columns of the patient and the visit in the table of films"), *said]
    names = ("rau",) if "rau" in visits else ("worst", "mean")
    title = "Rau score" if "rau" in visits else "Worst and mean of a visit's joints"
    columns = ["visit", *(word for name in names for word in (_TITLES[name], f"{100 * interval:g} % interval"))]
    columns += ["joints", "missing"] + (
        ["change", "smallest detectable", "more than noise"] if "since" in visits else []
    )
    rows = [_visit(visit, names) for _, visit in visits.iterrows()]
    alarms = [(place, len(columns) - 1) for place, row in enumerate(rows) if row[-1] == "yes"]
    return [Table(title, tuple(columns), rows, _CHANGES if "since" in visits else (), alarms=alarms), *said]


_TITLES = {"rau": "expected score", "worst": "worst", "mean": "mean"}
_CHANGES = (
    "The change is since the patient's visit before; beyond the smallest detectable change it is more than the noise "
    "of the grades, with a confidence of 95 %.",
)


def _visit(visit, names):
    cells = [f"{visit['patient']}, {_text(visit['visit'])}"]
    for name in names:
        cells += [_number(visit[name]), _ends(visit, f"{name}_low", f"{name}_high")]
    cells += [int(visit["n_joints"]), int(visit["n_missing"])]
    if "since" in visit.index:
        noise = visit["more_than_noise"]
        known = not _lacks(visit["change"])
        cells += [f"{visit['change']:+.1f}" if known else None, _number(visit["smallest_detectable"])]
        cells.append(("yes" if noise else "no") if known else None)
    return cells


def _to_read(joints):
    """Which joints of each visit a person must still read, the visits in their order; nothing without a plan."""
    if "read" not in joints:
        return []
    rows = []
    for (patient, visit), mine in joints[joints["counted"]].groupby(["patient", "visit"]):
        must = mine[mine["read"].astype(bool)]
        named = ", ".join(_joint(line) for _, line in must.iterrows())
        rows.append([f"{patient}, {_text(visit)}", f"{len(must)} of {len(mine)}", named or "none"])
    return [Table("Joints to read", ("visit", "joints", "which"), rows)]


def _without(films, joints):
    """How many joints have a grade, why others have none, and which films are refused."""
    graded, gone = (int(films[name].sum()) for name in ("n_joints", "n_missing"))
    with_grade = counted(graded, "joint has a grade", "joints have a grade")
    blocks = [Text((f"{with_grade}, {gone:,} none, of {counted(len(films), 'film')}.",))]
    reasons = joints.loc[joints["reason"] != "", "reason"].value_counts()
    if len(reasons):
        blocks.append(
            Table("Joints without a grade", ("reason", "joints"), [[why, int(n)] for why, n in reasons.items()])
        )
    refused = films[films["refused"] != ""]
    if len(refused):
        rows = [[film, why] for film, why in zip(refused["film"], refused["refused"], strict=True)]
        blocks.append(Table("Films that are refused", ("film", "unlike what the estimator was trained on"), rows))
    return blocks


def _film(place, films, joints, interval, unit, views):
    """A film as it is drawn, its joints with a grade, and those without."""
    film = films.loc[place]
    name, mine = _film_title(film), joints[joints["film"] == film["film"]]
    said = [text for text in (film["refused"] and f"Refused: {film['refused']}.", film["note"]) if text]
    blocks = [views[film["film"]]] if views and film["film"] in views else []
    graded = mine.loc[_doubtful(mine)]
    if len(graded):
        blocks.append(_joints(graded, interval, unit, name, said))
    gone = mine[mine["reason"] != ""]
    if len(gone) or not blocks:
        rows = [[_joint(line), line["reason"]] for _, line in gone.iterrows()]
        said = [] if len(graded) else said
        blocks.append(Table(f"{name}: joints without a grade", ("joint", "reason"), rows, tuple(said)))
    return blocks


def _film_title(film):
    """What a film is called, and whose it is."""
    whose = [str(film[name]) for name in ("patient", "visit") if name in film.index and not _lacks(film[name])]
    return f"{film['film']} ({', '.join(whose)})" if whose else film["film"]


def _joints(joints, interval, unit, film="", notes=()):
    """A row a joint: its grade, how sure it is, and what is odd about its box."""
    shares = [name for name in joints if str(name).startswith("p_")]
    ends = "interval_low" in joints
    columns = ["joint", "prediction", *(["probability"] if shares else [])]
    columns += [f"{100 * interval:g} % interval"] if ends else []
    odd = (joints["suspicion"] != "").any()
    rows = [_line(line, shares, ends, odd, unit, film) for _, line in joints.iterrows()]
    columns += ["the box"] if odd else []
    alarms = [(place, len(columns) - 1) for place, text in enumerate(joints["suspicion"]) if text]
    title = f"{film}: joints, the doubtful ones first" if film else f"The {len(joints)} most doubtful joints"
    return Table(title, tuple(columns), rows, tuple(notes), alarms=alarms)


def _line(line, shares, ends, odd, unit, film):
    name = _joint(line) if film else f"{line['film']}, {_joint(line)}"
    cells = [name, f"{_text(line['prediction'])}{unit}"]
    cells += [share_of_predicted(line, shares)] if shares else []
    cells += [_ends(line, "interval_low", "interval_high")] if ends else []
    return [*cells, line["suspicion"]] if odd else cells


def _pictures(joints, unit, crops):
    if crops is None:
        return [NotGiven("pictures of films and joints", "pictures=True")]
    said = [
        (place, f"{line['film']}, {_joint(line)}: {_text(line['prediction'])}{unit}")
        for place, line in joints.iterrows()
    ]
    return [Picture(title, crops(place), f"Crop of {title}.") for place, title in said]


def _joint(line):
    return " ".join(filter(None, (line["side"], line["joint"])))


def _ends(row, low, high):
    return None if _lacks(row[low]) else f"{_text(row[low])} to {_text(row[high])}"


def _number(value):
    return None if _lacks(value) else f"{value:.1f}" if isinstance(value, float) else str(value)


def _text(value):
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _lacks(value):
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("<NA>", "NaT")
