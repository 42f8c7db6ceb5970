"""A best strategy that predicting without looking is as good as."""

TITLE = "below a floor"
REMEDY = "Train longer, look at the grades and the images; do not report it as a grader."


def find(subject):
    """Hold each task's best strategy against its best floor."""
    failed = [task for task, verdict in subject.verdicts.items() if not verdict.beats]
    doubtful = [task for task, verdict in subject.verdicts.items() if verdict.beats and not verdict.shown]
    if failed:
        return "problem", f"no better than a floor: {', '.join(failed)}"
    if doubtful:
        return "tip", f"better than the floor by the estimate only: {', '.join(doubtful)}"
    return "passed", "better than every floor, with the interval"
