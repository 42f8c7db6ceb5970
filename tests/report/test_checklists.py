"""Checklists: every item has its number and an answer, and says "not given" where the run cannot tell."""

import dataclasses
import importlib.util
import pathlib
import re

import pandas as pd
import pytest

from skerosion.commands import app
from skerosion.report import CHECKLISTS, PageOptions, ScoreTable, fill_all
from skerosion.report import _checklist_answers as answers
from skerosion.report._checklists import MADE_BY, NOT_GIVEN, USER, shares

pytestmark = pytest.mark.once

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
NUMBERS = {
    "claim": [str(number) for number in range(1, 45)],
    "tripod_ai": "1 2 3a 3b 3c 4 5a 5b 6a 6b 6c 7 8a 8b 8c 9a 9b 9c 10 11 12a 12b 12c 12d 12e 12f 12g 13 14 15 16 17 "
    "18a 18b 18c 18d 18e 18f 19 20a 20b 20c 21 22 23a 23b 24 25 26 27a 27b 27c".split(),
}
"""As published: 44 items, and 27 with 52 parts."""


@pytest.mark.parametrize("checklist", CHECKLISTS, ids=lambda each: each.file)
def test_items_are_those_of_the_list(checklist):
    items = checklist.items
    assert list(items["item"]) == NUMBERS[checklist.file] and items.notna().all(axis=None)
    assert all(answer == USER or callable(getattr(answers, answer)) for answer in items["answer"])


def test_answers_are_made_by_commands_and_promised_names():
    assert set(MADE_BY) == {answer for each in CHECKLISTS for answer in each.items["answer"]} - {USER}
    reference = (DOCS / "reference.rst").read_text(encoding="utf-8")
    commands = {each.name or each.callback.__name__ for each in app.registered_commands}
    known = commands | set(re.findall(r"^   (\w+)$", reference, re.MULTILINE))
    assert {name for names in MADE_BY.values() for name in names.split(", ")} <= known


def test_run_answers_what_it_knows_and_nothing_else(subject):
    claim = fill_all(subject)["claim"].set_index("item")["this run"]
    assert claim["19"] == "2 folds, seed 0" and claim["20"] == "patients"
    assert claim["28"].startswith("accuracy, ")
    unknown = {"5", "7", "18", "30", "31", "33", "34", "36", "44"}
    assert set(claim.index[claim == NOT_GIVEN]) >= unknown
    value, low, high = subject.tables["classifier"].cell(
        subject.verdicts["classifier"].row, subject.verdicts["classifier"].column
    )
    assert f"{value:.3g} ({low:.3g} to {high:.3g})" in claim["37"]


def test_tables_frames_and_columns_answer_more(subject):
    columns = ["who", "measure", "value", "low", "high", "images"]
    frames = {"agreement": pd.DataFrame([["reference", "quadratic kappa", 0.8, 0.7, 0.9, 40]], columns=columns)}
    tables = {"robustness_classifier": ScoreTable("t", ("accuracy",), [("half resolution", "difference", {})])}
    more = {"tables": subject.tables | tables, "table": pd.DataFrame({"age": range(len(subject.y))}) % 7}
    told = dataclasses.replace(subject, frames=frames, what="evaluation", **more)
    claim = fill_all(told)["claim"].set_index("item")["this run"]
    assert claim["18"] == "quadratic kappa of the readers 0.8 (0.7 to 0.9)"
    assert claim["30"] == "half resolution" and claim["36"] == "age"
    assert claim["33"] != NOT_GIVEN and claim["32"] == NOT_GIVEN


def test_what_only_the_user_can_say_is_on_the_card(subject):
    before = fill_all(subject)["claim"]
    after = fill_all(dataclasses.replace(subject, page=PageOptions(card={"CLAIM 5": "retrospective"})))["claim"]
    assert after.set_index("item")["this run"]["5"] == "retrospective"
    assert shares(after)[2] == shares(before)[2] + 1 and shares(after)[:2] == shares(before)[:2] == (44, 25)


def test_page_of_the_docs_is_what_the_lists_say():
    spec = importlib.util.spec_from_file_location("make_checklists", DOCS / "make_checklists.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert maker.PAGE.read_text(encoding="utf-8") == maker.text(), "run python docs/make_checklists.py"
