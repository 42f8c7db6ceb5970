"""Images that are in two parts under other names."""

from skerosion._counted import counted

TITLE = "near-identical images across parts"
REMEDY = "Leave one of each pair out, or give both the same patient."


def find(subject):
    """Read the audit of the split."""
    audit = subject.frames.get("audit")
    if audit is None:
        looks = "skerosion.model_selection.audit_split(data, parts) looks for them; pages do up to 20,000 images"
        return (
            "not given",
            "evaluate(trained=), the table that was trained on" if subject.what == "evaluation" else looks,
        )
    pairs = int((audit["kind"] != "patient").sum())
    return "problem" if pairs else "passed", f"{counted(pairs, 'pair')} of images identical or nearly so"
