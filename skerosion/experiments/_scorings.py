"""How often rows that were held back were scored: a note beside their table, kept between evaluations."""

import json
import time
from pathlib import Path

from skerosion._user_files import read_json
from skerosion._writing import write_text

from ._identity import fingerprint
from ._record import command_line

FORM = 1
"""Version of the file."""

SCORINGS_ENDING = ".scored.json"
"""Ends the name of the note beside a table: ``labels.csv.scored.json``."""


def read_scorings(path):
    """The evaluations that a note tells of; none where there is no note yet.

    Parameters
    ----------
    path : path-like or None
        None for no note.

    Returns
    -------
    list of dict

    Raises
    ------
    ValueError
        For a file that is no such note.

    Examples
    --------
    >>> from skerosion.experiments._scorings import read_scorings
    >>> read_scorings("labels.csv.scored.json")
    []
    """
    if path is None or not Path(path).exists():
        return []
    known = read_json(path, "scorings")
    scorings = known.get("scorings") if isinstance(known, dict) and known.get("form") == FORM else None
    if not isinstance(scorings, list) or not all(map(_is_scoring, scorings)):
        raise ValueError(
            f"scorings must be a note that an evaluation wrote, got {path}; move it away, or keep no note."
        )
    return scorings


def _is_scoring(each):
    return isinstance(each, dict) and "date" in each and isinstance(each.get("estimators") or {}, dict)


def scoring_of(result, estimators, data):
    """What a note says of one evaluation.

    Parameters
    ----------
    result : Evaluated
    estimators : dict of str to SavedEstimator
    data : str
        Digest of images, targets and patients.

    Returns
    -------
    dict
    """
    digests = {
        name: saved.digest or fingerprint(result.said[saved.task, name].to_arrays())
        for name, saved in estimators.items()
    }
    command = command_line()
    return {"date": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "command": command, "data": data, "estimators": digests}


def others_of(scorings, scoring):
    """The evaluations of other estimators or other data; the same once more tells nothing new.

    Examples
    --------
    >>> from skerosion.experiments._scorings import others_of
    >>> first = {"date": "2026-01-31", "data": "ab", "estimators": {"grader": "cd"}}
    >>> others_of([first], first | {"date": "2026-02-01"}), len(others_of([first], first | {"data": "ef"}))
    ([], 1)
    """
    return [each for each in scorings if _scored(each) != _scored(scoring)]


def _scored(scoring):
    return scoring.get("data"), sorted(map(str, (scoring.get("estimators") or {}).values()))


def keep_scoring(path, scorings, scoring, say):
    """Tell how often the rows were scored before, and add this evaluation to the note.

    Parameters
    ----------
    path : path-like
    scorings : list of dict
        What the note told.
    scoring : dict
    say : callable
        Gets what there is to tell, also of a folder that cannot be written.

    Returns
    -------
    dict
        For the settings: ``"scored before"``, how often, and ``"scorings"``, by what.
    """
    others = others_of(scorings, scoring)
    if others:
        times = "once" if len(others) == 1 else f"{len(others)} times"
        say(
            f"These rows were scored {times} before, last on {others[-1]['date']}: {others[-1].get('command', '')}. "
            "The best of several scores flatters: hold back new patients for the number that is published."
        )
    try:
        write_text(path, json.dumps({"form": FORM, "scorings": [*others, scoring]}, indent=1) + "\n")
    except OSError as error:
        say(f"{path} cannot be written ({error.strerror or error}): a later evaluation will not know of this one.")
    return {"scored before": len(others), "scorings": others}
