"""Disease activity by 28 joints (DAS28): the score in its four forms, its categories, and the response to treatment."""

import numpy as np

from skerosion._types import ArrayLike
from skerosion.clinical._units import warn_of_unit
from skerosion.clinical._values import Scale, labels_like, like, read_together

_TENDER = Scale("tender", 0, 28, "joints", whole=True)
_SWOLLEN = Scale("swollen", 0, 28, "joints", whole=True)
_BELOW_ONE = "what is reported as below 1 counts as 1"
_ESR = Scale("esr", 0, np.inf, "mm/h", above=True, advice=f"the score takes its logarithm; {_BELOW_ONE}")
_CRP = Scale("crp", 0, np.inf, "mg/L")
_HEALTH = Scale("global_health", 0, 100, "mm", advice="what is beyond the ends of the scale is missing (NaN)")

# The largest counts with the largest measured rates stay below 10. What is beyond is refused wherever it turns
# up: made here or handed in.
_NO_SCORE = "it is not a DAS28"
_VALUE, _BEFORE, _AFTER = (Scale(name, 0, 10, advice=_NO_SCORE) for name in ("value", "before", "after"))
_ESR_SCORE = Scale(
    "the score of these values", 0, 10, advice="check esr, in mm/h: what is reported as below 1 counts as 1"
)
_CRP_SCORE = Scale("the score of these values", 0, 10, advice="check crp, in mg/L")

ACTIVITIES = ("remission", "low", "moderate", "high")
RESPONSES = ("no response", "moderate", "good")

#: Cut-offs by scheme: remission lies below the first, low and moderate activity end with the second and the third.
ACTIVITY_CUT_OFFS = {"common": (2.6, 3.2, 5.1), "crp": (2.4, 2.9, 4.6)}

_SMALL_CHANGE, _LARGE_CHANGE = 0.6, 1.2


def das28_esr(tender: ArrayLike, swollen: ArrayLike, esr: ArrayLike, global_health: ArrayLike | None = None):
    """Return the disease activity score by 28 joints with the erythrocyte sedimentation rate.

    With tender and swollen joints t and s, rate e and global health h

    .. math::

        0.56 \\sqrt{t} + 0.28 \\sqrt{s} + 0.70 \\ln e + 0.014 h, \\quad \\text{or without } h \\quad
        1.08\\, (0.56 \\sqrt{t} + 0.28 \\sqrt{s} + 0.70 \\ln e) + 0.16.

    Parameters
    ----------
    tender, swollen : int, array-like, Series or DataFrame
        Tender and swollen joints, 0 to 28.
    esr : float, array-like, Series or DataFrame
        Erythrocyte sedimentation rate in mm/h, above 0.
    global_health : float, array-like, Series or DataFrame, default=None
        The patient's global assessment, 0 (best) to 100 mm. None takes the form with three variables for all rows; a
        value missing among others makes its score missing, never the other form.

    Returns
    -------
    float, ndarray, Series or DataFrame
        Scores, about 0 to 10, in the container of the values; NaN where any value is missing.

    Raises
    ------
    ValueError
        Where a value is out of its range, the score lies outside of 0 to 10 (a rate below 1 mm/h counts as 1), or the
        rows of several Series or DataFrames differ.

    Warns
    -----
    UserWarning
        Where all values of a column together look like another unit.

    References
    ----------
    M. L. L. Prevoo et al., "Modified disease activity scores that include twenty-eight-joint counts", Arthritis &
    Rheumatism 38(1), 1995. All forms: https://das-score.nl, "Alternative validated formulae".

    Examples
    --------
    >>> from skerosion.clinical import das28_esr
    >>> round(das28_esr(4, 5, 7, 50), 2), round(das28_esr(4, 5, 7), 2)
    (3.81, 3.52)
    >>> das28_esr([4, None], [5, 2], [44, 12], [12, 30]).round(2)
    array([4.56,  nan])
    """
    pairs = _pairs(tender, swollen, (_ESR, esr), global_health)
    return _das28(pairs, lambda rate: 0.70 * np.log(rate), 0.0, (1.08, 0.16), _ESR_SCORE)


