"""A sheet for each patient of a prediction: the patient's grade, and every image with what is said of it."""

from skerosion._counted import counted

from ._document import Document, Facts, NotGiven, Picture, Section, Table
from ._page_options import NOT_A_DEVICE


def make_sheets(rows, lines, patients, *, interval, told, note="", pictures=None):
    """Patients as the sections of a document.

    Parameters
    ----------
    rows : DataFrame
        A row a patient, as `skerosion.experiments.patient_table` returns it; its first column names them.
    lines : DataFrame
        A row an image, with ``path``, ``prediction`` and ``reason``.
    patients : ndarray of str of shape (n_lines,)
        Whose image each line is.
    interval : float
        Coverage of the intervals.
    told : dict of str to str
        What made the predictions, for every sheet.
    note : str, default=""
        What every reader must know.
    pictures : dict of int to str or None, default=None
        Position of a line -> address that holds its picture; None shows none.

    Returns
    -------
    Document

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skerosion.report import make_sheets
    >>> rows = pd.DataFrame({"who": ["a"], "n_images": [1], "n_predicted": [1], "worst": [2], "mean": [2.0]})
    >>> lines = pd.DataFrame({"path": ["1.png"], "who": ["a"], "prediction": [2], "reason": [""]})
    >>> sheets = make_sheets(rows, lines, np.array(["a"]), interval=0.9, told={"estimator": "knees.skerosion"})
    >>> sheets.sections[0].title, sheets.sections[0].blocks[1].rows
    ('who a', [['1.png', 2]])
    """
    name, sections = rows.columns[0], []
    for number, (_, row) in enumerate(rows.iterrows(), 1):
        of_patient = lines[patients == row[name]]
        blocks = [Facts(_facts(row, interval) | told), _images(of_patient, name, interval), *_worst(row)]
        blocks += _pictures(of_patient, pictures)
        sections.append(Section(f"patient-{number}", f"{name} {row[name]}", blocks))
    title = f"Predictions of {counted(len(rows), 'patient')}"
    return Document(title, " ".join(filter(None, [NOT_A_DEVICE, note])), sections)


def _facts(row, interval):
    given, known = row["n_images"], row["n_predicted"]
    facts = {"images": str(given) if given == known else f"{given}, {known} of them different and readable"}
    for name in ("worst", "mean"):
        facts[f"{name} of them"] = _with_ends(row, row.get(name), f"{name}_low", f"{name}_high", interval)
    return facts


def _with_ends(row, value, low, high, interval):
    """A value and its interval in words."""
    if value is None or value != value:  # an empty cell of a table
        return "not given"
    ends = f" ({100 * interval:g} % interval {_text(row[low])} to {_text(row[high])})" if low in row.index else ""
    return f"{_text(value)}{ends}"


def _text(value):
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _images(lines, name, interval):
    """Every image with the columns that were kept, the prediction, how probable it is, and its interval."""
    first = list(lines.columns).index("prediction")
    kept = [each for each in lines.columns[:first] if each != name]
    shares = [each for each in lines.columns[first:] if each.startswith("p_")]
    columns, extra = [*kept, "prediction"], []
    extra += ["probability"] if shares else []
    extra += [f"{100 * interval:g} % interval"] if "interval_low" in lines else []
    last = ["read"] if "read" in lines else []
    last += ["reason"] if (lines["reason"] != "").any() else []
    body = [_line(line, columns, shares, last) for _, line in lines.iterrows()]
    names = ["to be read" if name == "read" else name for name in last]
    return Table("Images", (*map(str, columns), *extra, *names), body)


def _line(line, columns, shares, last):
    cells = [None if line[name] != line[name] else _plain(line[name]) for name in columns]
    known = not line["reason"]
    if shares:
        cells.append(share_of_predicted(line, shares) if known else None)
    if "interval_low" in line.index:
        cells.append(f"{_text(line['interval_low'])} to {_text(line['interval_high'])}" if known else None)
    return [*cells, *(_READ.get(line[name]) if name == "read" else line[name] for name in last)]


_READ = {True: "yes", False: "no"}


def share_of_predicted(line, shares):
    """How probable the predicted grade is, as text; beside a number the likeliest grade."""
    of = f"p_{_text(line['prediction'])}"
    likeliest = max(shares, key=lambda name: line[name])
    return _percent(line[of]) if of in shares else f"grade {likeliest[2:]}: {_percent(line[likeliest])}"


def _percent(share):
    return f"{100 * share:.0f} %"


def _plain(cell):
    cell = cell.item() if hasattr(cell, "item") else cell
    return cell if isinstance(cell, (bool, int, float)) else str(cell)


def _worst(row):
    """How probable it is that each grade is the worst of the patient's images."""
    shares = {name.removeprefix("p_worst_"): row[name] for name in row.index if str(name).startswith("p_worst_")}
    if not shares or any(share != share for share in shares.values()):
        return []
    return [
        Table(
            "How probable each grade is as the worst of all",
            ("grade", "probability"),
            [[grade, _percent(share)] for grade, share in shares.items()],
        )
    ]


def _pictures(lines, pictures):
    if pictures is None:
        return [NotGiven("images, which are of a patient", "pictures=True")]
    known = [(lines.index.get_loc(place), place) for place in lines.index if place in pictures]
    return [_picture(lines.iloc[position], pictures[place]) for position, place in known]


def _picture(line, address):
    name, prediction = line.iloc[0], _text(line["prediction"])
    return Picture(f"{name}: {prediction}", address, f"Image {name}, predicted {prediction}.")
