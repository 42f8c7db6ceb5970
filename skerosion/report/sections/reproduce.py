"""What repeats it."""

from .._document import Facts

TITLE, PLACE = "Reproduce", 180


def blocks(subject):
    """Command, devices, digests, how to cite."""
    settings = subject.settings
    facts = {"command": settings["command"], "device": _device(settings.get("device"))}
    facts |= {"table": settings["data"].get("table", settings["data"].get("main", "given in Python"))}
    facts |= {f"{name} of the data": value for name, value in settings["data"].items() if name.endswith("digest")}
    facts["cite"] = "CITATION.cff of skerosion, and the thesis behind it; settings.json holds every parameter."
    return [Facts({name: str(fact) for name, fact in facts.items()})]


def _device(known):
    return f"{', '.join(known['devices'])}, by {known['backend']}" if known else "not known"