def das28_crp(tender: ArrayLike, swollen: ArrayLike, crp: ArrayLike, global_health: ArrayLike | None = None):
    """Return the disease activity score by 28 joints with the C-reactive protein.

    With tender and swollen joints t and s, protein c and global health h

    .. math::

        0.56 \\sqrt{t} + 0.28 \\sqrt{s} + 0.36 \\ln (c + 1) + 0.014 h + 0.96, \\quad \\text{or without } h \\quad
        1.10\\, (0.56 \\sqrt{t} + 0.28 \\sqrt{s} + 0.36 \\ln (c + 1)) + 1.15.

    Parameters
    ----------
    tender, swollen : int, array-like, Series or DataFrame
        Tender and swollen joints, 0 to 28.
    crp : float, array-like, Series or DataFrame
        C-reactive protein in mg/L (ten times the number in mg/dL), 0 or above.
    global_health : float, array-like, Series or DataFrame, default=None
        The patient's global assessment, 0 (best) to 100 mm. None takes the form with three variables for all rows; a
        value missing among others makes its score missing, never the other form.

    Returns
    -------
    float, ndarray, Series or DataFrame
        Scores, about 1 to 10, in the container of the values; NaN where any value is missing.

    Raises
    ------
    ValueError
        Where a value is out of its range, the score lies outside of 0 to 10, or the rows of several Series or
        DataFrames differ.

    Warns
    -----
    UserWarning
        Where all values of a column together look like another unit: `crp` like mg/dL, `global_health` like cm.

    References
    ----------
    All forms: https://das-score.nl, "Alternative validated formulae".

    Examples
    --------
    >>> from skerosion.clinical import das28_crp
    >>> round(das28_crp(4, 5, 7, 50), 2), round(das28_crp(4, 5, 7), 2)
    (4.15, 3.89)
    """
    pairs = _pairs(tender, swollen, (_CRP, crp), global_health)
    return _das28(pairs, lambda level: 0.36 * np.log1p(level), 0.96, (1.10, 1.15), _CRP_SCORE)


def _pairs(tender, swollen, reactant, global_health):
    """Return the values with their scales; there is no pair of a global health that is not known."""
    health = [] if global_health is None else [(_HEALTH, global_health)]
    return [(_TENDER, tender), (_SWOLLEN, swollen), reactant, *health]


def _das28(pairs, acute_phase, constant, three, result):
    """Return the score in the form with four variables, or with three where there is no global health."""
    numbers, container = read_together(*pairs)
    for (scale, _), values in zip(pairs, numbers, strict=True):
        warn_of_unit(scale.name, values, stacklevel=3)
    tender, swollen, reactant, *health = numbers
    score = 0.56 * np.sqrt(tender) + 0.28 * np.sqrt(swollen) + acute_phase(reactant)
    score = score + 0.014 * health[0] + constant if health else three[0] * score + three[1]
    scores = like(container, score)
    result.read(scores)
    return scores


