"""Scores of the chosen strategies for some joints alone: of the hand or the foot, of one side, of one joint type."""

import numpy as np

from skerosion._counted import counted

from ._doubt import PatientBootstrap, ValueForecasts
from ._floor_rows import floor_forecasts
from ._score_columns import columns_of, grade_metrics, value_metrics
from ._score_tables import ScoreTable
from ._verdict_words import MIN_PATIENTS

REGISTRY_FACTORS = ("part", "side", "joint type")
"""What joints of a registry are told apart by."""


MOST_NAMED = 10
"""Levels of too few patients that a note names."""


def factors_of(data, by=None):
    """What rows are told apart by, as text.

    Parameters
    ----------
    data : Registry or ImageTable
    by : sequence of str or None, default=None
        Columns of the table; None takes part, side and type of the joints of a registry, and nothing of another table.

    Returns
    -------
    dict of str to ndarray of str, shape (n_rows,)

    Raises
    ------
    ValueError
        For a column that the table does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> from skerosion.report._factors import factors_of
    >>> data = SimpleNamespace(table=pd.DataFrame({"side": ["left", "right"]}))
    >>> {name: values.tolist() for name, values in factors_of(data, ["side"]).items()}
    {'side': ['left', 'right']}
    """
    table = data.table
    if by is None:
        if not data.has_visits:
            return {}
        table = table.assign(**{"joint type": table["joint"].map(joint_type)})
        by = REGISTRY_FACTORS
    for name in by:
        if name not in table:
            raise ValueError(f"by must name columns of the table, {', '.join(map(str, table.columns))}, got {name!r}.")
    return {name: table[name].astype(str).to_numpy(dtype=object) for name in by}


def joint_type(joint):
    """The type of a joint: its name without the number of the ray.

    Examples
    --------
    >>> from skerosion.report._factors import joint_type
    >>> joint_type("mcp2"), joint_type("ip1"), joint_type("toe_ip1")
    ('MCP', 'IP', 'toe IP')
    """
    name = joint.rstrip("0123456789").replace("_", " ")
    return name.upper() if " " not in name else name.replace("ip", "IP")


def factor_tables(part, factors, chosen):
    """How the chosen strategies score for the rows of each level of each factor.

    Parameters
    ----------
    part : StudyPart
    factors : dict of str to ndarray of str, shape (n_rows,)
        Of the rows of the part.
    chosen : dict of str to str
        Task -> strategy.

    Returns
    -------
    dict of str to ScoreTable
        By task; levels of too few patients to say anything stand in a note alone.
    """
    makers = {"classifier": _grade_cells, "regressor": _value_cells}
    return {task: _table(part, factors, task, name, *makers[task](part, name)) for task, name in chosen.items()}


def _table(part, factors, task, strategy, columns, cells_of):
    rows, few, doubtful = [], [], []
    for factor, values in factors.items():
        for level in np.unique(values):
            mask = values == level
            n_patients = len(np.unique(part.groups[mask]))
            if n_patients < MIN_PATIENTS:
                few.append(f"{factor} {level} ({counted(mask.sum(), 'image')} of {n_patients})")
                continue
            bootstrap = PatientBootstrap(part.groups[mask], mask.sum(), seed=part.seed)
            rows.append((f"{factor}: {level} ({mask.sum():,})", "level", cells_of(mask, bootstrap)))
            doubtful += [f"{factor} {level}"] if bootstrap.notes else []
    title = f"{task.capitalize()}, {part.titles[strategy]}, by {', '.join(factors)}: {part.extent}"
    return ScoreTable(title, columns, rows, tuple(_notes(few, doubtful)))


def _notes(few, doubtful):
    if few:
        more = f" and {len(few) - MOST_NAMED} more" if len(few) > MOST_NAMED else ""
        yield f"Too few to say, of fewer than {MIN_PATIENTS} patients: {', '.join(few[:MOST_NAMED])}{more}."
    if doubtful:
        yield f"Too few patients have some grade for a good interval, or a score is undefined: {', '.join(doubtful)}."


def _grade_cells(part, strategy):
    metrics = grade_metrics(part.target.classes)
    prediction = part.predictions["classifier", strategy].prediction

    def cells(mask, bootstrap):
        return bootstrap.cells(metrics, part.grades[mask], prediction[mask])

    return tuple(metrics), cells


def _value_cells(part, strategy):
    columns = tuple(each.title for each in columns_of("levels"))
    distribution = part.predictions["regressor", strategy].distribution
    marginal = floor_forecasts(part)["floor: marginal CDF"].distribution.cdf

    def cells(mask, bootstrap):
        forecasts = ValueForecasts.of(distribution[mask])
        metrics = value_metrics(part.target.grid, marginal[mask], "levels")
        return {
            column: bootstrap.score(metrics[column][0], part.y[mask], getattr(forecasts, metrics[column][1]))
            for column in columns
        }

    return columns, cells
