"""Whether anything of one part is in another, and the checks that looked."""

from .._checking import run_checks
from .._document import Grid, NotGiven

TITLE, PLACE = "Checks", 50

ORDER = ("problem", "tip", "passed", "not given")


def blocks(subject):
    """Every check with its number and what helps."""
    findings = sorted(run_checks(subject), key=lambda each: ORDER.index(each.level))
    rows = [[each.title, each.level, each.said, each.remedy if each.level in ORDER[:2] else ""] for each in findings]
    alarms = [(number, 1) for number, each in enumerate(findings) if each.level == "problem"]
    made = [Grid("Checks", ("check", "outcome", "found", "what helps"), rows, alarms=alarms)]
    if "audit" not in subject.frames:
        made.append(
            NotGiven(
                "identical and near-identical images across parts", "skerosion.model_selection.audit_split(data, parts)"
            )
        )
    return made