def das28_activity(value: ArrayLike, scheme: str = "common"):
    """Return the disease activity that a DAS28 stands for.

    ``"common"``: remission < 2.6 <= low <= 3.2 < moderate <= 5.1 < high. ``"crp"`` are cut-offs at which the form with
    the C-reactive protein, which runs lower, finds about the same activity: remission < 2.4 <= low <= 2.9 < moderate
    <= 4.6 < high. Which one a study used decides who counts as in remission, so say it.

    Parameters
    ----------
    value : float, array-like, Series or DataFrame
        DAS28, 0 to 10; a value that rounding moved off a cut-off counts as on it.
    scheme : {"common", "crp"}, default="common"
        The cut-offs.

    Returns
    -------
    str, ndarray of object, Series or DataFrame
        ``"remission"``, ``"low"``, ``"moderate"`` or ``"high"`` in the container of `value`: ordered categories in
        pandas, None in an array or for a scalar where the value is missing.

    Raises
    ------
    ValueError
        Where a value is not a DAS28 or the scheme is unknown.

    References
    ----------
    J. Fransen, P. L. C. M. van Riel, "The Disease Activity Score and the EULAR response criteria", Clinical and
    Experimental Rheumatology 23 (Suppl. 39), 2005; R. Fleischmann et al., Annals of the Rheumatic Diseases 74(6), 2015
    (2.4 and 2.9) and RMD Open 3(1), 2017 (4.6).

    Examples
    --------
    >>> from skerosion.clinical import das28_activity
    >>> das28_activity(3.2), das28_activity(3.2, scheme="crp")
    ('low', 'moderate')
    >>> das28_activity([2.59, 2.6, 5.1, 5.2, None])
    array(['remission', 'low', 'moderate', 'high', None], dtype=object)
    """
    if scheme not in ACTIVITY_CUT_OFFS:
        raise ValueError(f"scheme must be one of {sorted(ACTIVITY_CUT_OFFS)}, got {scheme!r}.")
    (score,), container = read_together((_VALUE, value))
    remission, low, moderate = ACTIVITY_CUT_OFFS[scheme]
    rounding = _rounding(value)
    level = 1 * (score >= remission - rounding) + (score > low + rounding) + (score > moderate + rounding)
    return labels_like(container, np.where(np.isnan(score), -1, level), ACTIVITIES)


def eular_response(before: ArrayLike, after: ArrayLike):
    """Return the EULAR response to treatment from the DAS28 before and after it.

    An improvement of more than 1.2 is a good response where it ends at 3.2 or below, a moderate one elsewhere. An
    improvement of more than 0.6 is a moderate response where it ends at 5.1 or below. Everything else is no response.

    Parameters
    ----------
    before, after : float, array-like, Series or DataFrame
        DAS28 of the same form, 0 to 10; a value that rounding moved off a cut-off counts as on it.

    Returns
    -------
    str, ndarray of object, Series or DataFrame
        ``"no response"``, ``"moderate"`` or ``"good"`` in the container of the values: ordered categories in pandas,
        None in an array or for a scalar where either value is missing.

    Raises
    ------
    ValueError
        Where a value is not a DAS28, or the rows of two Series or DataFrames differ.

    References
    ----------
    A. M. van Gestel et al., "Development and validation of the European League Against Rheumatism response criteria
    for rheumatoid arthritis", Arthritis & Rheumatism 39(1), 1996; J. Fransen, P. L. C. M. van Riel, "The Disease
    Activity Score and the EULAR response criteria", Clinical and Experimental Rheumatology 23 (Suppl. 39), 2005.

    Examples
    --------
    >>> from skerosion.clinical import eular_response
    >>> eular_response(5.21, 1.8), eular_response(4.4, 3.2)
    ('good', 'moderate')
    """
    (start, end), container = read_together((_BEFORE, before), (_AFTER, after))
    rounding = max(_rounding(before), _rounding(after))
    improvement = start - end
    _, low, moderate = ACTIVITY_CUT_OFFS["common"]
    large = improvement > _LARGE_CHANGE + rounding
    small = improvement > _SMALL_CHANGE + rounding
    level = 1 * (large | (small & (end <= moderate + rounding))) + (large & (end <= low + rounding))
    return labels_like(container, np.where(np.isnan(improvement), -1, level), RESPONSES)


def _rounding(values):
    """Return how far rounding moves a sum of a few terms up to 10: 3.2 in single precision is 3.2000000477."""
    dtype = np.asarray(values).dtype
    return 20 * np.finfo(dtype if dtype.kind == "f" else float).eps
