"""Fits that ended while they still learned."""

from .._checking import share_improving

TITLE = "still improving at the last epoch"
REMEDY = "More epochs."


def find(subject):
    """Ask for each task how many of the best strategy's fits still fell in the last epoch."""
    shares = {task: share_improving(subject, task) for task in subject.verdicts}
    known = {task: share for task, share in shares.items() if share is not None}
    if not known:
        return "not given", "no curve of the training is at hand"
    said = ", ".join(f"{task} {100 * share:.0f} % of its fits" for task, share in known.items())
    return "tip" if max(known.values()) >= 0.5 else "passed", f"the loss still fell by more than 1 %: {said}"
