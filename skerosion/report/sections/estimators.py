"""What was trained: every parameter of every training."""

from skerosion._counted import counted

from .._document import Facts, Table
from .results import pictures

TITLE, PLACE = "Estimators", 80


def blocks(subject):
    """A column per training, a row per parameter; those that all share apart."""
    described = {f"{each['task']}, {each['name']}": each["estimator"] for each in subject.settings.get("trainings", ())}
    saved = subject.settings.get("estimators", {}) if subject.what == "evaluation" else {}
    described |= {name: each["parameters"] for name, each in saved.items() if "parameters" in each}
    names = list(dict.fromkeys(name for each in described.values() for name in each))
    texts = {name: [_text(each.get(name)) for each in described.values()] for name in names}
    shared = {name: of[0] for name, of in texts.items() if len(set(of)) == 1}
    differ = [[name, *of] for name, of in texts.items() if name not in shared]
    made = [Table("Parameters that differ", ("parameter", *described), differ)] if differ else []
    seconds = subject.settings.get("seconds", {})
    machine = subject.settings.get("machine", {})
    facts = {f"trained on, {name}": _trained_on(each) for name, each in saved.items()}
    facts |= {f"seconds, {name}": _text(value) for name, value in seconds.items()}
    facts |= {"machine": f"{machine.get('platform')}, {machine.get('cpu_count')} cores"} if machine else {}
    made.append(Facts({name: fact for name, fact in (shared | facts).items() if fact}))
    return made + pictures(
        subject, {f"training_{task}": f"Losses of the {task}s, in training" for task in subject.verdicts}
    )


def _trained_on(told):
    """What the file of an estimator tells of its training."""
    images, first = told.get("images") or {}, [each.get("name", str(each)) for each in told.get("first_weights", ())]
    known = [counted(images["rows"], "image")] if "rows" in images else []
    known += [f"of {counted(images['patients'], 'patient')}"] if images.get("patients") else []
    return " ".join([*known, *(["from", " and ".join(map(str, first))] if first else [])])


def _text(value):
    return "" if value is None else str(value)
