"""What was graded, on which scale, what it is for, and what made it."""

from .._document import Facts

TITLE, PLACE = "Card", 20


def blocks(subject):
    """Task, scale, intended use, versions."""
    target, settings, card = subject.target, subject.settings, subject.page.card
    facts = {
        "task": f"{target.grade_name} of an image; {' and '.join(subject.verdicts)}",
        "scale": f"{' < '.join(map(str, target.labels))} ({subject.page.words(target.reason)})",
        "intended use": card.get("intended use", "not given"),
        "limits": subject.page.limits,
        "written": settings["written"],
        "seed": settings["plan"]["seed"],
        "versions": ", ".join(f"{name} {version}" for name, version in settings["versions"].items() if version),
    }
    return [Facts({name: str(fact) for name, fact in facts.items()})]
