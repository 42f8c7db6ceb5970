"""The items of CLAIM and of TRIPOD+AI: what of this package answers each, and what a run says to it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import pandas as pd

from . import _checklist_answers as answers

USER, NOT_GIVEN = "user", "not given"


@dataclass(frozen=True)
class Checklist:
    """A published list of what a report has to say; the words of its items are ours, the numbers are its own.

    Parameters
    ----------
    name : str
        As users write it before the number of an item.
    file : str
        Of its items, in the folder ``page``: ``item``, ``asks`` and ``answer``, the name of a function of `answers`.
    source : str
    """

    name: str
    file: str
    source: str

    @property
    def items(self):
        """A row an item."""
        text = resources.files(__package__).joinpath("page", f"{self.file}.csv").read_text(encoding="utf-8")
        return pd.read_csv(io.StringIO(text), dtype=str)


CHECKLISTS = (
    Checklist("CLAIM", "claim", "CLAIM, update of 2024 (Tejani and others, Radiol Artif Intell 2024;6:e240300)"),
    Checklist("TRIPOD+AI", "tripod_ai", "TRIPOD+AI (Collins and others, BMJ 2024;385:e078378)"),
)

MADE_BY = {
    "goal": "search, study, evaluate",
    "reading": "load_image_table",
    "predictors": "load_image_table",
    "missing": "load_image_table",
    "target": "load_image_table",
    "readers": "evaluate",
    "partition": "train_validation_test_split",
    "apart": "audit_split",
    "precision": "group_bootstrap_interval",
    "estimators": "search, study, evaluate",
    "software": "search, study, evaluate",
    "first_weights": "search, study, evaluate",
    "training": "search, study",
    "selection": "search, study",
    "ensembles": "search, study",
    "metrics": "scorers",
    "intervals": "group_bootstrap_interval",
    "robustness": "evaluate",
    "maps": "grad_cam",
    "internal": "search, study",
    "external": "evaluate",
    "flow": "load_image_table",
    "characteristics": "search, study, evaluate",
    "results": "group_bootstrap_interval",
    "recall": "group_bootstrap_interval",
    "failures": "search, study, evaluate",
    "command": "search, study, evaluate",
    "subgroups": "study, evaluate",
    "updating": "evaluate",
    "imbalance": "search, study",
    "output": "predict",
    "file": "save_estimator",
    "poor_images": "predict",
}
"""Answer -> what of the package gives it: commands, and promised functions and classes."""


def made_by(answer):
    """What answers an item: a command or a name of the package, or the user."""
    return USER if answer == USER else MADE_BY[answer]


def fill(checklist, subject):
    """A checklist with what a run says.

    Parameters
    ----------
    checklist : Checklist
    subject : Subject
        Its page's card may answer what is the user's to say, under names such as ``"CLAIM 5"``.

    Returns
    -------
    DataFrame
        ``item``, ``asks``, ``answered by`` and ``this run``, which is ``"not given"`` where nothing is known.
    """
    items = checklist.items
    said = [_said(checklist, subject, *pair) for pair in zip(items["item"], items["answer"], strict=True)]
    return items[["item", "asks"]].assign(**{"this run": said, "answered by": items["answer"].map(made_by)})


def _said(checklist, subject, item, answer):
    told = subject.page.card.get(f"{checklist.name} {item}")
    if told is None and answer != USER:
        told = getattr(answers, answer)(subject)
    return told or NOT_GIVEN


def fill_all(subject):
    """Every checklist with what a run says, by the name of its file.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    dict of str to DataFrame
    """
    return {each.file: fill(each, subject) for each in CHECKLISTS}


def check_card(card):
    """Raise ValueError where a card says something that no page has a place for.

    Parameters
    ----------
    card : mapping of str to str
        What only the user can say: ``"intended use"``, ``"limits"``, and items of checklists, such as ``"CLAIM 5"``.

    Examples
    --------
    >>> from skerosion.report._checklists import check_card
    >>> check_card({"intended use": "to count erosions in trials", "CLAIM 5": "retrospective"})
    >>> check_card({"CLAIM 99": "retrospective"})
    Traceback (most recent call last):
    ...
    ValueError: card must name "intended use", "limits" or items such as "CLAIM 5" or "TRIPOD+AI 5a", got 'CLAIM 99'.
    """
    if not isinstance(card, Mapping):
        raise ValueError(f'card must say what by what, such as {{"intended use": "..."}}, got {card!r:.60}.')
    known = {"intended use", "limits"} | {f"{each.name} {item}" for each in CHECKLISTS for item in each.items["item"]}
    for name, text in card.items():
        if name not in known:
            places = '"intended use", "limits" or items such as "CLAIM 5" or "TRIPOD+AI 5a"'
            raise ValueError(f"card must name {places}, got {name!r}.")
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"card must hold text for {name!r}, got {text!r}.")


def shares(filled):
    """How many items there are, how many the package can answer, and how many this run answered."""
    by_us, given = filled["answered by"] != USER, filled["this run"] != NOT_GIVEN
    return len(filled), int(by_us.sum()), int(given.sum())
