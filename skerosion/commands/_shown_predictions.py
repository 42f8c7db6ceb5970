"""Predictions of a few images, and of their patients, as tables that fit the terminal."""

from ._printing import plain_console

FEW = 20
"""Images up to which a table is printed where no file is named; of more, the lines of a CSV file."""

_NOTHING = "–"
_NARROWEST = 10


def print_images(lines, images, interval):
    """Print what is predicted for images: grade, probability and interval, or the reason why there is nothing.

    Parameters
    ----------
    lines : DataFrame
        As `NewImages.table` returns it.
    images : NewImages
    interval : float
    """
    told = list(lines)[: images.told.shape[1]]
    grades = [name for name in lines if name.startswith("p_") and name not in told]
    # A classifier predicts one of the grades; a regressor a value beside them.
    values = not {f"p_{_text(value)}" for value in lines["prediction"].dropna()} <= set(grades)
    names = (["value"] if values else []) + (["grade", "p"] if grades else [])
    names += [_share(interval)] if "interval_low" in lines else []
    table = _drawn([*told, *names], left=len(told))
    for _, line in lines.iterrows():
        said = [_NOTHING] * len(names) if line["reason"] else _cells(line, grades, values)
        table.add_row(*(str(line[name]) for name in told), *said)
    _print(table)
    for place, line in lines[lines["reason"] != ""].iterrows():
        _print(f"No prediction for row {place} ({line[told[0]]}): {line['reason']}")


def print_patients(rows, images, interval):
    """Print what is predicted for patients: the worst image and the mean of all, with their intervals.

    Parameters
    ----------
    rows : DataFrame
        As `patient_table` returns it.
    images : NewImages
    interval : float
    """
    with_ends = "worst_low" in rows
    beside = [_share(interval)] * with_ends
    table = _drawn([images.group, "images", "worst", *beside, "mean", *beside], left=1)
    for _, row in rows.iterrows():
        n_images, n_predicted = row["n_images"], row["n_predicted"]
        cells = [str(row.iloc[0]), str(n_images) if n_images == n_predicted else f"{n_predicted} of {n_images}"]
        for name in ("worst", "mean"):
            cells += [_text(row.get(name))] + ([_between(row, name)] if with_ends else [])
        table.add_row(*cells)
    _print(table)


def _drawn(names, left):
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False)
    for place, name in enumerate(names):
        beside = place < left
        # A narrow terminal folds a path, but not into single letters.
        table.add_column(
            name, justify="left" if beside else "right", no_wrap=not beside, overflow="fold",
            min_width=0 if place else _NARROWEST,
        )  # fmt: skip
    return table


def _print(shown):
    # Paths and patients may hold brackets, which are not markup.
    plain_console(markup=False, highlight=False).print(shown, soft_wrap=isinstance(shown, str))


def _share(interval):
    return f"{100 * interval:g} %"


def _cells(line, grades, values):
    cells = [_text(line["prediction"])] if values else []
    if grades:
        grade = max(grades, key=lambda name: line[name]) if values else f"p_{_text(line['prediction'])}"
        cells += [grade.removeprefix("p_"), f"{line[grade]:.2f}"]
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
