"""Whether the best strategy of a task is better than what never looks at an image."""

from dataclasses import dataclass

from ._differences import compared, floors_compared
from ._score_columns import better_of
from ._score_tables import bootstrap_of, winning_strategy


@dataclass(frozen=True)
class Verdict:
    """The best strategy of a task beside the best floor, in the column that chooses.

    Parameters
    ----------
    task, strategy : str
    row : str
        How tables write the strategy.
    column : str
    value : float
    floor : str
        Row of the best floor.
    floor_value : float
    gain, low, high : float
        By how much the strategy is better, with the paired 95 % interval from resampling patients.

    Examples
    --------
    >>> from skerosion.report._verdicts import Verdict
    >>> verdict = Verdict("regressor", "original", "original", "CRPS", 0.05, "floor: mean", 0.04, -0.01, -0.02, 0.01)
    >>> verdict.beats, verdict.shown
    (False, False)
    >>> verdict.text
    'original (CRPS 0.05) does not beat floor: mean (0.04): it is 0.01 worse (95 % interval -0.02 to 0.01)'
    """

    task: str
    strategy: str
    row: str
    column: str
    value: float
    floor: str
    floor_value: float
    gain: float
    low: float
    high: float

    @property
    def beats(self):
        """Whether the strategy scores better than every floor; one that does not is not a winner."""
        return bool(self.gain > 0)

    @property
    def shown(self):
        """Whether the interval leaves no doubt about it."""
        return bool(self.beats and self.low > 0)

    @property
    def against_floor(self):
        """Whether it beats the best floor, and whether that is shown, in some words."""
        if not self.beats:
            return f"not better than {self.floor}"
        how = "which the interval shows" if self.shown else "which may be chance by the interval"
        return f"better than {self.floor}, {how}"

    @property
    def text(self):
        """What there is to say, as the middle of a sentence."""
        which = f"{self.row} ({self.column} {self.value:.3g})"
        floor, doubt = f"{self.floor} ({self.floor_value:.3g})", f"95 % interval {self.low:.3g} to {self.high:.3g}"
        if not self.beats:
            how = f"it is {-self.gain:.3g} worse" if self.gain < 0 else "it is as good"
            return f"{which} does not beat {floor}: {how} ({doubt})"
        if not self.shown:
            return f"{which} is {self.gain:.3g} better than {floor}, which may be chance ({doubt})"
        return f"{which} beats {floor} by {self.gain:.3g} ({doubt})"


def verdicts_of(result, tables, chosen=None):
    """Hold the best strategy of each task against the best floor.

    Parameters
    ----------
    result : Scored
    tables : dict of str to ScoreTable
        Those of the tasks, for the rows of the result.
    chosen : dict of str to str or None, default=None
        Task -> strategy that was chosen on other rows; None takes the best of each table.

    Returns
    -------
    dict of str to Verdict
    """
    if chosen is None:
        chosen = {
            task: winning_strategy(column, tables[task], result.titles)
            for task, column in result.decided_by.items()
            if task in tables
        }
    bootstrap = bootstrap_of(result)
    return {task: _verdict(result, tables[task], task, strategy, bootstrap) for task, strategy in chosen.items()}


def _verdict(result, table, task, strategy, bootstrap):
    column = result.decided_by[task]
    row, floor = result.titles[strategy], table.best_floor(column)
    metric, y_true, forecasts = compared(result, task, column)
    floors = floors_compared(result, task, column)
    gain, *ends = bootstrap.difference(metric, y_true, forecasts[strategy], floors[floor], floor=True)
    if better_of(column) == "lower":
        gain, *ends = -gain, -ends[1], -ends[0]
    values = table.value(row, column), floor, table.value(floor, column)
    return Verdict(task, strategy, row, column, *values, gain, *ends)
