"""The verdict of a report in plain sentences, made from the intervals alone."""

from skerosion._counted import counted

MIN_PATIENTS = 10
"""With fewer patients no interval of resampled patients is worth a sentence."""


def verdict_sentences(verdict, *, n_patients, runner_up=None, constant=None, improving=None, candidate="strategy"):
    """What can be said of the best strategy of a task, in at most three sentences.

    Parameters
    ----------
    verdict : Verdict
        The best strategy beside the best floor.
    n_patients : int
        Patients that were scored, or images where patients are not known.
    runner_up : (str, float, float, float) or None, default=None
        The second best strategy, and by how much the best is better, with the ends of the interval.
    constant : str or None, default=None
        The only grade that is ever predicted.
    improving : float or None, default=None
        Share of the fits whose loss still fell when training ended; None where nobody knows.
    candidate : str, default="strategy"
        What is compared.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from skerosion.report._verdict_words import verdict_sentences
    >>> from skerosion.report._verdicts import Verdict
    >>> verdict = Verdict("classifier", "original", "original", "kappa", 0.6, "floor: mean", 0.5, 0.1, 0.04, 0.2)
    >>> first, second = verdict_sentences(verdict, n_patients=80, runner_up=("class weights", 0.01, -0.02, 0.04))
    >>> first  # doctest: +ELLIPSIS
    'The best strategy, original, is better than every floor: kappa 0.6, and 0.5 for floor: mean; the difference...'
    >>> second  # doctest: +ELLIPSIS
    'It is not shown to be better than the runner-up, class weights: the difference of 0.01 has a 95 % interval...'
    """
    if n_patients < MIN_PATIENTS:
        return (f"With {counted(n_patients, 'patient')} nothing can be said: {MIN_PATIENTS} are the least.",)
    sentences = [
        _beside_floor(verdict, candidate if runner_up is None else f"best {candidate}"),
        _beside_runner_up(runner_up, candidate),
        _doubts(constant, improving),
    ]
    return tuple(filter(None, sentences))


def _beside_floor(verdict, candidate):
    which = f"The {candidate}, {verdict.row},"
    values = f"{verdict.column} {verdict.value:.3g}, and {verdict.floor_value:.3g} for {verdict.floor}"
    doubt = f"the difference of {verdict.gain:.3g} has a 95 % interval from {verdict.low:.3g} to {verdict.high:.3g}"
    if not verdict.beats:
        return f"{which} is not better than predicting without looking at the image: {values}; {doubt}."
    if not verdict.shown:
        return f"{which} is better than every floor by its estimate only, which may be chance: {values}; {doubt}."
    return f"{which} is better than every floor: {values}; {doubt}."


def _beside_runner_up(runner_up, candidate):
    if runner_up is None:
        return f"There is no other {candidate} to compare it with."
    name, gain, low, high = runner_up
    doubt = f"the difference of {gain + 0.0:.3g} has a 95 % interval from {low:.3g} to {high:.3g}"
    if gain > 0 and low > 0:
        return f"It is better than the runner-up, {name}: {doubt}."
    return f"It is not shown to be better than the runner-up, {name}: {doubt}."


def _doubts(constant, improving):
    if constant is not None:
        return f"It predicts grade {constant} for every image, which is of no use whatever its score."
    if improving is not None and improving >= 0.5:
        still = f"the loss of {100 * improving:.0f} % of its fits still fell in the last epoch"
        return f"It is not trained to its end: {still}."
    return None
