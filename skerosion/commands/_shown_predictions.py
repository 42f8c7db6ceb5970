"""Predictions of a few images, and of their patients, as tables that fit the terminal."""

from ._printing import plain_console

FEW = 20
"""Images up to which a table is printed where no file is named; of more, the lines of a CSV file."""

_NOTHING = "–"


def print_images(lines, told, interval):
    """Print what is predicted for images: grade, probability and interval, or the reason why there is nothing.

    Parameters
    ----------
    lines : DataFrame
        As `NewImages.table` returns it.
    told : sequence of str
        Its columns that stand beside the predictions, the path first.
    interval : float
    """
    grades = [name for name in lines if name.startswith("p_") and name not in told]
    # A classifier predicts one of the grades; a regressor a value beside them.
    values = not all(f"p_{value}" in grades for value in lines["prediction"].dropna())
    names = [
        *told[1:],
        *(["prediction"] if values or not grades else []),
        *(["grade", "probability"] if grades else []),
    ]
    names += [_share(interval)] if "interval_low" in lines else []
    table = _drawn([told[0], *names], left=len(told))
    for _, line in lines.iterrows():
        beside = [str(line[name]) for name in told]
        beside[0] += f"\n{line['reason']}" if line["reason"] else ""
        table.add_row(*beside, *([] if line["reason"] else _cells(line, grades, values)))
    plain_console().print(table)


def print_patients(rows, group, interval):
    """Print what is predicted for patients: the worst image and the mean of all, with their intervals.

    Parameters
    ----------
    rows : DataFrame
        As `NewImages.patient_table` returns it.
    group : str
        Column of the patients.
    interval : float
    """
    has_ends = "worst_low" in rows
    names = [name for each in ("worst", "mean") for name in (each, _share(interval))[: 1 + has_ends]]
    table = _drawn([group, "images", *names], left=1)
    for _, row in rows.iterrows():
        read = f"{row['n_predicted']} of {row['n_images']}" if row["n_predicted"] < row["n_images"] else row["n_images"]
        cells = [
            text for name in ("worst", "mean") for text in (_text(row.get(name)), _between(row, name))[: 1 + has_ends]
        ]
        table.add_row(str(row[group]), str(read), *cells)
    plain_console().print(table)


def _drawn(names, left):
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place < left else "right", overflow="fold")
    return table


def _share(interval):
    return f"{100 * interval:g} %"


def _cells(line, grades, values):
    if not grades:
        cells = [_text(line["prediction"])]
    elif values:
        best = max(grades, key=lambda name: line[name])
        cells = [_text(line["prediction"]), best.removeprefix("p_"), f"{line[best]:.2f}"]
    else:
        cells = [str(line["prediction"]), f"{line[f'p_{line["prediction"]}']:.2f}"]
    return cells + ([_between(line, "interval")] if "interval_low" in line else [])


def _between(row, name):
    """Both ends of an interval, where there is one."""
    low, high = _text(row[f"{name}_low"]), _text(row[f"{name}_high"])
    return low if low == high else f"{low} to {high}"


def _text(value):
    """A number in three digits, a name as it is."""
    if isinstance(value, str):
        return value
    return _NOTHING if value is None or value != value else f"{float(value):.3g}"
