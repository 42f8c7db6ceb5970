"""Rows that were held back, and looked at again and again."""

from skerosion._counted import counted

TITLE = "held-out rows scored more than once"
REMEDY = "Hold back new patients for the number that is published."


def find(subject):
    """Read how often this table was scored before."""
    times = subject.settings.get("scored before")
    if times is None:
        return "not given", "nobody kept count of how often these rows were scored"
    return ("tip", f"scored {counted(times, 'time')} before") if times else ("passed", "not scored before")
