"""What every check of the report found, the worst first, with what helps."""

from .._checking import run_checks
from .._document import NotGiven, Table

TITLE, PLACE = "Checks", 50

ORDER = ("problem", "tip", "passed", "not given")


AUDITS = (
    "skerosion.model_selection.audit_split(data, parts)",
    "evaluate(trained=), the table that was trained on",
)


def blocks(subject):
    """Every check with its number and what helps."""
    findings = sorted(run_checks(subject, subject.page.mute), key=lambda each: ORDER.index(each.level))
    lines = [_line(each, subject.page.words) for each in findings]
    alarms = [(number, 1) for number, each in enumerate(findings) if each.level == "problem"]
    header, notes = ("check", "outcome", "found", "what helps", "code"), [_muted(code) for code in subject.page.mute]
    made = [Table("What was looked for", header, lines, tuple(notes), alarms=alarms)]
    if "audit" not in subject.frames:
        made.append(NotGiven("identical and near-identical images across parts", AUDITS[subject.what == "evaluation"]))
    return made


def _line(found, words):
    helps = found.remedy if found.level in ORDER[:2] else ""
    return [found.title, found.level, words(found.said), words(helps), found.code]


def _muted(code):
    return f"Muted by whoever ran this: {code}. It was not looked for."
