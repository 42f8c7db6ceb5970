"""What predicts the grade without the joint."""

TITLE = "shortcuts"
REMEDY = "Crop closer, mask markers, and look at what the column or the border says."


def find(subject):
    """Read how much of the gain over the floor columns, a thumbnail and the frame reach."""
    frame = subject.frames.get("shortcuts")
    if frame is None:
        return "not given", "pages measure them, of 10 patients and up to 20,000 images, where a constant is beaten"
    worst = frame.loc[frame["share"].idxmax()]
    share, low, high = (100 * worst[end] for end in ("share", "low", "high"))
    said = f"{worst['source']} reaches {share:.0f} % ({low:.0f} to {high:.0f}) of the gain over the floor"
    if worst["share"] >= 0.5:
        return "problem", said
    return "tip" if worst["low"] > 0 else "passed", said
