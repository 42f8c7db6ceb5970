import doctest

import _page
import pytest
from hypothesis import given
from hypothesis import strategies as st

CELLS = ["How fast?", "1 s", "2 s", "0.5", "", "today, M1"]
PAGE = _page.EMPTY.format(title="Speed")


def rows_of(text):
    return [line for line in text.split("\n") if line.startswith("| ")][1:]


def test_examples():
    assert doctest.testmod(_page).failed == 0


def test_a_question_has_one_row_at_its_place():
    text = _page.put_row(_page.put_row(PAGE, CELLS), ["Another?", *CELLS[1:]])
    text = _page.put_row(text, ["How fast?", "3 s", *CELLS[2:]])
    assert rows_of(text) == [
        "| How fast? | 3 s | 2 s | 0.5 |  | today, M1 |",
        "| Another? | 1 s | 2 s | 0.5 |  | today, M1 |",
    ]


def test_what_is_written_by_hand_stays():
    before = PAGE.replace("# Speed\n", "# Speed\n\nBy hand.\n") + "\n## Later\n\nMore by hand.\n"
    text = _page.put_row(before, CELLS)
    text = _page.put_note(text, "bench_fit.py", "Half is arithmetic.")
    text, _ = _page.put_machine(text, "2 cores")
    assert "# Speed\n\nBy hand.\n" in text and text.endswith("\n## Later\n\nMore by hand.\n")
    assert _page.put_note(text, "bench_fit.py", "").count("bench_fit.py") == 0


def test_a_page_without_sections_gets_them():
    text, name = _page.put_machine("# Speed\n", "2 cores")
    assert text == "# Speed\n\n## Machines\n\n- M1: 2 cores\n" and name == "M1"


def test_machines_that_nothing_names_go():
    text, _ = _page.put_machine(_page.put_row(PAGE, CELLS), "2 cores")
    text, _ = _page.put_machine(text, "4 cores")
    text = _page.drop_machines(text)
    assert "- M1: 2 cores" in text and "M2" not in text
    assert _page.put_machine(text, "8 cores")[1] == "M2"


@given(st.lists(st.text("abc|?", min_size=1, max_size=5), min_size=1, max_size=6))
def test_writing_twice_changes_nothing(questions):
    def write(text):
        for question in questions:
            text = _page.put_row(text, [question, *CELLS[1:]])
            text, _ = _page.put_machine(_page.put_note(text, question, "note"), question)
        return text

    once = write(PAGE)
    assert write(once) == once
    assert len(rows_of(once)) == len(set(questions))


@pytest.mark.parametrize("page", ["performance.md", "gpu.md"])
def test_the_pages_of_the_documentation_have_the_table(page):
    from _harness import RESULTS

    assert f"| {' | '.join(_page.COLUMNS)} |\n|{'---|' * len(_page.COLUMNS)}" in (RESULTS / page).read_text(
        encoding="utf-8"
    )
